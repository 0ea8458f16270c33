package org.adversaria.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Parameter;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.FusedUpdates;

/** A copy of a trained network whose weights are averages over steps, see {@link Averaging}. */
final class AveragedNetwork {

  private final TorchBlock average;
  private final Averaging averaging;
  private final NDList weights;
  private final NDList averages;
  private final NDList buffers;
  private final NDList averageBuffers;

  /** The averages start as the trained weights. Both networks are initialised. */
  AveragedNetwork(TorchBlock trained, TorchBlock average, Averaging averaging) {
    this.average = average;
    this.averaging = averaging;
    weights = trained.trainable();
    averages = average.trainable();
    buffers = buffers(trained);
    averageBuffers = buffers(average);
    FusedUpdates.copy(averages, weights);
    copyBuffers();
  }

  TorchBlock network() {
    return average;
  }

  /** Updates the averages after the training step of that number, from 0. */
  void update(long step) {
    FusedUpdates.average(averages, weights, averaging.at(step));
    copyBuffers();
  }

  /** Copies running statistics, which are averages over steps already. */
  private void copyBuffers() {
    if (!buffers.isEmpty()) {
      FusedUpdates.copy(averageBuffers, buffers);
    }
  }

  private static NDList buffers(TorchBlock network) {
    return new NDList(
        network.getParameters().values().stream()
            .filter(parameter -> !parameter.requiresGradient())
            .map(Parameter::getArray)
            .toArray(NDArray[]::new));
  }
}
