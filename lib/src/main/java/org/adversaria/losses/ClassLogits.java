package org.adversaria.losses;

import ai.djl.ndarray.NDArray;

/**
 * What a discriminator's classifier says of a batch of images, beside the truth.
 *
 * @param labels the images' classes, int64 {@code (N)}: from the data, or what the generator was
 *     given
 * @param logits of the classifier {@code (N, outputs)}, see {@link ClassifierLoss#outputs}
 * @param twin logits of the twin classifier {@code (N, K)}; null where the loss has no twin
 */
public record ClassLogits(NDArray labels, NDArray logits, NDArray twin) {

  /**
   * Of a classifier without a twin.
   *
   * @param labels the images' classes, int64 {@code (N)}
   * @param logits of the classifier {@code (N, outputs)}
   * @return both, with null for the twin
   */
  public static ClassLogits of(NDArray labels, NDArray logits) {
    return new ClassLogits(labels, logits, null);
  }
}
