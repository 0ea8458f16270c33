package org.adversaria.kernel.help;

import com.sun.source.doctree.BlockTagTree;
import com.sun.source.doctree.DeprecatedTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.EndElementTree;
import com.sun.source.doctree.EntityTree;
import com.sun.source.doctree.ErroneousTree;
import com.sun.source.doctree.IndexTree;
import com.sun.source.doctree.InheritDocTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.doctree.ReferenceTree;
import com.sun.source.doctree.ReturnTree;
import com.sun.source.doctree.StartElementTree;
import com.sun.source.doctree.SummaryTree;
import com.sun.source.doctree.SystemPropertyTree;
import com.sun.source.doctree.TextTree;
import com.sun.source.doctree.ThrowsTree;
import com.sun.source.doctree.UnknownInlineTagTree;
import com.sun.source.doctree.ValueTree;
import com.sun.source.util.SimpleDocTreeVisitor;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** A comment as HTML of plain elements, without attributes. */
final class DocHtml extends SimpleDocTreeVisitor<Void, Void> {

  private static final Set<String> ELEMENTS =
      Set.of(
          "p",
          "pre",
          "ul",
          "ol",
          "li",
          "dl",
          "dt",
          "dd",
          "code",
          "em",
          "i",
          "b",
          "strong",
          "br",
          "sub",
          "sup",
          "table",
          "tr",
          "td",
          "th",
          "thead",
          "tbody",
          "caption",
          "blockquote",
          "h1",
          "h2",
          "h3",
          "h4",
          "h5",
          "h6",
          "hr",
          "tt",
          "var");

  private final Doc doc;
  private final Supplier<Optional<Doc>> inherited;
  private final StringBuilder html = new StringBuilder();
  private boolean preformatted;

  /** The tag that is being written; null in the main description. */
  private DocTree within;

  private DocHtml(Doc doc, Supplier<Optional<Doc>> inherited) {
    this.doc = doc;
    this.inherited = inherited;
  }

  /**
   * The whole comment.
   *
   * @param inherited what the overridden method says, for {@code inheritDoc}
   */
  static String of(Doc doc, Supplier<Optional<Doc>> inherited) {
    var writer = new DocHtml(doc, inherited);
    writer.html.append("<p>");
    writer.write(doc.comment().getFullBody());
    writer.html.append("</p>");
    writer.tags();
    return writer.html.toString();
  }

  /** The first sentence of the comment. */
  static String summary(Doc doc, Supplier<Optional<Doc>> inherited) {
    var writer = new DocHtml(doc, inherited);
    writer.html.append("<p>");
    writer.write(doc.comment().getFirstSentence());
    return writer.html.append("</p>").toString();
  }

  /** What the comment of a record says of one component; empty if it says nothing. */
  static String component(Doc doc, String name) {
    var writer = new DocHtml(doc, Optional::empty);
    for (DocTree tag : writer.tags(DocTree.Kind.PARAM)) {
      if (tag instanceof ParamTree parameter && parameter.getName().getName().contentEquals(name)) {
        writer.html.append("<p>");
        writer.writeTag(tag);
        writer.html.append("</p>");
      }
    }
    return writer.html.toString();
  }

  /** Text that shows in HTML as it is. */
  static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private void tags() {
    list("Parameters", DocTree.Kind.PARAM);
    section("Returns", DocTree.Kind.RETURN);
    list("Throws", DocTree.Kind.THROWS, DocTree.Kind.EXCEPTION);
    section("Deprecated", DocTree.Kind.DEPRECATED);
  }

  private List<DocTree> tags(DocTree.Kind... kinds) {
    return doc.comment().getBlockTags().stream()
        .filter(tag -> List.of(kinds).contains(tag.getKind()))
        .map(DocTree.class::cast)
        .toList();
  }

  private void section(String title, DocTree.Kind kind) {
    for (DocTree tag : tags(kind)) {
      html.append("<p><b>").append(title).append(":</b> ");
      writeTag(tag);
      html.append("</p>");
    }
  }

  private void list(String title, DocTree.Kind... kinds) {
    List<DocTree> tags = tags(kinds);
    if (tags.isEmpty()) {
      return;
    }
    html.append("<p><b>").append(title).append(":</b></p><ul>");
    for (DocTree tag : tags) {
      html.append("<li>");
      if (tag instanceof ParamTree parameter) {
        String name = parameter.getName().toString();
        code(parameter.isTypeParameter() ? "<" + name + ">" : name);
      } else if (tag instanceof ThrowsTree thrown) {
        code(thrown.getExceptionName().toString());
      }
      html.append(description(tag).isEmpty() ? "" : " – ");
      writeTag(tag);
      html.append("</li>");
    }
    html.append("</ul>");
  }

  private void writeTag(DocTree tag) {
    within = tag;
    write(description(tag));
    within = null;
  }

  private void write(List<? extends DocTree> trees) {
    trees.forEach(tree -> tree.accept(this, null));
  }

  private void code(String text) {
    html.append(preformatted ? escape(text) : "<code>" + escape(text) + "</code>");
  }

  @Override
  protected Void defaultAction(DocTree tree, Void nothing) {
    if (!(tree instanceof BlockTagTree)) {
      html.append(escape(tree.toString()));
    }
    return null;
  }

  @Override
  public Void visitText(TextTree tree, Void nothing) {
    html.append(escape(tree.getBody()));
    return null;
  }

  @Override
  public Void visitEntity(EntityTree tree, Void nothing) {
    String characters = doc.trees().getCharacters(tree);
    html.append(escape(characters == null ? tree.toString() : characters));
    return null;
  }

  @Override
  public Void visitLiteral(LiteralTree tree, Void nothing) {
    String text = tree.getBody().getBody();
    if (tree.getKind() == DocTree.Kind.CODE) {
      code(preformatted ? text : text.strip());
    } else {
      html.append(escape(text));
    }
    return null;
  }

  @Override
  public Void visitLink(LinkTree tree, Void nothing) {
    if (tree.getLabel().isEmpty()) {
      code(name(tree.getReference()));
    } else {
      write(tree.getLabel());
    }
    return null;
  }

  @Override
  public Void visitReference(ReferenceTree tree, Void nothing) {
    code(name(tree));
    return null;
  }

  @Override
  public Void visitValue(ValueTree tree, Void nothing) {
    code(tree.getReference() == null ? "" : name(tree.getReference()));
    return null;
  }

  /** A reference as a reader writes it: {@code Type.member(int)}. */
  private static String name(ReferenceTree tree) {
    String signature = tree.getSignature();
    String text = signature.startsWith("#") ? signature.substring(1) : signature.replace('#', '.');
    return text.replaceAll("(?<![\\w.])(?:\\p{Ll}\\w*\\.)+(?=\\p{Lu})", "");
  }

  @Override
  public Void visitStartElement(StartElementTree tree, Void nothing) {
    String name = tree.getName().toString().toLowerCase(Locale.ROOT);
    if (ELEMENTS.contains(name)) {
      html.append('<').append(name).append('>');
    }
    preformatted |= name.equals("pre");
    return null;
  }

  @Override
  public Void visitEndElement(EndElementTree tree, Void nothing) {
    String name = tree.getName().toString().toLowerCase(Locale.ROOT);
    if (ELEMENTS.contains(name)) {
      html.append("</").append(name).append('>');
    }
    preformatted &= !name.equals("pre");
    return null;
  }

  @Override
  public Void visitInheritDoc(InheritDocTree tree, Void nothing) {
    inherited
        .get()
        .ifPresent(
            parent -> {
              var writer = new DocHtml(parent, Optional::empty);
              writer.write(sameIn(parent));
              html.append(writer.html);
            });
    return null;
  }

  /** What another comment says in the place of the tag that is being written. */
  private List<? extends DocTree> sameIn(Doc other) {
    if (within == null) {
      return other.comment().getFullBody();
    }
    return other.comment().getBlockTags().stream()
        .filter(tag -> subject(tag).equals(subject(within)))
        .map(DocHtml::description)
        .findFirst()
        .orElse(List.of());
  }

  private static String subject(DocTree tag) {
    if (tag instanceof ParamTree parameter) {
      return "@param " + parameter.getName();
    }
    return tag instanceof ThrowsTree thrown
        ? "@throws " + thrown.getExceptionName()
        : tag.getKind().name();
  }

  private static List<? extends DocTree> description(DocTree tag) {
    if (tag instanceof ParamTree parameter) {
      return parameter.getDescription();
    }
    if (tag instanceof ThrowsTree thrown) {
      return thrown.getDescription();
    }
    if (tag instanceof DeprecatedTree deprecated) {
      return deprecated.getBody();
    }
    return tag instanceof ReturnTree returned ? returned.getDescription() : List.of();
  }

  @Override
  public Void visitReturn(ReturnTree tree, Void nothing) {
    html.append("Returns ");
    write(tree.getDescription());
    html.append('.');
    return null;
  }

  @Override
  public Void visitSummary(SummaryTree tree, Void nothing) {
    write(tree.getSummary());
    return null;
  }

  @Override
  public Void visitIndex(IndexTree tree, Void nothing) {
    return tree.getSearchTerm().accept(this, null);
  }

  @Override
  public Void visitSystemProperty(SystemPropertyTree tree, Void nothing) {
    code(tree.getPropertyName().toString());
    return null;
  }

  @Override
  public Void visitUnknownInlineTag(UnknownInlineTagTree tree, Void nothing) {
    write(tree.getContent());
    return null;
  }

  @Override
  public Void visitErroneous(ErroneousTree tree, Void nothing) {
    html.append(escape(tree.getBody()));
    return null;
  }
}
