package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import java.util.List;
import java.util.Map;
import org.adversaria.nn.Conv2d;
import org.adversaria.nn.Initializers;
import org.adversaria.nn.Layer;
import org.adversaria.nn.SpectralNorm;

/**
 * The body of SNGAN's residual discriminator at 32x32: four residual blocks, of which the first two
 * halve the size, under spectral normalisation. With {@link HeadedDiscriminator#plain} it is
 * SNGAN's discriminator, with {@link HeadedDiscriminator#projection} that of the projection GAN.
 *
 * <p>State dict, by the names of mimicry: {@code block1} to {@code block4} (each {@code c1}, {@code
 * c2} and, in the first two, {@code c_sc}) with the names of {@link SpectralNorm.Hook}; heads are
 * {@code l5} and {@code l_y}, with classes under {@link SpectralNorm.Mimicry}.
 *
 * <p>Source: Miyato et al., "Spectral Normalization for Generative Adversarial Networks", 2018,
 * figure 8 and table 4; Miyato and Koyama, "cGANs with Projection Discriminator", 2018.
 */
public final class SnganBody32 extends Body {

  /**
   * The sizes of the network.
   *
   * @param width the channels of all blocks, at least 1; 128 in the paper
   * @param channels of the image: 1 or 3
   * @param numClasses the number of classes, 0 for an unconditional discriminator
   */
  public record Settings(int width, int channels, int numClasses) {

    /**
     * The paper's sizes, for colour images.
     *
     * @param numClasses the number of classes, 0 for an unconditional discriminator
     * @return the settings
     */
    public static Settings paper(int numClasses) {
      return new Settings(128, 3, numClasses);
    }

    /**
     * The same for other classes.
     *
     * @param count the number of classes, 0 for none
     * @return the settings
     */
    public Settings withClasses(int count) {
      return new Settings(width, channels, count);
    }
  }

  private static final SpectralNorm NORM = SpectralNorm.hook();

  private final List<Block> blocks;

  /**
   * Creates the network.
   *
   * @param settings the sizes
   */
  public SnganBody32(Settings settings) {
    super(
        settings.width(),
        settings.numClasses() == 0 ? NORM : new SpectralNorm.Mimicry(1e-12),
        Map.of("logit", "l5", "class_embedding", "l_y", "classifier", "ac", "twin", "mi"));
    int width = settings.width();
    initialValues(Parameter.Type.WEIGHT, Initializers.xavierUniform(1));
    blocks =
        List.of(
            child("block1", new Block(settings.channels(), width, true, true)),
            child("block2", new Block(width, width, false, true)),
            child("block3", new Block(width, width, false, false)),
            child("block4", new Block(width, width, false, false)));
  }

  /**
   * ReLU, convolution, ReLU, convolution, and pooling where the size is halved. The first block's
   * input is the image: it has no first ReLU, and its shortcut is pooled before the convolution.
   */
  private static final class Block extends Layer {

    private final boolean first;
    private final boolean downsample;
    private final Conv2d c1;
    private final Conv2d c2;
    private final Conv2d shortcut;

    Block(int in, int out, boolean first, boolean downsample) {
      this.first = first;
      this.downsample = downsample;
      c1 = child("c1", new Conv2d(in, out, 3, 1, 1, true, NORM));
      c2 = child("c2", new Conv2d(out, out, 3, 1, 1, true, NORM));
      c1.setInitializer(Initializers.xavierUniform(Math.sqrt(2)), Parameter.Type.WEIGHT);
      c2.setInitializer(Initializers.xavierUniform(Math.sqrt(2)), Parameter.Type.WEIGHT);
      shortcut = downsample ? child("c_sc", new Conv2d(in, out, 1, 1, 0, true, NORM)) : null;
      if (shortcut != null) {
        shortcut.setInitializer(Initializers.xavierUniform(1), Parameter.Type.WEIGHT);
      }
    }

    @Override
    public NDArray forward(NDArray x, boolean training) {
      NDArray activation = first ? x : Activation.relu(x);
      NDArray h = Activation.relu(c1.forward(activation, training));
      return downsample
          ? c2.forwardAveraged(h, training).add(shortcut.forwardAveraged(activation, training))
          : c2.forward(h, training).add(activation);
    }
  }

  @Override
  public NDArray features(NDArray x, boolean training) {
    NDArray h = x;
    for (Block block : blocks) {
      h = block.forward(h, training);
    }
    return BigGanBody.pooled(h);
  }
}
