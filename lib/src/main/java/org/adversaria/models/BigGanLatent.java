package org.adversaria.models;

/**
 * How z and the class enter a BigGAN's generator.
 *
 * @param size the size of z, at least 1; a hierarchical z is cut into equal parts, without the
 *     remainder
 * @param shared the width of the class embedding that all normalisations share, at least 0; with 0
 *     each has an embedding of its own
 * @param hierarchical true for a different part of z in the first layer and in each block (skip-z),
 *     where it is concatenated with the class's shared vector
 */
public record BigGanLatent(int size, int shared, boolean hierarchical) {

  /**
   * z enters the first layer, and every normalisation has its own embedding of the classes, as in
   * SNGAN and SAGAN.
   *
   * @param size the size of z; the published code's CIFAR models have 128
   * @return the settings
   */
  public static BigGanLatent plain(int size) {
    return new BigGanLatent(size, 0, false);
  }

  /**
   * z enters the first layer, and all normalisations are linear in one embedding of the classes.
   *
   * @param size the size of z
   * @param shared the width of the embedding
   * @return the settings
   */
  public static BigGanLatent shared(int size, int shared) {
    return new BigGanLatent(size, shared, false);
  }

  /**
   * The paper's settings: parts of z in all blocks, with a shared embedding.
   *
   * @param size the size of z; 120 at 128x128, 140 at 256x256
   * @param shared the width of the embedding; 128
   * @return the settings
   */
  public static BigGanLatent hierarchical(int size, int shared) {
    return new BigGanLatent(size, shared, true);
  }
}
