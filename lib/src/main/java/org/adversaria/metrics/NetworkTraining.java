package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.util.function.Function;
import org.adversaria.data.Batch;
import org.adversaria.data.ImageData;
import org.adversaria.data.Loader;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.Autograd;
import org.adversaria.training.Optimizer;
import org.adversaria.training.Schedule;

/**
 * The training of a network that measures: Adam at a rate that falls linearly to 0.
 *
 * @param steps batches to learn from
 * @param batchSize images in a batch; as many as there are where there are fewer
 * @param learningRate at the first step
 * @param seed of the order of the images
 */
record NetworkTraining(int steps, int batchSize, double learningRate, long seed) {

  /** Trains a network that has its first weights; a loss is a scalar. */
  void run(TorchBlock network, NDManager manager, ImageData images, Function<Batch, NDArray> loss) {
    var rate = new Schedule.Linear(learningRate, 0, steps);
    var updates = new Optimizer.Adam(rate, 0.9, 0.999, 1e-8, 0).bind(network);
    NDList parameters = network.trainable();
    int size = Math.min(batchSize, images.size());
    try (var loader = Loader.builder(images).batchSize(size).seed(seed).build()) {
      for (int step = 0; step < steps; step++) {
        try (var scope = new NDScope();
            NDManager owner = manager.newSubManager()) {
          updates.apply(gradients(loss, loader.batch(step, owner), parameters), step);
        }
      }
    } finally {
      updates.state().values().forEach(NDArray::close);
    }
  }

  private static NDList gradients(Function<Batch, NDArray> loss, Batch batch, NDList parameters) {
    try (var recording = Autograd.record()) {
      return Autograd.grad(loss.apply(batch), parameters);
    }
  }
}
