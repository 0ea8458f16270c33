package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import java.util.Map;
import org.adversaria.nn.Initializers;
import org.adversaria.nn.Sequential;
import org.adversaria.nn.SpectralNorm;

/**
 * The body of DCGAN's discriminator: its strided convolutions down to 4x4 pixels, flattened. With
 * {@link HeadedDiscriminator#plain} it is {@link DcganDiscriminator}, whose last convolution is a
 * linear map of all pixels, and a bias.
 *
 * <p>State dict: {@code main.0.weight}, {@code main.2.weight}, ... as in DcganDiscriminator; heads
 * are {@code linear} and {@code embed}.
 *
 * <p>Source: Radford et al., "Unsupervised Representation Learning with Deep Convolutional
 * Generative Adversarial Networks", 2015, sections 3 and 4.
 */
final class DcganBody extends Body {

  private final Sequential main;

  /**
   * Creates the network.
   *
   * @param width the channels after the first layer, at least 1
   * @param channels of the image: 1 or 3
   * @param resolution the image's height and width: 4 to 7 times a power of two, such as 28, 32, 64
   * @param batchNorm false for no normalisation, as WGAN-GP has it
   * @throws IllegalArgumentException if the resolution is not such a number
   */
  DcganBody(int width, int channels, int resolution, boolean batchNorm) {
    super(
        (width << (Dcgan.stages(resolution) - 1))
            * Dcgan.bottom(resolution)
            * Dcgan.bottom(resolution),
        SpectralNorm.none(),
        Map.of("logit", "linear", "class_embedding", "embed"));
    main = child("main", new Sequential(Dcgan.halving(width, channels, resolution, batchNorm)));
    initialValues(Parameter.Type.WEIGHT, Initializers.normal(0.02));
    initialValues(Parameter.Type.GAMMA, Initializers.normal(1, 0.02));
  }

  @Override
  public NDArray features(NDArray x, boolean training) {
    return main.forward(x, training).reshape(x.getShape().get(0), -1);
  }
}
