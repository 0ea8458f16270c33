package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import org.adversaria.nn.Embedding;
import org.adversaria.nn.Layer;
import org.adversaria.nn.Linear;
import org.adversaria.nn.SpectralNorm;

/**
 * The vector of a condition in IC-GAN's generator: an affine map of the features of an instance,
 * behind the embedding of its class where there are classes.
 *
 * <p>State dict, by the names of IC-GAN's code: {@code shared} with classes, {@code shared_feat}.
 *
 * <p>Source: Casanova et al., "Instance-Conditioned GAN", 2021, section 3 and appendix A; the
 * published code ({@code get_condition_embeddings}).
 */
final class InstanceVectors extends Layer {

  private final Condition.Instances condition;
  private final int width;
  private final Embedding ofClass;
  private final Linear ofFeatures;

  /**
   * Creates the layer.
   *
   * @param condition the instances
   * @param classWidth the width of the class's part, at least 1 with classes
   * @param featureWidth the width of the features' part, at least 1
   * @param norm of the affine map
   */
  InstanceVectors(
      Condition.Instances condition, int classWidth, int featureWidth, SpectralNorm norm) {
    this.condition = condition;
    boolean classes = condition.numClasses() > 0;
    width = (classes ? classWidth : 0) + featureWidth;
    ofClass = classes ? child("shared", new Embedding(condition.numClasses(), classWidth)) : null;
    ofFeatures = child("shared_feat", new Linear(condition.features(), featureWidth, true, norm));
  }

  /** What the vectors are of. */
  Condition.Instances condition() {
    return condition;
  }

  /** The width of a vector. */
  int width() {
    return width;
  }

  /**
   * Computes the vectors.
   *
   * @param y conditions, see {@link Condition.Instances}
   * @return {@code (N, width)}
   */
  @Override
  public NDArray forward(NDArray y, boolean training) {
    NDArray features = ofFeatures.forward(condition.features(y), training);
    return ofClass == null
        ? features
        : ofClass.forward(condition.labels(y), training).concat(features, 1);
  }
}
