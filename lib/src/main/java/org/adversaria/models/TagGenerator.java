package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.List;
import org.adversaria.nn.Dropout;
import org.adversaria.nn.Elementwise;
import org.adversaria.nn.Initializers;
import org.adversaria.nn.Layer;
import org.adversaria.nn.Linear;
import org.adversaria.nn.Sequential;

/**
 * The generator of the conditional GAN with tags: word vectors for the features of an image.
 *
 * <p>z, standard normal, and the features y are mapped to hidden ReLU layers of 500 and 2000 units,
 * and both of these by one affine map to the word vector. So in the paper's network the word vector
 * is the sum of a function of z and a function of y. A joint hidden layer between, which the paper
 * does not have, lets the two interact.
 *
 * <p>State dict: {@code z_layer}, {@code y_layer}, {@code joint_layer} where there is one, {@code
 * out_layer}, each with {@code weight} and {@code bias}. The initial weights are those of {@link
 * CganGenerator}.
 *
 * <p>Source: Mirza and Osindero, "Conditional Generative Adversarial Nets", 2014, section 4.2.
 */
public final class TagGenerator extends Generator {

  /**
   * The sizes of the layers.
   *
   * @param latent the size of z, at least 1
   * @param z hidden units of z, at least 1
   * @param y hidden units of the features, at least 1
   * @param joint units of a joint hidden ReLU layer; 0 for none, as in the paper
   * @param dropout the probability of a hidden unit to be dropped in training, in [0, 1)
   */
  public record Sizes(int latent, int z, int y, int joint, double dropout) {

    /** The paper's sizes. */
    public static final Sizes PAPER = new Sizes(100, 500, 2000, 0, 0.5);
  }

  private final Layer zLayer;
  private final Layer yLayer;
  private final Layer jointLayer;
  private final Linear outLayer;

  /**
   * Creates the network.
   *
   * @param sizes the sizes of the layers
   * @param features the number of features of an image
   * @param dimension the size of a word vector
   */
  public TagGenerator(Sizes sizes, int features, int dimension) {
    super(sizes.latent(), new Condition.Values(new Shape(features)), new Shape(dimension));
    zLayer = hidden("z_layer", sizes.latent(), sizes.z(), sizes.dropout());
    yLayer = hidden("y_layer", features, sizes.y(), sizes.dropout());
    int both = sizes.z() + sizes.y();
    boolean joint = sizes.joint() > 0;
    jointLayer =
        joint
            ? hidden("joint_layer", both, sizes.joint(), sizes.dropout())
            : new Sequential(List.of());
    outLayer = child("out_layer", new Linear(joint ? sizes.joint() : both, dimension));
    setInitializer(Initializers.heNormal(0), Parameter.Type.WEIGHT);
  }

  private Layer hidden(String name, int in, int out, double dropout) {
    Linear linear = child(name, new Linear(in, out));
    return new Sequential(List.of(linear, Elementwise.relu(), new Dropout(dropout)));
  }

  /** {@inheritDoc} y are features {@code (N, F)}, the result is {@code (N, dimension)}. */
  @Override
  protected NDArray compute(NDArray z, NDArray y, boolean training) {
    NDArray fromZ = zLayer.forward(z, training);
    NDArray fromY = yLayer.forward(y, training);
    NDArray joint = jointLayer.forward(fromZ.concat(fromY, 1), training);
    return outLayer.forward(joint, training);
  }
}
