package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import java.util.List;
import org.adversaria.nn.Elementwise;
import org.adversaria.nn.Initializers;
import org.adversaria.nn.Linear;
import org.adversaria.nn.Sequential;
import org.adversaria.torch.TorchOps;

/**
 * The generator of the original GAN's experiment with MNIST: two hidden ReLU layers, and as many
 * sigmoid units as an image has pixels; standard normal latents.
 *
 * <p>State dict: {@code main.0}, {@code main.2}, {@code main.4}, each with {@code weight} and
 * {@code bias}.
 *
 * <p>Weights are initially uniform in [-0.05, 0.05], biases 0. In the published code the last
 * biases are the logits of the data's mean pixels.
 *
 * <p>Source: the code of Goodfellow et al., "Generative Adversarial Nets", 2014, {@code mnist.yaml}
 * of github.com/goodfeli/adversarial.
 */
final class MaxoutMlpGenerator extends Generator {

  private static final double RANGE = 0.05;

  private final Sequential main;

  /**
   * Creates the network.
   *
   * @param latentSize the size of z; 100 in the published code
   * @param hidden the units of a hidden layer; 1200 in the published code
   * @param imageShape {@code (C, H, W)}
   */
  public MaxoutMlpGenerator(int latentSize, int hidden, Shape imageShape) {
    super(latentSize, 0, imageShape);
    main =
        child(
            "main",
            new Sequential(
                List.of(
                    new Linear(latentSize, hidden),
                    Elementwise.relu(),
                    new Linear(hidden, hidden),
                    Elementwise.relu(),
                    new Linear(hidden, (int) imageShape.size()))));
    setInitializer(Initializers.uniform(RANGE), Parameter.Type.WEIGHT);
    setInitializer(Initializer.ZEROS, Parameter.Type.BIAS);
  }

  /** The sigmoid's range [0, 1] is mapped to that of this library's images. */
  @Override
  protected NDArray compute(NDArray z, NDArray labels, boolean training) {
    NDArray pixels = Activation.sigmoid(main.forward(z, training)); // (N, C H W) in [0, 1]
    return TorchOps.scale(pixels, 2).sub(1).reshape(new Shape(-1).addAll(imageShape()));
  }
}
