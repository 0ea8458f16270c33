package org.adversaria.methods;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.adversaria.losses.ClassLogits;

/**
 * What a discriminator says of a batch of images.
 *
 * @param logits real above fake, {@code (N)}
 * @param classes what its classifier says; null where it has none
 */
record Verdict(NDArray logits, ClassLogits classes) {

  /** What every head says: the logits, the classifier's and its twin's, as far as there are. */
  List<NDArray> heads() {
    return classes == null
        ? List.of(logits)
        : Stream.of(logits, classes.logits(), classes.twin()).filter(Objects::nonNull).toList();
  }
}
