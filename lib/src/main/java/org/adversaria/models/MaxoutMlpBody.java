package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import java.util.List;
import java.util.Map;
import org.adversaria.nn.Dropout;
import org.adversaria.nn.Initializers;
import org.adversaria.nn.Maxout;
import org.adversaria.nn.Sequential;
import org.adversaria.nn.SpectralNorm;
import org.adversaria.torch.TorchOps;

/**
 * The body of the discriminator of the original GAN's experiment with MNIST: two layers of maxout
 * units. A fifth of the pixels and a half of each layer's units are dropped in training.
 *
 * <p>Its input is mapped to [0, 1], as the published images are. State dict: {@code main.1}, {@code
 * main.3}, each with {@code weight} and {@code bias}; a head has its role as its name. All weights
 * are initially uniform in [-0.005, 0.005], biases 0.
 *
 * <p>Source: the code of Goodfellow et al., "Generative Adversarial Nets", 2014, {@code mnist.yaml}
 * of github.com/goodfeli/adversarial.
 */
final class MaxoutMlpBody extends Body {

  private static final double RANGE = 0.005;
  private static final double DROPPED_PIXELS = 0.2;
  private static final double DROPPED_UNITS = 0.5;

  private final Sequential main;

  /**
   * Creates the network.
   *
   * @param imageShape {@code (C, H, W)}
   * @param units maxout units of a layer; 240 in the published code
   * @param pieces their affine pieces; 5 in the published code
   */
  public MaxoutMlpBody(Shape imageShape, int units, int pieces) {
    super(units, SpectralNorm.none(), Map.of());
    main =
        child(
            "main",
            new Sequential(
                List.of(
                    new Dropout(DROPPED_PIXELS),
                    new Maxout((int) imageShape.size(), units, pieces),
                    new Dropout(DROPPED_UNITS),
                    new Maxout(units, units, pieces),
                    new Dropout(DROPPED_UNITS))));
    initialValues(Parameter.Type.WEIGHT, Initializers.uniform(RANGE));
    initialValues(Parameter.Type.BIAS, Initializer.ZEROS);
  }

  @Override
  public NDArray features(NDArray x, boolean training) {
    NDArray pixels = TorchOps.scale(x.add(1), 0.5).reshape(x.getShape().get(0), -1);
    return main.forward(pixels, training);
  }
}
