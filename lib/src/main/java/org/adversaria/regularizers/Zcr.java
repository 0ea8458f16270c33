package org.adversaria.regularizers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.function.Consumer;
import org.adversaria.torch.Autograd;
import org.adversaria.training.GanStep;
import org.adversaria.training.Terms;

/**
 * zCR, latent consistency regularisation. For e normal with standard deviation sigma, D minimises
 * the difference of its outputs on G(z) and G(z + e), and G maximises that of the images.
 *
 * <pre>
 * L_D  +  lambda_D E |D(G(z)) - D(G(z + e))|^2
 * L_G  -  lambda_G E |G(z) - G(z + e)|^2
 * </pre>
 *
 * <p>Source: Zhao et al., "Improved Consistency Regularization for GANs", 2021, algorithm 2; for
 * BigGAN on CIFAR, PyTorch-StudioGAN takes the weights 20 and 0.5 and sigma 0.05.
 *
 * @param lambdaDiscriminator the weight of the discriminator's term, at least 0
 * @param lambdaGenerator the weight of the generator's term, at least 0
 * @param sigma the standard deviation of e, above 0
 */
public record Zcr(double lambdaDiscriminator, double lambdaGenerator, double sigma)
    implements Regularizer {

  @Override
  public Consumer<Terms> discriminator(GanStep<?> step) {
    if (lambdaDiscriminator == 0) {
      return Regularizer.super.discriminator(step);
    }
    GanStep.Samples<?> fake = step.fake();
    NDArray neighbours = Autograd.noGrad(() -> neighbours(step)); // (N, C, H, W)
    GanStep.Samples<?> near = step.discriminate(neighbours, fake.y());
    return terms -> terms.add("zcr", discriminator(fake.compared(), near.compared()));
  }

  @Override
  public Consumer<Terms> generator(GanStep<?> step) {
    if (lambdaGenerator == 0) {
      return Regularizer.super.generator(step);
    }
    return terms -> terms.add("zcr_generator", generator(step.fake().x(), neighbours(step)));
  }

  /** G(z + e) for the labels of G(z), {@code (N, C, H, W)}. */
  private NDArray neighbours(GanStep<?> step) {
    GanStep.Samples<?> fake = step.fake();
    return step.networks().generator().forward(perturbed(fake.z()), fake.y(), true);
  }

  /**
   * Adds noise from PyTorch's generator.
   *
   * @param z latent vectors of any shape
   * @return z + e, of that shape
   */
  public NDArray perturbed(NDArray z) {
    NDArray noise =
        Autograd.noGrad(
            () -> z.getManager().randomNormal(0, (float) sigma, z.getShape(), z.getDataType()));
    return z.add(noise);
  }

  /**
   * Computes the discriminator's term.
   *
   * @param fake outputs of D on generated images
   * @param near outputs on the images of perturbed vectors, of the same shapes
   * @return a scalar to minimise
   */
  public NDArray discriminator(NDList fake, NDList near) {
    return Cr.distance(fake, near, lambdaDiscriminator);
  }

  /**
   * Computes the generator's term.
   *
   * @param images generated images {@code (N, C, H, W)}
   * @param neighbours the images of perturbed vectors, of the same shape
   * @return a scalar to minimise, at most 0
   */
  public NDArray generator(NDArray images, NDArray neighbours) {
    return Cr.distance(new NDList(images), new NDList(neighbours), -lambdaGenerator);
  }
}
