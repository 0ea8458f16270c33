package org.adversaria.torch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tensors and plain values of a pickled value, by the names on the way to them, joined by dots.
 * Those of modules are named as {@code state_dict()} names them.
 */
final class SavedTree {

  private static final int MAXIMAL_VISITS = 2_000_000;
  private static final int MAXIMAL_NAME = 1000;
  private static final int BYTES_PER_ENTRY = 100;
  private static final Set<String> LEVELS = Set.of("_parameters", "_buffers", "_modules");

  final Map<String, SavedTensor> tensors = new LinkedHashMap<>();
  final Map<String, Object> values = new LinkedHashMap<>();
  final Map<String, String> modules = new LinkedHashMap<>();
  private final ScriptEntry entry;
  private final PickleBudget budget;
  private int visits;

  SavedTree(ScriptEntry entry, PickleBudget budget, Object root) {
    this.entry = entry;
    this.budget = budget;
    visit("", root);
  }

  /** Values that stand in several places are visited in each, so that visits are counted. */
  private void visit(String name, Object value) {
    if (++visits > MAXIMAL_VISITS) {
      throw entry.damaged(Text.format("it has values in more than %d places", MAXIMAL_VISITS));
    }
    if (value instanceof SavedTensor tensor) {
      put(name, tensor);
    } else if (value instanceof PickleObjects.NumpyArray array && array.tensor() != null) {
      put(name, array.tensor());
    } else if (value instanceof SavedModule module) {
      modules.put(kept(name), module.className());
      visitModule(name, module.state());
    } else if (value instanceof Map<?, ?> map) {
      map.forEach((key, part) -> visit(join(name, String.valueOf(key)), part));
    } else if (value instanceof List<?> list) {
      visitList(name, list);
    } else if (value instanceof Pickle.Tuple tuple) {
      visitList(name, tuple.values());
    } else if (PickleObjects.isPlain(value)) {
      values.put(kept(name), value);
    }
  }

  private void visitList(String name, List<?> list) {
    for (int i = 0; i < list.size(); i++) {
      if (!PickleObjects.isPlain(list.get(i))) {
        visit(join(name, Integer.toString(i)), list.get(i));
      }
    }
  }

  private void visitModule(String name, Map<?, ?> state) {
    List<?> unsaved =
        state.get("_non_persistent_buffers_set") instanceof List<?> names ? names : List.of();
    state.forEach(
        (key, part) -> {
          if (LEVELS.contains(key) && part instanceof Map<?, ?> level) {
            level.forEach(
                (inner, value) -> {
                  if (!unsaved.contains(inner)) {
                    visit(join(name, String.valueOf(inner)), value);
                  }
                });
          } else if (!String.valueOf(key).startsWith("_") && PickleObjects.isPlain(part)) {
            visit(join(name, String.valueOf(key)), part);
          }
        });
  }

  /** Few bytes of a file can name many places, so that names are counted. */
  private String kept(String name) {
    budget.takeMemory(name.length() + BYTES_PER_ENTRY);
    return name;
  }

  private String join(String name, String key) {
    String joined = name.isEmpty() ? key : name + "." + key;
    if (joined.length() > MAXIMAL_NAME) {
      throw entry.damaged(Text.format("a name in it has more than %d characters", MAXIMAL_NAME));
    }
    return joined;
  }

  private void put(String name, SavedTensor tensor) {
    String full = name.isEmpty() ? "tensor" : name;
    if (!Text.isVisible(full)) {
      throw entry.damaged(
          Text.format("the name of tensor '%s' has control characters", Text.visible(full)));
    }
    if (tensors.put(kept(full), tensor) != null) {
      throw entry.damaged(Text.format("it has two tensors named '%s'", full));
    }
  }
}
