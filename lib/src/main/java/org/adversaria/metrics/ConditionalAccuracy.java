package org.adversaria.metrics;

import java.util.List;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * How often generated images belong to the class they were asked for, in a judge's eyes.
 *
 * @param classNames the classes
 * @param byClass for each class the share of its images in which the judge finds it, 0 to 1
 */
public record ConditionalAccuracy(List<String> classNames, List<Double> byClass) {

  /**
   * Returns the mean over the classes.
   *
   * @return 0 to 1
   */
  public double mean() {
    return byClass.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  /**
   * Returns the shares as a table.
   *
   * @return a row for each class: {@code class}, {@code accuracy}
   */
  public Table table() {
    return Table.create(
        "conditional accuracy",
        StringColumn.create("class", classNames),
        DoubleColumn.create("accuracy", byClass));
  }
}
