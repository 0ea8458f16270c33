package org.adversaria.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Parameter;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.FusedUpdates;

/** A second network that follows a trained one as {@link Averaging} says. */
final class AveragedNetwork {

  private final TorchBlock average;
  private final Averaging averaging;
  private final NDList weights;
  private final NDList averages;
  private final NDList buffers;
  private final NDList averageBuffers;

  /** Starts with equal weights; both networks are initialised. */
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

  /** Follows after the training step of that number. */
  void follow(long step) {
    FusedUpdates.average(averages, weights, averaging.at(step));
    copyBuffers();
  }

  /** Running statistics are themselves averages over steps: they are taken over as they are. */
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
