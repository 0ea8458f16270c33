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
}
