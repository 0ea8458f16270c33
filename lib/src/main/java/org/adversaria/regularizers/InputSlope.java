package org.adversaria.regularizers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchScript;

/** The gradient of D's logit by its input, of which gradient penalties are functions. */
final class InputSlope {

  /** The derivative of {@code torch.norm} at 0 is 0, where that of a square root is infinite. */
  private static final TorchScript SCRIPT =
      TorchScript.of(
          """
          def penalty(self, gradient: Tensor, weight: Tensor) -> Tensor:
            norms = torch.norm(torch.flatten(gradient, 1), 2, [1])
            return torch.mul(torch.mean(torch.square(torch.sub(norms, 1))), weight)
          """);

  private InputSlope() {}

  /** Requires a weight of a penalty to be at least 0. */
  static void requireWeight(String name, double lambda) {
    if (!(lambda >= 0)) {
      throw new IllegalArgumentException(
          Text.format("The weight of %s is at least 0, not %s", name, lambda));
    }
  }

  /**
   * Computes grad_x D(x), with a graph for further gradients.
   *
   * @param name of the term, for the message
   * @param logits D(x), {@code (N)} or {@code (N, 1)}, with their graph
   * @param x samples {@code (N, ...)} that require gradients
   * @return of the shape of x
   * @throws IllegalArgumentException if there is not one logit for each sample: the sum of their
   *     gradients is not that of D(x)
   */
  static NDArray of(String name, NDArray logits, NDArray x) {
    Shape shape = logits.getShape();
    if (shape.size() != x.getShape().get(0)) {
      throw new IllegalArgumentException(
          Text.format(
              "%s needs one logit of each sample, but D's first output is %s: leave the term out, or"
                  + " take a method whose D has one",
              name, shape));
    }
    return Autograd.grad(logits.sum(), new NDList(x), true).singletonOrThrow();
  }

  /**
   * Computes weight times the mean of (|grad_x D(x)|_2 - 1)^2, with a graph for further gradients.
   *
   * @param name of the term, for the message
   * @param logits D(x), {@code (N)} or {@code (N, 1)}, with their graph
   * @param x samples {@code (N, ...)} that require gradients
   * @param weight of the term
   * @return a scalar to minimise
   */
  static NDArray oneCentred(String name, NDArray logits, NDArray x, double weight) {
    NDArray factor = x.getManager().create((float) weight);
    return SCRIPT.method("penalty").call(of(name, logits, x), factor);
  }
}
