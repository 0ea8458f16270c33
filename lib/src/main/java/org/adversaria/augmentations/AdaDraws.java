package org.adversaria.augmentations;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.adversaria.torch.Autograd;

/**
 * The random numbers of {@link Ada} for a batch. A transform has its own, by its name, and a gate
 * for each image, uniform in [0, 1): the transform acts where the gate is below its probability.
 */
abstract class AdaDraws {

  private final int count;

  /** Draws for {@code count} images. */
  AdaDraws(int count) {
    this.count = count;
  }

  /** Numbers that are uniform in [0, 1), {@code columns} for each image, image by image. */
  abstract double[] uniform(String name, int columns);

  /** Standard normal numbers, {@code columns} for each image, image by image. */
  abstract double[] normal(String name, int columns);

  /** Standard normal noise of the shape of the images. */
  abstract NDArray noise(NDArray images);

  int count() {
    return count;
  }

  /** Whether a transform acts on each image. */
  boolean[] acts(String name, double probability) {
    double[] gates = uniform(name + ".gate", 1);
    var acts = new boolean[count];
    for (int n = 0; n < count; n++) {
      acts[n] = gates[n] < probability;
    }
    return acts;
  }

  /** The absolute values of standard normal numbers. */
  double[] magnitudes(String name) {
    return Arrays.stream(normal(name, 1)).map(Math::abs).toArray();
  }

  /** A function of a uniform number where the transform acts, and the neutral value elsewhere. */
  double[] uniform(String name, double probability, double neutral, DoubleUnaryOperator value) {
    return gated(uniform(name, 1), acts(name, probability), neutral, value);
  }

  /** A function of a normal number where the transform acts, and the neutral value elsewhere. */
  double[] normal(String name, double probability, double neutral, DoubleUnaryOperator value) {
    return gated(normal(name, 1), acts(name, probability), neutral, value);
  }

  /** Values, {@code numbers.length / count} for each image, that share an image's gate. */
  double[] gated(double[] numbers, boolean[] acts, double neutral, DoubleUnaryOperator value) {
    int columns = numbers.length / count;
    return IntStream.range(0, numbers.length)
        .mapToDouble(i -> acts[i / columns] ? value.applyAsDouble(numbers[i]) : neutral)
        .toArray();
  }

  /** Numbers of PyTorch's generator on the CPU; the noise is drawn on the images' device. */
  static AdaDraws random(int count) {
    return new AdaDraws(count) {

      @Override
      double[] uniform(String name, int columns) {
        try (NDManager cpu = NDManager.newBaseManager(Device.cpu())) {
          return doubles(cpu.randomUniform(0, 1, new Shape(count, columns)));
        }
      }

      @Override
      double[] normal(String name, int columns) {
        try (NDManager cpu = NDManager.newBaseManager(Device.cpu())) {
          return doubles(cpu.randomNormal(new Shape(count, columns)));
        }
      }

      @Override
      NDArray noise(NDArray images) {
        return Autograd.noGrad(() -> images.getManager().randomNormal(images.getShape()));
      }
    };
  }

  /** Numbers that were drawn before, by name. */
  static AdaDraws given(int count, Map<String, NDArray> numbers) {
    return new AdaDraws(count) {

      @Override
      double[] uniform(String name, int columns) {
        return doubles(numbers.get(name));
      }

      @Override
      double[] normal(String name, int columns) {
        return doubles(numbers.get(name));
      }

      @Override
      NDArray noise(NDArray images) {
        return numbers.get("noise.image");
      }
    };
  }

  /**
   * A percentile of every number in place of draws, as the published code shows its transforms:
   * each acts, but the second rotation. Of normal numbers the percentile is taken of those with
   * variance 1/2, {@code erfinv(2 q - 1)}.
   */
  static AdaDraws percentile(int count, double q) {
    return new AdaDraws(count) {

      @Override
      boolean[] acts(String name, double probability) {
        var acts = new boolean[count];
        Arrays.fill(acts, probability > 0 && !name.equals(AdaGeometry.SECOND_ROTATION));
        return acts;
      }

      @Override
      double[] magnitudes(String name) {
        return filled(1, inverseErrorFunction(q));
      }

      @Override
      double[] uniform(String name, int columns) {
        return filled(columns, q);
      }

      @Override
      double[] normal(String name, int columns) {
        return filled(columns, inverseErrorFunction(2 * q - 1));
      }

      @Override
      NDArray noise(NDArray images) {
        return random(count).noise(images);
      }

      private double[] filled(int columns, double value) {
        var values = new double[count * columns];
        Arrays.fill(values, value);
        return values;
      }
    };
  }

  private static double inverseErrorFunction(double x) {
    try (NDManager cpu = NDManager.newBaseManager(Device.cpu())) {
      return cpu.create(x).erfinv().getDouble();
    }
  }

  private static double[] doubles(NDArray numbers) {
    float[] floats = numbers.toFloatArray();
    return IntStream.range(0, floats.length).mapToDouble(i -> floats[i]).toArray();
  }
}
