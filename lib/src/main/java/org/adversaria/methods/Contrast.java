package org.adversaria.methods;

import ai.djl.ndarray.NDArray;
import org.adversaria.losses.ContrastiveLoss;
import org.adversaria.losses.Embeddings;
import org.adversaria.models.EmbeddingHead;
import org.adversaria.torch.TorchOps;
import org.adversaria.training.Schedule;

/**
 * A contrastive term of both players' objectives: D's on real images, G's on its own.
 *
 * @param loss the loss
 * @param weight its factor
 * @param temperature of the loss, by the training step
 * @param head the discriminator's heads that give the vectors
 */
public record Contrast(
    ContrastiveLoss loss, double weight, Schedule temperature, EmbeddingHead head) {

  /** The term of a batch. */
  NDArray term(Embeddings batch, long step) {
    return TorchOps.scale(loss.of(batch, temperature.at(step)), weight);
  }

  /** The term of a batch whose views, if the loss compares them, are another. */
  NDArray term(Verdict images, Verdict views, long step) {
    Embeddings batch = images.embeddings();
    return term(loss.comparesViews() ? batch.withViews(views.embeddings().vectors()) : batch, step);
  }
}
