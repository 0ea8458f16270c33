package org.adversaria.regularizers;

import ai.djl.ndarray.NDArray;
import java.util.function.Consumer;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.TorchOps;
import org.adversaria.training.GanStep;
import org.adversaria.training.Terms;

/**
 * The gradient penalty of DRAGAN: D's slope is 1 around real samples, which keeps sharp gradients
 * away from them, and with these the local equilibria in which modes are lost.
 *
 * <pre>
 * L_D  +  lambda E (|grad_x D(x + a delta)|_2 - 1)^2
 *
 * delta = scale std(x) u,   u ~ U[0, 1] for each element,   a ~ U[0, 1], one for each sample
 * </pre>
 *
 * <p>std(x) is the deviation of all elements of the batch together, divided by their number - 1.
 *
 * <p>Source: Kodali et al., "On Convergence and Stability of GANs", 2017, section 2.3 and algorithm
 * 1, which take normal noise; here as in the published code and in PyTorch-StudioGAN. Others draw a
 * for each element.
 *
 * @param lambda the weight, at least 0; 10 in the paper
 * @param scale of the noise in deviations of the data, above 0; 0.5 in the published code
 */
public record Dragan(double lambda, double scale) implements Regularizer {

  /**
   * Checks the numbers.
   *
   * @param lambda at least 0
   * @param scale above 0
   * @throws IllegalArgumentException if one is out of range; the message names it
   */
  public Dragan {
    InputSlope.requireWeight("DRAGAN", lambda);
    if (!(scale > 0)) {
      throw new IllegalArgumentException(
          "DRAGAN's noise has a scale above 0, such as 0.5, not " + scale);
    }
  }

  /** The published settings: weight 10, scale 0.5. */
  public Dragan() {
    this(10, 0.5);
  }

  /** {@inheritDoc} Here: D is applied to real samples with noise. */
  @Override
  public Consumer<Terms> discriminator(GanStep<?> step) {
    if (lambda == 0) {
      return Regularizer.super.discriminator(step);
    }
    NDArray real = step.real().x(); // (N, ...)
    NDArray a = step.step().uniform(real.getShape().get(0)); // (N)
    NDArray u = step.step().uniform(real.getShape().getShape()); // (N, ...)
    NDArray x = around(real, a, u);
    GanStep.Samples<?> samples = step.discriminateApart(x, step.real().y());
    return terms -> terms.add("dragan", penalty(samples.compared().get(0), x));
  }

  /**
   * Adds noise to real samples.
   *
   * @param real samples {@code (N, ...)}
   * @param a the part of each sample's noise, of N elements in [0, 1]
   * @param u noise in [0, 1], of the shape of the samples
   * @return real + a scale std(real) u, of the same shape, requires gradients
   */
  public NDArray around(NDArray real, NDArray a, NDArray u) {
    return R1.input(
        Autograd.noGrad(
            () -> {
              NDArray centred = real.sub(real.mean());
              NDArray variance = TorchOps.scale(centred.square().sum(), 1.0 / (real.size() - 1));
              NDArray noise = TorchOps.scale(u.mul(variance.sqrt()), scale);
              return real.add(noise.mul(GradientPenalty.perSample(a, real.getShape())));
            }));
  }

  /**
   * Computes the penalty, with a graph for further gradients.
   *
   * @param logits D(x + a delta), {@code (N)}, with their graph
   * @param x what {@link #around} returned
   * @return a scalar to minimise
   * @throws IllegalArgumentException if there is a logit for each class, as D of AM-GAN and ECGAN
   *     has them
   */
  public NDArray penalty(NDArray logits, NDArray x) {
    return InputSlope.oneCentred("DRAGAN", logits, x, lambda);
  }
}
