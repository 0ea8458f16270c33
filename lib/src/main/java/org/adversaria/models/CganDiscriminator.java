package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import org.adversaria.nn.Dropout;
import org.adversaria.nn.Initializers;
import org.adversaria.nn.Linear;
import org.adversaria.nn.Maxout;
import org.adversaria.torch.TorchOps;

/**
 * The discriminator of the conditional GAN.
 *
 * <p>x is mapped to a maxout layer of 240 units with 5 pieces, the one-hot y to one of 50 units
 * with 5 pieces, both of these to a joint maxout layer of 240 units with 4 pieces, and this to one
 * logit; the paper's sigmoid is part of the loss.
 *
 * <p>State dict: {@code x_layer}, {@code y_layer}, {@code joint_layer}, {@code out_layer}, each
 * with {@code weight} and {@code bias}.
 *
 * <p>The paper does not give initial weights; here they are normal (He et al., 2015), with
 * PyTorch's default for biases.
 *
 * <p>Source: Mirza and Osindero, "Conditional Generative Adversarial Nets", 2014, section 4.1.
 */
public final class CganDiscriminator extends Discriminator<NDArray> {

  /**
   * The sizes of the layers.
   *
   * @param x maxout units of x, at least 1
   * @param xPieces their pieces, at least 1
   * @param y maxout units of y, at least 1
   * @param yPieces their pieces, at least 1
   * @param joint units of the joint maxout layer, at least 1
   * @param jointPieces their pieces, at least 1
   * @param dropout the probability of a hidden unit to be dropped in training, in [0, 1)
   */
  public record Sizes(
      int x, int xPieces, int y, int yPieces, int joint, int jointPieces, double dropout) {

    /** The paper's sizes. */
    public static final Sizes PAPER = new Sizes(240, 5, 50, 5, 240, 4, 0.5);
  }

  private final int numClasses;
  private final Maxout xLayer;
  private final Maxout yLayer;
  private final Maxout jointLayer;
  private final Linear outLayer;
  private final Dropout dropout;

  /**
   * Creates the network.
   *
   * @param sizes the sizes of the layers
   * @param numClasses the number of classes
   * @param imageShape {@code (C, H, W)}
   */
  public CganDiscriminator(Sizes sizes, int numClasses, Shape imageShape) {
    this.numClasses = numClasses;
    xLayer = child("x_layer", new Maxout((int) imageShape.size(), sizes.x(), sizes.xPieces()));
    yLayer = child("y_layer", new Maxout(numClasses, sizes.y(), sizes.yPieces()));
    jointLayer =
        child("joint_layer", new Maxout(sizes.x() + sizes.y(), sizes.joint(), sizes.jointPieces()));
    outLayer = child("out_layer", new Linear(sizes.joint(), 1));
    dropout = child("dropout", new Dropout(sizes.dropout()));
    setInitializer(Initializers.heNormal(0), Parameter.Type.WEIGHT);
  }

  /** {@inheritDoc} */
  @Override
  protected NDArray compute(NDArray images, NDArray labels, boolean training) {
    NDArray pixels = TorchOps.scale(images.add(1), 0.5).reshape(images.getShape().get(0), -1);
    NDArray y = labels.oneHot(numClasses, DataType.FLOAT32); // (N, numClasses)
    return logits(pixels, y, training).reshape(-1);
  }

  /**
   * Computes the logit of the paper's sigmoid unit.
   *
   * @param x pixels {@code (N, C H W)} in [0, 1]
   * @param y one-hot labels {@code (N, numClasses)}
   * @param training true to drop hidden units
   * @return {@code (N, 1)}
   */
  public NDArray logits(NDArray x, NDArray y, boolean training) {
    NDArray fromX = dropout.forward(xLayer.forward(x, training), training);
    NDArray fromY = dropout.forward(yLayer.forward(y, training), training);
    NDArray hidden = fromX.concat(fromY, 1);
    NDArray joint = dropout.forward(jointLayer.forward(hidden, training), training);
    return outLayer.forward(joint, training);
  }
}
