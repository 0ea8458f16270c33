package org.adversaria.kernel.help;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ErroneousTree;
import com.sun.source.tree.Scope;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.ModuleElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.ExecutableType;
import javax.lang.model.type.IntersectionType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;

/** A cell's source with the types that the compiler has found. */
final class Analysis {

  /** Errors are no reason to stop: a cell in writing always has some. */
  private static final List<String> OPTIONS =
      List.of(
          "-proc:none",
          "-parameters",
          "-XDshould-stop.ifError=ATTR",
          "-XDshould-stop.ifNoError=ATTR",
          "-Xlint:none");

  private static final System.Logger LOGGER = System.getLogger(Analysis.class.getName());

  private final JavacTask task;
  private final DocTrees trees;
  private final CompilationUnitTree unit;
  private final Scope scope;

  private Analysis(JavacTask task, CompilationUnitTree unit) {
    this.task = task;
    this.trees = DocTrees.instance(task);
    this.unit = unit;
    this.scope = trees.getScope(new TreePath(new TreePath(unit), unit.getTypeDecls().get(0)));
  }

  /** Attributes a cell. */
  static Analysis of(JavaCompiler compiler, JavaFileManager files, CellSource source) {
    var inputs = List.of(new TextSource(CellSource.PACKAGE + "." + CellSource.CELL, source.text()));
    var task =
        (JavacTask)
            compiler.getTask(Writer.nullWriter(), files, diagnostic -> {}, OPTIONS, null, inputs);
    try {
      CompilationUnitTree unit = task.parse().iterator().next();
      try {
        task.analyze();
      } catch (IllegalStateException | AssertionError e) {
        // javac fails itself on some sources that are no Java yet; the types found till then stay.
        LOGGER.log(System.Logger.Level.DEBUG, "javac failed on a cell", e);
      }
      return new Analysis(task, unit);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  CompilationUnitTree unit() {
    return unit;
  }

  DocTrees trees() {
    return trees;
  }

  Elements elements() {
    return task.getElements();
  }

  Types types() {
    return task.getTypes();
  }

  Element element(TreePath path) {
    return trees.getElement(path);
  }

  TypeMirror type(TreePath path) {
    return trees.getTypeMirror(path);
  }

  /** The class that has the cell. */
  TypeElement cell() {
    return elements().getTypeElement(CellSource.PACKAGE + "." + CellSource.CELL);
  }

  /** The members of a type, inherited ones too; none of what has no members. */
  List<? extends Element> members(TypeMirror type) {
    if (type instanceof DeclaredType declared) {
      return elements().getAllMembers((TypeElement) declared.asElement());
    }
    if (type instanceof IntersectionType intersection) {
      return intersection.getBounds().stream().flatMap(b -> members(b).stream()).toList();
    }
    if (type instanceof ArrayType) {
      return elements().getAllMembers(elements().getTypeElement("java.lang.Object"));
    }
    return List.of();
  }

  /** A method's type as a member of the type; the type is null for simple names. */
  ExecutableType typeOf(ExecutableElement method, TypeMirror site) {
    return (ExecutableType) typeOf((Element) method, site);
  }

  /** A member's type as a member of the type; the type is null for simple names. */
  TypeMirror typeOf(Element member, TypeMirror site) {
    boolean inherited =
        site instanceof DeclaredType
            && site.getKind() == TypeKind.DECLARED
            && !member.getModifiers().contains(Modifier.STATIC);
    return inherited ? types().asMemberOf((DeclaredType) site, member) : member.asType();
  }

  /** Whether the cell may use the member of the type; the type is null for simple names. */
  boolean isAccessible(Element member, TypeMirror site) {
    if (site instanceof DeclaredType declared && declared.getKind() == TypeKind.DECLARED) {
      return trees.isAccessible(scope, member, declared);
    }
    Element owner = member.getEnclosingElement();
    return owner.asType() instanceof DeclaredType type
        ? trees.isAccessible(scope, member, type)
        : !member.getModifiers().contains(Modifier.PRIVATE);
  }

  /** A type by its full name; null if there is none. */
  TypeElement type(String module, String name) {
    ModuleElement owner = elements().getModuleElement(module);
    return owner == null ? null : elements().getTypeElement(owner, name);
  }

  /** The path to the smallest tree around the index; null if there is none. */
  TreePath at(int index) {
    var found = new ArrayList<TreePath>();
    SourcePositions positions = trees.getSourcePositions();
    new TreePathScanner<Void, Void>() {
      @Override
      public Void scan(Tree tree, Void nothing) {
        if (tree == null) {
          return null;
        }
        long start = positions.getStartPosition(unit, tree);
        long end = positions.getEndPosition(unit, tree);
        super.scan(tree, nothing);
        if (found.isEmpty() && start >= 0 && start <= index && index < end) {
          found.add(new TreePath(getCurrentPath(), tree));
        }
        return null;
      }

      @Override
      public Void visitErroneous(ErroneousTree tree, Void nothing) {
        return scan(tree.getErrorTrees(), nothing);
      }
    }.scan(new TreePath(unit), null);
    return found.isEmpty() ? null : found.get(0);
  }
}
