package org.adversaria.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.adversaria.torch.Text;

/**
 * Scalars of recent steps, which stay on the device and are read together, so that the host waits
 * for the GPU once in several steps and not at each. Reading throws at the first that is not
 * finite.
 */
final class PendingScalars {

  private final List<Step> pending = new ArrayList<>();

  private final Map<String, Column> columns = new HashMap<>();

  /** Who logs a scalar, and its name. */
  private record Column(String player, String name) {}

  private record Step(long step, Map<String, NDArray> scalars) {}

  /** Starts a step. */
  void begin(long step) {
    pending.add(new Step(step, new LinkedHashMap<>()));
  }

  /**
   * Keeps an update's scalars beyond its scope, without their graphs. A later update of the step
   * replaces scalars of the same name.
   *
   * @throws IllegalArgumentException if another player has one of that name, or one differs by
   *     upper and lower case only: one of the two would be lost
   */
  void add(String player, Map<String, NDArray> scalars) {
    scalars.keySet().forEach(name -> requireOwn(new Column(player, name)));
    Map<String, NDArray> current = pending.get(pending.size() - 1).scalars();
    scalars.forEach(
        (name, array) -> {
          NDArray value = array.stopGradient();
          NDScope.unregister(value);
          NDArray replaced = current.put(name, value);
          if (replaced != null) {
            replaced.close();
          }
        });
  }

  private void requireOwn(Column column) {
    Column other = columns.putIfAbsent(column.name().toLowerCase(Locale.ROOT), column);
    if (other != null && !other.equals(column)) {
      throw new IllegalArgumentException(
          Text.format(
              "The scalar '%s' of the player '%s' would have the column of '%s' of the player '%s' in"
                  + " the log: give one of them another name",
              column.name(), column.player(), other.name(), other.player()));
    }
  }

  /**
   * Moves all scalars to the log.
   *
   * @throws NotFinite at the first that is infinite or not a number; those before it are logged
   */
  void flush(ScalarLog log) throws NotFinite {
    for (Step step : pending) {
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
    pending.clear();
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
