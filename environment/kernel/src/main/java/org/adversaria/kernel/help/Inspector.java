package org.adversaria.kernel.help;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParameterizedTypeTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePath;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;

/** Writes what is known of the name at a place in a cell, and of the call around it, as HTML. */
final class Inspector {

  private final Analysis analysis;
  private final Docs docs;
  private final boolean detailed;
  private final StringBuilder html = new StringBuilder();

  Inspector(Analysis analysis, Sources sources, boolean detailed) {
    this.analysis = analysis;
    this.docs = new Docs(analysis, sources);
    this.detailed = detailed;
  }

  /**
   * What there is to say; empty if there is nothing.
   *
   * @param word the name at the place; empty if there is none
   * @param start where in the unit that name begins
   * @param place the place in the unit
   */
  String inspect(String word, int start, int place) {
    TreePath named = word.isEmpty() ? null : analysis.at(start);
    if (named == null || !name(named.getLeaf()).equals(word) || !inspectName(named)) {
      inspectCallAround(analysis.at(place), place);
    }
    return html.toString();
  }

  private static String name(Tree tree) {
    if (tree instanceof IdentifierTree identifier) {
      return identifier.getName().toString();
    }
    if (tree instanceof MemberSelectTree select) {
      return select.getIdentifier().toString();
    }
    if (tree instanceof MemberReferenceTree reference) {
      return reference.getName().toString();
    }
    if (tree instanceof VariableTree variable) {
      return variable.getName().toString();
    }
    if (tree instanceof MethodTree method) {
      return method.getName().toString();
    }
    return tree instanceof ClassTree type ? type.getSimpleName().toString() : "";
  }

  /** Whether the name says all, so that the call around it is not asked for. */
  private boolean inspectName(TreePath path) {
    TreePath call = callOf(path);
    if (call != null) {
      Calls calls = Calls.of(analysis, call);
      if (calls.methods().isEmpty()) {
        return inspectElement(path);
      }
      addCalls(calls);
      return true;
    }
    return inspectElement(path);
  }

  private boolean inspectElement(TreePath path) {
    Element element = analysis.element(path);
    if (element instanceof VariableElement variable) {
      if (variable.asType().getKind() == TypeKind.ERROR) {
        return false;
      }
      addVariable(variable, analysis.type(path));
      TreePath parent = path.getParentPath();
      inspectQualified(path, parent);
      return !isArgument(path);
    }
    if (element instanceof TypeElement type && type.asType().getKind() != TypeKind.ERROR) {
      addType(type, true);
      inspectQualified(path, path.getParentPath());
      return true;
    }
    if (element instanceof ExecutableElement method) {
      addMethod(method, null, true);
      return true;
    }
    return false;
  }

  /** Adds the call whose method is looked up in what the path names. */
  private void inspectQualified(TreePath path, TreePath parent) {
    if (parent.getLeaf() instanceof MemberSelectTree select
        && select.getExpression() == path.getLeaf()) {
      TreePath call = callOf(parent);
      if (call != null) {
        addCalls(Calls.of(analysis, call));
      }
    }
  }

  private static boolean isArgument(TreePath path) {
    Tree tree = path.getParentPath().getLeaf();
    List<? extends ExpressionTree> arguments =
        tree instanceof MethodInvocationTree call
            ? call.getArguments()
            : tree instanceof NewClassTree creation ? creation.getArguments() : List.of();
    return arguments.contains(path.getLeaf());
  }

  /** The call or creation whose method or type the path names; null if it names none. */
  private static TreePath callOf(TreePath path) {
    TreePath parent = path.getParentPath();
    Tree inner = path.getLeaf();
    if (parent.getLeaf() instanceof ParameterizedTypeTree) {
      inner = parent.getLeaf();
      parent = parent.getParentPath();
    }
    boolean call =
        parent.getLeaf() instanceof MethodInvocationTree invocation
                && invocation.getMethodSelect() == inner
            || parent.getLeaf() instanceof NewClassTree creation
                && creation.getIdentifier() == inner;
    return call ? parent : null;
  }

  private void inspectCallAround(TreePath from, int place) {
    for (TreePath path = from; path != null; path = path.getParentPath()) {
      Tree name =
          path.getLeaf() instanceof MethodInvocationTree call
              ? call.getMethodSelect()
              : path.getLeaf() instanceof NewClassTree creation ? creation.getIdentifier() : null;
      long end =
          name == null
              ? Long.MAX_VALUE
              : analysis.trees().getSourcePositions().getEndPosition(analysis.unit(), name);
      if (end < place) {
        addCalls(Calls.of(analysis, path));
        return;
      }
    }
  }

  private void addCalls(Calls calls) {
    boolean first = true;
    for (ExecutableElement method : calls.methods()) {
      addMethod(method, calls.site(), first);
      first = false;
    }
  }

  private void addMethod(ExecutableElement method, TypeMirror site, boolean full) {
    Optional<Doc> doc = docs.of(method);
    List<String> names =
        doc.map(Doc::parameters)
            .filter(found -> found.size() == method.getParameters().size())
            .orElseGet(
                () ->
                    method.getParameters().stream()
                        .map(p -> p.getSimpleName().toString())
                        .toList());
    addSignature(Signatures.declaration(method, analysis.typeOf(method, site), names));
    Optional<Doc> comment =
        doc.filter(found -> found.comment() != null).or(() -> docs.inherited(method));
    comment.ifPresent(found -> addDoc(found, () -> docs.inherited(method), full));
    if (comment.isEmpty() && full) {
      addDocOfType(method);
    }
  }

  /** Adds what the type says of a constructor or a record's accessor that say nothing. */
  private void addDocOfType(ExecutableElement method) {
    Element owner = method.getEnclosingElement();
    boolean constructor = method.getKind() == ElementKind.CONSTRUCTOR;
    boolean component = owner.getKind() == ElementKind.RECORD && method.getParameters().isEmpty();
    if (!constructor && !component) {
      return;
    }
    Optional<Doc> doc = docs.of(owner).filter(found -> found.comment() != null);
    if (constructor) {
      boolean parameters = owner.getKind() == ElementKind.RECORD;
      doc.ifPresent(found -> addDoc(found, Optional::empty, parameters));
    } else {
      doc.ifPresent(
          found -> html.append(DocHtml.component(found, method.getSimpleName().toString())));
    }
  }

  private void addType(TypeElement type, boolean full) {
    addSignature(Signatures.declaration(type));
    docs.of(type)
        .filter(doc -> doc.comment() != null)
        .ifPresent(doc -> addDoc(doc, Optional::empty, full));
  }

  private void addVariable(VariableElement variable, TypeMirror type) {
    addSignature(Signatures.variable(variable, type == null ? variable.asType() : type));
    docs.of(variable)
        .filter(doc -> doc.comment() != null)
        .ifPresent(doc -> addDoc(doc, Optional::empty, true));
    if (variable.asType() instanceof DeclaredType declared
        && declared.asElement() instanceof TypeElement element) {
      docs.of(element)
          .filter(doc -> doc.comment() != null)
          .ifPresent(doc -> addDoc(doc, Optional::empty, detailed));
    }
  }

  private void addSignature(String signature) {
    html.append("<pre>").append(DocHtml.escape(signature)).append("</pre>");
  }

  private void addDoc(Doc doc, Supplier<Optional<Doc>> inherited, boolean full) {
    html.append(full || detailed ? DocHtml.of(doc, inherited) : DocHtml.summary(doc, inherited));
  }
}
