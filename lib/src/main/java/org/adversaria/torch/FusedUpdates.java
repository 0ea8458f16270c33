package org.adversaria.torch;

import ai.djl.ndarray.NDList;

/**
 * In-place updates of whole parameter lists, one native call each.
 *
 * <p>Every list of a call has one array per parameter, in the same order and of the same shape. The
 * formulas are those of {@code torch.optim}; there are no gradients.
 */
public final class FusedUpdates {

  private static final TorchScript SCRIPT =
      TorchScript.of(
          """
          def adam(self, p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor],
                   steps: List[Tensor], lr: float, beta1: float, beta2: float,
                   weight_decay: float, eps: float) -> None:
            torch._foreach_add_(steps, 1)
            none = annotate(List[Tensor], [])
            torch._fused_adam_(p, self.plain(g), m, v, none, steps, lr=lr, beta1=beta1, beta2=beta2,
                               weight_decay=weight_decay, eps=eps, amsgrad=False, maximize=False)

          def plain(self, gradients: List[Tensor]) -> List[Tensor]:
            plain = annotate(List[Tensor], [])
            for gradient in gradients:
              plain.append(torch.contiguous(gradient))
            return plain

          def rmsprop(self, p: List[Tensor], g: List[Tensor], square: List[Tensor],
                      mean: List[Tensor], buffer: List[Tensor], lr: float, alpha: float,
                      eps: float, weight_decay: float, momentum: float, centered: bool) -> None:
            if weight_decay != 0.0:
              g = torch._foreach_add(g, p, alpha=weight_decay)
            torch._foreach_mul_(square, alpha)
            torch._foreach_addcmul_(square, g, g, 1.0 - alpha)
            if centered:
              torch._foreach_lerp_(mean, g, 1.0 - alpha)
              variance = torch._foreach_addcmul(square, mean, mean, -1.0)
              root = torch._foreach_sqrt(variance)
            else:
              root = torch._foreach_sqrt(square)
            torch._foreach_add_(root, eps)
            if momentum > 0.0:
              torch._foreach_mul_(buffer, momentum)
              torch._foreach_addcdiv_(buffer, g, root, 1.0)
              torch._foreach_add_(p, buffer, alpha=-lr)
            else:
              torch._foreach_addcdiv_(p, g, root, -lr)

          def sgd(self, p: List[Tensor], g: List[Tensor], buffer: List[Tensor], lr: float,
                  momentum: float, weight_decay: float, nesterov: bool) -> None:
            if weight_decay != 0.0:
              g = torch._foreach_add(g, p, alpha=weight_decay)
            torch._foreach_mul_(buffer, momentum)
            torch._foreach_add_(buffer, g, alpha=1.0)
            if nesterov:
              torch._foreach_add_(p, torch._foreach_add(g, buffer, alpha=momentum), alpha=-lr)
            else:
              torch._foreach_add_(p, buffer, alpha=-lr)

          def average(self, average: List[Tensor], p: List[Tensor], decay: float) -> None:
            torch._foreach_lerp_(average, p, 1.0 - decay)

          def copy(self, target: List[Tensor], source: List[Tensor]) -> None:
            torch._foreach_copy_(target, source)
          """);

  private FusedUpdates() {}

  /**
   * Adam (Kingma and Ba, 2015, algorithm 1) with L2 weight decay added to the gradient.
   *
   * @param parameters changed in place
   * @param gradients unchanged
   * @param firstMoments m, changed in place; initially zeros
   * @param secondMoments v, changed in place; initially zeros
   * @param steps a float32 scalar for each parameter, the number of updates; incremented in place
   * @param settings the rates
   */
  public static void adam(
      NDList parameters,
      NDList gradients,
      NDList firstMoments,
      NDList secondMoments,
      NDList steps,
      AdamSettings settings) {
    SCRIPT
        .method("adam")
        .update(
            parameters,
            gradients,
            firstMoments,
            secondMoments,
            steps,
            settings.learningRate(),
            settings.beta1(),
            settings.beta2(),
            settings.weightDecay(),
            settings.epsilon());
  }

  /**
   * The rates of {@link #adam}.
   *
   * @param learningRate the step size, above 0
   * @param beta1 the decay of the first moment, in [0, 1)
   * @param beta2 the decay of the second moment, in [0, 1)
   * @param epsilon added to the root of the second moment, above 0
   * @param weightDecay times the parameter, added to the gradient; at least 0
   */
  public record AdamSettings(
      double learningRate, double beta1, double beta2, double epsilon, double weightDecay) {}

  /**
   * RMSProp (Tieleman and Hinton, 2012) as PyTorch defines it, with epsilon added to the root.
   *
   * @param parameters changed in place
   * @param gradients unchanged
   * @param meanSquares the running mean of squared gradients, changed in place; initially zeros
   * @param means the running mean of gradients, changed in place if centred; initially zeros
   * @param buffers of the momentum, changed in place with momentum; initially zeros
   * @param settings the rates
   */
  public static void rmsProp(
      NDList parameters,
      NDList gradients,
      NDList meanSquares,
      NDList means,
      NDList buffers,
      RmsPropSettings settings) {
    SCRIPT
        .method("rmsprop")
        .update(
            parameters,
            gradients,
            meanSquares,
            means,
            buffers,
            settings.learningRate(),
            settings.alpha(),
            settings.epsilon(),
            settings.weightDecay(),
            settings.momentum(),
            settings.centred());
  }

  /**
   * The rates of {@link #rmsProp}.
   *
   * @param learningRate the step size, above 0
   * @param alpha the decay of the running means, in [0, 1)
   * @param epsilon added to the root, above 0
   * @param weightDecay times the parameter, added to the gradient; at least 0
   * @param momentum in [0, 1); 0 for none
   * @param centred true to divide by the standard deviation in place of the root mean square
   */
  public record RmsPropSettings(
      double learningRate,
      double alpha,
      double epsilon,
      double weightDecay,
      double momentum,
      boolean centred) {}

  /**
   * Gradient descent: buffer = momentum buffer + gradient, parameter -= rate buffer.
   *
   * @param parameters changed in place
   * @param gradients unchanged
   * @param buffers changed in place; initially zeros
   * @param settings the rates
   */
  public static void sgd(
      NDList parameters, NDList gradients, NDList buffers, SgdSettings settings) {
    SCRIPT
        .method("sgd")
        .update(
            parameters,
            gradients,
            buffers,
            settings.learningRate(),
            settings.momentum(),
            settings.weightDecay(),
            settings.nesterov());
  }

  /**
   * The rates of {@link #sgd}.
   *
   * @param learningRate the step size, above 0
   * @param momentum in [0, 1); 0 for none
   * @param weightDecay times the parameter, added to the gradient; at least 0
   * @param nesterov true to step along gradient + momentum buffer
   */
  public record SgdSettings(
      double learningRate, double momentum, double weightDecay, boolean nesterov) {}

  /**
   * Exponential moving average: average = decay average + (1 - decay) parameter.
   *
   * @param averages changed in place
   * @param parameters unchanged
   * @param decay in [0, 1]
   */
  public static void average(NDList averages, NDList parameters, double decay) {
    SCRIPT.method("average").update(averages, parameters, decay);
  }

  /**
   * Copies values.
   *
   * @param targets changed in place
   * @param sources unchanged, each of its target's shape
   */
  public static void copy(NDList targets, NDList sources) {
    SCRIPT.method("copy").update(targets, sources);
  }
}
