package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.Map;
import org.adversaria.data.Batch;
import org.adversaria.data.ImageData;
import org.adversaria.data.Subset;
import org.adversaria.models.SmallClassifier;

/**
 * How a {@link DataClassifier} is trained: cross-entropy by Adam, batches of 100, a rate that falls
 * linearly from 2e-3 to 0, on nine tenths of the images.
 *
 * @param steps batches to learn from
 * @param seed of the first weights, the order of the images and the choice of the held-out tenth
 */
record ClassifierSettings(int steps, long seed) {

  /** To be counted up whenever the network or its training changes: stored classifiers expire. */
  static final int VERSION = 1;

  private static final int BATCH = 100;
  private static final int EPOCHS = 5;
  private static final int FEWEST_STEPS = 400;
  private static final int MOST_STEPS = 3000;
  private static final double LEARNING_RATE = 2e-3;

  /** Nine tenths of a data set to learn from, and the tenth to be judged by. */
  record Parts(ImageData training, ImageData heldOut) {}

  /** Five epochs, but 400 steps at least and 3,000 at most. */
  static ClassifierSettings standard(ImageData data, long seed) {
    int epochs = (int) ((long) EPOCHS * trainingSize(data) / BATCH);
    return new ClassifierSettings(Math.max(FEWEST_STEPS, Math.min(epochs, MOST_STEPS)), seed);
  }

  private static int trainingSize(ImageData data) {
    return data.size() - data.size() / 10;
  }

  Parts split(ImageData data) {
    Subset shuffled = Subset.shuffled(data, seed);
    return new Parts(
        shuffled.part(0, trainingSize(data)), shuffled.part(trainingSize(data), shuffled.size()));
  }

  /** What tells two trainings of a classifier apart before they have happened. */
  Map<String, String> provenance(ImageData data) {
    return provenance(data, Integer.toString(VERSION));
  }

  /** The same of trainings by another recipe. */
  Map<String, String> provenance(ImageData data, String recipe) {
    return Map.of(
        "recipe", recipe,
        "data", data.name(),
        "checksum", data.checksum(),
        "steps", Integer.toString(steps),
        "seed", Long.toString(seed));
  }

  /** Trains a network that has its first weights. */
  void train(SmallClassifier network, NDManager manager, ImageData training) {
    new NetworkTraining(steps, BATCH, LEARNING_RATE, seed)
        .run(network, manager, training, batch -> crossEntropy(network, batch));
  }

  private static NDArray crossEntropy(SmallClassifier network, Batch batch) {
    NDArray logProbabilities = network.forward(batch.images(), true).logSoftmax(1);
    int classes = (int) logProbabilities.getShape().get(1);
    NDArray mask = batch.labels().oneHot(classes, DataType.FLOAT32);
    return logProbabilities.mul(mask).sum(new int[] {1}).mean().neg();
  }
}
