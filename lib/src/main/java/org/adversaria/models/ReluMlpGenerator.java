package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.List;
import org.adversaria.nn.Elementwise;
import org.adversaria.nn.Embedding;
import org.adversaria.nn.Initializers;
import org.adversaria.nn.Layer;
import org.adversaria.nn.Linear;
import org.adversaria.nn.Sequential;

/**
 * A generator of points: hidden ReLU layers of equal width and an affine map, from standard normal
 * latents. In a conditional one z is concatenated with a learned vector of the class of the same
 * size.
 *
 * <p>State dict, as of an {@code nn.Sequential}: {@code main.0}, {@code main.2} and so on, each
 * with {@code weight} and {@code bias}; and {@code embed.weight} of a conditional one.
 *
 * <p>Weights are initially normal (He et al., 2015), as in the published code of Gulrajani et al.,
 * "Improved Training of Wasserstein GANs", 2017, for toy data, where networks like these have three
 * hidden layers of 512 units; biases have PyTorch's default.
 */
final class ReluMlpGenerator extends Generator {

  private final Embedding embed;
  private final Sequential main;

  /**
   * Creates the network.
   *
   * @param latentSize the size of z, at least 1
   * @param numClasses the number of classes, 0 for an unconditional generator
   * @param dimension of a point
   * @param width the units of each hidden layer
   * @param layers the number of hidden layers
   */
  public ReluMlpGenerator(int latentSize, int numClasses, int dimension, int width, int layers) {
    super(latentSize, numClasses, new Shape(dimension));
    embed = numClasses == 0 ? null : child("embed", new Embedding(numClasses, latentSize));
    int inputs = numClasses == 0 ? latentSize : 2 * latentSize;
    List<Layer> all = new ArrayList<>(hiddenLayers(inputs, width, layers));
    all.add(new Linear(width, dimension));
    main = child("main", new Sequential(all));
    main.setInitializer(Initializers.heNormal(0), Parameter.Type.WEIGHT);
  }

  /** Affine maps, each followed by a ReLU. */
  static List<Layer> hiddenLayers(int inputs, int width, int layers) {
    List<Layer> hidden = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      hidden.add(new Linear(i == 0 ? inputs : width, width));
      hidden.add(Elementwise.relu());
    }
    return hidden;
  }

  @Override
  protected NDArray compute(NDArray z, NDArray labels, boolean training) {
    NDArray input = embed == null ? z : z.concat(embed.forward(labels, training), 1);
    return main.forward(input, training);
  }
}
