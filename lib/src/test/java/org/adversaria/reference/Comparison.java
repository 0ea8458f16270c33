package org.adversaria.reference;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.adversaria.torch.Text;
import org.junit.jupiter.api.Assertions;

/** Compares outputs with a case's expected values, element by element. */
final class Comparison {

  private final ReferenceCase reference;
  private final double rtol;
  private final double atol;

  Comparison(ReferenceCase reference) {
    this.reference = reference;
    this.rtol = reference.rtol();
    this.atol = reference.atol();
  }

  /**
   * Fails with one line for every output that is absent, has another shape, or has an element
   * further off than {@code atol + rtol * |expected|}.
   */
  void check(Map<String, ReferenceTensor> actual) {
    var problems = new ArrayList<String>();
    reference
        .expected()
        .forEach(
            (name, expected) -> {
              if (actual.containsKey(name)) {
                compare(name, expected, actual.get(name), problems);
              } else {
                problems.add("output '" + name + "' is absent; there are " + actual.keySet());
              }
            });
    if (!problems.isEmpty()) {
      Assertions.fail(reference + ":\n  " + String.join("\n  ", problems));
    }
  }

  private void compare(
      String name, ReferenceTensor expected, ReferenceTensor actual, List<String> problems) {
    boolean bothScalars = expected.shape().size() == 1 && actual.shape().size() == 1;
    if (!bothScalars && !expected.shape().equals(actual.shape())) {
      problems.add(
          "output '" + name + "' has shape " + actual.shape() + ", expected " + expected.shape());
      return;
    }
    int worst = -1;
    double worstExcess = 0;
    int wrong = 0;
    for (int i = 0; i < expected.values().length; i++) {
      double excess = excess(expected.values()[i], actual.values()[i]);
      if (excess > 0) {
        wrong++;
        if (excess > worstExcess) {
          worstExcess = excess;
          worst = i;
        }
      }
    }
    if (wrong > 0) {
      problems.add(describe(name, worst, wrong, expected, actual));
    }
  }

  /** By how much a value is too far off; 0 where it is near enough. */
  private double excess(double expected, double actual) {
    if (Double.compare(expected, actual) == 0) {
      return 0;
    }
    if (!Double.isFinite(expected) || !Double.isFinite(actual)) {
      return Double.POSITIVE_INFINITY;
    }
    return Math.max(0, Math.abs(expected - actual) - allowed(expected));
  }

  private double allowed(double expected) {
    return atol + rtol * Math.abs(expected);
  }

  private String describe(
      String name, int worst, int wrong, ReferenceTensor expected, ReferenceTensor actual) {
    double e = expected.values()[worst];
    double a = actual.values()[worst];
    return Text.format(
        "output '%s' differs in %d of %d elements, most at %s: expected %s, was %s (off by %.3g,"
            + " allowed %.3g with rtol %s, atol %s)",
        name,
        wrong,
        expected.values().length,
        index(worst, expected.shape().getShape()),
        e,
        a,
        Math.abs(e - a),
        allowed(e),
        rtol,
        atol);
  }

  private static List<Long> index(long flat, long[] shape) {
    var index = new ArrayList<Long>();
    long rest = flat;
    for (int i = shape.length - 1; i >= 0; i--) {
      index.add(0, rest % shape[i]);
      rest /= shape[i];
    }
    return index;
  }
}
