package org.adversaria.methods;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.adversaria.losses.ClassLogits;
import org.adversaria.losses.Embeddings;

/**
 * What a discriminator says of a batch of images.
 *
 * @param logits real above fake, {@code (N)}
 * @param classes what its classifier says; null where it has none
 * @param embeddings the images as vectors; null where there is no contrastive loss
 */
record Verdict(NDArray logits, ClassLogits classes, Embeddings embeddings) {

  /**
   * What every head says: the logits, the classifier's and its twin's, the images' vectors, as far
   * as there are.
   */
  List<NDArray> heads() {
    NDArray said = classes == null ? null : classes.logits();
    NDArray twin = classes == null ? null : classes.twin();
    NDArray vectors = embeddings == null ? null : embeddings.vectors();
    return Stream.of(logits, said, twin, vectors).filter(Objects::nonNull).toList();
  }
}
