package org.adversaria.data;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.adversaria.torch.Text;

/**
 * A mixture of isotropic Gaussians in one, two or more dimensions, with class labels. Its density
 * is known, so that a GAN's error can be measured exactly.
 *
 * <p>Samples are a pure function of (seed, index), the same on every platform.
 */
public final class GaussianMixture {

  private final List<Component> components;
  private final int dimension;
  private final int numClasses;
  private final double totalWeight;

  /**
   * One Gaussian with the covariance {@code std^2 I}.
   *
   * @param label its class, from 0
   * @param weight its share, above 0; the sum of shares need not be 1
   * @param mean its centre, one number for each dimension
   * @param std its standard deviation in every direction, above 0
   */
  public record Component(int label, double weight, List<Double> mean, double std) {

    /**
     * Checks the numbers.
     *
     * @param label its class, from 0
     * @param weight its share, positive
     * @param mean its centre
     * @param std its standard deviation
     * @throws IllegalArgumentException if one is out of range
     */
    public Component {
      mean = List.copyOf(mean);
      if (label < 0 || !(weight > 0) || !(std > 0) || mean.isEmpty()) {
        throw new IllegalArgumentException(
            Text.format(
                """
                A component needs a label from 0, a positive weight, a mean and a positive std, not \
                label %d, weight %s, mean %s, std %s""",
                label, weight, mean, std));
      }
    }

    private double density(double[] x) {
      double squares = 0;
      for (int i = 0; i < x.length; i++) {
        double z = (x[i] - mean.get(i)) / std;
        squares += z * z;
      }
      double peak = StrictMath.pow(2 * Math.PI * std * std, -0.5 * x.length);
      return peak * StrictMath.exp(-0.5 * squares);
    }
  }

  /**
   * Points and their classes.
   *
   * @param dimension of a point
   * @param values the points, one after the other
   * @param labels the class of every point
   */
  public record Points(int dimension, float[] values, int[] labels) {

    /**
     * Returns the number of points.
     *
     * @return the number of points
     */
    public int size() {
      return labels.length;
    }

    /**
     * Returns the points as arrays, not normalised.
     *
     * @param manager the owner of the arrays
     * @return x float32 {@code (N, dimension)} and y int64 {@code (N)}
     */
    public Batch batch(NDManager manager) {
      long[] classes = IntStream.of(labels).asLongStream().toArray();
      return new Batch(
          manager.create(values, new Shape(size(), dimension)), manager.create(classes));
    }

    /**
     * Returns the points as data for training, not normalised.
     *
     * @param name for records
     * @param manager the owner of the arrays, to be open while the data are in use
     * @return points {@code (D)} and their classes
     */
    public ArrayData data(String name, NDManager manager) {
      Batch all = batch(manager);
      return new ArrayData(name, all.x(), all.y());
    }
  }

  private GaussianMixture(List<Component> components) {
    this.components = List.copyOf(components);
    if (components.isEmpty()) {
      throw new IllegalArgumentException("A mixture needs at least one component");
    }
    dimension = components.get(0).mean.size();
    for (Component component : components) {
      if (component.mean.size() != dimension) {
        throw new IllegalArgumentException(
            "The components of a mixture have one dimension in common, but there are means "
                + components.get(0).mean
                + " and "
                + component.mean);
      }
    }
    numClasses = 1 + components.stream().mapToInt(Component::label).max().orElseThrow();
    totalWeight = components.stream().mapToDouble(Component::weight).sum();
  }

  /**
   * Returns the mixture of given components.
   *
   * @param components at least one, all of one dimension
   * @return the mixture
   * @throws IllegalArgumentException if there is none or their dimensions differ
   */
  public static GaussianMixture of(List<Component> components) {
    return new GaussianMixture(components);
  }

  /**
   * Returns equal Gaussians at equal distances on a circle around the origin, each a class.
   *
   * @param k their number, at least 1
   * @param radius the circle's radius
   * @param std the standard deviation of each
   * @return a two-dimensional mixture; class 0 is at (radius, 0), the others follow
   *     counter-clockwise
   * @throws IllegalArgumentException if {@code k < 1} or {@code std <= 0}
   */
  public static GaussianMixture ring(int k, double radius, double std) {
    var components = new ArrayList<Component>();
    for (int i = 0; i < k; i++) {
      double angle = 2 * Math.PI * i / k;
      double x = radius * StrictMath.cos(angle);
      components.add(new Component(i, 1, List.of(x, radius * StrictMath.sin(angle)), std));
    }
    return of(components);
  }

  /**
   * Returns equal Gaussians on a square grid around the origin, each a class.
   *
   * @param n the Gaussians along one side
   * @param spacing the distance between neighbours
   * @param std the standard deviation of each
   * @return a two-dimensional mixture of {@code n * n} classes; class 0 has the smallest x and y,
   *     and x grows first
   * @throws IllegalArgumentException if {@code n < 1} or {@code std <= 0}
   */
  public static GaussianMixture grid(int n, double spacing, double std) {
    double middle = (n - 1) / 2.0;
    var components = new ArrayList<Component>();
    for (int i = 0; i < n * n; i++) {
      double x = (i % n - middle) * spacing;
      double y = (i / n - middle) * spacing;
      components.add(new Component(i, 1, List.of(x, y), std));
    }
    return of(components);
  }

  /**
   * Returns three equally likely classes on a line that overlap: means 0, 3, 6 and standard
   * deviations 1, 2, 3.
   *
   * <p>The simulated data of M. Gong, Y. Xu, C. Li, K. Zhang, K. Batmanghelich, "Twin Auxiliary
   * Classifiers GAN", NeurIPS 2019, arXiv:1907.02690. With an auxiliary classifier alone the
   * generated classes overlap less; the paper's second classifier preserves the overlap.
   *
   * @return a one-dimensional mixture of three classes
   */
  public static GaussianMixture overlapping1d() {
    return of(
        List.of(
            new Component(0, 1, List.of(0.0), 1),
            new Component(1, 1, List.of(3.0), 2),
            new Component(2, 1, List.of(6.0), 3)));
  }

  /**
   * Returns the components.
   *
   * @return the components, in their original order
   */
  public List<Component> components() {
    return components;
  }

  /**
   * Returns the dimension of the points.
   *
   * @return at least 1
   */
  public int dimension() {
    return dimension;
  }

  /**
   * Returns the number of classes.
   *
   * @return the largest label plus one
   */
  public int numClasses() {
    return numClasses;
  }

  /**
   * Draws points from the whole mixture.
   *
   * @param n the number of points, at least 1
   * @param seed equal seeds give equal points; the points of a smaller {@code n} are the first of a
   *     larger one
   * @return the points
   * @throws IllegalArgumentException if {@code n < 1}
   */
  public Points sample(int n, long seed) {
    return sample(components, n, seed);
  }

  /**
   * Draws points from one class.
   *
   * @param label the class
   * @param n the number of points, at least 1
   * @param seed equal seeds give equal points; the points of a smaller {@code n} are the first of a
   *     larger one
   * @return the points
   * @throws IllegalArgumentException if there is no such class or {@code n < 1}
   */
  public Points sampleClass(int label, int n, long seed) {
    return sample(ofClass(label), n, seed);
  }

  /**
   * Returns the density of the mixture at a point.
   *
   * @param x the point
   * @return p(x)
   * @throws IllegalArgumentException if the point has another dimension
   */
  public double density(double... x) {
    return density(components, x);
  }

  /**
   * Returns the density of one class at a point.
   *
   * @param label the class
   * @param x the point
   * @return p(x | label), which integrates to 1
   * @throws IllegalArgumentException if there is no such class or the point has another dimension
   */
  public double classDensity(int label, double... x) {
    return density(ofClass(label), x);
  }

  /**
   * Returns the probability of a class, the share of its components.
   *
   * @param label the class
   * @return p(label)
   * @throws IllegalArgumentException if there is no such class
   */
  public double classProbability(int label) {
    return weight(ofClass(label)) / totalWeight;
  }

  /**
   * Returns the mean of one class.
   *
   * @param label the class
   * @return one number for each dimension
   * @throws IllegalArgumentException if there is no such class
   */
  public double[] classMean(int label) {
    var mean = new double[dimension];
    List<Component> parts = ofClass(label);
    for (Component part : parts) {
      for (int d = 0; d < dimension; d++) {
        mean[d] += part.weight / weight(parts) * part.mean.get(d);
      }
    }
    return mean;
  }

  /**
   * Returns the standard deviation of one class: the root of its variance, in several dimensions of
   * the mean of their variances.
   *
   * @param label the class
   * @return the standard deviation about {@link #classMean}
   * @throws IllegalArgumentException if there is no such class
   */
  public double classStd(int label) {
    double[] mean = classMean(label);
    List<Component> parts = ofClass(label);
    double variance = 0;
    for (Component part : parts) {
      double squares = 0;
      for (int d = 0; d < dimension; d++) {
        double offset = part.mean.get(d) - mean[d];
        squares += offset * offset;
      }
      variance += part.weight / weight(parts) * (part.std * part.std + squares / dimension);
    }
    return Math.sqrt(variance);
  }

  private List<Component> ofClass(int label) {
    Predicate<Component> belongs = component -> component.label == label;
    List<Component> parts = components.stream().filter(belongs).toList();
    if (parts.isEmpty()) {
      throw new IllegalArgumentException(
          "The mixture has no class " + label + "; its labels run from 0 to " + (numClasses - 1));
    }
    return parts;
  }

  private static double weight(List<Component> parts) {
    return parts.stream().mapToDouble(Component::weight).sum();
  }

  private double density(List<Component> parts, double[] x) {
    if (x.length != dimension) {
      throw new IllegalArgumentException(
          Text.format("The mixture has %d dimensions, but the point has %d", dimension, x.length));
    }
    double sum = parts.stream().mapToDouble(part -> part.weight * part.density(x)).sum();
    return sum / weight(parts);
  }

  private Points sample(List<Component> parts, int n, long seed) {
    if (n < 1) {
      throw new IllegalArgumentException("A sample needs at least one point, not " + n);
    }
    double total = weight(parts);
    var values = new float[n * dimension];
    var labels = new int[n];
    for (int i = 0; i < n; i++) {
      var random = new SplitMix(seed, i);
      Component part = pick(parts, random.nextDouble() * total);
      labels[i] = part.label;
      for (int d = 0; d < dimension; d++) {
        values[i * dimension + d] = (float) (part.mean.get(d) + part.std * random.nextGaussian());
      }
    }
    return new Points(dimension, values, labels);
  }

  private static Component pick(List<Component> parts, double position) {
    double rest = position;
    for (Component part : parts) {
      rest -= part.weight;
      if (rest < 0) {
        return part;
      }
    }
    return parts.get(parts.size() - 1);
  }
}
