package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.adversaria.nn.Conv2d;
import org.adversaria.nn.Layer;
import org.adversaria.nn.Sequential;

/**
 * The discriminator of DCGAN: strided convolutions with batch normalisation and leaky ReLU.
 *
 * <p>Each stage halves the size and doubles the channels down to 4x4; a last convolution gives the
 * logit. The first stage is not normalised. State dict: {@code main.0.weight}, {@code
 * main.2.weight}, ..., as in PyTorch's DCGAN example, whose last sigmoid is part of the loss in
 * this library.
 *
 * <p>Source: Radford et al., "Unsupervised Representation Learning with Deep Convolutional
 * Generative Adversarial Networks", 2015, sections 3 and 4.
 */
public final class DcganDiscriminator extends Discriminator<NDArray> {

  private final Sequential main;

  /**
   * Creates the network.
   *
   * @param width the channels after the first layer, at least 1
   * @param channels of the image: 1 or 3
   * @param resolution the image's height and width: 4 to 7 times a power of two, such as 28, 32, 64
   * @throws IllegalArgumentException if the resolution is not such a number
   */
  public DcganDiscriminator(int width, int channels, int resolution) {
    List<Layer> layers = Dcgan.halving(width, channels, resolution, true);
    int last = width << (Dcgan.stages(resolution) - 1);
    layers.add(new Conv2d(last, 1, Dcgan.bottom(resolution), 1, 0, false));
    main = child("main", new Sequential(layers));
    Dcgan.setInitializers(this);
  }

  /** {@inheritDoc} */
  @Override
  protected NDArray compute(NDArray images, NDArray labels, boolean training) {
    return main.forward(images, training).reshape(-1);
  }
}
