package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import java.util.List;
import org.adversaria.nn.BatchNorm;
import org.adversaria.nn.ClassBatchNorm;
import org.adversaria.nn.ConditionalLayer;
import org.adversaria.nn.Conv2d;
import org.adversaria.nn.Initializers;
import org.adversaria.nn.Linear;
import org.adversaria.nn.Resample;
import org.adversaria.nn.TorchBlock;

/**
 * The residual generator of SNGAN at 32x32, and, with classes, that of the projection
 * discriminator's paper: a linear map of z to 4x4 pixels, three residual blocks that double the
 * size, batch normalisation, ReLU, a convolution and tanh.
 *
 * <p>State dict, by the names of mimicry: {@code l1}, {@code block2} to {@code block4} (each {@code
 * b1}, {@code c1}, {@code b2}, {@code c2}, {@code c_sc}), {@code b5}, {@code c5}. With classes
 * {@code b1} and {@code b2} are {@link ClassBatchNorm}s. As in mimicry, blocks upsample bilinearly.
 *
 * <p>Source: Miyato et al., "Spectral Normalization for Generative Adversarial Networks", 2018,
 * figure 8 and table 4; Miyato and Koyama, "cGANs with Projection Discriminator", 2018.
 */
public final class SnganGenerator32 extends Generator {

  /**
   * The sizes of the network.
   *
   * @param latent the size of z, at least 1; 128 in the paper
   * @param width the channels of all blocks, at least 1; 256 in the paper
   * @param channels of the image: 1 or 3
   * @param numClasses the number of classes, 0 for an unconditional generator
   */
  public record Settings(int latent, int width, int channels, int numClasses) {

    /**
     * The paper's sizes, for colour images.
     *
     * @param numClasses the number of classes, 0 for an unconditional generator
     * @return the settings
     */
    public static Settings paper(int numClasses) {
      return new Settings(128, 256, 3, numClasses);
    }

    /**
     * The same for other classes.
     *
     * @param count the number of classes, 0 for none
     * @return the settings
     */
    public Settings withClasses(int count) {
      return new Settings(latent, width, channels, count);
    }
  }

  private static final int BOTTOM = 4;

  private final Linear l1;
  private final List<Block> blocks;
  private final BatchNorm b5;
  private final Conv2d c5;

  /**
   * Creates the network.
   *
   * @param settings the sizes
   */
  public SnganGenerator32(Settings settings) {
    super(settings.latent(), settings.numClasses(), new Shape(settings.channels(), 32, 32));
    int width = settings.width();
    l1 = child("l1", new Linear(settings.latent(), BOTTOM * BOTTOM * width));
    blocks =
        List.of(
            child("block2", new Block(width, settings.numClasses())),
            child("block3", new Block(width, settings.numClasses())),
            child("block4", new Block(width, settings.numClasses())));
    b5 = child("b5", new BatchNorm(width));
    c5 = child("c5", new Conv2d(width, settings.channels(), 3, 1, 1, true));
    l1.setInitializer(Initializers.xavierUniform(1), Parameter.Type.WEIGHT);
    c5.setInitializer(Initializers.xavierUniform(1), Parameter.Type.WEIGHT);
  }

  /** Normalisation, ReLU, upsampling, convolution, normalisation, ReLU, convolution. */
  private static final class Block extends ConditionalLayer {

    private final TorchBlock b1;
    private final TorchBlock b2;
    private final Conv2d c1;
    private final Conv2d c2;
    private final Conv2d shortcut;

    Block(int width, int classes) {
      c1 = child("c1", new Conv2d(width, width, 3, 1, 1, true));
      c2 = child("c2", new Conv2d(width, width, 3, 1, 1, true));
      b1 = child("b1", classes == 0 ? new BatchNorm(width) : new ClassBatchNorm(width, classes));
      b2 = child("b2", classes == 0 ? new BatchNorm(width) : new ClassBatchNorm(width, classes));
      shortcut = child("c_sc", new Conv2d(width, width, 1, 1, 0, true));
      c1.setInitializer(Initializers.xavierUniform(Math.sqrt(2)), Parameter.Type.WEIGHT);
      c2.setInitializer(Initializers.xavierUniform(Math.sqrt(2)), Parameter.Type.WEIGHT);
      shortcut.setInitializer(Initializers.xavierUniform(1), Parameter.Type.WEIGHT);
    }

    @Override
    public NDArray forward(NDArray x, NDArray y, boolean training) {
      NDArray h = Resample.bilinear(Activation.relu(normalised(b1, x, y, training)));
      h = c1.forward(h, training);
      h = c2.forward(Activation.relu(normalised(b2, h, y, training)), training);
      // Equal to the published order, upsampling before the 1x1 convolution, with a quarter of the
      // work.
      return h.add(Resample.bilinear(shortcut.forward(x, training)));
    }

    /** Applies a normalisation, with labels if it is conditional. */
    private static NDArray normalised(TorchBlock norm, NDArray x, NDArray y, boolean training) {
      var inputs = norm instanceof ConditionalLayer ? new NDList(x, y) : new NDList(x);
      return norm.forward(inputs, training).singletonOrThrow();
    }
  }

  /** {@inheritDoc} */
  @Override
  protected NDArray compute(NDArray z, NDArray labels, boolean training) {
    NDArray h = l1.forward(z, training).reshape(z.getShape().get(0), -1, BOTTOM, BOTTOM);
    for (Block block : blocks) {
      h = block.forward(h, labels, training);
    }
    h = Activation.relu(b5.forward(h, training));
    return Activation.tanh(c5.forward(h, training));
  }
}
