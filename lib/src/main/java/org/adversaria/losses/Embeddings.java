package org.adversaria.losses;

import ai.djl.ndarray.NDArray;
import java.util.function.Supplier;

/**
 * A batch of samples as a discriminator's vectors, beside those of their classes.
 *
 * @param labels the samples' classes, int64 {@code (N)}: from the data, or what the generator was
 *     given
 * @param vectors of the samples, {@code (N, D)}
 * @param proxies the vectors of the samples' classes, {@code (N, D)}
 * @param products of the samples' vectors with those of all classes, {@code (N, K)}
 * @param views gives vectors of the same samples seen through an augmentation, {@code (N, D)};
 *     asked by losses that compare views only
 */
public record Embeddings(
    NDArray labels, NDArray vectors, NDArray proxies, NDArray products, Supplier<NDArray> views) {

  /**
   * Of a batch without views.
   *
   * @param labels int64 {@code (N)}
   * @param vectors of the samples, {@code (N, D)}
   * @param proxies of their classes, {@code (N, D)}
   * @param products with all classes' vectors, {@code (N, K)}
   * @return the four
   */
  public static Embeddings of(NDArray labels, NDArray vectors, NDArray proxies, NDArray products) {
    return new Embeddings(
        labels,
        vectors,
        proxies,
        products,
        () -> {
          throw new UnsupportedOperationException("There are no views of this batch");
        });
  }
}
