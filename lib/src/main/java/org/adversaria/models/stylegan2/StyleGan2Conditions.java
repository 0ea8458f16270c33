package org.adversaria.models.stylegan2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import org.adversaria.models.Condition;

/** The encoding of conditions for StyleGAN2's mapping networks. */
final class StyleGan2Conditions {

  private StyleGan2Conditions() {}

  /**
   * One-hot labels and, behind them, features.
   *
   * @param y the conditions of N samples; null without
   * @param condition none, classes or instances
   * @return {@code (N, classes + features)}; null without conditions
   */
  static NDArray encoded(NDArray y, Condition condition) {
    if (condition instanceof Condition.Instances instances) {
      NDArray features = instances.features(y);
      return instances.numClasses() == 0
          ? features
          : oneHot(instances.labels(y), instances.numClasses()).concat(features, 1);
    }
    return condition.numClasses() == 0 ? null : oneHot(y, condition.numClasses());
  }

  private static NDArray oneHot(NDArray labels, int classes) {
    return labels.oneHot(classes, DataType.FLOAT32);
  }
}
