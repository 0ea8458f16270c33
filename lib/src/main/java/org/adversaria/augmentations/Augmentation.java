package org.adversaria.augmentations;

import ai.djl.ndarray.NDArray;
import org.adversaria.config.OpenType;

/**
 * A random change of every image of a batch; gradients flow from the result to the images. Other
 * records may implement it.
 */
@OpenType
public interface Augmentation {

  /** The identity. */
  record None() implements Augmentation {

    @Override
    public NDArray apply(NDArray images) {
      return images;
    }
  }

  /**
   * Changes each image by its own random numbers of PyTorch's generator, see {@link
   * org.adversaria.torch.Torch#setSeed}.
   *
   * @param images {@code (N, C, H, W)}
   * @return {@code (N, C, H, W)}
   * @throws org.adversaria.torch.TorchScriptException if the images have not four dimensions
   */
  NDArray apply(NDArray images);

  /**
   * Returns whether training changes the augmentation, by D's verdicts on real images.
   *
   * @return false unless overridden
   */
  default boolean adaptive() {
    return false;
  }

  /**
   * Creates what a run applies to images.
   *
   * @return without buffers unless overridden
   */
  default AugmentationState newState() {
    return new AugmentationState(this);
  }

  /**
   * Returns an augmentation by its name.
   *
   * @param name {@code ada}: {@link Ada#adaptive} with {@code bgc}; {@code diffaugment}: {@link
   *     DiffAugment} with all of its policies; {@code none}
   * @return the augmentation
   * @throws IllegalArgumentException if there is none of that name; the message lists them
   */
  static Augmentation byName(String name) {
    return switch (name) {
      case "ada" -> Ada.adaptive("bgc");
      case "diffaugment" -> new DiffAugment(true, true, true);
      case "none" -> new None();
      default ->
          throw new IllegalArgumentException(
              "There is no augmentation '" + name + "'; there are ada, diffaugment, none");
    };
  }
}
