package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Text;

/**
 * The Jensen-Shannon divergence of two distributions on a line, in nats: from 0, where they are
 * equal, to log 2, where their supports are disjoint.
 *
 * <pre>
 * JS(p, q) = KL(p || m) / 2 + KL(q || m) / 2    with m = (p + q) / 2
 *          = max over D of (E log 2 D(x) + E log 2 (1 - D(y))) / 2    over x ~ p, y ~ q
 * </pre>
 *
 * <p>The maximum is at D = p / (p + q). The minimum over D of a GAN's loss L = -E log D(x) - E
 * log(1 - D(y)) is therefore 2 (log 2 - JS).
 *
 * <p>Source: Goodfellow et al., "Generative Adversarial Nets", 2014, proposition 1 and theorem 1.
 */
public final class JensenShannon {

  private static final double LOG_2 = Math.log(2);

  private static final int INTERVALS = 20_000;

  /** Of an integral of a density from 1. */
  private static final double TOLERANCE = 1e-2;

  private JensenShannon() {}

  /**
   * Returns the divergence by numerical integration over 20,000 equal intervals.
   *
   * @param p a density that is 0, or nearly, outside the bounds
   * @param q a density that is 0, or nearly, outside the bounds
   * @param from the lower bound
   * @param to the upper bound
   * @return the divergence, for densities wider than some intervals to 1e-6 and better
   * @throws IllegalArgumentException if an integral differs from 1 by more than 0.01
   */
  public static double between(
      DoubleUnaryOperator p, DoubleUnaryOperator q, double from, double to) {
    double width = (to - from) / INTERVALS;
    double[] middles =
        IntStream.range(0, INTERVALS).mapToDouble(i -> from + (i + 0.5) * width).toArray();
    double massP = 0;
    double massQ = 0;
    double sum = 0;
    for (double x : middles) {
      double a = p.applyAsDouble(x);
      double b = q.applyAsDouble(x);
      massP += a * width;
      massQ += b * width;
      sum += (term(a, b) + term(b, a)) * width;
    }
    requireMass("p", massP, from, to);
    requireMass("q", massQ, from, to);
    return sum / 2;
  }

  /** a log(2 a / (a + b)), 0 where a is 0. */
  private static double term(double a, double b) {
    return a > 0 ? a * Math.log(2 * a / (a + b)) : 0;
  }

  private static void requireMass(String name, double mass, double from, double to) {
    if (!(Math.abs(mass - 1) <= TOLERANCE)) {
      throw new IllegalArgumentException(
          Text.format(
              "The integral of %s from %s to %s is %.3f, not 1: give a density, and bounds outside which it is"
                  + " nearly 0",
              name, from, to, mass));
    }
  }

  /**
   * Returns what a discriminator knows of the divergence, on average at most the divergence itself:
   * log 2 - L / 2, with its loss L. The same samples must not have trained it.
   *
   * @param real its logits of samples of p, any shape; D is their sigmoid
   * @param fake its logits of samples of q
   * @return the estimate, 0 of a discriminator that knows nothing; below 0 of one that is wrong
   */
  public static double ofLogits(NDArray real, NDArray fake) {
    try (var scope = new NDScope();
        var paused = Autograd.pause()) {
      NDArray loss = new AdversarialLoss.Minimax().discriminator(real, fake);
      return LOG_2 - loss.getFloat() / 2.0;
    }
  }
}
