package org.adversaria.kernel.help;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.TreePath;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.ModuleElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;

/** Finds the comment of what an analysis has found, in the cell, the notebook or the sources. */
final class Docs {

  private final Analysis analysis;
  private final Sources sources;

  Docs(Analysis analysis, Sources sources) {
    this.analysis = analysis;
    this.sources = sources;
  }

  /** What the source says of a declaration; empty if there is no source. */
  Optional<Doc> of(Element element) {
    TreePath own = analysis.trees().getPath(element);
    if (own != null) {
      return Optional.of(doc(analysis.trees(), own));
    }
    Deque<String> names = new ArrayDeque<>();
    Element outer = element;
    while (outer != null && !(outer instanceof TypeElement)) {
      outer = outer.getEnclosingElement();
    }
    while (outer instanceof TypeElement && outer.getEnclosingElement() instanceof TypeElement up) {
      names.push(outer.getSimpleName().toString());
      outer = up;
    }
    if (!(outer instanceof TypeElement top)) {
      return Optional.empty();
    }
    ModuleElement module = analysis.elements().getModuleOf(top);
    String moduleName = module == null ? "" : module.getQualifiedName().toString();
    names.push(top.getSimpleName().toString());
    return sources
        .unit(moduleName, top.getQualifiedName().toString())
        .flatMap(unit -> find(unit, names, element));
  }

  /** What the methods say that a method overrides, the nearest first, if they say something. */
  Optional<Doc> inherited(ExecutableElement method) {
    if (method.getKind() != ElementKind.METHOD) {
      return Optional.empty();
    }
    return supertypes((TypeElement) method.getEnclosingElement()).stream()
        .flatMap(type -> overridden(method, type))
        .flatMap(parent -> of(parent).stream())
        .filter(doc -> doc.comment() != null)
        .findFirst();
  }

  private Stream<ExecutableElement> overridden(ExecutableElement method, TypeElement type) {
    TypeElement owner = (TypeElement) method.getEnclosingElement();
    return type.getEnclosedElements().stream()
        .filter(member -> member.getSimpleName().equals(method.getSimpleName()))
        .filter(member -> member.getKind() == ElementKind.METHOD)
        .map(ExecutableElement.class::cast)
        .filter(member -> analysis.elements().overrides(method, member, owner));
  }

  private Collection<TypeElement> supertypes(TypeElement type) {
    var found = new ArrayList<TypeElement>();
    Deque<TypeElement> open = new ArrayDeque<>(List.of(type));
    while (!open.isEmpty()) {
      for (TypeMirror parent : analysis.types().directSupertypes(open.remove().asType())) {
        if (parent instanceof DeclaredType declared
            && declared.asElement() instanceof TypeElement element
            && !found.contains(element)) {
          found.add(element);
          open.add(element);
        }
      }
    }
    return found;
  }

  private Optional<Doc> find(Sources.Unit unit, Collection<String> names, Element element) {
    var path = new TreePath(unit.tree());
    List<? extends Tree> members = unit.tree().getTypeDecls();
    for (String name : names) {
      ClassTree next = null;
      for (Tree member : members) {
        if (member instanceof ClassTree type && type.getSimpleName().contentEquals(name)) {
          next = type;
        }
      }
      if (next == null) {
        return Optional.empty();
      }
      path = new TreePath(path, next);
      members = next.getMembers();
    }
    if (element instanceof TypeElement) {
      return Optional.of(doc(unit.trees(), path));
    }
    for (Tree member : members) {
      if (isDeclaration(member, element)) {
        return Optional.of(doc(unit.trees(), new TreePath(path, member)));
      }
    }
    return Optional.empty();
  }

  private static Doc doc(DocTrees trees, TreePath path) {
    DocCommentTree comment = trees.getDocCommentTree(path);
    List<String> parameters =
        path.getLeaf() instanceof MethodTree method
            ? method.getParameters().stream().map(p -> p.getName().toString()).toList()
            : List.of();
    return new Doc(comment, trees, parameters);
  }

  private static boolean isDeclaration(Tree member, Element element) {
    if (member instanceof VariableTree variable) {
      return element instanceof VariableElement
          && variable.getName().contentEquals(element.getSimpleName());
    }
    if (!(member instanceof MethodTree method)
        || !(element instanceof ExecutableElement executable)
        || !method.getName().contentEquals(element.getSimpleName())
        || method.getParameters().size() != executable.getParameters().size()) {
      return false;
    }
    for (int i = 0; i < method.getParameters().size(); i++) {
      String written = method.getParameters().get(i).getType().toString();
      String compiled = executable.getParameters().get(i).asType().toString();
      if (!simple(written).equals(simple(compiled))) {
        return false;
      }
    }
    return true;
  }

  /** The type's simple name without arguments and annotations. */
  private static String simple(String type) {
    String text = type.replaceAll("@[\\w.]+(\\([^)]*\\))?", "").replace("...", "[]");
    while (text.indexOf('<') >= 0) {
      String inner = text.replaceAll("<[^<>]*>", "");
      if (inner.equals(text)) {
        break;
      }
      text = inner;
    }
    text = text.replace(" ", "");
    return text.substring(text.lastIndexOf('.') + 1);
  }
}
