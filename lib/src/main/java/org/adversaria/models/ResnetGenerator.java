package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import java.util.ArrayList;
import java.util.List;
import org.adversaria.nn.Conv2d;
import org.adversaria.nn.ConvTranspose2d;
import org.adversaria.nn.Elementwise;
import org.adversaria.nn.Layer;
import org.adversaria.nn.ReflectionPad;
import org.adversaria.nn.Sequential;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.Text;

/**
 * A generator that maps images of one domain to images of another: three convolutions, of which two
 * halve the size, residual blocks, two transposed convolutions that double it, a convolution and
 * tanh. Each convolution but the last is followed by a normalisation and ReLU.
 *
 * <p>The network is fully convolutional: height and width are multiples of 4, at least 8. State
 * dict: {@code model.1.weight}, ..., {@code model.10.conv_block.1.weight}, ..., the names of {@code
 * ResnetGenerator} in pix2pix's PyTorch code. Weights are initially normal with deviation 0.02,
 * biases 0.
 *
 * <p>Source: Zhu et al., "Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial
 * Networks", 2017, appendix, "Generator architectures"; after Johnson et al., "Perceptual Losses
 * for Real-Time Style Transfer and Super-Resolution", 2016.
 */
public final class ResnetGenerator extends TorchBlock {

  private static final int HALVINGS = 2;
  private static final int LEAST_SIZE = 8;

  private final Sequential model;

  /**
   * The sizes of the network.
   *
   * @param inChannels channels of the images that are translated
   * @param outChannels channels of the translated images
   * @param width channels after the first convolution; the paper's is 64
   * @param blocks the number of residual blocks; the paper has 9 at 256x256, 6 at 128x128
   * @param norm the normalisation
   */
  public record Settings(
      int inChannels, int outChannels, int width, int blocks, TranslationNorm norm) {}

  /**
   * Creates the network.
   *
   * @param settings its sizes
   */
  public ResnetGenerator(Settings settings) {
    int width = settings.width();
    TranslationNorm norm = settings.norm();
    List<Layer> layers = new ArrayList<>();
    layers.add(new ReflectionPad(3));
    layers.add(new Conv2d(settings.inChannels(), width, 7, 1, 0, norm.withBias()));
    addNorm(layers, width, norm);
    for (int i = 0; i < HALVINGS; i++) {
      layers.add(new Conv2d(width << i, width << (i + 1), 3, 2, 1, norm.withBias()));
      addNorm(layers, width << (i + 1), norm);
    }
    for (int i = 0; i < settings.blocks(); i++) {
      layers.add(new Block(width << HALVINGS, norm));
    }
    for (int i = HALVINGS; i > 0; i--) {
      layers.add(new ConvTranspose2d(width << i, width << (i - 1), 3, 2, 1, 1, norm.withBias()));
      addNorm(layers, width << (i - 1), norm);
    }
    layers.add(new ReflectionPad(3));
    layers.add(new Conv2d(width, settings.outChannels(), 7, 1, 0, true));
    layers.add(Elementwise.tanh());
    model = child("model", new Sequential(layers));
    setInitializers(this);
  }

  private static void addNorm(List<Layer> layers, int channels, TranslationNorm norm) {
    layers.add(norm.layer(channels));
    layers.add(Elementwise.relu());
  }

  /** Weights are normal with deviation 0.02, those of normalisation around 1; biases are 0. */
  static void setInitializers(TorchBlock network) {
    Dcgan.setInitializers(network);
    network.setInitializer(Initializer.ZEROS, Parameter.Type.BIAS);
  }

  /** Two convolutions with normalisation, added to their input: x + conv_block(x). */
  private static final class Block extends Layer {

    private final Sequential convBlock;

    Block(int channels, TranslationNorm norm) {
      convBlock =
          child(
              "conv_block",
              new Sequential(
                  List.of(
                      new ReflectionPad(1),
                      new Conv2d(channels, channels, 3, 1, 0, norm.withBias()),
                      norm.layer(channels),
                      Elementwise.relu(),
                      new ReflectionPad(1),
                      new Conv2d(channels, channels, 3, 1, 0, norm.withBias()),
                      norm.layer(channels))));
    }

    @Override
    public NDArray forward(NDArray x, boolean training) {
      return x.add(convBlock.forward(x, training));
    }
  }

  /**
   * Translates images, compiled where {@link #compile} was called.
   *
   * @param x {@code (N, inChannels, H, W)} in [-1, 1]; H and W are multiples of 4, at least 8
   * @param training true in training, where batch normalisation uses the batch's statistics
   * @return {@code (N, outChannels, H, W)} in [-1, 1]
   * @throws IllegalArgumentException if H or W is not such a number
   */
  public NDArray forward(NDArray x, boolean training) {
    requireSize(x.getShape().get(2));
    requireSize(x.getShape().get(3));
    return compiled(
        "forward", new NDList(x), training, inputs -> model.forward(inputs.get(0), training));
  }

  static void requireSize(long size) {
    if (size < LEAST_SIZE || size % (1 << HALVINGS) != 0) {
      throw new IllegalArgumentException(
          Text.format(
              "A side of images to translate is a multiple of 4 from 8 on, but is %d: crop or resize them",
              size));
    }
  }

  /** {@inheritDoc} */
  @Override
  public NDList forward(NDList inputs, boolean training) {
    return new NDList(forward(inputs.singletonOrThrow(), training));
  }
}
