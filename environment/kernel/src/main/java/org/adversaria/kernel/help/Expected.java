package org.adversaria.kernel.help;

import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.DoWhileLoopTree;
import com.sun.source.tree.EnhancedForLoopTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IfTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.tree.WhileLoopTree;
import com.sun.source.util.TreePath;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Types;

/** The types that an expression in a cell may have where it stands. */
final class Expected {

  /** Nothing in particular. */
  static final Expected NOTHING = new Expected(null, List.of());

  private final Analysis analysis;
  private final List<TypeMirror> types;

  private Expected(Analysis analysis, List<TypeMirror> types) {
    this.analysis = analysis;
    this.types = types;
  }

  /** What is expected of the expression; nothing where any type will do. */
  static Expected at(Analysis analysis, TreePath path) {
    var types = new ArrayList<TypeMirror>();
    for (TypeMirror type : find(analysis, path)) {
      boolean says =
          type != null
              && (type.getKind().isPrimitive()
                  || type.getKind() == TypeKind.ARRAY
                  || type.getKind() == TypeKind.DECLARED
                      && !Signatures.isObject(((DeclaredType) type).asElement()));
      if (says) {
        types.add(type);
      }
    }
    return new Expected(analysis, types);
  }

  /** Whether a value of the type fits. */
  boolean matches(TypeMirror type) {
    if (types.isEmpty()) {
      return false;
    }
    boolean value =
        type.getKind().isPrimitive()
            || type.getKind() == TypeKind.DECLARED
            || type.getKind() == TypeKind.ARRAY;
    Types checks = analysis.types();
    return value
        && types.stream()
            .anyMatch(e -> checks.isAssignable(checks.erasure(type), checks.erasure(e)));
  }

  /** The classes, interfaces and enums that are expected. */
  List<TypeElement> elements() {
    return types.stream()
        .filter(type -> type.getKind() == TypeKind.DECLARED)
        .map(type -> (TypeElement) ((DeclaredType) type).asElement())
        .distinct()
        .toList();
  }

  private static List<? extends TypeMirror> find(Analysis analysis, TreePath path) {
    TreePath parent = path.getParentPath();
    Tree tree = path.getLeaf();
    Tree around = parent.getLeaf();
    if (around instanceof VariableTree variable && variable.getInitializer() == tree) {
      return variable.getType() == null ? List.of() : types(analysis.type(parent));
    }
    if (around instanceof AssignmentTree assignment && assignment.getExpression() == tree) {
      return types(analysis.type(new TreePath(parent, assignment.getVariable())));
    }
    if (around instanceof ParenthesizedTree) {
      Tree statement = parent.getParentPath().getLeaf();
      boolean condition =
          statement instanceof IfTree
              || statement instanceof WhileLoopTree
              || statement instanceof DoWhileLoopTree;
      return condition
          ? List.of(analysis.types().getPrimitiveType(TypeKind.BOOLEAN))
          : find(analysis, parent);
    }
    if (around instanceof EnhancedForLoopTree loop && loop.getExpression() == tree) {
      return loopedOver(analysis, new TreePath(parent, loop.getVariable()));
    }
    if (around instanceof ReturnTree) {
      return returned(analysis, parent);
    }
    List<? extends ExpressionTree> arguments = List.of();
    if (around instanceof MethodInvocationTree call) {
      arguments = call.getArguments();
    } else if (around instanceof NewClassTree creation) {
      arguments = creation.getArguments();
    }
    int index = arguments.indexOf(tree);
    return index < 0 ? List.of() : parameters(analysis, Calls.of(analysis, parent), index);
  }

  private static List<TypeMirror> types(TypeMirror type) {
    return type == null ? List.of() : List.of(type);
  }

  private static List<TypeMirror> loopedOver(Analysis analysis, TreePath variable) {
    var types = new ArrayList<TypeMirror>();
    types.add(analysis.elements().getTypeElement("java.lang.Iterable").asType());
    TypeMirror element = analysis.type(variable);
    if (element != null && (element.getKind().isPrimitive() || element instanceof DeclaredType)) {
      types.add(analysis.types().getArrayType(element));
    }
    return types;
  }

  private static List<TypeMirror> returned(Analysis analysis, TreePath path) {
    for (TreePath up = path; up != null; up = up.getParentPath()) {
      if (up.getLeaf() instanceof LambdaExpressionTree) {
        return List.of();
      }
      if (up.getLeaf() instanceof MethodTree
          && analysis.element(up) instanceof ExecutableElement method) {
        return List.of(method.getReturnType());
      }
    }
    return List.of();
  }

  private static List<TypeMirror> parameters(Analysis analysis, Calls calls, int index) {
    var types = new ArrayList<TypeMirror>();
    for (ExecutableElement method : calls.methods()) {
      var parameters = analysis.typeOf(method, calls.site()).getParameterTypes();
      int last = parameters.size() - 1;
      if (index < last || index == last && !method.isVarArgs()) {
        types.add(parameters.get(index));
      } else if (method.isVarArgs() && parameters.get(last) instanceof ArrayType array) {
        types.add(array.getComponentType());
      }
    }
    return types;
  }
}
