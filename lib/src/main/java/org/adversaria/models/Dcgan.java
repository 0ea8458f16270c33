package org.adversaria.models;

import ai.djl.nn.Parameter;
import org.adversaria.nn.Initializers;
import org.adversaria.nn.TorchBlock;

/** Code that the two networks of DCGAN share. */
final class Dcgan {

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
   * Weights are normal with mean 0, those of batch normalisation with mean 1; the deviation is
   * 0.02.
   */
  static void setInitializers(TorchBlock network) {
    network.setInitializer(Initializers.normal(0.02), Parameter.Type.WEIGHT);
    network.setInitializer(Initializers.normal(1, 0.02), Parameter.Type.GAMMA);
  }
}
