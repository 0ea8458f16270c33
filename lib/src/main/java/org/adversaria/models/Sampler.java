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
   */
  public static NDArray byClass(Generator generator, NDManager manager, int perClass, long seed) {
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
   * Generates an image for each label.
   *
   * @param generator an initialised generator
   * @param manager the owner of the result
   * @param labels int64 {@code (N)}; an unconditional generator uses N only
   * @param seed of PyTorch's random numbers
   * @return {@code (N, C, H, W)} in [-1, 1]
   */
  public static NDArray draw(Generator generator, NDManager manager, NDArray labels, long seed) {
    return draw(generator, manager, labels, seed, Sampling.UNTRUNCATED);
  }

  /** The same with truncated latents, unless the threshold is {@link Sampling#UNTRUNCATED}. */
  static NDArray draw(
      Generator generator, NDManager manager, NDArray labels, long seed, double truncation) {
    try (var scope = new NDScope();
        var paused = Autograd.pause()) {
      NDArray images =
          Torch.seeded(seed, () -> forward(generator, manager, labels, truncation, false));
      NDScope.unregister(images);
      images.attach(manager);
      return images;
    }
  }

  /** Draws latents and generates images from them. */
  static NDArray forward(
      Generator generator, NDManager manager, NDArray labels, double truncation, boolean training) {
    if (generator.condition() instanceof Condition.Values values) {
      throw new UnsupportedOperationException(
          Text.format(
              "The generator is told values %s, not labels: draw latents by sampleLatents(manager,"
                  + " count) and call forward(z, y, false)",
              values.shape()));
    }
    int count = (int) labels.size();
    NDArray z =
        truncation == Sampling.UNTRUNCATED
            ? generator.sampleLatents(manager, count)
            : generator.truncatedLatents(manager, count, truncation);
    return generator.forward(z, generator.numClasses() == 0 ? null : labels, training);
  }
}
