package org.adversaria.notebook;

import java.util.ArrayList;
import java.util.List;
import org.adversaria.torch.Text;

/** Minimum, mean, maximum and deviation of the finite values, and the number of the others. */
final class ArrayStatistics {

  private long finite;
  private long nan;
  private long infinite;
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;
  private double mean;
  private double squares;

  /** Takes more values in, by Welford's recurrence. */
  void add(double[] values) {
    for (double value : values) {
      if (Double.isNaN(value)) {
        nan++;
      } else if (Double.isInfinite(value)) {
        infinite++;
      } else {
        finite++;
        min = Math.min(min, value);
        max = Math.max(max, value);
        double away = value - mean;
        mean += away / finite;
        squares += away * (value - mean);
      }
    }
  }

  double min() {
    return min;
  }

  double max() {
    return max;
  }

  boolean hasInfinite() {
    return infinite > 0;
  }

  boolean hasFinite() {
    return finite > 0;
  }

  /** Such as {@code min -1, mean 0.01, max 1, std 0.5; 3 NaN}. */
  @Override
  public String toString() {
    var parts = new ArrayList<String>();
    if (finite > 0) {
      parts.add(
          Text.format(
              "min %s, mean %s, max %s, std %s",
              Numbers.rounded(min),
              Numbers.rounded(mean),
              Numbers.rounded(max),
              Numbers.rounded(Math.sqrt(squares / finite))));
    }
    parts.addAll(others());
    return String.join("; ", parts);
  }

  /** The values that are no numbers, such as {@code 3 NaN}; empty where all are. */
  List<String> others() {
    var parts = new ArrayList<String>();
    if (nan > 0) {
      parts.add(Text.format("%,d NaN", nan));
    }
    if (infinite > 0) {
      parts.add(Text.format("%,d infinite", infinite));
    }
    return parts;
  }
}
