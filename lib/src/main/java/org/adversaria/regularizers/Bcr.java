package org.adversaria.regularizers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.function.Consumer;
import org.adversaria.training.GanStep;
import org.adversaria.training.Terms;

/**
 * bCR, balanced consistency regularisation: {@link Cr} of real and of generated images.
 *
 * <pre>
 * L_D  +  lambda_real E |D(x) - D(T(x))|^2 + lambda_fake E |D(G(z)) - D(T(G(z)))|^2
 * </pre>
 *
 * <p>No gradient flows into the generator, and its objective has no term. Together with {@link Zcr}
 * it is ICR.
 *
 * <p>Source: Zhao et al., "Improved Consistency Regularization for GANs", 2021, algorithm 1.
 *
 * @param lambdaReal the weight of real images, at least 0; 10 in the paper
 * @param lambdaFake the weight of generated images, at least 0; 10 in the paper
 */
public record Bcr(double lambdaReal, double lambdaFake) implements Regularizer {

  @Override
  public Consumer<Terms> discriminator(GanStep<?> step) {
    GanStep.Samples<?> real = step.real();
    GanStep.Samples<?> fake = step.fake();
    GanStep.Samples<?> realView = step.discriminate(Cr.view(real.x()), real.y());
    GanStep.Samples<?> fakeView = step.discriminate(Cr.view(fake.x()), fake.y());
    return terms ->
        terms.add(
            "bcr",
            penalty(real.compared(), realView.compared(), fake.compared(), fakeView.compared()));
  }

  /**
   * Computes the term.
   *
   * @param real outputs of D on real images
   * @param realView outputs on their views, of the same shapes
   * @param fake outputs on generated images
   * @param fakeView outputs on their views, of the same shapes
   * @return a scalar to minimise
   */
  public NDArray penalty(NDList real, NDList realView, NDList fake, NDList fakeView) {
    return Cr.distance(real, realView, lambdaReal).add(Cr.distance(fake, fakeView, lambdaFake));
  }
}
