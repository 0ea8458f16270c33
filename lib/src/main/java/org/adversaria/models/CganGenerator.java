package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.List;
import org.adversaria.nn.BatchNorm;
import org.adversaria.nn.Dropout;
import org.adversaria.nn.Elementwise;
import org.adversaria.nn.Initializers;
import org.adversaria.nn.Layer;
import org.adversaria.nn.Linear;
import org.adversaria.nn.Sequential;
import org.adversaria.torch.TorchOps;

/**
 * The generator of the conditional GAN.
 *
 * <p>z and the one-hot y are mapped to hidden ReLU layers of 200 and 1000 units, both of these to a
 * joint hidden ReLU layer of 1200, and this to as many sigmoid units as an image has pixels.
 *
 * <p>State dict: {@code z_layer}, {@code y_layer}, {@code joint_layer}, {@code out_layer}, each
 * with {@code weight} and {@code bias}.
 *
 * <p>The paper does not give initial weights; here they are normal (He et al., 2015), with
 * PyTorch's default for biases.
 *
 * <p>Source: Mirza and Osindero, "Conditional Generative Adversarial Nets", 2014, section 4.1.
 */
public final class CganGenerator extends Generator {

  /**
   * The sizes of the layers.
   *
   * @param latent the size of z, at least 1
   * @param z hidden units of z, at least 1
   * @param y hidden units of y, at least 1
   * @param joint units of the joint hidden layer, at least 1
   * @param dropout the probability of a hidden unit to be dropped in training, in [0, 1)
   * @param batchNorm whether hidden layers are batch-normalised before their ReLU; not in the paper
   */
  public record Sizes(int latent, int z, int y, int joint, double dropout, boolean batchNorm) {

    /** The paper's sizes. */
    public static final Sizes PAPER = new Sizes(100, 200, 1000, 1200, 0.5, false);
  }

  private final Layer zLayer;
  private final Layer yLayer;
  private final Layer jointLayer;
  private final Linear outLayer;

  /**
   * Creates the network.
   *
   * @param sizes the sizes of the layers
   * @param numClasses the number of classes
   * @param imageShape {@code (C, H, W)}
   */
  public CganGenerator(Sizes sizes, int numClasses, Shape imageShape) {
    super(sizes.latent(), numClasses, imageShape);
    zLayer = hidden("z", sizes.latent(), sizes.z(), sizes);
    yLayer = hidden("y", numClasses, sizes.y(), sizes);
    jointLayer = hidden("joint", sizes.z() + sizes.y(), sizes.joint(), sizes);
    outLayer = child("out_layer", new Linear(sizes.joint(), (int) imageShape.size()));
    setInitializer(Initializers.heNormal(0), Parameter.Type.WEIGHT);
  }

  /** An affine map, batch normalisation if set, ReLU and dropout. */
  private Layer hidden(String name, int in, int out, Sizes sizes) {
    List<Layer> layers = new ArrayList<>();
    layers.add(child(name + "_layer", new Linear(in, out)));
    if (sizes.batchNorm()) {
      layers.add(child(name + "_norm", new BatchNorm(out)));
    }
    layers.add(Elementwise.relu());
    layers.add(new Dropout(sizes.dropout()));
    return new Sequential(layers);
  }

  /** {@inheritDoc} */
  @Override
  protected NDArray compute(NDArray z, NDArray labels, boolean training) {
    NDArray y = labels.oneHot(numClasses(), DataType.FLOAT32); // (N, numClasses)
    NDArray pixels = pixels(z, y, training); // (N, C H W) in [0, 1]
    return TorchOps.scale(pixels, 2).sub(1).reshape(new Shape(-1).addAll(imageShape()));
  }

  /**
   * Computes the sigmoid units of the paper.
   *
   * @param z latents {@code (N, latentSize)}
   * @param y one-hot labels, or any weights of the classes, {@code (N, numClasses)}
   * @param training true to drop hidden units
   * @return {@code (N, C H W)} in [0, 1]
   */
  public NDArray pixels(NDArray z, NDArray y, boolean training) {
    NDArray fromZ = zLayer.forward(z, training);
    NDArray fromY = yLayer.forward(y, training);
    NDArray joint = jointLayer.forward(fromZ.concat(fromY, 1), training);
    return Activation.sigmoid(outLayer.forward(joint, training));
  }

  /**
   * {@inheritDoc}
   *
   * <p>Here: uniform in the unit hypercube (section 4.1).
   */
  @Override
  public NDArray sampleLatents(NDManager manager, int count) {
    return manager.randomUniform(0, 1, new Shape(count, latentSize()));
  }

  /**
   * {@inheritDoc}
   *
   * @throws UnsupportedOperationException always: the latents of this generator are uniform
   */
  @Override
  public NDArray truncatedLatents(NDManager manager, int count, double threshold) {
    throw new UnsupportedOperationException(
        "CganGenerator draws its latents uniformly in [0, 1]; only normal latents are truncated. "
            + "Sample it without truncation");
  }
}
