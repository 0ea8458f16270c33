package org.adversaria.models;

/**
 * How a BigGAN's generator is told z and the class.
 *
 * @param size the length of z; a hierarchical one is cut into equal parts, so that a remainder is
 *     left away
 * @param shared the width of the class embedding that all normalisations share; 0 for an embedding
 *     of its own in each of them
 * @param hierarchical true to give the first layer and each block another part of z (skip-z),
 *     joined with the class's shared vector in the blocks' normalisations
 */
public record BigGanLatent(int size, int shared, boolean hierarchical) {

  /**
   * z goes into the first layer, and every normalisation has its own embedding of the classes, as
   * in SNGAN and SAGAN.
   *
   * @param size the length of z; the published code's CIFAR models have 128
   * @return the settings
   */
  public static BigGanLatent plain(int size) {
    return new BigGanLatent(size, 0, false);
  }

  /**
   * z goes into the first layer, and all normalisations are linear in one embedding of the classes.
   *
   * @param size the length of z
   * @param shared the width of the embedding
   * @return the settings
   */
  public static BigGanLatent shared(int size, int shared) {
    return new BigGanLatent(size, shared, false);
  }

  /**
   * The paper's: parts of z in all blocks, beside the shared embedding.
   *
   * @param size the length of z; 120 at 128x128, 140 at 256x256
   * @param shared the width of the embedding; 128
   * @return the settings
   */
  public static BigGanLatent hierarchical(int size, int shared) {
    return new BigGanLatent(size, shared, true);
  }
}
