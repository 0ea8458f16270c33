package org.adversaria.kernel.help;

import com.sun.source.tree.ImportTree;
import com.sun.source.tree.MemberSelectTree;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.Element;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;

/** What the imports of a cell's unit bring. */
final class Imports {

  private Imports() {}

  /** The members that static imports bring. */
  static List<Element> staticMembers(Analysis analysis) {
    var found = new ArrayList<Element>();
    for (ImportTree tree : analysis.unit().getImports()) {
      if (tree.isStatic() && tree.getQualifiedIdentifier() instanceof MemberSelectTree select) {
        TypeElement type = analysis.elements().getTypeElement(select.getExpression().toString());
        if (type != null) {
          for (Element member : analysis.elements().getAllMembers(type)) {
            boolean named =
                select.getIdentifier().contentEquals("*")
                    || select.getIdentifier().equals(member.getSimpleName());
            if (named
                && member.getModifiers().contains(Modifier.STATIC)
                && analysis.isAccessible(member, type.asType())) {
              found.add(member);
            }
          }
        }
      }
    }
    return found;
  }

  /** The full names of the types imported one by one. */
  static Set<String> types(Analysis analysis) {
    var names = new LinkedHashSet<String>();
    for (ImportTree tree : analysis.unit().getImports()) {
      String name = tree.getQualifiedIdentifier().toString();
      if (!tree.isStatic() && !name.endsWith(".*")) {
        names.add(name);
      }
    }
    return names;
  }

  /** The packages whose types are imported, or types whose member types are. */
  static Set<String> owners(Analysis analysis) {
    var names = new LinkedHashSet<String>();
    for (ImportTree tree : analysis.unit().getImports()) {
      String name = tree.getQualifiedIdentifier().toString();
      if (!tree.isStatic() && name.endsWith(".*")) {
        names.add(name.substring(0, name.length() - 2));
      }
    }
    names.add("java.lang");
    return names;
  }
}
