package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import org.adversaria.nn.Elementwise;
import org.adversaria.nn.Embedding;
import org.adversaria.nn.Linear;
import org.adversaria.nn.Sequential;
import org.adversaria.nn.TorchBlock;

/**
 * The small generator of TAC-GAN's experiments with Gaussians: it maps latents and labels to points
 * of a line or a plane.
 *
 * <p>z, beside a learned vector of the class as long as z, goes through two hidden tanh layers and
 * two affine maps.
 *
 * <p>State dict: {@code embed.weight}, and {@code decode.0}, {@code decode.2}, {@code decode.4},
 * {@code decode.5}, each with {@code weight} and {@code bias}.
 *
 * <p>Source: the code of Gong et al., "Twin Auxiliary Classifiers GAN", 2019.
 */
public final class MlpGenerator extends TorchBlock {

  private final Embedding embed;
  private final Sequential decode;

  /**
   * Creates the network.
   *
   * @param latentSize the length of z; 2 in the published code
   * @param numClasses the number of classes
   * @param dimension the numbers of a point
   * @param width the units of each hidden layer; 10 in the published code
   */
  public MlpGenerator(int latentSize, int numClasses, int dimension, int width) {
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

  /**
   * Makes points.
   *
   * @param z latents {@code (N, latentSize)}, standard normal
   * @param labels int64 {@code (N)} in [0, numClasses)
   * @return {@code (N, dimension)}, unbounded
   */
  public NDArray forward(NDArray z, NDArray labels) {
    return decode.forward(z.concat(embed.forward(labels, false), 1), false);
  }

  /** {@inheritDoc} */
  @Override
  public NDList forward(NDList inputs, boolean training) {
    return new NDList(forward(inputs.get(0), inputs.get(1)));
  }
}
