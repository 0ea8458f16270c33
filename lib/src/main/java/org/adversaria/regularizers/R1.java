package org.adversaria.regularizers;

import ai.djl.ndarray.NDArray;
import java.util.function.Consumer;
import org.adversaria.training.GanStep;
import org.adversaria.training.Terms;

/**
 * The zero-centred gradient penalty on real images.
 *
 * <pre>
 * L_D + gamma / 2 E |grad_x D(x)|^2
 * </pre>
 *
 * <p>With it training converges locally where the generated distribution equals that of the data.
 *
 * <p>Source: Mescheder et al., "Which Training Methods for GANs do actually Converge?", 2018,
 * equation 9.
 *
 * @param gamma the weight, at least 0
 */
public record R1(double gamma) implements Regularizer {

  /** {@inheritDoc} Here: D is applied to a copy of the real samples that requires gradients. */
  @Override
  public Consumer<Terms> discriminator(GanStep<?> step) {
    if (gamma == 0) {
      return Regularizer.super.discriminator(step);
    }
    NDArray x = input(step.real().x());
    GanStep.Samples<?> real = step.discriminate(x, step.real().y());
    return terms -> terms.add("r1", penalty(real.compared().get(0), x));
  }

  /**
   * Copies samples, or latents, by which a gradient is taken.
   *
   * @param samples {@code (N, ...)}
   * @return a copy of the same shape that requires gradients
   */
  public static NDArray input(NDArray samples) {
    NDArray copy = samples.duplicate();
    copy.setRequiresGradient(true);
    return copy;
  }

  /**
   * Computes the penalty, with a graph for further gradients.
   *
   * @param logits of the real images {@code (N)}, with their graph
   * @param images what {@link #input} returned
   * @return a scalar to minimise
   * @throws IllegalArgumentException if there is a logit for each class, as D of AM-GAN and ECGAN
   *     has them: the sum of their gradients is not that of D(x)
   */
  public NDArray penalty(NDArray logits, NDArray images) {
    NDArray gradient = InputSlope.of("R1", logits, images);
    double perImage = gamma / 2 / images.getShape().get(0);
    // A float32 factor: a Java double would convert the objective to float64.
    return gradient.square().sum().mul(images.getManager().create((float) perImage));
  }
}
