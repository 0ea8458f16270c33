package org.adversaria.losses;

import ai.djl.ndarray.NDArray;
import org.adversaria.torch.TorchScript;

/** Losses of classifiers with several classes, as means over a batch. */
final class MultiClassLoss {

  private static final TorchScript SCRIPT =
      TorchScript.of(
          """
          def cross_entropy(self, logits: Tensor, labels: Tensor) -> Tensor:
            return torch.cross_entropy_loss(logits, labels, None, 1, -100, 0.)

          def hinge(self, logits: Tensor, labels: Tensor) -> Tensor:
            index = torch.unsqueeze(labels, 1)
            margins = torch.add(torch.sub(logits, torch.gather(logits, 1, index)), 1)
            others = torch.scatter(torch.relu(margins), 1, index, 0)
            wrong = torch.sub(torch.numel(logits), torch.numel(labels))
            return torch.div(torch.sum(others), wrong)

          def linear_hinge(self, logits: Tensor, labels: Tensor) -> Tensor:
            differences = torch.sub(logits, torch.gather(logits, 1, torch.unsqueeze(labels, 1)))
            wrong = torch.sub(torch.numel(logits), torch.numel(labels))
            return torch.div(torch.sum(differences), wrong)

          def hinge_over_all(self, logits: Tensor, labels: Tensor) -> Tensor:
            right = torch.gather(logits, 1, torch.unsqueeze(labels, 1))
            return torch.mean(torch.relu(torch.add(torch.sub(logits, right), 1)))

          def linear_hinge_over_all(self, logits: Tensor, labels: Tensor) -> Tensor:
            right = torch.gather(logits, 1, torch.unsqueeze(labels, 1))
            return torch.mean(torch.add(torch.sub(logits, right), 1))

          def crammer_singer(self, logits: Tensor, labels: Tensor) -> Tensor:
            index = torch.unsqueeze(labels, 1)
            others = torch.scatter(logits, 1, index, float("-inf"))
            best, _0 = torch.max(others, 1, True)
            margins = torch.add(torch.sub(best, torch.gather(logits, 1, index)), 1)
            return torch.mean(torch.relu(margins))
          """);

  private MultiClassLoss() {}

  /**
   * Computes one of the losses.
   *
   * @param name {@code cross_entropy}, {@code hinge}, {@code linear_hinge}, the same with {@code
   *     _over_all}, or {@code crammer_singer}
   * @param logits {@code (N, K)}
   * @param labels int64 {@code (N)}
   * @return a scalar
   */
  static NDArray of(String name, NDArray logits, NDArray labels) {
    return SCRIPT.method(name).call(logits, labels);
  }
}
