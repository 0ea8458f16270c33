package org.adversaria.augmentations;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** A random change of every image of a batch; gradients flow from the result to the images. */
@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "augmentation")
@JsonSubTypes({@JsonSubTypes.Type(DiffAugment.class), @JsonSubTypes.Type(FlipTranslate.class)})
public sealed interface Augmentation permits DiffAugment, FlipTranslate {

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
