package org.adversaria.losses;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import java.util.OptionalDouble;
import org.adversaria.config.OpenType;
import org.adversaria.torch.TorchOps;

/**
 * The two players' objectives as functions of the discriminator's logits D. Other records may
 * implement it.
 *
 * <p>Logits may have any shape; each objective is the mean over all elements. Expectations are over
 * real images x and generated images G(z).
 */
@OpenType
public interface AdversarialLoss {

  /**
   * The discriminator's objective.
   *
   * @param real logits of real images
   * @param fake logits of generated images
   * @return a scalar to minimise
   */
  NDArray discriminator(NDArray real, NDArray fake);

  /**
   * The generator's objective.
   *
   * @param fake logits of generated images
   * @return a scalar to minimise
   */
  NDArray generator(NDArray fake);

  /**
   * Returns the logit above which D holds an image for real.
   *
   * @return 0 unless overridden; empty if logits have no such meaning
   */
  default OptionalDouble boundary() {
    return OptionalDouble.of(0);
  }

  /**
   * The minimax objective of the original GAN, with s the sigmoid.
   *
   * <pre>
   * D maximises, G minimises  E log s(D(x)) + E log(1 - s(D(G(z))))
   * </pre>
   *
   * <p>Source: Goodfellow et al., "Generative Adversarial Nets", 2014, equation 1.
   */
  record Minimax() implements AdversarialLoss {

    @Override
    public NDArray discriminator(NDArray real, NDArray fake) {
      return crossEntropy(real, fake);
    }

    @Override
    public NDArray generator(NDArray fake) {
      // log(1 - s(a)) = -softplus(a)
      return Activation.softPlus(fake).mean().neg();
    }
  }

  /**
   * The minimax objective of D, and for G one whose gradient does not vanish where D rejects
   * generated images with confidence.
   *
   * <pre>
   * D maximises  E log s(D(x)) + E log(1 - s(D(G(z))))
   * G maximises  E log s(D(G(z)))
   * </pre>
   *
   * <p>Source: Goodfellow et al., "Generative Adversarial Nets", 2014, section 3.
   */
  record NonSaturating() implements AdversarialLoss {

    @Override
    public NDArray discriminator(NDArray real, NDArray fake) {
      return crossEntropy(real, fake);
    }

    @Override
    public NDArray generator(NDArray fake) {
      // log s(a) = -softplus(-a)
      return Activation.softPlus(fake.neg()).mean();
    }
  }

  /**
   * Hinge.
   *
   * <pre>
   * D minimises  E max(0, 1 - D(x)) + E max(0, 1 + D(G(z)))
   * G minimises  -E D(G(z))
   * </pre>
   *
   * <p>Source: Lim and Ye, "Geometric GAN", 2017; Miyato et al., 2018, equations 16 and 17.
   */
  record Hinge() implements AdversarialLoss {

    @Override
    public NDArray discriminator(NDArray real, NDArray fake) {
      NDArray realTerm = Activation.relu(real.neg().add(1)).mean();
      return realTerm.add(Activation.relu(fake.add(1)).mean());
    }

    @Override
    public NDArray generator(NDArray fake) {
      return fake.mean().neg();
    }
  }

  /**
   * Wasserstein. D has to be Lipschitz, by clipping of weights or a penalty.
   *
   * <pre>
   * D minimises  E D(G(z)) - E D(x)
   * G minimises  -E D(G(z))
   * </pre>
   *
   * <p>Source: Arjovsky et al., "Wasserstein GAN", 2017, algorithm 1.
   */
  record Wasserstein() implements AdversarialLoss {

    @Override
    public NDArray discriminator(NDArray real, NDArray fake) {
      return fake.mean().sub(real.mean());
    }

    @Override
    public NDArray generator(NDArray fake) {
      return fake.mean().neg();
    }

    /** {@inheritDoc} Here: empty, since a number added to D changes nothing. */
    @Override
    public OptionalDouble boundary() {
      return OptionalDouble.empty();
    }
  }

  /**
   * Least squares with targets 0 and 1.
   *
   * <pre>
   * D minimises  (E (D(x) - 1)^2 + E D(G(z))^2) / 2
   * G minimises  E (D(G(z)) - 1)^2 / 2
   * </pre>
   *
   * <p>Source: Mao et al., "Least Squares Generative Adversarial Networks", 2017, equation 9.
   */
  record LeastSquares() implements AdversarialLoss {

    @Override
    public NDArray discriminator(NDArray real, NDArray fake) {
      NDArray sum = real.sub(1).square().mean().add(fake.square().mean());
      return TorchOps.scale(sum, 0.5);
    }

    @Override
    public NDArray generator(NDArray fake) {
      return TorchOps.scale(fake.sub(1).square().mean(), 0.5);
    }

    /** {@inheritDoc} Here: the middle of the targets. */
    @Override
    public OptionalDouble boundary() {
      return OptionalDouble.of(0.5);
    }
  }

  /**
   * Least squares as in CycleGAN: half of D's objective, so that D learns slower than G, and the
   * whole of G's.
   *
   * <pre>
   * D minimises  (E (D(x) - 1)^2 + E D(G(z))^2) / 2
   * G minimises  E (D(G(z)) - 1)^2
   * </pre>
   *
   * <p>Source: Zhu et al., "Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial
   * Networks", 2017, section 4 and the appendix's training details.
   */
  record CycleGanLeastSquares() implements AdversarialLoss {

    @Override
    public NDArray discriminator(NDArray real, NDArray fake) {
      return new LeastSquares().discriminator(real, fake);
    }

    @Override
    public NDArray generator(NDArray fake) {
      return fake.sub(1).square().mean();
    }

    /** {@inheritDoc} Here: the middle of the targets. */
    @Override
    public OptionalDouble boundary() {
      return new LeastSquares().boundary();
    }
  }

  private static NDArray crossEntropy(NDArray real, NDArray fake) {
    return Activation.softPlus(real.neg()).mean().add(Activation.softPlus(fake).mean());
  }
}
