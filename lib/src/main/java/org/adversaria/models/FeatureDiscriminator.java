package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.adversaria.nn.Layer;
import org.adversaria.torch.Text;

/**
 * A discriminator whose logits are read from one vector of features per image, on which further
 * heads, such as the classifier of AC-GAN, can be put.
 */
public abstract class FeatureDiscriminator extends Discriminator {

  private final Map<String, Layer> heads;
  private final Map<Parameter.Type, Initializer> firstValues;

  /** For subclasses. */
  protected FeatureDiscriminator() {
    heads = new LinkedHashMap<>();
    firstValues = new EnumMap<>(Parameter.Type.class);
  }

  /**
   * For another way to compute what a discriminator computes.
   *
   * @param other whose parameters and heads this discriminator has
   */
  protected FeatureDiscriminator(FeatureDiscriminator other) {
    super(other);
    heads = other.heads;
    firstValues = other.firstValues;
  }

  /**
   * Puts a further head on the features, before the network is initialised.
   *
   * @param name its name in the state dict
   * @param head maps features {@code (N, featureWidth)} to the head's logits
   */
  public final void addHead(String name, Layer head) {
    addHead(name, name, head);
  }

  /**
   * Puts a further head on the features, before the network is initialised, that another code base
   * calls otherwise.
   *
   * @param name by which it is asked for
   * @param stateName its name in the state dict
   * @param head maps features {@code (N, featureWidth)} to the head's logits
   */
  public final void addHead(String name, String stateName, Layer head) {
    heads.put(name, child(stateName, head));
    firstValues.forEach((type, initializer) -> head.setInitializer(initializer, type));
  }

  /** Says how all parameters of a type begin, those of heads that are added later too. */
  final void beginAs(Parameter.Type type, Initializer initializer) {
    setInitializer(initializer, type);
    firstValues.put(type, initializer);
  }

  /**
   * Reads a further head.
   *
   * @param name the head's name
   * @param features {@code (N, featureWidth)}, what {@link #features} returned
   * @param training true where layers behave differently while training
   * @return the head's logits {@code (N, outputs)}
   * @throws IllegalArgumentException if there is no such head
   */
  public NDArray head(String name, NDArray features, boolean training) {
    Layer head = heads.get(name);
    if (head == null) {
      throw new IllegalArgumentException(
          Text.format("The discriminator has no head '%s'; it has %s", name, heads.keySet()));
    }
    return head.forward(features, training);
  }

  /**
   * Computes the features that the logits are read from.
   *
   * @param images {@code (N, C, H, W)} in [-1, 1]
   * @param training true where layers behave differently while training
   * @return {@code (N, featureWidth)}, pooled over all positions
   */
  public abstract NDArray features(NDArray images, boolean training);

  /**
   * Reads the logits from features, so that several heads share one pass over the images.
   *
   * @param features {@code (N, featureWidth)}, what {@link #features} returned
   * @param labels int64 {@code (N)}; null for an unconditional discriminator
   * @param training true where layers behave differently while training
   * @return logits {@code (N)}
   */
  public abstract NDArray logits(NDArray features, NDArray labels, boolean training);

  /**
   * Reads the logits of all classes from features, where the discriminator has them.
   *
   * @param features {@code (N, featureWidth)}, what {@link #features} returned
   * @param training true where layers behave differently while training
   * @return f(x), {@code (N, K)}, see {@link Energies}
   * @throws IllegalStateException if the discriminator has one logit for all classes
   */
  public abstract NDArray energies(NDArray features, boolean training);

  /** {@inheritDoc} */
  @Override
  public final NDArray forward(NDArray images, NDArray labels, boolean training) {
    return logits(features(images, training), labels, training);
  }

  /**
   * Returns the number of features of an image.
   *
   * @return the width of {@link #features}
   */
  public abstract int featureWidth();
}
