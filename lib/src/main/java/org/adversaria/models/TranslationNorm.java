package org.adversaria.models;

import org.adversaria.nn.BatchNorm;
import org.adversaria.nn.InstanceNorm;
import org.adversaria.nn.Layer;

/** The normalisation in networks that translate images. */
public enum TranslationNorm {

  /** Instance normalisation without weights, as in CycleGAN; convolutions before it have biases. */
  INSTANCE,

  /** Batch normalisation, as in pix2pix; convolutions before it have no biases. */
  BATCH;

  Layer layer(int channels) {
    return this == INSTANCE ? new InstanceNorm(channels, false) : new BatchNorm(channels);
  }

  /** Whether convolutions before the normalisation have a bias. */
  boolean withBias() {
    return this == INSTANCE;
  }
}
