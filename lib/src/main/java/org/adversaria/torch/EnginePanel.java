package org.adversaria.torch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Small computations, compared with double precision in plain Java: convolutions and transposed
 * convolutions with gradients of first and second order, matrix products, batch normalisation.
 *
 * <p>The shapes select different kernels: numbers of channels below, at and above the blocks of 8
 * and 16 channels, kernels of 1, 3 and 4 pixels, strides 1 and 2, groups, and both layouts of
 * images in memory. The images of a batch are channels in a gradient of second order by the
 * kernels, so that their number counts, too. One thread is used, since several are no faster for
 * small arrays.
 */
final class EnginePanel {

  /**
   * The way and the precision of computations.
   *
   * @param ways of convolutions
   * @param precision FP32, or BF16 for arrays of bfloat16
   */
  record Setting(ConvolutionWays ways, Precision precision) {}

  /** The implementation to check; tests use faulty ones. */
  interface Kernels {
    /**
     * Computes a convolution and its gradients.
     *
     * @return output, gradients of x and w of {@code sum(output v)} and, for cases of second order,
     *     gradients of the summed squares of these: that of the first by w, that of the second by x
     */
    List<float[]> convolution(Convolution c, float[] x, float[] w, float[] v, Setting setting);

    /** Computes the product of matrices (n, k) and (k, m), row by row. */
    float[] product(float[] a, float[] b, int n, int k, int m, Precision precision);

    /**
     * Normalises a batch (n, channels, pixels) in training mode, without scale and shift.
     *
     * @return output, and gradient of x of {@code sum(output v)}
     */
    List<float[]> batchNorm(float[] x, float[] v, int n, int channels, int pixels);
  }

  /** The checked results of a convolution, in the order of {@link Kernels#convolution}. */
  enum Result {
    /** The output. */
    OUTPUT("output"),
    /** Its gradient by the input. */
    INPUT_GRADIENT("gradient of input"),
    /** Its gradient by the weight. */
    WEIGHT_GRADIENT("gradient of weight"),
    /** The gradient by the weight of a function of the gradient by the input. */
    SECOND_BY_WEIGHT("gradient of second order"),
    /** The gradient by the input of a function of the gradient by the weight. */
    SECOND_BY_INPUT("gradient of second order");

    private final String words;

    Result(String words) {
      this.words = words;
    }
  }

  /**
   * A wrong result.
   *
   * @param kind of the convolution; null for other computations
   * @param result the wrong one; null for other computations
   * @param what the description
   */
  record Fault(ConvolutionKind kind, Result result, String what) {}

  /**
   * A convolution of the panel.
   *
   * @param transposed true for a transposed one
   * @param inputs channels of the input
   * @param outputs channels of the output
   * @param kernel its height and width
   * @param stride in both directions
   * @param groups of channels
   * @param batch the number of images
   * @param size height and width of the input
   * @param isChannelsLast the layout of the input in memory
   * @param isSecond true to check gradients of second order
   */
  record Convolution(
      boolean transposed,
      int inputs,
      int outputs,
      int kernel,
      int stride,
      int groups,
      int batch,
      int size,
      boolean isChannelsLast,
      boolean isSecond) {

    Convolution channelsLast() {
      return new Convolution(
          transposed, inputs, outputs, kernel, stride, groups, batch, size, true, isSecond);
    }

    Convolution second() {
      return new Convolution(
          transposed, inputs, outputs, kernel, stride, groups, batch, size, isChannelsLast, true);
    }

    Convolution images(int number, int ofSize) {
      return new Convolution(
          transposed,
          inputs,
          outputs,
          kernel,
          stride,
          groups,
          number,
          ofSize,
          isChannelsLast,
          isSecond);
    }

    ConvolutionKind kind() {
      return ConvolutionKind.of(transposed, inputs, outputs, kernel, groups);
    }

    int padding() {
      return kernel == 1 ? 0 : 1;
    }

    int outputSize() {
      return transposed
          ? (size - 1) * stride - 2 * padding() + kernel
          : (size + 2 * padding() - kernel) / stride + 1;
    }

    int weights() {
      return inputs * outputs / groups * kernel * kernel;
    }

    /** The right results, in the order of {@link Result}. */
    List<double[]> right(double[] x, double[] w, double[] v) {
      // A transposed convolution is the gradient of a plain one.
      var plain =
          transposed
              ? new Reference(
                  outputs, inputs, kernel, stride, padding(), groups, batch, outputSize(), size)
              : new Reference(
                  inputs, outputs, kernel, stride, padding(), groups, batch, size, outputSize());
      return plain.all(transposed, isSecond, x, w, v);
    }

    @Override
    public String toString() {
      return Text.format(
          "%d to %d channels, kernel %d, stride %d, groups %d, %d images%s",
          inputs, outputs, kernel, stride, groups, batch, isChannelsLast ? ", channels last" : "");
    }
  }

  private static final int BATCH = 2;

  /** Height and width of the inputs. */
  private static final int SIZE = 5;

  /** From here on gradients of second order by kernels of one pixel have a kernel of their own. */
  private static final int POINT_SIZE = 8;

  /** A multiple of 16 images, and a rest. */
  private static final int UNEVEN_BATCH = 20;

  private static final int TRANSPOSED_SIZE = 3;

  /** The value of PyTorch's kernels. */
  private static final double BATCH_NORM_EPSILON = 1e-5;

  private static final double TOLERANCE = 1e-3;
  private static final double LOW_TOLERANCE = 3e-2;

  private final Kernels kernels;

  EnginePanel(Kernels kernels) {
    this.kernels = kernels;
  }

  /** The convolutions of a kind. */
  static List<Convolution> convolutions(ConvolutionKind kind) {
    return CASES.stream().filter(c -> c.kind().equals(kind)).toList();
  }

  private static final List<Convolution> CASES = cases();

  /**
   * There is no case of a 1x1 kernel with a stride and channels last: oneDNN's kernel for it may
   * write outside of its arrays, see {@link TorchOps#conv2d}.
   */
  private static List<Convolution> cases() {
    return List.of(
        plain(4, 2, 1, 1, 1).channelsLast(),
        plain(3, 16, 1, 2, 1),
        plain(4, 2, 1, 1, 1).images(BATCH, POINT_SIZE).second(),
        plain(20, 3, 3, 1, 1).second(),
        plain(2, 3, 3, 1, 1).images(UNEVEN_BATCH, SIZE).second(),
        plain(12, 1, 3, 2, 1),
        plain(16, 3, 4, 1, 1),
        plain(1, 8, 4, 2, 1).channelsLast(),
        plain(16, 16, 3, 1, 1).images(UNEVEN_BATCH, SIZE).second(),
        plain(32, 16, 4, 2, 1).channelsLast(),
        plain(16, 48, 4, 2, 1).channelsLast(),
        plain(3, 3, 4, 2, 3),
        plain(16, 16, 3, 1, 16).channelsLast(),
        plain(4, 6, 3, 1, 2),
        plain(2, 8, 3, 2, 2).channelsLast(),
        transposed(4, 2, 1, 1, 1).images(BATCH, POINT_SIZE).second(),
        transposed(3, 20, 3, 1, 1).second(),
        transposed(2, 3, 3, 1, 1).images(UNEVEN_BATCH, TRANSPOSED_SIZE).second(),
        transposed(1, 12, 3, 2, 1),
        transposed(3, 16, 4, 1, 1),
        transposed(8, 3, 4, 2, 1).channelsLast(),
        transposed(16, 16, 4, 2, 1).channelsLast(),
        transposed(16, 16, 3, 1, 1).images(UNEVEN_BATCH, TRANSPOSED_SIZE).second(),
        transposed(48, 16, 3, 1, 1),
        transposed(3, 3, 4, 2, 3),
        transposed(4, 6, 3, 1, 2));
  }

  private static Convolution plain(int inputs, int outputs, int kernel, int stride, int groups) {
    return new Convolution(
        false, inputs, outputs, kernel, stride, groups, BATCH, SIZE, false, false);
  }

  private static Convolution transposed(
      int inputs, int outputs, int kernel, int stride, int groups) {
    return new Convolution(
        true, inputs, outputs, kernel, stride, groups, BATCH, TRANSPOSED_SIZE, false, false);
  }

  /** The faults of all computations. */
  List<Fault> faults(Setting setting) {
    var faults = new ArrayList<Fault>();
    for (Convolution c : CASES) {
      faults.addAll(faults(c, setting));
    }
    faults.addAll(otherFaults(setting.precision()));
    return faults;
  }

  /** The faults of convolutions of a kind. */
  List<Fault> faults(ConvolutionKind kind, Setting setting) {
    return convolutions(kind).stream().flatMap(c -> faults(c, setting).stream()).toList();
  }

  private List<Fault> faults(Convolution c, Setting setting) {
    boolean low = setting.precision() == Precision.BF16;
    var random = new Random(c.weights());
    float[] x = numbers(random, c.batch() * c.inputs() * c.size() * c.size(), low);
    float[] w = numbers(random, c.weights(), low);
    int outputs = c.batch() * c.outputs() * c.outputSize() * c.outputSize();
    float[] v = numbers(random, outputs, low);
    List<float[]> computed;
    try {
      computed = kernels.convolution(c, x, w, v, setting);
    } catch (TorchScriptException e) {
      String what = "failure of " + c.kind() + ", such as " + c + ": " + e.getMessage();
      return List.of(new Fault(c.kind(), Result.OUTPUT, what));
    }
    List<double[]> right = c.right(doubles(x), doubles(w), doubles(v));
    var faults = new ArrayList<Fault>();
    for (int i = 0; i < computed.size(); i++) {
      if (!near(computed.get(i), right.get(i), low ? LOW_TOLERANCE : TOLERANCE)) {
        Result result = Result.values()[i];
        String what = result.words + " of " + c.kind() + ", such as " + c;
        faults.add(new Fault(c.kind(), result, what));
      }
    }
    return faults;
  }

  private List<Fault> otherFaults(Precision precision) {
    var faults = new ArrayList<Fault>();
    var random = new Random(1);
    int n = 19;
    int k = 37;
    int m = 21;
    boolean low = precision == Precision.BF16;
    float[] a = numbers(random, n * k, low);
    float[] b = numbers(random, k * m, low);
    double[] right = new double[n * m];
    for (int i = 0; i < n * m; i++) {
      for (int j = 0; j < k; j++) {
        right[i] += (double) a[i / m * k + j] * b[j * m + i % m];
      }
    }
    double tolerance = low ? LOW_TOLERANCE : TOLERANCE;
    if (!near(kernels.product(a, b, n, k, m, precision), right, tolerance)) {
      faults.add(new Fault(null, null, "matrix products"));
    }
    float[] x = numbers(random, 4 * 5 * 9, false);
    float[] v = numbers(random, x.length, false);
    List<double[]> normal = Reference.batchNorm(doubles(x), doubles(v), 4, 5, 9);
    List<float[]> computed = kernels.batchNorm(x, v, 4, 5, 9);
    if (!near(computed.get(0), normal.get(0), TOLERANCE)
        || !near(computed.get(1), normal.get(1), TOLERANCE)) {
      faults.add(new Fault(null, null, "batch normalisation"));
    }
    return faults;
  }

  /** Numbers in [-1, 1), for bfloat16 exact multiples of 1/128. */
  private static float[] numbers(Random random, int count, boolean low) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = low ? (random.nextInt(255) - 127) / 128f : random.nextFloat() * 2 - 1;
    }
    return numbers;
  }

  static double[] doubles(float[] numbers) {
    double[] doubles = new double[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      doubles[i] = numbers[i];
    }
    return doubles;
  }

  /** Whether all errors are at most the tolerance times the largest right value; false for NaN. */
  private static boolean near(float[] computed, double[] right, double tolerance) {
    double largest = 1;
    for (double r : right) {
      largest = Math.max(largest, Math.abs(r));
    }
    if (computed.length != right.length) {
      return false;
    }
    for (int i = 0; i < right.length; i++) {
      if (!(Math.abs(computed[i] - right[i]) <= tolerance * largest)) {
        return false;
      }
    }
    return true;
  }

  /**
   * A convolution by its definition.
   *
   * @param batch the number of images
   * @param size height and width of its input
   * @param outputSize height and width of its output
   */
  private record Reference(
      int inputs,
      int outputs,
      int kernel,
      int stride,
      int padding,
      int groups,
      int batch,
      int size,
      int outputSize) {

    /** All results, in the order of {@link Kernels#convolution}. */
    List<double[]> all(boolean transposed, boolean second, double[] x, double[] w, double[] v) {
      double[] images = transposed ? v : x;
      double[] outputs = transposed ? x : v;
      List<double[]> first = products(images, w, outputs);
      double[] y = first.get(transposed ? 1 : 0);
      double[] gx = first.get(transposed ? 0 : 1);
      double[] gw = first.get(2);
      if (!second) {
        return List.of(y, gx, gw);
      }
      double[] twiceX = twice(gx);
      List<double[]> next =
          products(transposed ? images : twiceX, twice(gw), transposed ? twiceX : outputs);
      return List.of(y, gx, gw, next.get(2), next.get(transposed ? 0 : 1));
    }

    private static double[] twice(double[] numbers) {
      return Arrays.stream(numbers).map(number -> 2 * number).toArray();
    }

    /** The output of x and w, the gradient of x by w and v, and that of w by x and v. */
    private List<double[]> products(double[] x, double[] w, double[] v) {
      double[] y = new double[v.length];
      double[] gx = new double[x.length];
      double[] gw = new double[w.length];
      int in = inputs / groups;
      int out = outputs / groups;
      int yi = 0;
      for (int image = 0; image < batch; image++) {
        for (int output = 0; output < outputs; output++) {
          for (int place = 0; place < outputSize * outputSize; place++, yi++) {
            int top = place / outputSize * stride - padding;
            int left = place % outputSize * stride - padding;
            int right = Math.min(kernel, size - left);
            for (int i = 0; i < in; i++) {
              int plane = (image * inputs + output / out * in + i) * size;
              int weights = (output * in + i) * kernel;
              for (int r = Math.max(0, -top); r < Math.min(kernel, size - top); r++) {
                int row = (plane + top + r) * size + left;
                for (int c = Math.max(0, -left); c < right; c++) {
                  int wi = (weights + r) * kernel + c;
                  y[yi] += x[row + c] * w[wi];
                  gx[row + c] += v[yi] * w[wi];
                  gw[wi] += v[yi] * x[row + c];
                }
              }
            }
          }
        }
      }
      return List.of(y, gx, gw);
    }

    static List<double[]> batchNorm(double[] x, double[] v, int n, int channels, int pixels) {
      double[] y = new double[x.length];
      double[] gx = new double[x.length];
      int count = n * pixels;
      for (int c = 0; c < channels; c++) {
        double mean = 0;
        double square = 0;
        for (int i = 0; i < count; i++) {
          double number = x[place(i, c, channels, pixels)];
          mean += number / count;
          square += number * number / count;
        }
        double deviation = Math.sqrt(square - mean * mean + BATCH_NORM_EPSILON);
        double meanV = 0;
        double meanVy = 0;
        for (int i = 0; i < count; i++) {
          int place = place(i, c, channels, pixels);
          y[place] = (x[place] - mean) / deviation;
          meanV += v[place] / count;
          meanVy += v[place] * y[place] / count;
        }
        for (int i = 0; i < count; i++) {
          int place = place(i, c, channels, pixels);
          gx[place] = (v[place] - meanV - y[place] * meanVy) / deviation;
        }
      }
      return List.of(y, gx);
    }

    private static int place(int i, int channel, int channels, int pixels) {
      return (i / pixels * channels + channel) * pixels + i % pixels;
    }
  }
}
