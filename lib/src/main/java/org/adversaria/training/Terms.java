package org.adversaria.training;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchOps;

/** A player's objective as a weighted sum of named terms, and other scalars for the log. */
public final class Terms {

  private static final Pattern NO_COLUMN = Pattern.compile("[,\"\\v]");

  private final Map<String, NDArray> logged = new LinkedHashMap<>();
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
    return log(name, value);
  }

  /**
   * Adds a term times its weight. A term of weight 0 is neither computed nor logged.
   *
   * @param name its name in the log
   * @param weight multiplies the term
   * @param term computes a scalar
   * @return this
   */
  public Terms add(String name, double weight, Supplier<NDArray> term) {
    return weight == 0 ? this : add(name, TorchOps.scale(term.get(), weight));
  }

  /**
   * Logs a scalar that is not part of the objective.
   *
   * @param name its name in the log
   * @param value a scalar
   * @return this
   * @throws IllegalArgumentException if the name is used already, or cannot be that of a column
   */
  public Terms log(String name, NDArray value) {
    if (name.isBlank() || name.equalsIgnoreCase("step") || NO_COLUMN.matcher(name).find()) {
      throw new IllegalArgumentException(
          Text.format(
              "'%s' cannot be a column of the log: a name is not empty, not 'step', and has no comma,"
                  + " quotation mark or line break",
              name));
    }
    if (logged.put(name, value) != null) {
      throw new IllegalArgumentException("Two scalars of one objective are named '" + name + "'");
    }
    return this;
  }

  /**
   * Returns the objective.
   *
   * @return the sum of the terms, a scalar
   * @throws IllegalStateException if there is no term
   */
  public NDArray total() {
    if (total == null) {
      throw new IllegalStateException("The objective has no term: call add(name, value)");
    }
    return total;
  }

  /**
   * Returns all scalars.
   *
   * @return by name: terms, times their weights, and the other scalars
   */
  public Map<String, NDArray> logged() {
    return logged;
  }
}
