package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import java.util.EnumMap;
import java.util.Map;
import org.adversaria.nn.Embedding;
import org.adversaria.nn.Layer;
import org.adversaria.nn.Linear;
import org.adversaria.nn.SpectralNorm;
import org.adversaria.nn.TorchBlock;

/**
 * A discriminator without its last layers: samples to a vector of features h each. A method puts
 * its heads on it, see {@link HeadedDiscriminator}; a body knows what its code base calls them, and
 * how it normalises and initialises weights.
 *
 * <p>A head is declared by its role. Roles that several code bases know are {@code logit}, {@code
 * class_embedding} (the projection's), {@code classifier} and {@code twin}; a role that a body does
 * not know is the name in the state dict.
 */
public abstract class Body extends TorchBlock {

  private final int featureWidth;
  private final SpectralNorm norm;
  private final Map<String, String> names;
  private final Map<Parameter.Type, Initializer> initializers = new EnumMap<>(Parameter.Type.class);

  /**
   * For subclasses.
   *
   * @param featureWidth the length of h
   * @param norm of the weights of heads
   * @param names the names of heads in the state dict by role
   */
  protected Body(int featureWidth, SpectralNorm norm, Map<String, String> names) {
    this.featureWidth = featureWidth;
    this.norm = norm;
    this.names = Map.copyOf(names);
  }

  /**
   * Computes the features h.
   *
   * @param x samples, images {@code (N, C, H, W)} in [-1, 1] or vectors {@code (N, D)}
   * @param training true where layers behave differently while training
   * @return {@code (N, featureWidth)}
   */
  public abstract NDArray features(NDArray x, boolean training);

  /**
   * Returns the length of h.
   *
   * @return the width of {@link #features}
   */
  public final int featureWidth() {
    return featureWidth;
  }

  /**
   * Says how parameters of a type begin, those of heads too.
   *
   * @param type weights or biases
   * @param initializer their first values
   */
  protected final void initialValues(Parameter.Type type, Initializer initializer) {
    setInitializer(initializer, type);
    initializers.put(type, initializer);
  }

  /**
   * Declares a head that is an affine map of the features, before the network is initialised.
   *
   * @param role see above
   * @param outputs the number of its outputs
   * @return {@code (N, featureWidth)} to {@code (N, outputs)}
   */
  public final Linear linear(String role, int outputs) {
    return linear(role, featureWidth, outputs);
  }

  /**
   * Declares a head that is an affine map of another head's outputs.
   *
   * @param role see above
   * @param inputs the number of its inputs
   * @param outputs the number of its outputs
   * @return {@code (N, inputs)} to {@code (N, outputs)}
   */
  public final Linear linear(String role, int inputs, int outputs) {
    return head(role, new Linear(inputs, outputs, true, norm));
  }

  /**
   * Declares a vector for each class.
   *
   * @param role see above
   * @param numClasses the number of classes K
   * @param width the length of a vector
   * @return labels, int64 {@code (N)} in [0, K), to {@code (N, width)}
   */
  public final Embedding embedding(String role, int numClasses, int width) {
    return head(role, new Embedding(numClasses, width, norm));
  }

  /**
   * Declares a head of any kind.
   *
   * @param <L> the type of the layer
   * @param role see above
   * @param layer from features, labels, or another head's outputs
   * @return the layer
   */
  public final <L extends Layer> L head(String role, L layer) {
    initializers.forEach((type, initializer) -> layer.setInitializer(initializer, type));
    return child(names.getOrDefault(role, role), layer);
  }

  /** {@inheritDoc} The input is x, the output h. */
  @Override
  public final NDList forward(NDList inputs, boolean training) {
    return new NDList(features(inputs.singletonOrThrow(), training));
  }
}
