package org.adversaria.losses;

import ai.djl.ndarray.NDArray;
import java.util.function.Supplier;

/**
 * A discriminator's vectors of a batch of samples and of their classes.
 *
 * @param labels the samples' classes, int64 {@code (N)}: those of the data, or the conditions of
 *     generated samples
 * @param vectors of the samples, {@code (N, D)}
 * @param proxies the vectors of the samples' classes, {@code (N, D)}
 * @param products of the samples' vectors with those of all classes, {@code (N, K)}
 * @param views computes the vectors of augmented samples, {@code (N, D)}; only losses that compare
 *     views call it
 */
public record Embeddings(
    NDArray labels, NDArray vectors, NDArray proxies, NDArray products, Supplier<NDArray> views) {

  /**
   * Creates the embeddings of a batch without views.
   *
   * @param labels int64 {@code (N)}
   * @param vectors of the samples, {@code (N, D)}
   * @param proxies of their classes, {@code (N, D)}
   * @param products with all classes' vectors, {@code (N, K)}
   * @return the embeddings
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
