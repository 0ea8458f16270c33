package org.adversaria.models;

import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.List;
import org.adversaria.nn.BatchNorm;
import org.adversaria.nn.Conv2d;
import org.adversaria.nn.Elementwise;
import org.adversaria.nn.Initializers;
import org.adversaria.nn.Layer;
import org.adversaria.nn.TorchBlock;

/** Code that the two networks of DCGAN share. */
final class Dcgan {

  private static final double SLOPE = 0.2;

  private Dcgan() {}

  /** The number of times that the resolution can be halved until it is at most 7. */
  static int stages(int resolution) {
    int stages = 0;
    int size = resolution;
    while (size >= 8 && size % 2 == 0) {
      size /= 2;
      stages++;
    }
    if (stages == 0 || size >= 8) {
      throw new IllegalArgumentException(
          "A DCGAN's resolution is 4, 5, 6 or 7 times a power of two, such as 28, 32 or 64, but this is "
              + resolution);
    }
    return stages;
  }

  /**
   * The height and width of the smallest feature map: 4, where the resolution is a power of two.
   */
  static int bottom(int resolution) {
    return resolution >> stages(resolution);
  }

  /**
   * The layers that halve the size down to 4x4, or to 7x7 from 28x28: strided convolutions with
   * leaky ReLU, and batch normalisation between them, but in the first.
   */
  static List<Layer> halving(int width, int channels, int resolution, boolean batchNorm) {
    int stages = stages(resolution);
    List<Layer> layers = new ArrayList<>();
    layers.add(new Conv2d(channels, width, 4, 2, 1, false));
    layers.add(Elementwise.leakyRelu(SLOPE));
    for (int stage = 1; stage < stages; stage++) {
      layers.add(new Conv2d(width << (stage - 1), width << stage, 4, 2, 1, false));
      if (batchNorm) {
        layers.add(new BatchNorm(width << stage));
      }
      layers.add(Elementwise.leakyRelu(SLOPE));
    }
    return layers;
  }

  /**
   * Weights are normal with mean 0, those of batch normalisation with mean 1; the deviation is
   * 0.02.
   */
  static void setInitializers(TorchBlock network) {
    network.setInitializer(Initializers.normal(0.02), Parameter.Type.WEIGHT);
    network.setInitializer(Initializers.normal(1, 0.02), Parameter.Type.GAMMA);
  }
}
