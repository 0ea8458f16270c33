package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.adversaria.nn.BatchNorm;
import org.adversaria.nn.ConvTranspose2d;
import org.adversaria.nn.Elementwise;
import org.adversaria.nn.Layer;
import org.adversaria.nn.Sequential;

/**
 * The generator of DCGAN: fractionally strided convolutions with batch normalisation and ReLU, tanh
 * at the end.
 *
 * <p>z is mapped to 4x4 pixels (to 7x7 for images of 28x28), then each stage doubles the size and
 * halves the channels. At 64x64 and width 64 the channels are 512, 256, 128, 64. State dict: {@code
 * main.0.weight}, {@code main.1.weight}, ..., as in PyTorch's DCGAN example.
 *
 * <p>Source: Radford et al., "Unsupervised Representation Learning with Deep Convolutional
 * Generative Adversarial Networks", 2015, figure 1 and section 4 (weights normal with standard
 * deviation 0.02).
 */
public final class DcganGenerator extends Generator {

  private final Sequential main;

  /**
   * Creates the network.
   *
   * @param latentSize the size of z; the paper's is 100
   * @param width the channels before the last layer; the paper's is 128, the PyTorch example's 64
   * @param channels of the image: 1 or 3
   * @param resolution the image's height and width: 4 to 7 times a power of two, such as 28, 32, 64
   * @throws IllegalArgumentException if the resolution is not such a number
   */
  public DcganGenerator(int latentSize, int width, int channels, int resolution) {
    super(latentSize, 0, new Shape(channels, resolution, resolution));
    int stages = Dcgan.stages(resolution);
    List<Layer> layers = new ArrayList<>();
    int in = latentSize;
    for (int stage = stages - 1; stage >= 0; stage--) {
      int out = width << stage;
      boolean first = stage == stages - 1;
      int kernel = first ? Dcgan.bottom(resolution) : 4;
      layers.add(new ConvTranspose2d(in, out, kernel, first ? 1 : 2, first ? 0 : 1, false));
      layers.add(new BatchNorm(out));
      layers.add(Elementwise.relu());
      in = out;
    }
    layers.add(new ConvTranspose2d(in, channels, 4, 2, 1, false));
    layers.add(Elementwise.tanh());
    main = child("main", new Sequential(layers));
    Dcgan.setInitializers(this);
  }

  /** {@inheritDoc} */
  @Override
  protected NDArray compute(NDArray z, NDArray labels, boolean training) {
    return main.forward(z.reshape(-1, latentSize(), 1, 1), training);
  }
}
