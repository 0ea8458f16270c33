package org.adversaria.regularizers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.Consumer;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Text;
import org.adversaria.training.GanStep;
import org.adversaria.training.Terms;

/**
 * The gradient penalty of WGAN-GP: D's slope is 1 between real and generated samples, as that of
 * the critic which measures the Earth Mover distance.
 *
 * <pre>
 * L_D  +  lambda E (|grad_x~ D(x~)|_2 - 1)^2
 *
 * x~ = e x + (1 - e) G(z),   e ~ U[0, 1], one for each sample
 * </pre>
 *
 * <p>With conditions it is D(x~, y) for y of the real sample. D should not normalise over the
 * batch: a logit would be a function of other samples too.
 *
 * <p>Source: Gulrajani et al., "Improved Training of Wasserstein GANs", 2017, equation 3 and
 * algorithm 1.
 *
 * @param lambda the weight, at least 0; 10 in the paper
 */
public record GradientPenalty(double lambda) implements Regularizer {

  /**
   * Checks the weight.
   *
   * @param lambda at least 0
   * @throws IllegalArgumentException if it is negative or not a number
   */
  public GradientPenalty {
    InputSlope.requireWeight("the gradient penalty", lambda);
  }

  /** {@inheritDoc} Here: D is applied to samples between the real and the generated ones. */
  @Override
  public Consumer<Terms> discriminator(GanStep<?> step) {
    if (lambda == 0) {
      return Regularizer.super.discriminator(step);
    }
    NDArray real = step.real().x(); // (N, ...)
    NDArray e = step.step().uniform(real.getShape().get(0)); // (N)
    NDArray x = between(real, step.fake().x(), e);
    GanStep.Samples<?> samples = step.discriminateApart(x, step.real().y());
    return terms -> terms.add("gradient_penalty", penalty(samples.compared().get(0), x));
  }

  /**
   * Mixes real and generated samples, without gradients of the generator.
   *
   * @param real samples {@code (N, ...)}
   * @param fake generated samples, of the same shape
   * @param e the part of each real sample, of N elements in [0, 1]
   * @return e real + (1 - e) fake, of the same shape, requires gradients
   * @throws IllegalArgumentException if the shapes differ
   */
  public static NDArray between(NDArray real, NDArray fake, NDArray e) {
    if (!real.getShape().equals(fake.getShape())) {
      throw new IllegalArgumentException(
          Text.format(
              "The gradient penalty mixes real with generated samples, but they are %s and %s: draw"
                  + " batches of one size",
              real.getShape(), fake.getShape()));
    }
    return R1.input(
        Autograd.noGrad(
            () -> {
              NDArray part = perSample(e, real.getShape());
              return real.mul(part).add(fake.mul(part.neg().add(1)));
            }));
  }

  /**
   * Computes the penalty, with a graph for further gradients.
   *
   * @param logits D(x~), {@code (N)}, with their graph
   * @param x what {@link #between} returned
   * @return a scalar to minimise
   * @throws IllegalArgumentException if there is a logit for each class, as D of AM-GAN and ECGAN
   *     has them
   */
  public NDArray penalty(NDArray logits, NDArray x) {
    return InputSlope.oneCentred("The gradient penalty", logits, x, lambda);
  }

  /** A number for each sample, (N, 1, ..., 1). */
  static NDArray perSample(NDArray numbers, Shape samples) {
    var shape = new long[samples.dimension()];
    Arrays.fill(shape, 1);
    shape[0] = samples.get(0);
    return numbers.reshape(shape);
  }
}
