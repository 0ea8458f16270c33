package org.adversaria.notebook;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import org.adversaria.torch.Autograd;

/**
 * While it is open, arrays that the thread makes are not recorded for gradients, and are freed at
 * its end.
 */
final class Reading implements AutoCloseable {

  private final Autograd.Mode paused;
  private final NDScope scope = new NDScope();

  private Reading(boolean pytorch) {
    paused = pytorch ? Autograd.pause() : null;
  }

  static Reading of(NDArray array) {
    return new Reading(array.getManager().getEngine().getEngineName().equals("PyTorch"));
  }

  @Override
  public void close() {
    scope.close();
    if (paused != null) {
      paused.close();
    }
  }
}
