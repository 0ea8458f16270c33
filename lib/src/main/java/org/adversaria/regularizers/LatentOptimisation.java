package org.adversaria.regularizers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.function.UnaryOperator;
import org.adversaria.config.OpenType;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchOps;

/**
 * Latent optimisation: latents are moved to where D scores G(z) higher before both players use
 * them.
 *
 * <pre>
 * g  = grad_z D(G(z))
 * d  = alpha g                      {@link GradientAscent}
 * d  = alpha g / (beta + |g|^2)     {@link NaturalGradient}
 * z' = clamp(z + m d, -1, 1)
 *
 * L_D(z') + lambda E |d|^2
 * L_G(z') + lambda E |d|^2
 * </pre>
 *
 * <p>The mask m is 1 where latents move, {@link Mask}. The transport cost E |d|^2 is the mean over
 * all latents, of the steps before mask and clamp. Unless {@link #detached}, each player's gradient
 * also flows through z', which depends on its weights: these second-order terms are the paper's
 * point. With several steps each starts where the one before it ended, under the same mask, and
 * their costs are added.
 *
 * <p>As z' is in [-1, 1], z is best drawn from the uniform distribution there.
 *
 * <p>Source: Wu et al., "LOGAN: Latent Optimisation for Generative Adversarial Networks", 2019,
 * section 3 and algorithm 1; mask and cost as in PyTorch-StudioGAN, which takes one step whatever
 * its setting.
 *
 * @param ascent the step
 * @param lambda the weight of the transport cost, at least 0
 * @param mask what a part of the latents is: vectors, or their elements
 * @param rate the part of the latents that moves, in [0, 1]
 * @param steps the number of steps; with 0 nothing is computed
 * @param detached true for z' as a constant, without gradients through the step and its cost
 */
public record LatentOptimisation(
    Ascent ascent, double lambda, Mask mask, double rate, int steps, boolean detached) {

  /** A step of latents by the gradient of their scores. Other records may implement it. */
  @OpenType
  public interface Ascent {

    /**
     * Computes the step.
     *
     * @param gradient g of each vector, {@code (N, latentSize)}
     * @return d, of the same shape
     */
    NDArray step(NDArray gradient);
  }

  /**
   * Gradient ascent, d = alpha g: the longer the gradient, the longer the step.
   *
   * <p>Source: Wu et al., 2019, equation 4.
   *
   * @param alpha the step size
   */
  public record GradientAscent(double alpha) implements Ascent {

    @Override
    public NDArray step(NDArray gradient) {
      return TorchOps.scale(gradient, alpha);
    }
  }

  /**
   * The natural gradient, d = alpha F^-1 g, with the damped Fisher matrix F = g g^T + beta I of one
   * vector: d = alpha g / (beta + |g|^2). A step is at most alpha / (2 sqrt(beta)) long, where |g|
   * = sqrt(beta), and shorter where the gradient is longer.
   *
   * <p>Source: Wu et al., 2019, section 3.2.
   *
   * @param alpha the step size
   * @param beta the damping, above 0
   */
  public record NaturalGradient(double alpha, double beta) implements Ascent {

    @Override
    public NDArray step(NDArray gradient) {
      NDArray squares = gradient.square().sum(new int[] {1}, true); // (N, 1)
      return TorchOps.scale(gradient, alpha).div(squares.add((float) beta));
    }
  }

  /** What is drawn to move or to stay. */
  public enum Mask {
    /** Whole vectors, as in PyTorch-StudioGAN. */
    VECTORS,
    /** Elements of each vector, as in the paper. */
    ELEMENTS
  }

  /**
   * Latents after the steps.
   *
   * @param z in [-1, 1], {@code (N, latentSize)}
   * @param cost the transport cost E |d|^2, without its weight; a scalar
   */
  public record Moved(NDArray z, NDArray cost) {}

  /**
   * Checks the ranges.
   *
   * @param ascent the step
   * @param lambda at least 0
   * @param mask vectors or elements
   * @param rate in [0, 1]
   * @param steps at least 0
   * @param detached true without gradients through the step
   * @throws IllegalArgumentException if a number is out of range; the message names it
   */
  public LatentOptimisation {
    require(lambda >= 0, "The weight of the transport cost is at least 0, not " + lambda);
    require(rate >= 0 && rate <= 1, "The part of the latents that moves is in [0, 1], not " + rate);
    require(steps >= 0, "Latents move by at least 0 steps, not " + steps);
  }

  /**
   * One step of all vectors, with gradients through it and without a weight of its cost.
   *
   * @param ascent the step
   */
  public LatentOptimisation(Ascent ascent) {
    this(ascent, 0, Mask.VECTORS, 1, 1, false);
  }

  private static void require(boolean condition, String problem) {
    if (!condition) {
      throw new IllegalArgumentException(problem);
    }
  }

  /**
   * The same with a transport cost.
   *
   * @param weight lambda, at least 0
   * @return the changed settings
   */
  public LatentOptimisation withCost(double weight) {
    return new LatentOptimisation(ascent, weight, mask, rate, steps, detached);
  }

  /**
   * The same where a part of the latents moves.
   *
   * @param of vectors, or their elements
   * @param part of them, in [0, 1]
   * @return the changed settings
   */
  public LatentOptimisation moving(Mask of, double part) {
    return new LatentOptimisation(ascent, lambda, of, part, steps, detached);
  }

  /**
   * The same with another number of steps.
   *
   * @param count at least 0
   * @return the changed settings
   */
  public LatentOptimisation withSteps(int count) {
    return new LatentOptimisation(ascent, lambda, mask, rate, count, detached);
  }

  /**
   * The same without gradients through the step.
   *
   * @return the changed settings
   */
  public LatentOptimisation withoutGradient() {
    return new LatentOptimisation(ascent, lambda, mask, rate, steps, true);
  }

  /**
   * Moves latents.
   *
   * @param z latents, {@code (N, latentSize)}
   * @param moving 1 where they move, 0 where they stay; {@code (N, 1)} for vectors, {@code (N,
   *     latentSize)} for elements
   * @param score computes D(G(z)), a score of each vector, {@code (N)} or {@code (N, 1)}
   * @return z' and the transport cost, with their graph unless detached
   */
  public Moved move(NDArray z, NDArray moving, UnaryOperator<NDArray> score) {
    NDArray at = R1.input(z);
    NDArray cost = z.getManager().create(0f);
    for (int i = 0; i < steps; i++) {
      NDArray d = ascent.step(gradient(at, score)); // (N, latentSize)
      cost = cost.add(d.square().sum(new int[] {1}).mean());
      NDArray next = at.add(d.mul(moving)).clip(-1, 1);
      at = detached ? R1.input(next.stopGradient()) : next;
    }
    return detached ? new Moved(at.stopGradient(), cost.stopGradient()) : new Moved(at, cost);
  }

  /** The gradient of each score by its vector, with a graph unless detached. */
  private NDArray gradient(NDArray z, UnaryOperator<NDArray> score) {
    try (var recording = Autograd.record()) {
      NDArray scores = score.apply(z);
      if (scores.size() != z.size(0)) {
        throw new IllegalArgumentException(
            Text.format(
                "Latents move by one score of each sample, but D's first output is %s for %d samples",
                scores.getShape(), z.size(0)));
      }
      NDArray g = Autograd.grad(scores.sum(), new NDList(z), !detached).singletonOrThrow();
      return detached ? g.stopGradient() : g;
    }
  }
}
