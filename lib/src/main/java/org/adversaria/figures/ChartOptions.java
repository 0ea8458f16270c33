package org.adversaria.figures;

/**
 * How a chart is to look: names, size, ranges, scales, smoothing. Whatever is not said is chosen
 * from the data.
 *
 * <p>Options are values: every method gives changed options and leaves these as they are, so that
 * one set can serve many charts.
 *
 * <pre>{@code
 * Figures.curves(log, "step", List.of("loss_d", "loss_g"),
 *     ChartOptions.defaults().title("Losses").yLabel("loss").smoothing(0.95));
 * }</pre>
 */
public final class ChartOptions implements Cloneable {

  private static final ChartOptions DEFAULTS = new ChartOptions();

  private String title = "";
  private String xLabel = "";
  private String yLabel = "";
  private int width;
  private int height;
  private Range xRange;
  private Range yRange;
  private boolean logX;
  private boolean logY;
  private double smoothing;

  private ChartOptions() {}

  /**
   * Returns options that leave everything to the chart.
   *
   * @return the options
   */
  public static ChartOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Sets the title above the chart; there is none unless it is set.
   *
   * @param title the title; cut with an ellipsis where it is too long
   * @return the changed options
   */
  public ChartOptions title(String title) {
    ChartOptions changed = copy();
    changed.title = title;
    return changed;
  }

  /**
   * Sets the name of the horizontal axis.
   *
   * @param label the name, with the unit if there is one
   * @return the changed options
   */
  public ChartOptions xLabel(String label) {
    ChartOptions changed = copy();
    changed.xLabel = label;
    return changed;
  }

  /**
   * Sets the name of the vertical axis.
   *
   * @param label the name, with the unit if there is one
   * @return the changed options
   */
  public ChartOptions yLabel(String label) {
    ChartOptions changed = copy();
    changed.yLabel = label;
    return changed;
  }

  /**
   * Sets the size of the whole figure. A notebook's output is about 900 pixels wide.
   *
   * @param width in pixels, at least 200
   * @param height in pixels, at least 120
   * @return the changed options
   * @throws IllegalArgumentException if the chart would be too small to read
   */
  public ChartOptions size(int width, int height) {
    if (width < 200 || height < 120) {
      throw new IllegalArgumentException(
          "A chart needs at least 200 x 120 pixels, not " + width + " x " + height);
    }
    ChartOptions changed = copy();
    changed.width = width;
    changed.height = height;
    return changed;
  }

  /**
   * Fixes the horizontal axis; what lies outside is not drawn. The frames of an animation need it.
   *
   * @param min left end
   * @param max right end, above {@code min}
   * @return the changed options
   * @throws IllegalArgumentException unless both are finite and {@code min < max}
   */
  public ChartOptions xRange(double min, double max) {
    ChartOptions changed = copy();
    changed.xRange = Range.between(min, max);
    return changed;
  }

  /**
   * Fixes the vertical axis; what lies outside is not drawn. The frames of an animation need it.
   *
   * @param min lower end
   * @param max upper end, above {@code min}
   * @return the changed options
   * @throws IllegalArgumentException unless both are finite and {@code min < max}
   */
  public ChartOptions yRange(double min, double max) {
    ChartOptions changed = copy();
    changed.yRange = Range.between(min, max);
    return changed;
  }

  /**
   * Makes the horizontal axis logarithmic. Values that are not positive leave gaps.
   *
   * @return the changed options
   */
  public ChartOptions logX() {
    ChartOptions changed = copy();
    changed.logX = true;
    return changed;
  }

  /**
   * Makes the vertical axis logarithmic. Values that are not positive leave gaps.
   *
   * @return the changed options
   */
  public ChartOptions logY() {
    ChartOptions changed = copy();
    changed.logY = true;
    return changed;
  }

  /**
   * Draws {@linkplain Figures#curves curves} as exponential moving averages over their faint raw
   * values; other charts do not smooth.
   *
   * <p>The average of the values x<sub>1</sub>, x<sub>2</sub>, ... is s<sub>t</sub> = beta
   * s<sub>t-1</sub> + (1 - beta) x<sub>t</sub> from s<sub>0</sub> = 0, divided by 1 -
   * beta<sup>t</sup>, so that it does not start near zero (Kingma and Ba, "Adam", 2015, section 3).
   *
   * @param beta the weight of the past, in [0, 1); 0 does not smooth
   * @return the changed options
   * @throws IllegalArgumentException if beta is outside [0, 1)
   */
  public ChartOptions smoothing(double beta) {
    if (!(beta >= 0 && beta < 1)) {
      throw new IllegalArgumentException("Smoothing lies in [0, 1), not " + beta);
    }
    ChartOptions changed = copy();
    changed.smoothing = beta;
    return changed;
  }

  /** These options, with the given names and size where none are set. */
  ChartOptions orElse(String xLabel, String yLabel, int width, int height) {
    ChartOptions filled = copy();
    filled.xLabel = this.xLabel.isEmpty() ? xLabel : this.xLabel;
    filled.yLabel = this.yLabel.isEmpty() ? yLabel : this.yLabel;
    filled.width = this.width == 0 ? width : this.width;
    filled.height = this.height == 0 ? height : this.height;
    return filled;
  }

  String title() {
    return title;
  }

  String xLabel() {
    return xLabel;
  }

  String yLabel() {
    return yLabel;
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /** Null: from the data. */
  Range xRange() {
    return xRange;
  }

  /** Null: from the data. */
  Range yRange() {
    return yRange;
  }

  boolean isLogX() {
    return logX;
  }

  boolean isLogY() {
    return logY;
  }

  double smoothing() {
    return smoothing;
  }

  private ChartOptions copy() {
    try {
      return (ChartOptions) clone();
    } catch (CloneNotSupportedException e) {
      throw new AssertionError(e);
    }
  }
}
