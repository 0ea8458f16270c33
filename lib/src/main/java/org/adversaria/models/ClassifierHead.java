package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import org.adversaria.nn.Layer;
import org.adversaria.nn.Linear;
import org.adversaria.nn.TorchBlock;

/**
 * A classifier on a discriminator's features, and where the loss wants one a twin beside it.
 *
 * <p>How many logits there are and whether there is a twin is said by {@code
 * losses.ClassifierLoss}. State dict: {@code classifier.*}, {@code twin.*}.
 *
 * <p>Sources: Odena et al., "Conditional Image Synthesis with Auxiliary Classifier GANs", 2017;
 * Gong et al., "Twin Auxiliary Classifiers GAN", 2019.
 */
public final class ClassifierHead extends TorchBlock {

  private final Layer classifier;
  private final Layer twin;

  /**
   * Creates a head of plain linear layers.
   *
   * @param features the number of features
   * @param outputs the number of the classifier's logits
   * @param numClasses the number of the twin's logits; 0 for no twin
   */
  public ClassifierHead(int features, int outputs, int numClasses) {
    this(new Linear(features, outputs), numClasses == 0 ? null : new Linear(features, numClasses));
  }

  /**
   * Creates a head of given layers, which may be normalised.
   *
   * @param classifier maps features {@code (N, width)} to logits {@code (N, outputs)}
   * @param twin maps features to the twin's logits; null for no twin
   */
  public ClassifierHead(Layer classifier, Layer twin) {
    this.classifier = child("classifier", classifier);
    this.twin = twin == null ? null : child("twin", twin);
  }

  /**
   * Computes the classifier's logits.
   *
   * @param features {@code (N, width)}
   * @param training true while training
   * @return {@code (N, outputs)}
   */
  public NDArray logits(NDArray features, boolean training) {
    return classifier.forward(features, training);
  }

  /**
   * Computes the twin's logits.
   *
   * @param features {@code (N, width)}
   * @param training true while training
   * @return {@code (N, numClasses)}, or null where there is no twin
   */
  public NDArray twin(NDArray features, boolean training) {
    return twin == null ? null : twin.forward(features, training);
  }

  /**
   * Computes all logits from features.
   *
   * @param inputs the features {@code (N, width)}
   * @param training true while training
   * @return the classifier's logits, and the twin's where there is one
   */
  @Override
  public NDList forward(NDList inputs, boolean training) {
    NDArray features = inputs.singletonOrThrow();
    var outputs = new NDList(logits(features, training));
    if (twin != null) {
      outputs.add(twin(features, training));
    }
    return outputs;
  }
}
