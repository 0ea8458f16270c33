package org.adversaria.losses;

import ai.djl.ndarray.NDArray;

/**
 * A batch of images as a discriminator's vectors, beside those of their classes.
 *
 * @param labels the images' classes, int64 {@code (N)}: from the data, or what the generator was
 *     given
 * @param vectors of the images, {@code (N, D)}
 * @param proxies the vectors of the images' classes, {@code (N, D)}; null where a loss does not
 *     look at them
 * @param table the vectors of all classes, {@code (K, D)}; null where a loss does not look at them
 * @param views vectors of the same images seen through an augmentation, {@code (N, D)}; null where
 *     a loss does not look at them
 */
public record Embeddings(
    NDArray labels, NDArray vectors, NDArray proxies, NDArray table, NDArray views) {

  /**
   * Of a batch without further vectors.
   *
   * @param labels int64 {@code (N)}
   * @param vectors of the images, {@code (N, D)}
   * @param proxies of their classes, {@code (N, D)}
   * @return the three, with null for the rest
   */
  public static Embeddings of(NDArray labels, NDArray vectors, NDArray proxies) {
    return new Embeddings(labels, vectors, proxies, null, null);
  }

  /**
   * The same with the images' views.
   *
   * @param views {@code (N, D)}
   * @return both
   */
  public Embeddings withViews(NDArray views) {
    return new Embeddings(labels, vectors, proxies, table, views);
  }
}
