package org.adversaria.methods;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.adversaria.data.GaussianMixture;
import org.adversaria.data.Tables;
import org.adversaria.metrics.KernelDistance;
import org.adversaria.torch.Torch;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * The result of a {@link MixtureExperiment}: generated points of every class, and statistics of
 * them beside those of the true classes.
 *
 * @param mixture the true classes, on a line
 * @param objective the method and its terms
 * @param seed of the run
 * @param points generated points, for each class an array
 */
public record MixtureResult(
    GaussianMixture mixture, MixtureObjective objective, long seed, List<float[]> points) {

  /** TAC-GAN's kernel, (x y + 1)^2: it compares the first two moments. */
  private static final KernelDistance KERNEL = new KernelDistance(2, 1, 1);

  /** The random stream of new true points of class 0; class k has the stream TRUTH - k. */
  private static final long TRUTH = -1;

  /**
   * Returns the generated points of a class as an array, for figures.
   *
   * @param manager the owner of the result
   * @param label the class
   * @return float32 {@code (N, 1)}
   */
  public NDArray points(NDManager manager, int label) {
    float[] values = points.get(label);
    return manager.create(values, new Shape(values.length, 1));
  }

  /**
   * Returns the mean of a class's generated points.
   *
   * @param label the class
   * @return the mean
   */
  public double mean(int label) {
    return average(points.get(label), x -> x);
  }

  /**
   * Returns the standard deviation of a class's generated points.
   *
   * @param label the class
   * @return the root of the mean squared distance from {@link #mean}
   */
  public double spread(int label) {
    double mean = mean(label);
    return Math.sqrt(average(points.get(label), x -> (x - mean) * (x - mean)));
  }

  /**
   * Returns the mean over classes of |spread / true spread - 1|.
   *
   * @return at least 0; 0 where all spreads are the true ones, 1 where every class is one point
   */
  public double spreadError() {
    return IntStream.range(0, points.size())
        .mapToDouble(label -> Math.abs(spread(label) / mixture.classStd(label) - 1))
        .average()
        .orElseThrow();
  }

  /**
   * Returns the squared maximum mean discrepancy between a class's generated points and as many
   * fresh true ones, with the kernel (x y + 1)<sup>2</sup> of TAC-GAN's published code.
   *
   * @param label the class
   * @return the unbiased estimate, near 0 where mean and spread are right; it may be below 0
   */
  public double discrepancy(int label) {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      NDArray generated = points(manager, label);
      int count = points.get(label).length;
      long stream = Torch.deriveSeed(seed, TRUTH - label);
      NDArray truth = mixture.sampleClass(label, count, stream).batch(manager).images();
      return KERNEL.unbiased(truth, generated);
    }
  }

  /**
   * Returns the numbers as a table with a row for each class; tables of several results can be
   * appended to one another.
   *
   * @return columns method, seed, class, mean, true mean, spread, true spread, discrepancy
   */
  public Table table() {
    int[] labels = IntStream.range(0, points.size()).toArray();
    var methods = StringColumn.create("method");
    var seeds = LongColumn.create("seed");
    for (int i = 0; i < labels.length; i++) {
      methods.append(objective.name());
      seeds.append(seed);
    }
    return Tables.plain(
        Table.create(
            objective.name(),
            methods,
            seeds,
            IntColumn.create("class", labels),
            column("mean", this::mean),
            column("true mean", label -> mixture.classMean(label)[0]),
            column("spread", this::spread),
            column("true spread", mixture::classStd),
            column("discrepancy", this::discrepancy)));
  }

  private DoubleColumn column(String name, IntToDoubleFunction ofClass) {
    return DoubleColumn.create(name, IntStream.range(0, points.size()).mapToDouble(ofClass));
  }

  private static double average(float[] values, DoubleUnaryOperator function) {
    double sum = 0;
    for (float value : values) {
      sum += function.applyAsDouble(value);
    }
    return sum / values.length;
  }
}
