package org.adversaria.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Parameter;
import org.adversaria.models.Generator;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.FusedUpdates;

/** A second generator that follows the trained one as {@link Method.Averaging} says. */
final class AveragedGenerator {

  private final Generator average;
  private final Method.Averaging averaging;
  private final NDList weights;
  private final NDList averages;
  private final NDList buffers;
  private final NDList averageBuffers;

  /** Starts with equal weights; both networks are initialised. */
  AveragedGenerator(Generator trained, Generator average, Method.Averaging averaging) {
    this.average = average;
    this.averaging = averaging;
    weights = trained.trainable();
    averages = average.trainable();
    buffers = buffers(trained);
    averageBuffers = buffers(average);
    FusedUpdates.copy(averages, weights);
    copyBuffers();
  }

  Generator network() {
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
