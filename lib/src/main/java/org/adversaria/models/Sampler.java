package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Text;
import org.adversaria.torch.Torch;

/**
 * Generates images: in evaluation mode, without gradients, determined by a seed. For the many
 * images of an evaluation see {@link Sampling}.
 */
public final class Sampler {

  private Sampler() {}

  /**
   * Generates the same number of images of every class, ordered class by class.
   *
   * @param generator an initialised generator
   * @param manager the owner of the result
   * @param perClass images of each class, or of an unconditional generator; at least 1
   * @param seed of PyTorch's random numbers
   * @return {@code (classes perClass, C, H, W)} in [-1, 1]
   * @throws UnsupportedOperationException if the generator is told values or instances
   */
  public static NDArray byClass(Generator generator, NDManager manager, int perClass, long seed) {
    if (isToldValues(generator)) {
      throw new UnsupportedOperationException(
          Text.format(
              "The generator is told %s, not labels: choose conditions and call"
                  + " Sampler.draw(generator, manager, conditions, seed)",
              told(generator)));
    }
    int classes = Math.max(1, generator.numClasses());
    var labels = new long[classes * perClass];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i / perClass;
    }
    try (NDManager scratch = manager.newSubManager()) {
      return draw(generator, manager, scratch.create(labels), seed);
    }
  }

  /**
   * Generates an image for each condition.
   *
   * @param generator an initialised generator
   * @param manager the owner of the result
   * @param y labels int64 {@code (N)}, or values or instances float32 {@code (N, ...)}, see {@link
   *     Condition}; an unconditional generator uses N only
   * @param seed of PyTorch's random numbers
   * @return {@code (N, C, H, W)} in [-1, 1]
   * @throws IllegalArgumentException if the generator is told values or instances of another shape,
   *     or a class of an instance is not the generator's
   */
  public static NDArray draw(Generator generator, NDManager manager, NDArray y, long seed) {
    return draw(generator, manager, y, seed, Sampling.UNTRUNCATED);
  }

  /** The same with truncated latents, unless the threshold is {@link Sampling#UNTRUNCATED}. */
  static NDArray draw(
      Generator generator, NDManager manager, NDArray y, long seed, double truncation) {
    try (var scope = new NDScope();
        var paused = Autograd.pause()) {
      NDArray images = Torch.seeded(seed, () -> forward(generator, manager, y, truncation, false));
      NDScope.unregister(images);
      images.attach(manager);
      return images;
    }
  }

  /** Draws latents and generates images from them. */
  static NDArray forward(
      Generator generator, NDManager manager, NDArray y, double truncation, boolean training) {
    if (isToldValues(generator)) {
      requireFits(generator, y);
    }
    int count = (int) y.getShape().get(0);
    NDArray z =
        truncation == Sampling.UNTRUNCATED
            ? generator.sampleLatents(manager, count)
            : generator.truncatedLatents(manager, count, truncation);
    return generator.forward(
        z, generator.condition() instanceof Condition.None ? null : y, training);
  }

  private static boolean isToldValues(Generator generator) {
    return generator.condition() instanceof Condition.Values
        || generator.condition() instanceof Condition.Instances;
  }

  /** The kind of conditions in words, with the shape of one of them. */
  private static String told(Generator generator) {
    Condition condition = generator.condition();
    String kind = condition instanceof Condition.Instances ? "instances " : "values ";
    return kind + condition.shape();
  }

  private static void requireFits(Generator generator, NDArray y) {
    Condition condition = generator.condition();
    if (y.getShape().dimension() == 0
        || !y.getShape().slice(1).equals(condition.shape())
        || y.getDataType() != condition.dataType()) {
      throw new IllegalArgumentException(
          Text.format(
              "The generator is told %s of %s, but the conditions are an array %s of %s: give it a"
                  + " row of that shape for each image",
              told(generator), condition.dataType(), y.getShape(), y.getDataType()));
    }
    if (condition instanceof Condition.Instances instances && instances.numClasses() > 0) {
      try (NDArray labels = instances.labels(y)) {
        Sampling.requireClasses(generator, labels.toLongArray());
      }
    }
  }
}
