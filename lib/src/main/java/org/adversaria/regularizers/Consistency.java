package org.adversaria.regularizers;

import ai.djl.ndarray.NDArray;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.TorchOps;

/**
 * Consistency regularisation: the discriminator should say the same of two views of an image.
 *
 * <p>Each term is a weighted mean squared difference over all elements of two arrays of one shape,
 * and gradients flow into both. The arrays are the discriminator's logits; where it has a
 * classifier, the terms of its logits are added to theirs. The views come from package {@code
 * augmentations}. bCR and zCR together are ICR.
 */
public final class Consistency {

  private Consistency() {}

  /**
   * CR: lambda E |D(x) - D(T(x))|^2 of real images x and augmented views T(x), for the
   * discriminator.
   *
   * <p>Source: Zhang et al., "Consistency Regularization for Generative Adversarial Networks",
   * 2020; lambda is 10 there.
   *
   * @param lambda the weight, at least 0
   */
  public record Cr(double lambda) {

    /**
     * Computes the discriminator's penalty.
     *
     * @param real outputs of real images
     * @param view outputs of their views, of the same shape
     * @return a scalar to minimise
     */
    public NDArray penalty(NDArray real, NDArray view) {
      return distance(real, view, lambda);
    }
  }

  /**
   * bCR, balanced: CR of real and of generated images, for the discriminator. The generator's
   * images are held fixed and its objective sees no views.
   *
   * <p>Source: Zhao et al., "Improved Consistency Regularization for GANs", 2021, algorithm 1; both
   * weights are 10 there.
   *
   * @param lambdaReal the weight of real images, at least 0
   * @param lambdaFake the weight of generated images, at least 0
   */
  public record Bcr(double lambdaReal, double lambdaFake) {

    /**
     * Computes the discriminator's penalty.
     *
     * @param real outputs of real images
     * @param realView outputs of their views, of the same shape
     * @param fake outputs of generated images
     * @param fakeView outputs of their views, of the same shape
     * @return a scalar to minimise
     */
    public NDArray penalty(NDArray real, NDArray realView, NDArray fake, NDArray fakeView) {
      return distance(real, realView, lambdaReal).add(distance(fake, fakeView, lambdaFake));
    }
  }

  /**
   * zCR, latent: of G(z) and G(z + e), e normal with standard deviation sigma, the discriminator
   * should say the same, while the generator should make them differ.
   *
   * <p>Source: Zhao et al., "Improved Consistency Regularization for GANs", 2021, algorithm 2; for
   * BigGAN on CIFAR, PyTorch-StudioGAN takes the weights 20 and 0.5 and sigma 0.05.
   *
   * @param lambdaDiscriminator the weight of the discriminator's term, at least 0
   * @param lambdaGenerator the weight of the generator's term, at least 0
   * @param sigma the standard deviation of the noise on z
   */
  public record Zcr(double lambdaDiscriminator, double lambdaGenerator, double sigma) {

    /**
     * Adds noise from PyTorch's generator.
     *
     * @param z latent vectors of any shape
     * @return z + e, of that shape
     */
    public NDArray perturbed(NDArray z) {
      NDArray noise =
          Autograd.withoutRecording(
              () -> z.getManager().randomNormal(0, (float) sigma, z.getShape(), z.getDataType()));
      return z.add(noise);
    }

    /**
     * Computes the discriminator's penalty: lambda E |D(G(z)) - D(G(z + e))|^2.
     *
     * @param fake outputs of generated images
     * @param neighbours outputs of the images of perturbed vectors, of the same shape
     * @return a scalar to minimise
     */
    public NDArray discriminator(NDArray fake, NDArray neighbours) {
      return distance(fake, neighbours, lambdaDiscriminator);
    }

    /**
     * Computes the generator's term: -lambda times the mean squared difference of pixels of G(z)
     * and G(z + e).
     *
     * @param images generated images {@code (N, C, H, W)}
     * @param neighbours the images of perturbed vectors, of the same shape
     * @return a scalar to minimise, at most 0
     */
    public NDArray generator(NDArray images, NDArray neighbours) {
      return distance(images, neighbours, -lambdaGenerator);
    }
  }

  private static NDArray distance(NDArray a, NDArray b, double weight) {
    return TorchOps.scale(a.sub(b).square().mean(), weight);
  }
}
