package org.adversaria.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Parameter;
import org.adversaria.models.Generator;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.FusedUpdates;

/** A second generator that follows the trained one as {@link Method.Averaging} says. */
final class AveragedGenerator {

  private final Generator trained;
  private final Generator average;
  private final Method.Averaging averaging;

  /** Starts with equal weights; both networks are initialised. */
  AveragedGenerator(Generator trained, Generator average, Method.Averaging averaging) {
    this.trained = trained;
    this.average = average;
    this.averaging = averaging;
    FusedUpdates.copy(average.trainable(), trained.trainable());
    copyBuffers();
  }

  Generator network() {
    return average;
  }

  /** Follows after the training step of that number. */
  void follow(long step) {
    double decay = step < averaging.startStep() ? 0 : averaging.decay();
    FusedUpdates.average(average.trainable(), trained.trainable(), decay);
    copyBuffers();
  }

  /** Running statistics are themselves averages over steps: they are taken over as they are. */
  private void copyBuffers() {
    NDList sources = buffers(trained);
    if (!sources.isEmpty()) {
      FusedUpdates.copy(buffers(average), sources);
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
