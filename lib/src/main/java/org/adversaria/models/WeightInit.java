package org.adversaria.models;

import ai.djl.training.initializer.Initializer;
import org.adversaria.nn.Initializers;

/**
 * The initialisation of the weights of a BigGAN's convolutions, linear maps and embeddings; biases
 * have PyTorch's default.
 */
public enum WeightInit {

  /** Orthogonal (Saxe et al., 2013), as in BigGAN's paper, section 3. */
  ORTHOGONAL(Initializers.orthogonal(1)),

  /** Normal with standard deviation 0.02, as its PyTorch code uses on CIFAR ("N02"). */
  NORMAL_02(Initializers.normal(0.02)),

  /** Uniform after Glorot and Bengio, 2010, as its PyTorch code uses for SAGAN ("xavier"). */
  XAVIER(Initializers.xavierUniform(1));

  private final Initializer initializer;

  WeightInit(Initializer initializer) {
    this.initializer = initializer;
  }

  Initializer initializer() {
    return initializer;
  }
}
