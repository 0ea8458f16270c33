package org.adversaria.models.stylegan2;

/** The source of a synthesis network's noise. */
public enum NoiseMode {
  /** New random noise in each call, as in training. */
  RANDOM,
  /** Stored with the network: the same images for the same w. */
  CONSTANT,
  /** No noise. */
  NONE
}
