package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import org.adversaria.nn.Dropout;
import org.adversaria.nn.Linear;

/**
 * The generator of the conditional GAN.
 *
 * <p>z and the one-hot y are mapped to hidden ReLU layers of 200 and 1000 units, both of these to a
 * joint hidden ReLU layer of 1200, and this to as many sigmoid units as an image has pixels.
 *
 * <p>State dict: {@code z_layer}, {@code y_layer}, {@code joint_layer}, {@code out_layer}, each with
 * {@code weight} and {@code bias}.
 *
 * <p>Source: Mirza and Osindero, "Conditional Generative Adversarial Nets", 2014, section 4.1.
 */
public final class CganGenerator extends Generator {

  /**
   * The sizes of the layers.
   *
   * @param latent the length of z
   * @param z hidden units fed by z
   * @param y hidden units fed by y
   * @param joint units of the joint hidden layer
   * @param dropout the probability of a hidden unit to be dropped while training
   */
  public record Sizes(int latent, int z, int y, int joint, double dropout) {

    /** The paper's sizes. */
    public static final Sizes PAPER = new Sizes(100, 200, 1000, 1200, 0.5);
  }

  private final Linear zLayer;
  private final Linear yLayer;
  private final Linear jointLayer;
  private final Linear outLayer;
  private final Dropout dropout;

  /**
   * Creates the network.
   *
   * @param sizes the sizes of the layers
   * @param numClasses the number of classes
   * @param imageShape {@code (C, H, W)}
   */
  public CganGenerator(Sizes sizes, int numClasses, Shape imageShape) {
    super(sizes.latent(), numClasses, imageShape);
    zLayer = child("z_layer", new Linear(sizes.latent(), sizes.z()));
    yLayer = child("y_layer", new Linear(numClasses, sizes.y()));
    jointLayer = child("joint_layer", new Linear(sizes.z() + sizes.y(), sizes.joint()));
    outLayer = child("out_layer", new Linear(sizes.joint(), (int) imageShape.size()));
    dropout = child("dropout", new Dropout(sizes.dropout()));
  }

  /** {@inheritDoc} */
  @Override
  public NDArray forward(NDArray z, NDArray labels, boolean training) {
    NDArray y = labels.oneHot(numClasses(), DataType.FLOAT32);
    NDArray pixels = pixels(z, y, training);
    return pixels.mul(2).sub(1).reshape(new Shape(-1).addAll(imageShape()));
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
    NDArray fromZ = dropout.forward(Activation.relu(zLayer.forward(z, training)), training);
    NDArray fromY = dropout.forward(Activation.relu(yLayer.forward(y, training)), training);
    NDArray both = fromZ.concat(fromY, 1);
    NDArray joint = dropout.forward(Activation.relu(jointLayer.forward(both, training)), training);
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
}
