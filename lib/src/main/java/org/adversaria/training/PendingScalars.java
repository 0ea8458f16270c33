package org.adversaria.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.adversaria.torch.Text;

/**
 * Scalars that steps left on the device, read together some steps later so that a GPU need not wait
 * at each step. Reading finds the first that is not finite.
 */
final class PendingScalars {

  private final List<Step> waiting = new ArrayList<>();

  private record Step(long step, Map<String, NDArray> scalars) {}

  /** Opens the next step. */
  void begin(long step) {
    waiting.add(new Step(step, new LinkedHashMap<>()));
  }

  /**
   * Takes a turn's scalars out of its scope, without their graphs; a later update replaces them.
   */
  void take(Map<String, NDArray> named) {
    Map<String, NDArray> current = waiting.get(waiting.size() - 1).scalars();
    named.forEach(
        (name, array) -> {
          NDArray value = array.stopGradient();
          NDScope.unregister(value);
          NDArray replaced = current.put(name, value);
          if (replaced != null) {
            replaced.close();
          }
        });
  }

  /**
   * Moves all scalars to the log.
   *
   * @throws NotFinite at the first that is infinite or not a number; those before it are logged
   */
  void flush(ScalarLog log) throws NotFinite {
    for (Step step : waiting) {
      var row = new LinkedHashMap<String, Double>();
      step.scalars().forEach((name, array) -> row.put(name, read(array)));
      step.scalars().values().forEach(NDArray::close);
      log.append(step.step(), row);
      for (var scalar : row.entrySet()) {
        if (!Double.isFinite(scalar.getValue())) {
          throw new NotFinite(step.step(), scalar.getKey(), scalar.getValue());
        }
      }
    }
    waiting.clear();
  }

  /** A product with a Java double is a float64 scalar in DJL, so both types occur. */
  private static double read(NDArray scalar) {
    return scalar.getDataType() == DataType.FLOAT64 ? scalar.getDouble() : scalar.getFloat();
  }

  /** A scalar that is infinite or not a number. */
  static final class NotFinite extends Exception {

    private static final long serialVersionUID = 1L;

    NotFinite(long step, String term, double value) {
      super(Text.format("'%s' was %s at step %d", term, value, step));
    }
  }
}
