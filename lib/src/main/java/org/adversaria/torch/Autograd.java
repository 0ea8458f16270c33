package org.adversaria.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Supplier;

/**
 * Functional gradients: {@code grad(loss, parameters)} returns the gradients and has no side
 * effects.
 *
 * <p>There is no {@code .grad} array to zero, and gradients are computed for the given arrays only.
 * PyTorch builds a graph of operations only while gradients are enabled in the calling thread:
 *
 * <pre>{@code
 * try (var gradients = Autograd.record()) {
 *   NDArray loss = network.forward(x).square().mean();
 *   NDList grads = Autograd.grad(loss, parameters);
 * }
 * }</pre>
 *
 * <p>An input is an array with {@link NDArray#setRequiresGradient(boolean)}, or one computed from
 * such arrays with gradients enabled.
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

  /** A mode of the calling thread; closing it restores the previous mode. */
  public static final class Mode implements AutoCloseable {

    private final boolean previous = JniUtils.isGradMode();

    private Mode(boolean enabled) {
      JniUtils.setGradMode(enabled);
    }

    /** Restores the previous mode; call it in the thread that created this mode. */
    @Override
    public void close() {
      JniUtils.setGradMode(previous);
    }
  }

  /**
   * Enables gradients in this thread until the result is closed.
   *
   * @return the mode to close
   */
  public static Mode record() {
    return new Mode(true);
  }

  /**
   * Disables gradients in this thread until the result is closed.
   *
   * @return the mode to close
   */
  public static Mode pause() {
    return new Mode(false);
  }

  /**
   * Computes without gradients, as PyTorch's {@code torch.no_grad()}.
   *
   * @param <T> the type of the result
   * @param computation the computation
   * @return its result
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
   * @param inputs the arrays to differentiate by; an input that the loss does not depend on has the
   *     gradient 0
   * @return a gradient for each input, of its shape, in the same order
   * @throws TorchScriptException if the loss has no graph
   */
  public static NDList grad(NDArray loss, NDList inputs) {
    return grad(loss, inputs, false);
  }

  /**
   * Returns the gradients of a scalar.
   *
   * @param loss a scalar or an array of one element
   * @param inputs the arrays to differentiate by; an input that the loss does not depend on has the
   *     gradient 0
   * @param createGraph true to build a graph of the gradients, for gradients of higher order, and
   *     to retain the loss's graph
   * @return a gradient for each input, of its shape, in the same order
   * @throws TorchScriptException if the loss has no graph
   */
  public static NDList grad(NDArray loss, NDList inputs, boolean createGraph) {
    return SCRIPT.method(createGraph ? "grad_graph" : "grad").callList(new NDList(loss), inputs);
  }

  /**
   * Returns the vector-Jacobian products v<sup>T</sup> dy/dx.
   *
   * @param outputs the arrays y
   * @param inputs the arrays x; an x that no output depends on has the product 0
   * @param vectors the arrays v, one for each output, of its shape
   * @param createGraph as for {@link #grad(NDArray, NDList, boolean)}
   * @return a product for each input, of its shape, in the same order
   * @throws TorchScriptException if no output has a graph
   */
  public static NDList grad(NDList outputs, NDList inputs, NDList vectors, boolean createGraph) {
    return SCRIPT.method(createGraph ? "vjp_graph" : "vjp").callList(outputs, inputs, vectors);
  }
}
