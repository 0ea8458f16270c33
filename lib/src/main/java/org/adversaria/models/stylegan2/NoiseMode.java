package org.adversaria.models.stylegan2;

/** Where the noise of a synthesis comes from. */
public enum NoiseMode {
  /** Drawn anew in each call, as in training. */
  RANDOM,
  /** Stored with the network: the same images for the same w. */
  CONSTANT,
  /** No noise. */
  NONE
}
