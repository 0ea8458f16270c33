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
 * A discriminator without its last layers: it maps each sample to a feature vector h. A method adds
 * heads, see {@link HeadedDiscriminator}. The body defines the heads' names in the state dict,
 * their normalisation and their initialisation.
 *
 * <p>A head is declared by its role. Roles that several code bases have are {@code logit}, {@code
 * class_embedding} (the projection's), {@code classifier} and {@code twin}; any other role is
 * itself the name in the state dict.
 */
public abstract class Body extends TorchBlock {

  private final int featureWidth;
  private final SpectralNorm norm;
  private final Map<String, String> names;
  private final Map<Parameter.Type, Initializer> initializers = new EnumMap<>(Parameter.Type.class);

  /**
   * For subclasses.
   *
   * @param featureWidth the size of h
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
   * @param training true in training, where some layers behave differently
   * @return {@code (N, featureWidth)}
   */
  public abstract NDArray features(NDArray x, boolean training);

  /**
   * Returns the size of h.
   *
   * @return the width of {@link #features}
   */
  public final int featureWidth() {
    return featureWidth;
  }

  /**
   * Sets the initialisation of parameters of a type, also of heads.
   *
   * @param type weights or biases
   * @param initializer their initial values
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
   * @param width the size of a vector
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
