package org.adversaria.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Supplier;

/**
 * Functional gradients: {@code grad(loss, parameters)} returns the gradients and changes nothing.
 *
 * <p>There is no hidden {@code .grad} array, nothing to zero, and no gradient is computed for an
 * array that was not asked for. PyTorch records operations only while recording is on in the
 * calling thread:
 *
 * <pre>{@code
 * try (var recording = Autograd.record()) {
 *   NDArray loss = network.forward(x).square().mean();
 *   NDList gradients = Autograd.grad(loss, parameters);
 * }
 * }</pre>
 *
 * <p>An input is an array with {@link NDArray#setRequiresGradient(boolean)}, or one computed from
 * such arrays while recording.
 */
public final class Autograd {

  private static final TorchScript SCRIPT =
      TorchScript.of(
          """
          def grad(self, ys: List[Tensor], xs: List[Tensor]) -> List[Tensor]:
            return self.filled(torch.autograd.grad(ys, xs, None, False, False, True), xs)

          def grad_graph(self, ys: List[Tensor], xs: List[Tensor]) -> List[Tensor]:
            return self.filled(torch.autograd.grad(ys, xs, None, True, True, True), xs)

          def vjp(self, ys: List[Tensor], xs: List[Tensor], vs: List[Tensor]) -> List[Tensor]:
            weights = annotate(List[Optional[Tensor]], [])
            for v in vs:
              weights.append(v)
            return self.filled(torch.autograd.grad(ys, xs, weights, False, False, True), xs)

          def vjp_graph(self, ys: List[Tensor], xs: List[Tensor], vs: List[Tensor]) -> List[Tensor]:
            weights = annotate(List[Optional[Tensor]], [])
            for v in vs:
              weights.append(v)
            return self.filled(torch.autograd.grad(ys, xs, weights, True, True, True), xs)

          def filled(self, gradients: List[Optional[Tensor]], xs: List[Tensor]) -> List[Tensor]:
            filled = annotate(List[Tensor], [])
            for i in range(torch.len(xs)):
              gradient = gradients[i]
              if gradient is None:
                filled.append(torch.zeros_like(xs[i]))
              else:
                filled.append(gradient)
            return filled
          """);

  private Autograd() {}

  /** Restores, when closed, the mode the thread was in before. */
  public static final class Mode implements AutoCloseable {

    private final boolean previous = JniUtils.isGradMode();

    private Mode(boolean recording) {
      JniUtils.setGradMode(recording);
    }

    /** Ends this mode in the calling thread, which must be the one that began it. */
    @Override
    public void close() {
      JniUtils.setGradMode(previous);
    }
  }

  /**
   * Records operations in this thread until the result is closed.
   *
   * @return the mode to close
   */
  public static Mode record() {
    return new Mode(true);
  }

  /**
   * Records nothing in this thread until the result is closed.
   *
   * @return the mode to close
   */
  public static Mode pause() {
    return new Mode(false);
  }

  /**
   * Computes without recording, as under PyTorch's {@code torch.no_grad()}.
   *
   * @param <T> the type of the result
   * @param computation what to compute
   * @return what it returned
   */
  public static <T> T noGrad(Supplier<T> computation) {
    try (Mode paused = pause()) {
      return computation.get();
    }
  }

  /**
   * Returns the gradients of a scalar; its graph is freed.
   *
   * @param loss a scalar or an array of one element
   * @param inputs what to differentiate with respect to; an input that took no part in the loss has
   *     the gradient 0
   * @return a gradient for each input, of its shape, in the same order
   * @throws TorchScriptException if the loss was not recorded
   */
  public static NDList grad(NDArray loss, NDList inputs) {
    return grad(loss, inputs, false);
  }

  /**
   * Returns the gradients of a scalar.
   *
   * @param loss a scalar or an array of one element
   * @param inputs what to differentiate with respect to; an input that took no part in the loss has
   *     the gradient 0
   * @param createGraph true to record the gradients themselves, so that they can be differentiated
   *     again, and to keep the loss's graph
   * @return a gradient for each input, of its shape, in the same order
   * @throws TorchScriptException if the loss was not recorded
   */
  public static NDList grad(NDArray loss, NDList inputs, boolean createGraph) {
    return SCRIPT.method(createGraph ? "grad_graph" : "grad").callList(new NDList(loss), inputs);
  }

  /**
   * Returns the vector-Jacobian products v<sup>T</sup> dy/dx.
   *
   * @param outputs the arrays y
   * @param inputs the arrays x; an x that took no part has the product 0
   * @param vectors the arrays v, one for each output, of its shape
   * @param createGraph as for {@link #grad(NDArray, NDList, boolean)}
   * @return a product for each input, of its shape, in the same order
   * @throws TorchScriptException if no output was recorded
   */
  public static NDList grad(NDList outputs, NDList inputs, NDList vectors, boolean createGraph) {
    return SCRIPT.method(createGraph ? "vjp_graph" : "vjp").callList(outputs, inputs, vectors);
  }
}
