package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.adversaria.nn.Elementwise;
import org.adversaria.nn.Embedding;
import org.adversaria.nn.Linear;
import org.adversaria.nn.Sequential;

/**
 * The small generator of TAC-GAN's experiments with Gaussians: from latents and labels to points of
 * a line or a plane.
 *
 * <p>z is concatenated with a learned vector of the class of the same size; two hidden tanh layers
 * and two affine maps follow.
 *
 * <p>State dict: {@code embed.weight}, and {@code decode.0}, {@code decode.2}, {@code decode.4},
 * {@code decode.5}, each with {@code weight} and {@code bias}.
 *
 * <p>Source: the code of Gong et al., "Twin Auxiliary Classifiers GAN", 2019.
 */
final class MlpGenerator extends Generator {

  private final Embedding embed;
  private final Sequential decode;

  /**
   * Creates the network.
   *
   * @param latentSize the size of z; 2 in the published code
   * @param numClasses the number of classes
   * @param dimension of a point
   * @param width the units of each hidden layer; 10 in the published code
   */
  public MlpGenerator(int latentSize, int numClasses, int dimension, int width) {
    super(latentSize, numClasses, new Shape(dimension));
    embed = child("embed", new Embedding(numClasses, latentSize));
    decode =
        child(
            "decode",
            new Sequential(
                List.of(
                    new Linear(2 * latentSize, width),
                    Elementwise.tanh(),
                    new Linear(width, width),
                    Elementwise.tanh(),
                    new Linear(width, width),
                    new Linear(width, dimension))));
  }

  @Override
  protected NDArray compute(NDArray z, NDArray labels, boolean training) {
    return decode.forward(z.concat(embed.forward(labels, training), 1), training);
  }
}
