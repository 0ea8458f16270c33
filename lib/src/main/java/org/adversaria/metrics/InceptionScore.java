package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import java.util.function.Function;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchScript;

/**
 * The Inception Score (Salimans et al., 2016, section 4): exp E<sub>x</sub> KL(p(y|x) || p(y)),
 * from 1, where the classifier says the same of every image, to the number of classes.
 *
 * <p>It is taken of consecutive parts of the images and averaged; 10 parts of 5000 are usual. It is
 * larger for larger parts, so state both numbers.
 */
final class InceptionScore {

  private static final double SUM_TOLERANCE = 1e-3;

  private static final TorchScript SCRIPT =
      TorchScript.of(
          """
          def of_logits(self, logits: Tensor) -> Tensor:
            return self.of_probabilities(torch.softmax(torch.to(logits, 7), 1))

          def of_probabilities(self, probabilities: Tensor) -> Tensor:
            p = torch.to(probabilities, 7)
            marginal = torch.mean(p, [0])
            information = torch.sub(torch.mean(torch.sum(torch.xlogy(p, p), [1])),
                                    torch.sum(torch.xlogy(marginal, marginal)))
            return torch.exp(information)

          def of_bounds(self, p: Tensor) -> Tuple[Tensor, Tensor]:
            return torch.min(p), torch.max(torch.abs(torch.sub(torch.sum(p, [1], dtype=7), 1.)))
          """);

  private InceptionScore() {}

  /**
   * Returns the score of images by a classifier's logits.
   *
   * @param logits float32 or float64 {@code (N, classes)}, in the order in which the images came
   * @param splits parts; part i holds the rows from i N / splits to (i + 1) N / splits
   * @return mean and standard deviation over the parts
   * @throws IllegalArgumentException if there are fewer rows than parts or a row is not finite
   */
  public static Estimate of(NDArray logits, int splits) {
    Samples.check(logits, "logits");
    return parts(logits, splits, part -> SCRIPT.method("of_logits").call(part));
  }

  /**
   * Returns the score of images by a classifier's probabilities; a probability of 0 contributes 0.
   *
   * @param probabilities float32 or float64 {@code (N, classes)}, at least 0, each row with the sum
   *     1
   * @param splits parts; part i holds the rows from i N / splits to (i + 1) N / splits
   * @return mean and standard deviation over the parts
   * @throws IllegalArgumentException if there are fewer rows than parts or a row is no distribution
   */
  public static Estimate ofProbabilities(NDArray probabilities, int splits) {
    Samples.check(probabilities, "probabilities");
    return parts(
        probabilities,
        splits,
        part -> {
          requireDistributions(part);
          return SCRIPT.method("of_probabilities").call(part);
        });
  }

  private static Estimate parts(NDArray rows, int splits, Function<NDArray, NDArray> score) {
    long count = Samples.count(rows);
    if (splits < 1 || splits > count) {
      throw new IllegalArgumentException(
          Text.format(
              "%d images cannot be divided into %d parts: take 1 to %d splits",
              count, splits, count));
    }
    var scores = new double[splits];
    for (int i = 0; i < splits; i++) {
      int from = (int) (i * count / splits);
      int to = (int) ((i + 1) * count / splits);
      try (var scope = new NDScope();
          var paused = Autograd.pause()) {
        scores[i] = score.apply(Samples.rows(rows, from, to - from)).getDouble();
      }
    }
    return Estimate.of(scores);
  }

  private static void requireDistributions(NDArray part) {
    var bounds = SCRIPT.method("of_bounds").callList(part);
    double least = bounds.get(0).toArray()[0].doubleValue();
    double off = bounds.get(1).getDouble();
    if (least < 0 || off > SUM_TOLERANCE) {
      throw new IllegalArgumentException(
          Text.format(
              "These are no probabilities: the least is %s, a row's sum is %s off 1; logits go to of",
              least, off));
    }
  }
}
