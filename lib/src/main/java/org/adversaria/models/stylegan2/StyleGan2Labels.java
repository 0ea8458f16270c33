package org.adversaria.models.stylegan2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/** The encoding of labels for StyleGAN2's networks. */
final class StyleGan2Labels {

  private StyleGan2Labels() {}

  /** One-hot vectors {@code (N, classes)} of labels {@code (N)}; null without classes. */
  static NDArray oneHot(NDArray labels, int classes) {
    return classes == 0 ? null : labels.oneHot(classes, DataType.FLOAT32);
  }
}
