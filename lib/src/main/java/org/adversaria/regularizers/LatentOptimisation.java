package org.adversaria.regularizers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.adversaria.config.OpenType;
import org.adversaria.models.Discriminator;
import org.adversaria.models.Generator;
import org.adversaria.nn.ArrayTree;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchOps;
import org.adversaria.training.GanNetworks;
import org.adversaria.training.GanStep;
import org.adversaria.training.Step;
import org.adversaria.training.Terms;

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
 * D minimises  L_D(z') + lambda E |d|^2
 * G minimises  L_G(z') + lambda E |d|^2
 * </pre>
 *
 * <p>The mask m is 1 where latents move, {@link Mask}. The transport cost E |d|^2 is the mean over
 * all vectors, of the steps before mask and clamp. Unless {@link #detached}, each player's gradient
 * also flows through z', which depends on its weights: these second-order terms are the paper's
 * point. With several steps each starts where the one before it ended, under the same mask, and
 * their costs are added.
 *
 * <p>The scores are D's first output on G(z) as it is, without augmentation. Both networks compute
 * them in training mode, so that batch statistics and power iterations are those of one more batch;
 * a D with batch normalisation scores generated samples alone otherwise than beside real ones. As
 * z' is in [-1, 1], z should be uniform there, {@link
 * org.adversaria.models.Backbone#withUniformLatents}: normal latents lose their tails.
 *
 * <p>Source: Wu et al., "LOGAN: Latent Optimisation for Generative Adversarial Networks", 2019,
 * section 3 and algorithm 1; cost and clamp as in PyTorch-StudioGAN, which takes one step whatever
 * its setting.
 *
 * @param ascent the step
 * @param lambda the weight of the transport cost, at least 0
 * @param mask what is drawn to move or to stay: vectors, or their elements
 * @param rate the part of them that moves, in [0, 1]
 * @param steps the number of steps; with 0 nothing is computed
 * @param detached true for z' as a constant, without gradients through step and cost
 */
public record LatentOptimisation(
    Ascent ascent, double lambda, Mask mask, double rate, int steps, boolean detached)
    implements Regularizer {

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

    /**
     * Checks the damping: without it a gradient of 0 would give 0 / 0.
     *
     * @param alpha the step size
     * @param beta the damping, above 0
     * @throws IllegalArgumentException if beta is not above 0
     */
    public NaturalGradient {
      require(
          beta > 0,
          "The natural gradient is damped by a number above 0, such as the paper's 5, not by "
              + beta);
    }

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
    ELEMENTS;

    /** 1 where latents move, 0 where they stay; {@code (N, 1)} or {@code (N, latentSize)}. */
    private NDArray draw(Step step, NDArray z, double rate) {
      long width = this == VECTORS ? 1 : z.size(1);
      return step.uniform(z.size(0), width).lt(rate).toType(DataType.FLOAT32, false);
    }
  }

  /**
   * Latents after the steps.
   *
   * @param z in [-1, 1], {@code (N, latentSize)}
   * @param scores D(G(z)) before the first step, {@code (N)}; null without steps
   * @param cost the transport cost E |d|^2, without its weight; a scalar
   */
  public record Moved(NDArray z, NDArray scores, NDArray cost) {}

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
  public LatentOptimisation withMask(Mask of, double part) {
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
   * {@inheritDoc}
   *
   * <p>Here: z'. The terms are {@code transport_discriminator} and {@code transport_generator}; D's
   * update also logs {@code logit_unmoved}, the mean score before the steps.
   */
  @Override
  public Latents latents(GanStep<?> step, NDArray z, NDArray c) {
    if (steps == 0) {
      return Latents.of(z);
    }
    NDArray moving = rate == 1 ? all(z) : mask.draw(step.step(), z, rate);
    Moved moved = move(z, moving, at -> score(step.networks(), at, c, true));
    return new Latents(moved.z(), terms -> addTerms(terms, moved, step.hasReal()));
  }

  private void addTerms(Terms terms, Moved moved, boolean ofDiscriminator) {
    String player = ofDiscriminator ? GanNetworks.DISCRIMINATOR : GanNetworks.GENERATOR;
    terms.add("transport_" + player, lambda, moved::cost);
    if (ofDiscriminator) {
      terms.log("logit_unmoved", moved.scores().mean());
    }
  }

  private static NDArray all(NDArray z) {
    return z.getManager().ones(new Shape(z.size(0), 1));
  }

  /** D(G(z, c)): the first output of D, without augmentation. */
  private static NDArray score(GanNetworks<?> networks, NDArray z, NDArray c, boolean training) {
    NDArray x = networks.generator().forward(z, c, training); // (N, ...)
    return ArrayTree.flatten(networks.discriminator().forward(x, c, training)).get(0);
  }

  /**
   * Moves all latents, whatever the rate, for samples of trained networks: in evaluation mode,
   * without gradients.
   *
   * @param generator G
   * @param discriminator D
   * @param z latents, {@code (N, latentSize)}
   * @param c the conditions of the samples; null without
   * @return z', whose samples are {@code generator.forward(z', c, false)}
   */
  public Moved move(Generator generator, Discriminator<?> discriminator, NDArray z, NDArray c) {
    var networks = new GanNetworks<>(generator, discriminator);
    return withoutGradient().move(z, all(z), at -> score(networks, at, c, false));
  }

  /**
   * Returns a trained generator whose latents are moved before it generates, for everything that
   * takes samples of a generator, evaluations among them.
   *
   * @param generator G; the result shares its weights
   * @param discriminator D
   * @return the generator of samples G(z')
   */
  public Generator moving(Generator generator, Discriminator<?> discriminator) {
    return new MovedLatentsGenerator(this, generator, discriminator);
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
    try (var recording = Autograd.record()) {
      NDArray at = R1.input(z);
      NDArray cost = z.getManager().create(0f);
      NDArray first = null;
      for (int i = 0; i < steps; i++) {
        NDArray scores = scores(at, score);
        first = i == 0 ? scores.stopGradient() : first;
        NDArray g = Autograd.grad(scores.sum(), new NDList(at), !detached).singletonOrThrow();
        NDArray d = ascent.step(g); // (N, latentSize)
        cost = cost.add(d.square().sum(new int[] {1}).mean());
        NDArray next = at.add(d.mul(moving)).clip(-1, 1);
        at = detached ? R1.input(next.stopGradient()) : next;
      }
      return new Moved(detached ? at.stopGradient() : at, first, cost);
    }
  }

  private static NDArray scores(NDArray z, UnaryOperator<NDArray> score) {
    NDArray scores = score.apply(z);
    if (scores.size() != z.size(0)) {
      throw new IllegalArgumentException(
          Text.format(
              "Latents move by one score of each sample, but D's first output is %s for %d samples: take a method whose D has one logit",
              scores.getShape(), z.size(0)));
    }
    return scores.reshape(-1);
  }
}
