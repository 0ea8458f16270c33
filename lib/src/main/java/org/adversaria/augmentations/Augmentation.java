package org.adversaria.augmentations;

import ai.djl.ndarray.NDArray;
import org.adversaria.config.OpenType;

/**
 * A random change of every image of a batch; gradients flow from the result to the images. Other
 * records may implement it.
 */
@OpenType
public interface Augmentation {

  /** Images as they are. */
  record None() implements Augmentation {

    @Override
    public NDArray apply(NDArray images) {
      return images;
    }
  }

  /**
   * Changes each image by random numbers of its own from PyTorch's generator, which {@link
   * org.adversaria.torch.Torch#setSeed} makes repeatable.
   *
   * @param images {@code (N, C, H, W)}
   * @return {@code (N, C, H, W)}
   * @throws org.adversaria.torch.TorchScriptException if the images have not four dimensions
   */
  NDArray apply(NDArray images);
}
