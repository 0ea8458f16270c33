package org.adversaria.kernel.help;

import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreePath;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.type.TypeVariable;

/**
 * The methods or constructors that a call may mean.
 *
 * @param methods all of the name that are accessible; the one that the compiler takes comes first
 * @param site the type whose members they are; null for methods by their simple name
 */
record Calls(List<ExecutableElement> methods, TypeMirror site) {

  /** The overloads of a call or of {@code new}. */
  static Calls of(Analysis analysis, TreePath call) {
    Element chosen = analysis.element(call);
    Tree tree = call.getLeaf();
    if (tree instanceof NewClassTree creation) {
      TypeMirror site = analysis.type(new TreePath(call, creation.getIdentifier()));
      if (creation.getClassBody() != null) {
        chosen = null;
      }
      return of(analysis, members(site, ElementKind.CONSTRUCTOR), chosen, site);
    }
    ExpressionTree select = ((MethodInvocationTree) tree).getMethodSelect();
    TreePath selectPath = new TreePath(call, select);
    if (select instanceof MemberSelectTree member) {
      TypeMirror site = site(analysis, new TreePath(selectPath, member.getExpression()));
      String name = member.getIdentifier().toString();
      return of(analysis, named(analysis, site, name), chosen, site);
    }
    if (select instanceof IdentifierTree identifier) {
      String name = identifier.getName().toString();
      if (name.equals("this") || name.equals("super")) {
        TypeMirror site = analysis.type(selectPath.getParentPath());
        return of(analysis, members(site, ElementKind.CONSTRUCTOR), chosen, site);
      }
      var found =
          Stream.concat(
                  Scopes.at(analysis, selectPath).stream(),
                  Imports.staticMembers(analysis).stream())
              .filter(e -> e.getKind() == ElementKind.METHOD)
              .filter(e -> e.getSimpleName().contentEquals(name))
              .toList();
      return of(analysis, found, chosen, null);
    }
    return of(analysis, List.of(), chosen, null);
  }

  /** The type whose members an expression has; null if there is none. */
  static TypeMirror site(Analysis analysis, TreePath expression) {
    TypeMirror type = analysis.type(expression);
    boolean known = type != null && type.getKind() != TypeKind.ERROR;
    if (!known && expression.getLeaf() instanceof MethodInvocationTree) {
      // The arguments fit no method: the result is most likely that of the methods of the name.
      Calls calls = of(analysis, expression);
      if (!calls.methods().isEmpty()) {
        type = analysis.typeOf(calls.methods().get(0), calls.site()).getReturnType();
      }
    }
    while (type != null && type.getKind() == TypeKind.TYPEVAR) {
      type = ((TypeVariable) type).getUpperBound();
    }
    return type;
  }

  private static Calls of(
      Analysis analysis, List<? extends Element> found, Element chosen, TypeMirror site) {
    var methods = new ArrayList<ExecutableElement>();
    for (Element element : found) {
      if (element instanceof ExecutableElement method && !methods.contains(method)) {
        if (analysis.isAccessible(method, site)) {
          methods.add(method);
        }
      }
    }
    if (chosen instanceof ExecutableElement method
        && (methods.contains(method) || methods.isEmpty())) {
      methods.remove(method);
      methods.sort(Comparator.comparingInt(m -> m.getParameters().size()));
      methods.add(0, method);
    } else {
      methods.sort(Comparator.comparingInt(m -> m.getParameters().size()));
    }
    return new Calls(methods, site);
  }

  private static List<? extends Element> members(TypeMirror type, ElementKind kind) {
    return type instanceof DeclaredType declared
        ? declared.asElement().getEnclosedElements().stream()
            .filter(element -> element.getKind() == kind)
            .toList()
        : List.of();
  }

  private static List<? extends Element> named(Analysis analysis, TypeMirror site, String name) {
    return analysis.members(site).stream()
        .filter(e -> e.getKind() == ElementKind.METHOD && e.getSimpleName().contentEquals(name))
        .toList();
  }
}
