package org.adversaria.methods;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.LinkedHashMap;
import org.adversaria.torch.Text;

/**
 * The number of updates of D for each update of G ("n_critic"), with more at some steps: WGAN's
 * published code trains its critic 100 times in each of the first 25 steps and in every 500th, so
 * that it is near its optimum.
 *
 * @param count updates in other steps, at least 1
 * @param many updates in the first steps and at the interval, at least 1
 * @param firstSteps the number of steps at the start that have many; 0 for none
 * @param interval steps whose number it divides have many; 0 for none
 */
public record Updates(int count, int many, int firstSteps, int interval) {

  /**
   * Checks the numbers.
   *
   * @param count updates in other steps, at least 1
   * @param many updates in the first steps and at the interval, at least 1
   * @param firstSteps the number of steps at the start that have many, at least 0
   * @param interval between steps that have many; 0 for none
   * @throws IllegalArgumentException if one is out of range; the message names it
   */
  public Updates {
    require("count", count, 1);
    require("many", many, 1);
    require("firstSteps", firstSteps, 0);
    require("interval", interval, 0);
  }

  private static void require(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          Text.format("%s of the updates has to be at least %d, but is %d", name, least, value));
    }
  }

  /**
   * The same number in each step.
   *
   * @param count updates of D for each of G, at least 1
   * @return the updates
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static Updates of(int count) {
    return new Updates(count, count, 0, 0);
  }

  /** In records of runs: a number where it is the same in each step. */
  @JsonValue
  private Object json() {
    if (equals(of(count))) {
      return count;
    }
    var values = new LinkedHashMap<String, Integer>();
    values.put("count", count);
    values.put("many", many);
    values.put("firstSteps", firstSteps);
    values.put("interval", interval);
    return values;
  }

  /**
   * Returns the number of updates in a step.
   *
   * @param step its number, from 0
   * @return at least 1
   */
  public int in(long step) {
    boolean enough = step >= firstSteps && (interval == 0 || step % interval != 0);
    return enough ? count : many;
  }
}
