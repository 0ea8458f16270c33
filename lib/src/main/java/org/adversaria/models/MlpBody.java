package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;
import org.adversaria.nn.Elementwise;
import org.adversaria.nn.Linear;
import org.adversaria.nn.Sequential;
import org.adversaria.nn.SpectralNorm;

/**
 * The body of the small discriminator of TAC-GAN's experiments with Gaussians: two hidden tanh
 * layers, and an affine map to features.
 *
 * <p>State dict: {@code encode.0}, {@code encode.2}, {@code encode.4}; heads are {@code gan_linear}
 * (logit), {@code aux_linear} (classifier), {@code mi_linear} (its twin), {@code projection}.
 *
 * <p>Source: the code of Gong et al., "Twin Auxiliary Classifiers GAN", 2019.
 */
final class MlpBody extends Body {

  private final Sequential encode;

  /**
   * Creates the network.
   *
   * @param dimension of a point
   * @param width the units of each layer, and the size of the features
   */
  public MlpBody(int dimension, int width) {
    super(
        width,
        SpectralNorm.none(),
        Map.of(
            "logit",
            "gan_linear",
            "classifier",
            "aux_linear",
            "twin",
            "mi_linear",
            "class_embedding",
            "projection",
            "adc",
            "aux_linear"));
    encode =
        child(
            "encode",
            new Sequential(
                List.of(
                    new Linear(dimension, width),
                    Elementwise.tanh(),
                    new Linear(width, width),
                    Elementwise.tanh(),
                    new Linear(width, width))));
  }

  @Override
  public NDArray features(NDArray x, boolean training) {
    return encode.forward(x, training);
  }
}
