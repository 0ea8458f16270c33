package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import java.util.List;
import java.util.Map;
import org.adversaria.nn.Dropout;
import org.adversaria.nn.Elementwise;
import org.adversaria.nn.Initializers;
import org.adversaria.nn.Layer;
import org.adversaria.nn.Linear;
import org.adversaria.nn.Maxout;
import org.adversaria.nn.Sequential;
import org.adversaria.nn.SpectralNorm;

/**
 * The discriminator of the conditional GAN with tags: does a word belong to an image?
 *
 * <p>The word vector x is mapped to a hidden ReLU layer of 500 units, the body h(x), and the
 * features y of the image to one of 1200. Both of these are mapped to a joint maxout layer of 1000
 * units with 3 pieces, and this to one logit; the paper's sigmoid is part of the loss.
 *
 * <p>State dict: {@code x_layer}, {@code y_layer}, {@code joint_layer}, {@code out_layer}, each
 * with {@code weight} and {@code bias}. The initial weights are those of {@link CganDiscriminator}.
 *
 * <p>Source: Mirza and Osindero, "Conditional Generative Adversarial Nets", 2014, section 4.2.
 */
public final class TagDiscriminator {

  /**
   * The sizes of the layers.
   *
   * @param x hidden units of the word vector, at least 1
   * @param y hidden units of the features, at least 1
   * @param joint units of the joint maxout layer, at least 1
   * @param pieces their pieces, at least 1
   * @param dropout the probability of a hidden unit to be dropped in training, in [0, 1)
   */
  public record Sizes(int x, int y, int joint, int pieces, double dropout) {

    /** The paper's sizes. */
    public static final Sizes PAPER = new Sizes(500, 1200, 1000, 3, 0.5);
  }

  private TagDiscriminator() {}

  /**
   * Creates the network.
   *
   * @param sizes the sizes of the layers
   * @param features the number of features of an image
   * @param dimension the size of a word vector
   * @return a discriminator of logits {@code (N)}, of word vectors {@code (N, dimension)} and
   *     features {@code (N, features)}
   */
  public static HeadedDiscriminator<NDArray> of(Sizes sizes, int features, int dimension) {
    Body body = new WordBody(sizes, dimension);
    Linear yLayer = body.head("y_layer", new Linear(features, sizes.y()));
    Maxout joint =
        body.head("joint_layer", new Maxout(sizes.x() + sizes.y(), sizes.joint(), sizes.pieces()));
    Linear out = body.head("out_layer", new Linear(sizes.joint(), 1));
    var dropout = new Dropout(sizes.dropout());
    var fromFeatures = new Sequential(List.of(yLayer, Elementwise.relu(), dropout));
    var logit = new Sequential(List.of(joint, dropout, out));
    return new HeadedDiscriminator<>(
        body,
        (h, y, training) ->
            logit.forward(h.concat(fromFeatures.forward(y, training), 1), training).reshape(-1));
  }

  /** The hidden layer of word vectors. */
  static final class WordBody extends Body {

    private final Layer xLayer;

    WordBody(Sizes sizes, int dimension) {
      super(sizes.x(), SpectralNorm.none(), Map.of());
      Linear linear = child("x_layer", new Linear(dimension, sizes.x()));
      xLayer = new Sequential(List.of(linear, Elementwise.relu(), new Dropout(sizes.dropout())));
      initialValues(Parameter.Type.WEIGHT, Initializers.heNormal(0));
    }

    @Override
    public NDArray features(NDArray x, boolean training) {
      return xLayer.forward(x, training);
    }
  }
}
