package org.adversaria.methods;

import java.util.List;
import org.adversaria.data.ImagePairs;
import org.adversaria.models.TranslationSizes;
import org.adversaria.torch.Text;
import org.adversaria.training.Terms;

/**
 * CycleGAN: translation between two domains without pairs. An image that is translated and
 * translated back has to be itself again.
 *
 * <pre>
 * G_AB, G_BA minimise  E (D_B(G_AB(a)) - 1)^2 + E (D_A(G_BA(b)) - 1)^2
 *                      + lambda_A E |G_BA(G_AB(a)) - a|_1 + lambda_B E |G_AB(G_BA(b)) - b|_1
 *                      + identity (lambda_A E |G_BA(a) - a|_1 + lambda_B E |G_AB(b) - b|_1)
 * </pre>
 *
 * <p>Equations 1 to 3 with the least squares of section 4, and the identity mapping loss of section
 * 5.2, with which colours stay as they are; it needs domains of the same channels. What the
 * discriminators minimise is in {@link TranslationGan}. The data are {@link ImagePairs#unpaired}.
 *
 * <p>The preset {@code paper} has batches of one image, and rates that are constant for 100 epochs
 * and fall linearly to 0 in another 100: it trains for 200 times as many steps as there are images.
 * Images are resized to 286 pixels, cropped to 256 and mirrored at random.
 *
 * <p>Source: Zhu et al., "Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial
 * Networks", ICCV 2017.
 */
public final class CycleGan extends TranslationGan<CycleGan.Objective> {

  /** The name in run records. */
  public static final String NAME = "cycle-gan";

  /**
   * The weights of the terms.
   *
   * @param lambdaA of the cycle from A to B and back; 10 in the paper
   * @param lambdaB of the cycle from B to A and back; 10 in the paper
   * @param identity of the identity mapping, in parts of lambda; 0.5 in the paper's experiments
   *     with paintings, 0 without
   */
  public record Objective(double lambdaA, double lambdaB, double identity) {

    /**
     * The same with another weight of the identity mapping.
     *
     * @param weight in parts of lambda; 0 for none
     * @return the objective
     */
    public Objective withIdentity(double weight) {
      return new Objective(lambdaA, lambdaB, weight);
    }
  }

  private static final List<TranslationPreset<Objective>> PRESETS =
      List.of(
          TranslationPreset.paper(
              new Objective(10, 10, 0.5),
              "https://github.com/junyanz/pytorch-CycleGAN-and-pix2pix of 2018"),
          TranslationPreset.small(
              new Objective(10, 10, 0),
              "chosen on grey synthetic shapes and their sketches of 32 pixels for two CPU cores"));

  /**
   * Creates the method from its settings.
   *
   * @param settings everything it depends on
   * @throws IllegalArgumentException if there is an identity loss, and the domains' channels differ
   */
  public CycleGan(TranslationSettings<Objective> settings) {
    super(NAME, settings);
    TranslationSizes sizes = settings.sizes();
    if (settings.objective().identity() != 0 && sizes.channelsA() != sizes.channelsB()) {
      throw new IllegalArgumentException(
          Text.format(
              "The identity loss gives a generator images of its own target domain, but A has %d channels"
                  + " and B has %d: set its weight to 0",
              sizes.channelsA(), sizes.channelsB()));
    }
  }

  /**
   * Returns a builder for the images of two domains.
   *
   * @param data the images
   * @return a builder with the preset {@code "small"}
   */
  public static TranslationBuilder<CycleGan, Objective> builder(ImagePairs data) {
    return new TranslationBuilder<>(data, PRESETS, CycleGan::new);
  }

  @Override
  public Terms generatorTerms(Translation t) {
    Objective o = objective();
    return new Terms()
        .add("gan_ab", loss().generator(t.logitsB()))
        .add("gan_ba", loss().generator(t.logitsA()))
        .add("cycle_a", o.lambdaA(), () -> L1.of(t.recoveredA(), t.realA()))
        .add("cycle_b", o.lambdaB(), () -> L1.of(t.recoveredB(), t.realB()))
        .add("identity_a", o.identity() * o.lambdaA(), () -> L1.of(t.sameA().get(), t.realA()))
        .add("identity_b", o.identity() * o.lambdaB(), () -> L1.of(t.sameB().get(), t.realB()));
  }
}
