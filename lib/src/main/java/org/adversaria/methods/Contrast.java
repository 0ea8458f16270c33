package org.adversaria.methods;

import ai.djl.ndarray.NDArray;
import java.util.function.Supplier;
import org.adversaria.losses.ContrastiveLoss;
import org.adversaria.losses.Embeddings;
import org.adversaria.models.EmbeddingHead;
import org.adversaria.training.Schedule;

/**
 * A contrastive term, which D minimises on real samples and G on generated ones.
 *
 * @param loss L_con
 * @param weight lambda, at least 0
 * @param temperature of the loss, above 0, by the number of the step
 * @param head the settings of the vectors l and e
 */
public record Contrast(
    ContrastiveLoss loss, double weight, Schedule temperature, EmbeddingHead.Settings head) {

  /**
   * A term with a constant temperature and vectors of norm 1.
   *
   * @param loss L_con
   * @param weight lambda, at least 0
   * @param temperature at every step, above 0
   * @param width the size of a vector, at least 1
   * @return the term
   */
  public static Contrast of(ContrastiveLoss loss, double weight, double temperature, int width) {
    return new Contrast(
        loss, weight, new Schedule.Constant(temperature), EmbeddingHead.Settings.unit(width));
  }

  /** The same term with another weight. */
  Contrast withWeight(double value) {
    return new Contrast(loss, value, temperature, head);
  }

  /**
   * L_con of a batch, without the weight.
   *
   * @param number of the step
   * @param y labels, int64 {@code (N)}
   * @param embedding l(x) and e(y)
   * @param views computes l of augmented samples, {@code (N, width)}; called by losses that use it
   * @return a scalar
   */
  NDArray of(long number, NDArray y, EmbeddingHead.Output embedding, Supplier<NDArray> views) {
    var batch =
        new Embeddings(y, embedding.vectors(), embedding.proxies(), embedding.products(), views);
    return loss.of(batch, temperature.at(number));
  }
}
