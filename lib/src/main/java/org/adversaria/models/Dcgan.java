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

  /** The height and width of the smallest feature map. */
  static final int BOTTOM = 4;

  private static final double SLOPE = 0.2;

  private Dcgan() {}

  /** The number of stages between 4x4 and the resolution, the image itself not counted. */
  static int stages(int resolution) {
    if (resolution < 8 || Integer.bitCount(resolution) != 1) {
      throw new IllegalArgumentException(
          "A DCGAN's resolution is a power of two from 8, such as 32 or 64, but this is "
              + resolution);
    }
    return Integer.numberOfTrailingZeros(resolution) - 2;
  }

  /**
   * The layers that halve the size down to 4x4: strided convolutions with leaky ReLU, and batch
   * normalisation between them, but in the first.
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
