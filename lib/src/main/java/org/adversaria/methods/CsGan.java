package org.adversaria.methods;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.adversaria.data.ImagePairs;
import org.adversaria.training.Terms;

/**
 * CSGAN: translation between two domains of which there are pairs. Beside CycleGAN's terms it has a
 * loss between the synthesized and the cycled image of a domain, which are made from the two images
 * of a pair.
 *
 * <pre>
 * a' = G_BA(b), b' = G_AB(a)        synthesized
 * a" = G_BA(b'), b" = G_AB(a')      cycled
 *
 * G_AB, G_BA minimise  E (D_B(b') - 1)^2 + E (D_A(a') - 1)^2
 *                      + lambda_A E |a" - a|_1 + lambda_B E |b" - b|_1
 *                      + mu_A E |a' - a"|_1 + mu_B E |b' - b"|_1
 * </pre>
 *
 * <p>With mu = 0 it is {@link CycleGan}. What the discriminators minimise is in {@link
 * TranslationGan}. The data are pairs ({@link ImagePairs#of}); the preset {@code paper} is that of
 * CycleGAN, as in the published code, with which the paper's CUHK and Facades data are trained on.
 *
 * <p>The published code has mu = 30 whatever its options, and no gradient through the cycled image:
 * {@link Objective#published}. Like CycleGAN's it can add an identity loss, which the paper does
 * not have.
 *
 * <p>Source: Kancharagunta and Dubey, "CSGAN: Cyclic-Synthesized Generative Adversarial Networks
 * for Image-to-Image Transformation", 2019.
 */
public final class CsGan extends TranslationGan<CsGan.Objective> {

  /** The name in run records. */
  public static final String NAME = "csgan";

  /**
   * The weights of the terms.
   *
   * @param lambdaA of the cycle from A to B and back
   * @param lambdaB of the cycle from B to A and back
   * @param muA of the cyclic-synthesized loss in A
   * @param muB of the cyclic-synthesized loss in B
   * @param detached true for cycled images as constants in the cyclic-synthesized loss
   */
  public record Objective(
      double lambdaA, double lambdaB, double muA, double muB, boolean detached) {

    /**
     * The same with another weight of the cyclic-synthesized loss in both domains.
     *
     * @param mu the weight; 0 for CycleGAN
     * @return the objective
     */
    public Objective withMu(double mu) {
      return new Objective(lambdaA, lambdaB, mu, mu, detached);
    }

    /**
     * The same as the published code has it: no gradient through the cycled image.
     *
     * @return the objective
     */
    public Objective published() {
      return new Objective(lambdaA, lambdaB, muA, muB, true);
    }
  }

  private static final List<TranslationPreset<Objective>> PRESETS =
      List.of(
          TranslationPreset.paper(
              new Objective(10, 10, 30, 30, false),
              "https://github.com/KishanKancharagunta/CSGAN for the weights; the rest by the options of"
                  + " https://github.com/junyanz/pytorch-CycleGAN-and-pix2pix of 2018, on which it builds"),
          TranslationPreset.small(
              new Objective(10, 10, 10, 10, false),
              "chosen on grey synthetic shapes and their sketches of 32 pixels for two CPU cores; with mu = 20"
                  + " all sketches became blank, which makes the cyclic-synthesized loss 0"));

  /**
   * Creates the method from its settings.
   *
   * @param settings everything it depends on
   */
  public CsGan(TranslationSettings<Objective> settings) {
    super(NAME, settings);
  }

  /**
   * Returns a builder for pairs of images.
   *
   * @param data the pairs
   * @return a builder with the preset {@code "small"}
   * @throws IllegalArgumentException if the images are not paired
   */
  public static TranslationBuilder<CsGan, Objective> builder(ImagePairs data) {
    if (!data.paired()) {
      throw new IllegalArgumentException(
          "CSGAN's loss compares images of a pair, but the images are not paired: give"
              + " ImagePairs.of(a, b), or train a CycleGan");
    }
    return new TranslationBuilder<>(data, PRESETS, CsGan::new);
  }

  @Override
  public Terms generatorTerms(Translation t) {
    Objective o = objective();
    return new Terms()
        .add("gan_ab", loss().generator(t.logitsB()))
        .add("gan_ba", loss().generator(t.logitsA()))
        .add("cycle_a", o.lambdaA(), () -> L1.of(t.recoveredA(), t.realA()))
        .add("cycle_b", o.lambdaB(), () -> L1.of(t.recoveredB(), t.realB()))
        .add("synthesized_a", o.muA(), () -> L1.of(t.fakeA(), cycled(t.recoveredA())))
        .add("synthesized_b", o.muB(), () -> L1.of(t.fakeB(), cycled(t.recoveredB())));
  }

  private NDArray cycled(NDArray images) {
    return objective().detached() ? images.stopGradient() : images;
  }
}
