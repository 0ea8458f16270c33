package org.adversaria.kernel.help;

import com.sun.source.tree.CaseTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.InstanceOfTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParameterizedTypeTree;
import com.sun.source.tree.StatementTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePath;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.ExecutableType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;

/** Finds what may stand in place of the name {@link #PLACE} in a cell. */
final class Completer {

  /** Stands for the name that is being written. */
  static final String PLACE = "cursor$";

  private static final int NOT_IMPORTED_PREFIX = 3;
  private static final int NOT_IMPORTED_MOST = 10;

  private static final List<String> KEYWORDS =
      List.of(
          "abstract",
          "assert",
          "boolean",
          "break",
          "byte",
          "case",
          "catch",
          "char",
          "class",
          "continue",
          "default",
          "do",
          "double",
          "else",
          "enum",
          "extends",
          "false",
          "final",
          "finally",
          "float",
          "for",
          "if",
          "implements",
          "import",
          "instanceof",
          "int",
          "interface",
          "long",
          "new",
          "null",
          "private",
          "protected",
          "public",
          "record",
          "return",
          "sealed",
          "short",
          "static",
          "super",
          "switch",
          "synchronized",
          "this",
          "throw",
          "throws",
          "true",
          "try",
          "var",
          "void",
          "while",
          "yield");

  /** Variables for values that nobody has named. */
  private static final Pattern JSHELLS_OWN = Pattern.compile("\\$\\d+");

  private static final String TO_STRING = "toString";

  /** Every object has them, and they are seldom what is looked for, overridden or not. */
  private static final Set<String> OF_OBJECT =
      Set.of("equals", "hashCode", "clone", "finalize", TO_STRING);

  private final Analysis analysis;
  private final TypeIndex index;
  private final Proposals proposals;
  private final String prefix;

  Completer(Analysis analysis, TypeIndex index, Proposals proposals, String prefix) {
    this.analysis = analysis;
    this.index = index;
    this.proposals = proposals;
    this.prefix = prefix;
  }

  /** Collects what fits at the index of the unit. */
  void complete(int place) {
    TreePath path = analysis.at(place);
    if (path == null) {
      return;
    }
    Tree tree = path.getLeaf();
    if (tree instanceof MemberSelectTree select) {
      addMembers(path, select.getExpression(), false);
    } else if (tree instanceof MemberReferenceTree reference) {
      addMembers(path, reference.getQualifierExpression(), true);
    } else if (tree instanceof IdentifierTree) {
      addNames(path);
    }
  }

  /** Collects what fits in an import, after the dotted name. */
  void completeImport(String owner, boolean isStatic) {
    addPackage(owner);
    TypeElement type = analysis.elements().getTypeElement(owner);
    if (type != null) {
      for (Element member : analysis.elements().getAllMembers(type)) {
        boolean fits =
            member.getModifiers().contains(Modifier.STATIC)
                && (isStatic || member instanceof TypeElement)
                && analysis.isAccessible(member, type.asType());
        if (fits && proposals.accepts(member.getSimpleName())) {
          String name = member.getSimpleName().toString();
          String kind =
              member instanceof TypeElement
                  ? Completion.CLASS
                  : member instanceof ExecutableElement ? Completion.FUNCTION : Completion.INSTANCE;
          proposals.add(name, kind, Proposals.Origin.NEAR, name);
        }
      }
    }
  }

  private void addMembers(TreePath path, ExpressionTree expression, boolean reference) {
    TreePath expressionPath = new TreePath(path, expression);
    Element element = analysis.element(expressionPath);
    TypeMirror site = Calls.site(analysis, expressionPath);
    // The compiler makes types up for calls that it cannot resolve.
    boolean isType =
        element instanceof TypeElement
            && !isThis(expression)
            && !(expression instanceof MethodInvocationTree);
    boolean known = site != null && site.getKind() != TypeKind.ERROR;
    if (!known || site.getKind() == TypeKind.PACKAGE) {
      String name = expression.toString();
      if (index.hasPackage(name)) {
        addPackage(name);
      }
      return;
    }
    Expected expected = Expected.at(analysis, path);
    for (Element member : analysis.members(site)) {
      boolean isStatic = member.getModifiers().contains(Modifier.STATIC);
      boolean fits =
          reference
              ? member.getKind() == ElementKind.METHOD
              : isStatic == isType || isType && member instanceof TypeElement;
      if (fits
          && proposals.accepts(member.getSimpleName())
          && analysis.isAccessible(member, site)) {
        boolean object =
            Signatures.isObject(member.getEnclosingElement())
                || OF_OBJECT.contains(member.getSimpleName().toString());
        var origin = object ? Proposals.Origin.OBJECT : Proposals.Origin.NEAR;
        boolean matches = !object || member.getSimpleName().contentEquals(TO_STRING);
        add(member, analysis.typeOf(member, site), origin, matches ? expected : Expected.NOTHING);
      }
    }
    if (site instanceof ArrayType && !isType) {
      proposals.add("length", Completion.INSTANCE, Proposals.Origin.NEAR, "length: int");
    }
    if (isType && !reference) {
      proposals.add("class", Completion.KEYWORD, Proposals.Origin.KEYWORD, "class");
    }
    if (isType && reference) {
      proposals.add("new", Completion.KEYWORD, Proposals.Origin.KEYWORD, "new");
    }
  }

  private static boolean isThis(ExpressionTree expression) {
    String text = expression.toString();
    return text.equals("this") || text.equals("super") || text.endsWith(".this");
  }

  private void add(Element member, TypeMirror type, Proposals.Origin origin, Expected expected) {
    if (member instanceof TypeElement nested) {
      proposals.add(nested, origin);
    } else if (member instanceof ExecutableElement method) {
      if (method.getKind() == ElementKind.METHOD) {
        proposals.add(method, (ExecutableType) type, origin, expected);
      }
    } else {
      proposals.add(member, type, origin, expected);
    }
  }

  /** Adds the constants of the enum that a switch is on, if the name is a label of it. */
  private boolean addConstants(TreePath path) {
    TreePath up = path.getParentPath();
    Tree label = path.getLeaf();
    while (!(up.getLeaf() instanceof CaseTree) && !(up.getLeaf() instanceof StatementTree)) {
      label = up.getLeaf();
      up = up.getParentPath();
    }
    if (!(up.getLeaf() instanceof CaseTree branch) || branch.getBody() == label) {
      return false;
    }
    TreePath choice = up.getParentPath();
    ExpressionTree selector =
        choice.getLeaf() instanceof SwitchTree statement
            ? statement.getExpression()
            : ((SwitchExpressionTree) choice.getLeaf()).getExpression();
    TypeMirror type = analysis.type(new TreePath(choice, selector));
    for (Element member : analysis.members(type)) {
      if (member.getKind() == ElementKind.ENUM_CONSTANT) {
        proposals.add(member, type, Proposals.Origin.NEAR, Expected.NOTHING);
      }
    }
    return type instanceof DeclaredType declared
        && declared.asElement().getKind() == ElementKind.ENUM;
  }

  private void addNames(TreePath path) {
    if (addConstants(path)) {
      return;
    }
    boolean types = wantsType(path);
    Expected expected = Expected.at(analysis, path);
    for (Element element : Scopes.at(analysis, path)) {
      boolean hidden =
          Signatures.isObject(element.getEnclosingElement())
              || types && !(element instanceof TypeElement)
              || element.getSimpleName().contentEquals(CellSource.METHOD)
              || element.getSimpleName().contentEquals(CellSource.LOCAL)
              || prefix.isEmpty() && JSHELLS_OWN.matcher(element.getSimpleName()).matches();
      if (!hidden && proposals.accepts(element.getSimpleName())) {
        add(element, element.asType(), origin(element), expected);
      }
    }
    if (!types) {
      for (Element member : Imports.staticMembers(analysis)) {
        add(member, member.asType(), Proposals.Origin.IMPORTED_MEMBER, expected);
      }
    }
    addConstantsOf(expected);
    if (types || !prefix.isEmpty()) {
      addTypes(expected);
    }
    if (!types && !prefix.isEmpty()) {
      for (String keyword : KEYWORDS) {
        if (keyword.startsWith(prefix)) {
          proposals.add(keyword, Completion.KEYWORD, Proposals.Origin.KEYWORD, keyword);
        }
      }
      for (String name : index.packagesIn("")) {
        if (name.startsWith(prefix)) {
          proposals.add(name, Completion.MODULE, Proposals.Origin.PACKAGE, name);
        }
      }
    }
  }

  /** Adds the constants of the enums that are expected, with their type as it is written here. */
  private void addConstantsOf(Expected expected) {
    for (TypeElement type : expected.elements()) {
      String name = written(type);
      for (Element member : type.getEnclosedElements()) {
        if (member.getKind() == ElementKind.ENUM_CONSTANT && analysis.isAccessible(type, null)) {
          String constant = name + "." + member.getSimpleName();
          String signature = constant + ": " + type.getSimpleName();
          proposals.addExpected(
              constant, Completion.INSTANCE, Proposals.Origin.IMPORTED_TYPE, signature);
        }
      }
    }
  }

  /** A type's name as it can stand in the cell: without what is imported or of the notebook. */
  private String written(TypeElement type) {
    String simple = type.getSimpleName().toString();
    String qualified = type.getQualifiedName().toString();
    Element outer = type.getEnclosingElement();
    String owner = qualified.substring(0, Math.max(0, qualified.length() - simple.length() - 1));
    boolean imported =
        Imports.types(analysis).contains(qualified)
            || Imports.owners(analysis).contains(owner)
            || owner.equals(CellSource.PACKAGE + "." + CellSource.NOTEBOOK)
            || owner.equals(CellSource.PACKAGE + "." + CellSource.CELL);
    if (imported || owner.isEmpty()) {
      return simple;
    }
    return outer instanceof TypeElement enclosing ? written(enclosing) + "." + simple : qualified;
  }

  private static boolean wantsType(TreePath path) {
    Tree around = path.getParentPath().getLeaf();
    Tree tree = path.getLeaf();
    return around instanceof NewClassTree creation && creation.getIdentifier() == tree
        || around instanceof VariableTree variable && variable.getType() == tree
        || around instanceof InstanceOfTree check && check.getType() == tree
        || around instanceof ParameterizedTypeTree
        || around instanceof ClassTree;
  }

  private static Proposals.Origin origin(Element element) {
    boolean notebook =
        element.getEnclosingElement().getSimpleName().contentEquals(CellSource.NOTEBOOK)
            || element.getEnclosingElement().getSimpleName().contentEquals(CellSource.CELL);
    if (!notebook) {
      return Proposals.Origin.NEAR;
    }
    if (element instanceof TypeElement) {
      return Proposals.Origin.NOTEBOOK_TYPE;
    }
    return element instanceof ExecutableElement
        ? Proposals.Origin.NOTEBOOK_METHOD
        : Proposals.Origin.NOTEBOOK_VARIABLE;
  }

  private void addPackage(String owner) {
    for (String name : index.packagesIn(owner)) {
      proposals.add(name, Completion.MODULE, Proposals.Origin.PACKAGE, qualified(owner, name));
    }
    for (String name : index.typesIn(owner)) {
      addType(qualified(owner, name), name, Proposals.Origin.NEAR);
    }
  }

  private void addTypes(Expected expected) {
    var imported = new TreeSet<String>();
    for (String name : Imports.types(analysis)) {
      imported.add(name);
      addType(name, name.substring(name.lastIndexOf('.') + 1), Proposals.Origin.IMPORTED_TYPE);
    }
    for (TypeElement type : expected.elements()) {
      String declaration = Signatures.declaration(type);
      proposals.addExpected(
          written(type), Completion.CLASS, Proposals.Origin.IMPORTED_TYPE, declaration);
    }
    for (String owner : Imports.owners(analysis)) {
      Set<String> types = index.typesIn(owner);
      for (String name : types) {
        imported.add(qualified(owner, name));
        addType(qualified(owner, name), name, Proposals.Origin.IMPORTED_TYPE);
      }
      TypeElement type = types.isEmpty() ? analysis.elements().getTypeElement(owner) : null;
      if (type != null) {
        for (Element member : type.getEnclosedElements()) {
          if (member instanceof TypeElement nested && analysis.isAccessible(nested, null)) {
            proposals.add(nested, Proposals.Origin.IMPORTED_TYPE);
          }
        }
      }
    }
    if (prefix.length() >= NOT_IMPORTED_PREFIX && Character.isUpperCase(prefix.charAt(0))) {
      index.typesWith(prefix).stream()
          .filter(name -> !imported.contains(name))
          .filter(this::isPublic)
          .limit(NOT_IMPORTED_MOST)
          .forEach(
              name ->
                  proposals.addQualified(
                      name,
                      index.isJdk(name)
                          ? Proposals.Origin.JDK_NOT_IMPORTED
                          : Proposals.Origin.NOT_IMPORTED));
    }
  }

  private void addType(String qualified, String name, Proposals.Origin origin) {
    if (proposals.accepts(name) && isPublic(qualified)) {
      proposals.add(name, Completion.CLASS, origin, qualified);
    }
  }

  private boolean isPublic(String qualified) {
    return index.isPublic(
        qualified,
        name -> {
          String owner = name.substring(0, name.lastIndexOf('.'));
          TypeElement type = analysis.type(index.moduleOf(owner), name);
          return type != null && type.getModifiers().contains(Modifier.PUBLIC);
        });
  }

  private static String qualified(String owner, String name) {
    return owner.isEmpty() ? name : owner + "." + name;
  }
}
