package org.adversaria.metrics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.adversaria.data.Shapes;
import org.adversaria.data.Tables;
import org.adversaria.torch.Text;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * How diverse the generated images of each class are in what is drawn in {@link Shapes}: for each
 * factor the {@link FactorSpread} of generated images over that of real ones, both by the same
 * estimator.
 *
 * <p>1 is as diverse as the data, 0 is one image over and over. More than 1 is possible: shapes
 * where the data has none, or images in which there is no shape. Unlike a distance between
 * distributions it tells which variation was lost, and it needs no network; unlike it, it says
 * nothing of quality.
 *
 * @param classNames the classes
 * @param ratios for each factor a ratio for each class
 * @param missing how many generated images lack a factor, for want of contrast or colour
 */
public record FactorDiversity(
    List<String> classNames, Map<String, List<Double>> ratios, long missing) {

  /** A spread below this is rounding. */
  private static final double NO_SPREAD = 1e-6;

  /**
   * Compares generated with real images.
   *
   * @param generated the spread of generated images
   * @param real the spread of real images
   * @return the diversity
   * @throws IllegalArgumentException if classes or factors differ, a class has fewer than two
   *     images, or the real images of a class do not differ in a factor
   */
  public static FactorDiversity of(FactorSpread generated, FactorSpread real) {
    List<String> classes = real.classNames();
    if (!generated.classNames().equals(classes)) {
      throw new IllegalArgumentException(
          Text.format(
              "The generated images have the classes %s, the real ones %s",
              generated.classNames(), classes));
    }
    requireImages(generated, "generated");
    requireImages(real, "real");
    if (!generated.factors().equals(real.factors())) {
      throw new IllegalArgumentException(
          "Generated images with the factors %s cannot be compared with real ones with %s: both are"
              + Text.format(" to be grey, or both in colour", generated.factors(), real.factors()));
    }
    var ratios = new LinkedHashMap<String, List<Double>>();
    for (String factor : real.factors()) {
      var byClass = new ArrayList<Double>();
      for (int label = 0; label < classes.size(); label++) {
        byClass.add(ratio(generated, real, factor, label));
      }
      ratios.put(factor, List.copyOf(byClass));
    }
    return new FactorDiversity(classes, ratios, generated.missing());
  }

  private static void requireImages(FactorSpread spread, String kind) {
    for (int label = 0; label < spread.classNames().size(); label++) {
      if (spread.images(label) < 2) {
        throw new IllegalArgumentException(
            Text.format(
                "Diversity needs at least 2 %s images of each class, but '%s' has %d",
                kind, spread.classNames().get(label), spread.images(label)));
      }
    }
  }

  private static double ratio(FactorSpread generated, FactorSpread real, String factor, int label) {
    double reference = real.spread(factor, label);
    if (reference < NO_SPREAD) {
      throw new IllegalArgumentException(
          Text.format(
              "The real images of '%s' do not differ in %s, so there is no diversity to compare with",
              real.classNames().get(label), factor));
    }
    double spread = generated.spread(factor, label);
    return spread < NO_SPREAD ? 0 : spread / reference;
  }

  /**
   * Returns the diversity in one factor.
   *
   * @param factor {@code x}, {@code y}, {@code size} or, of colour images, {@code hue}
   * @return the mean of the ratios over the classes
   * @throws IllegalArgumentException if there is no such factor
   */
  public double ratio(String factor) {
    List<Double> byClass = ratios.get(factor);
    if (byClass == null) {
      throw new IllegalArgumentException(
          Text.format("No factor is named '%s'; there are %s", factor, ratios.keySet()));
    }
    return byClass.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  /**
   * Returns the diversity in one number.
   *
   * @return the mean over the factors
   */
  public double mean() {
    return ratios.keySet().stream().mapToDouble(this::ratio).average().orElseThrow();
  }

  /**
   * Returns the ratios as a table.
   *
   * @return a row for each class: {@code class} and a column for each factor
   */
  public Table table() {
    Table table = Table.create("factor diversity", StringColumn.create("class", classNames));
    ratios.forEach((factor, byClass) -> table.addColumns(DoubleColumn.create(factor, byClass)));
    return Tables.plain(table);
  }
}
