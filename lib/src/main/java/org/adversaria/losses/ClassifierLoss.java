package org.adversaria.losses;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.adversaria.models.Energies;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchOps;

/**
 * What a classifier on the discriminator's features adds to the two players' objectives, so that
 * the generator's images show the class it was given.
 *
 * <p>Each term is added to that of any {@link AdversarialLoss}. K is the number of classes, x a
 * real image of class y, G(z, y) a generated one; L is the multi-class loss chosen by {@link Form}.
 * The discriminator's player trains the classifier too. A head of {@link #outputs} logits is the
 * classifier C, and where there is a {@link #twin} a second head of K logits the classifier T.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "loss")
@JsonSubTypes({
  @JsonSubTypes.Type(ClassifierLoss.AcGan.class),
  @JsonSubTypes.Type(ClassifierLoss.TacGan.class),
  @JsonSubTypes.Type(ClassifierLoss.AmGan.class),
  @JsonSubTypes.Type(ClassifierLoss.AdcGan.class),
  @JsonSubTypes.Type(ClassifierLoss.EcGan.class)
})
public sealed interface ClassifierLoss {

  /** The name of the twin classifier's layer in a discriminator, as in ADC-GAN's published code. */
  String TWIN = "mi";

  /**
   * The discriminator's and classifier's term.
   *
   * @param real of real images
   * @param fake of generated images
   * @return a scalar to minimise
   * @throws org.adversaria.torch.TorchScriptException if the arrays' shapes do not fit or a label
   *     is outside the logits
   */
  NDArray discriminator(ClassLogits real, ClassLogits fake);

  /**
   * The generator's term.
   *
   * @param fake of generated images, their labels being those the generator was given
   * @return a scalar to minimise
   * @throws org.adversaria.torch.TorchScriptException if the arrays' shapes do not fit or a label
   *     is outside the logits
   */
  NDArray generator(ClassLogits fake);

  /**
   * Says how many logits the classifier C has.
   *
   * @param numClasses K
   * @return the width of {@link ClassLogits#logits}
   */
  default int outputs(int numClasses) {
    return numClasses;
  }

  /**
   * Returns the name of the classifier's layer in a discriminator, as in ADC-GAN's published code,
   * which has those of all methods compared.
   *
   * @return {@code ac}, {@code am} or {@code adc}
   * @throws UnsupportedOperationException if the logits are {@linkplain #energies energies}
   */
  String head();

  /**
   * Says whether there is a twin classifier T.
   *
   * @return true if {@link ClassLogits#twin} is needed
   */
  default boolean twin() {
    return false;
  }

  /**
   * Says whether the classifier's logits are the discriminator's own, one for each class, from
   * which the adversarial logit is read too, see {@link #logits}; there is no head for them then.
   *
   * @return true for energies
   */
  default boolean energies() {
    return false;
  }

  /**
   * The logits that the adversarial loss is given, where the classifier's are {@linkplain #energies
   * energies}.
   *
   * @param classes the energies f(x), and the classes
   * @return {@code (N)}
   * @throws UnsupportedOperationException if they are not
   */
  default NDArray logits(ClassLogits classes) {
    throw new UnsupportedOperationException(
        Text.format(
            "The adversarial logit of a discriminator with %s is not the classifier's", this));
  }

  /**
   * Says whether the classifier alone tells real from generated images, so that its method goes
   * without an adversarial loss.
   *
   * @return true if the terms are the whole objectives in the paper
   */
  default boolean standsAlone() {
    return false;
  }

  /**
   * The multi-class loss L(s, y) of logits s and class y, a mean over the batch.
   *
   * <p>Sources: the hinge forms of the published code of ADC-GAN and of TAC-GAN; Weston and
   * Watkins, "Support Vector Machines for Multi-Class Pattern Recognition", 1999; Crammer and
   * Singer, "On the Algorithmic Implementation of Multiclass Kernel-based Vector Machines", 2001;
   * Kavalerov et al., "A Multi-Class Hinge Loss for Conditional GANs", 2021.
   */
  enum Form {

    /** Cross-entropy: -log softmax(s)<sub>y</sub>. */
    CROSS_ENTROPY("cross_entropy", "cross_entropy"),

    /**
     * Hinge over all wrong classes as in ADC-GAN's published code: the mean over j other than y of
     * max(0, 1 + s<sub>j</sub> - s<sub>y</sub>) for the discriminator, and of s<sub>j</sub> -
     * s<sub>y</sub> for the generator.
     */
    HINGE("hinge", "linear_hinge"),

    /**
     * Hinge over all classes as in TAC-GAN's published code: the mean over all j of max(0, 1 +
     * s<sub>j</sub> - s<sub>y</sub>) for the discriminator, in which the right class counts 1, and
     * of 1 + s<sub>j</sub> - s<sub>y</sub> for the generator. It is ((K - 1) x + 1) / K of {@link
     * #HINGE}'s x for the discriminator, with (K - 1) / K of its gradient for both players.
     */
    HINGE_OVER_ALL("hinge_over_all", "linear_hinge_over_all"),

    /**
     * Hinge against the strongest wrong class (Crammer and Singer): max(0, 1 + max over j other
     * than y of s<sub>j</sub> - s<sub>y</sub>) for both players.
     */
    CRAMMER_SINGER("crammer_singer", "crammer_singer");

    private final String forDiscriminator;
    private final String forGenerator;

    Form(String forDiscriminator, String forGenerator) {
      this.forDiscriminator = forDiscriminator;
      this.forGenerator = forGenerator;
    }

    private NDArray discriminator(NDArray logits, NDArray labels) {
      return MultiClassLoss.of(forDiscriminator, logits, labels);
    }

    private NDArray generator(NDArray logits, NDArray labels) {
      return MultiClassLoss.of(forGenerator, logits, labels);
    }
  }

  /**
   * AC-GAN: an auxiliary classifier of K classes. D minimises E L(C(x), y) + E L(C(G(z, y)), y), G
   * minimises E L(C(G(z, y)), y).
   *
   * <p>Source: Odena et al., "Conditional Image Synthesis with Auxiliary Classifier GANs", 2017,
   * equation 3. BigGAN-based code (that of TAC-GAN and of ADC-GAN, PyTorch-StudioGAN) trains the
   * classifier on real images only.
   *
   * @param form L
   * @param discriminatorWeight the factor of D's term, 1 in the paper
   * @param generatorWeight the factor of G's term, 1 in the paper
   * @param classifiesFake true if the classifier is trained on generated images too, as in the
   *     paper; false to leave E L(C(G(z, y)), y) out of D's term, whose second argument is then
   *     unused
   */
  record AcGan(
      Form form, double discriminatorWeight, double generatorWeight, boolean classifiesFake)
      implements ClassifierLoss {

    @Override
    public NDArray discriminator(ClassLogits real, ClassLogits fake) {
      NDArray onReal = form.discriminator(real.logits(), real.labels());
      NDArray term =
          classifiesFake ? onReal.add(form.discriminator(fake.logits(), fake.labels())) : onReal;
      return weighted(term, discriminatorWeight);
    }

    @Override
    public String head() {
      return "ac";
    }

    @Override
    public NDArray generator(ClassLogits fake) {
      return weighted(form.generator(fake.logits(), fake.labels()), generatorWeight);
    }
  }

  /**
   * TAC-GAN: a twin T of the classifier learns the classes of generated images, and the generator
   * makes them hard for it, which restores the entropy that AC-GAN loses. D minimises E L(C(x), y)
   * + E L(T(G(z, y)), y), G minimises E L(C(G(z, y)), y) - E L(T(G(z, y)), y).
   *
   * <p>Source: Gong et al., "Twin Auxiliary Classifiers GAN", 2019.
   *
   * @param form L
   * @param discriminatorWeight the factor of D's term, 1 in the published code
   * @param generatorWeight the factor of G's term, 1 in the published code
   */
  record TacGan(Form form, double discriminatorWeight, double generatorWeight)
      implements ClassifierLoss {

    @Override
    public NDArray discriminator(ClassLogits real, ClassLogits fake) {
      NDArray onReal = form.discriminator(real.logits(), real.labels());
      NDArray onFake = form.discriminator(fake.twin(), fake.labels());
      return weighted(onReal.add(onFake), discriminatorWeight);
    }

    @Override
    public String head() {
      return "ac";
    }

    @Override
    public NDArray generator(ClassLogits fake) {
      NDArray shown = form.generator(fake.logits(), fake.labels());
      NDArray recognised = form.generator(fake.twin(), fake.labels());
      return weighted(shown.sub(recognised), generatorWeight);
    }

    @Override
    public boolean twin() {
      return true;
    }
  }

  /**
   * AM-GAN: a classifier of K + 1 classes, the last (index K) being "generated", takes the place of
   * the discriminator's logit. D minimises E L(C(x), y) + E L(C(G(z, y)), K), G minimises E
   * L(C(G(z, y)), y).
   *
   * <p>Source: Zhou et al., "Activation Maximization Generative Adversarial Nets", 2018; with
   * {@link Form#CRAMMER_SINGER} Kavalerov et al., "A Multi-Class Hinge Loss for Conditional GANs",
   * 2021.
   *
   * @param form L
   * @param discriminatorWeight the factor of D's term, 1 in the paper
   * @param generatorWeight the factor of G's term, 1 in the paper
   */
  record AmGan(Form form, double discriminatorWeight, double generatorWeight)
      implements ClassifierLoss {

    @Override
    public NDArray discriminator(ClassLogits real, ClassLogits fake) {
      NDArray onReal = form.discriminator(real.logits(), real.labels());
      long generated = fake.logits().getShape().get(1) - 1;
      NDArray onFake = form.discriminator(fake.logits(), fake.labels().zerosLike().add(generated));
      return weighted(onReal.add(onFake), discriminatorWeight);
    }

    @Override
    public String head() {
      return "am";
    }

    @Override
    public NDArray generator(ClassLogits fake) {
      return weighted(form.generator(fake.logits(), fake.labels()), generatorWeight);
    }

    @Override
    public int outputs(int numClasses) {
      return numClasses + 1;
    }

    @Override
    public boolean standsAlone() {
      return true;
    }
  }

  /**
   * ADC-GAN: a discriminative classifier of 2 K classes, "real of class y" and "generated of class
   * y". D minimises E L(C(x), y<sup>+</sup>) + E L(C(G(z, y)), y<sup>-</sup>), G minimises E
   * L(C(G(z, y)), y<sup>+</sup>) - E L(C(G(z, y)), y<sup>-</sup>).
   *
   * <p>The logits of a class lie side by side, as in the published code: y<sup>+</sup> has the
   * index 2 y, y<sup>-</sup> the index 2 y + 1. By cross-entropy G's term is the mean of C(G(z,
   * y))<sub>2y+1</sub> - C(G(z, y))<sub>2y</sub>: what the two have in common cancels.
   *
   * <p>Source: Hou et al., "Conditional GANs with Auxiliary Discriminative Classifier", 2022.
   *
   * @param form L
   * @param discriminatorWeight the factor of D's term; in the published settings 1 for CIFAR and
   *     0.5 for Tiny ImageNet
   * @param generatorWeight the factor of G's term, that of D's in the published settings
   */
  record AdcGan(Form form, double discriminatorWeight, double generatorWeight)
      implements ClassifierLoss {

    @Override
    public NDArray discriminator(ClassLogits real, ClassLogits fake) {
      NDArray onReal = form.discriminator(real.logits(), positive(real));
      NDArray onFake = form.discriminator(fake.logits(), negative(fake));
      return weighted(onReal.add(onFake), discriminatorWeight);
    }

    @Override
    public String head() {
      return "adc";
    }

    @Override
    public NDArray generator(ClassLogits fake) {
      NDArray asReal = form.generator(fake.logits(), positive(fake));
      NDArray asFake = form.generator(fake.logits(), negative(fake));
      return weighted(asReal.sub(asFake), generatorWeight);
    }

    @Override
    public int outputs(int numClasses) {
      return 2 * numClasses;
    }

    private static NDArray positive(ClassLogits batch) {
      return batch.labels().add(batch.labels());
    }

    private static NDArray negative(ClassLogits batch) {
      return positive(batch).add(1L);
    }
  }

  /**
   * ECGAN: the classifier is the discriminator, whose logits f(x)[y] stand for the joint density of
   * images and classes, see {@link Energies}. The adversarial loss is given f(x)[y] + alpha log sum
   * exp f(x); D minimises also E -log softmax(f(x))<sub>y</sub>, on real images only, and G nothing
   * further. A {@link ContrastiveLoss} beside it keeps the entropy of the generated images of a
   * class up.
   *
   * <p>Source: Chen et al., "A Unified View of cGANs with and without Classifiers", 2021, section 3
   * and the published code.
   *
   * @param alpha the factor of the unconditional logit; 1 in the published settings
   * @param discriminatorWeight the factor of the classification; in the published settings 0.01 for
   *     CIFAR-10 and 0.05 for ImageNet
   */
  record EcGan(double alpha, double discriminatorWeight) implements ClassifierLoss {

    @Override
    public NDArray discriminator(ClassLogits real, ClassLogits fake) {
      NDArray classified = Form.CROSS_ENTROPY.discriminator(real.logits(), real.labels());
      return weighted(classified, discriminatorWeight);
    }

    /** {@inheritDoc} Here: 0, what the classifier says reaches G in the adversarial logit. */
    @Override
    public NDArray generator(ClassLogits fake) {
      return fake.logits().getManager().create(0f);
    }

    @Override
    public String head() {
      throw new UnsupportedOperationException("Energies are the discriminator's own logits");
    }

    @Override
    public boolean energies() {
      return true;
    }

    @Override
    public NDArray logits(ClassLogits classes) {
      return Energies.joint(classes.logits(), classes.labels(), alpha);
    }
  }

  private static NDArray weighted(NDArray term, double weight) {
    return TorchOps.scale(term, weight);
  }
}
