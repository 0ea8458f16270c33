package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import java.util.Map;
import org.adversaria.nn.Initializers;
import org.adversaria.nn.Sequential;
import org.adversaria.nn.SpectralNorm;

/**
 * The body of a discriminator of points: hidden ReLU layers of equal width. The features are the
 * last layer's activations.
 *
 * <p>State dict, as of an {@code nn.Sequential}: {@code main.0}, {@code main.2} and so on; a head
 * has its role as its name. The initial values are those of {@link ReluMlpGenerator}; heads have
 * PyTorch's defaults.
 */
final class ReluMlpBody extends Body {

  private final Sequential main;

  /**
   * Creates the network.
   *
   * @param dimension of a point
   * @param width the units of each layer, and the size of the features
   * @param layers the number of layers
   */
  public ReluMlpBody(int dimension, int width, int layers) {
    super(width, SpectralNorm.none(), Map.of());
    main = child("main", new Sequential(ReluMlpGenerator.hiddenLayers(dimension, width, layers)));
    main.setInitializer(Initializers.heNormal(0), Parameter.Type.WEIGHT);
  }

  @Override
  public NDArray features(NDArray x, boolean training) {
    return main.forward(x, training);
  }
}
