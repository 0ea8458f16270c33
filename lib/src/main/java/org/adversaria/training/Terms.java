package org.adversaria.training;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.Map;

/** A player's objective as named terms, and other scalars worth watching. */
public final class Terms {

  private final Map<String, NDArray> named = new LinkedHashMap<>();
  private NDArray total;

  /** Starts without terms. */
  public Terms() {}

  /**
   * Adds a term of the objective.
   *
   * @param name its name in the log
   * @param value a scalar
   * @return this
   */
  public Terms add(String name, NDArray value) {
    total = total == null ? value : total.add(value);
    return watch(name, value);
  }

  /**
   * Logs a scalar that is not part of the objective.
   *
   * @param name its name in the log
   * @param value a scalar
   * @return this
   */
  public Terms watch(String name, NDArray value) {
    if (named.put(name, value) != null) {
      throw new IllegalArgumentException("Two scalars of one objective are named '" + name + "'");
    }
    return this;
  }

  /** The sum of the objective's terms. */
  NDArray total() {
    if (total == null) {
      throw new IllegalStateException("The objective has no term: call add(name, value)");
    }
    return total;
  }

  /** All scalars by name. */
  Map<String, NDArray> named() {
    return named;
  }
}
