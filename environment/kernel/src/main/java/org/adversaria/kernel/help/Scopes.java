package org.adversaria.kernel.help;

import com.sun.source.tree.BindingPatternTree;
import com.sun.source.tree.BlockTree;
import com.sun.source.tree.CaseTree;
import com.sun.source.tree.CatchTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.EnhancedForLoopTree;
import com.sun.source.tree.ForLoopTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;

/** What has a name at a place in a cell, without what is imported; the nearest comes first. */
final class Scopes {

  private final Analysis analysis;
  private final List<Element> found = new ArrayList<>();

  private Scopes(Analysis analysis) {
    this.analysis = analysis;
  }

  /** Local variables and types, then the members of the classes around the place. */
  static List<Element> at(Analysis analysis, TreePath place) {
    var scopes = new Scopes(analysis);
    TreePath inner = place;
    for (TreePath path = place.getParentPath(); path != null; path = path.getParentPath()) {
      scopes.addOf(path, inner.getLeaf());
      inner = path;
    }
    return scopes.found;
  }

  private void addOf(TreePath path, Tree inner) {
    Tree tree = path.getLeaf();
    if (tree instanceof BlockTree block) {
      addBefore(path, block.getStatements(), inner);
    } else if (tree instanceof CaseTree branch) {
      addPatterns(path, inner);
      if (branch.getStatements() != null) {
        addBefore(path, branch.getStatements(), inner);
      }
    } else if (tree instanceof LambdaExpressionTree lambda) {
      addAll(path, lambda.getParameters());
    } else if (tree instanceof MethodTree method) {
      addAll(path, method.getParameters());
    } else if (tree instanceof ForLoopTree loop) {
      addAll(path, loop.getInitializer());
    } else if (tree instanceof EnhancedForLoopTree loop) {
      addAll(path, List.of(loop.getVariable()));
    } else if (tree instanceof TryTree attempt && attempt.getBlock() == inner) {
      addAll(path, attempt.getResources());
    } else if (tree instanceof CatchTree handler) {
      addAll(path, List.of(handler.getParameter()));
    } else if (tree instanceof ClassTree && analysis.element(path) instanceof TypeElement type) {
      found.addAll(analysis.elements().getAllMembers(type));
    } else {
      addPatterns(path, inner);
    }
  }

  private void addBefore(TreePath path, List<? extends Tree> statements, Tree inner) {
    int end = statements.indexOf(inner);
    var before = new ArrayList<Tree>(statements.subList(0, end < 0 ? statements.size() : end));
    Collections.reverse(before);
    addAll(path, before);
  }

  private void addAll(TreePath path, List<? extends Tree> trees) {
    for (Tree tree : trees) {
      if (tree instanceof VariableTree || tree instanceof ClassTree) {
        add(new TreePath(path, tree));
      }
    }
  }

  /** The variables of {@code instanceof} and {@code case} beside the inner tree. */
  private void addPatterns(TreePath path, Tree inner) {
    new TreePathScanner<Void, Void>() {
      @Override
      public Void scan(Tree tree, Void nothing) {
        return tree == inner || tree instanceof BlockTree ? null : super.scan(tree, nothing);
      }

      @Override
      public Void visitBindingPattern(BindingPatternTree tree, Void nothing) {
        add(new TreePath(getCurrentPath(), tree.getVariable()));
        return null;
      }
    }.scan(path, null);
  }

  private void add(TreePath path) {
    Element element = analysis.element(path);
    if (element != null) {
      found.add(element);
    }
  }
}
