package org.adversaria.losses;

import ai.djl.ndarray.NDArray;
import org.adversaria.torch.TorchScript;

/**
 * The loss L(s, y) of a classifier's logits s and the classes y, a mean over the batch. The
 * generator's form of a hinge may lack the margin.
 *
 * <p>Sources: the hinge forms of the published code of ADC-GAN and of TAC-GAN; Weston and Watkins,
 * "Support Vector Machines for Multi-Class Pattern Recognition", 1999; Crammer and Singer, "On the
 * Algorithmic Implementation of Multiclass Kernel-based Vector Machines", 2001; Kavalerov et al.,
 * "A Multi-Class Hinge Loss for Conditional GANs", 2021.
 */
public enum MultiClassLoss {

  /** Cross-entropy: -log softmax(s)[y]. */
  CROSS_ENTROPY("cross_entropy", "cross_entropy"),

  /**
   * Hinge over all wrong classes, as in ADC-GAN's published code.
   *
   * <pre>
   * D: mean_(j != y) max(0, 1 + s_j - s_y)
   * G: mean_(j != y) (s_j - s_y)
   * </pre>
   */
  HINGE("hinge", "linear_hinge"),

  /**
   * Hinge over all classes, as in TAC-GAN's published code. The right class contributes 1.
   *
   * <pre>
   * D: mean_j max(0, 1 + s_j - s_y)
   * G: mean_j (1 + s_j - s_y)
   * </pre>
   *
   * <p>For K classes its gradient is (K - 1) / K times that of {@link #HINGE}, for both players.
   */
  HINGE_OVER_ALL("hinge_over_all", "linear_hinge_over_all"),

  /**
   * Hinge against the largest logit of the wrong classes (Crammer and Singer), for both players.
   *
   * <pre>
   * max(0, 1 + max_(j != y) s_j - s_y)
   * </pre>
   */
  CRAMMER_SINGER("crammer_singer", "crammer_singer");

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

  private final String forDiscriminator;
  private final String forGenerator;

  MultiClassLoss(String forDiscriminator, String forGenerator) {
    this.forDiscriminator = forDiscriminator;
    this.forGenerator = forGenerator;
  }

  /**
   * The loss of the classifier, in D's objective.
   *
   * @param logits s {@code (N, K)}
   * @param labels y, int64 {@code (N)} in [0, K)
   * @return a scalar
   * @throws org.adversaria.torch.TorchScriptException if the shapes do not fit or a label is
   *     outside
   */
  public NDArray discriminator(NDArray logits, NDArray labels) {
    return SCRIPT.method(forDiscriminator).call(logits, labels);
  }

  /**
   * The loss in G's objective.
   *
   * @param logits s {@code (N, K)}
   * @param labels y, int64 {@code (N)} in [0, K)
   * @return a scalar
   * @throws org.adversaria.torch.TorchScriptException if the shapes do not fit or a label is
   *     outside
   */
  public NDArray generator(NDArray logits, NDArray labels) {
    return SCRIPT.method(forGenerator).call(logits, labels);
  }
}
