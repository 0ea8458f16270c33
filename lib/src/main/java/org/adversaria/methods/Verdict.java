package org.adversaria.methods;

import ai.djl.ndarray.NDArray;
import java.util.function.BinaryOperator;
import org.adversaria.losses.ClassLogits;

/**
 * What a discriminator says of a batch of images.
 *
 * @param logits real above fake, {@code (N)}
 * @param classes what its classifier says; null where it has none
 */
record Verdict(NDArray logits, ClassLogits classes) {

  /**
   * The sum of a term over the logits of both verdicts and, where there are, their classifiers'.
   */
  NDArray eachWith(Verdict other, BinaryOperator<NDArray> term) {
    NDArray sum = term.apply(logits, other.logits);
    if (classes != null) {
      sum = sum.add(term.apply(classes.logits(), other.classes.logits()));
      if (classes.twin() != null) {
        sum = sum.add(term.apply(classes.twin(), other.classes.twin()));
      }
    }
    return sum;
  }
}
