package org.adversaria.kernel.help;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.util.DocTrees;
import java.util.List;

/**
 * What a source says of a declaration.
 *
 * @param comment its comment; null if it has none
 * @param trees reads the comment
 * @param parameters the names of a method's parameters
 */
record Doc(DocCommentTree comment, DocTrees trees, List<String> parameters) {}
