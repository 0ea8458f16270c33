package org.adversaria.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import java.util.List;
import org.adversaria.augmentations.Augmentation;
import org.adversaria.data.ImageData;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.models.CganDiscriminator;
import org.adversaria.models.CganGenerator;
import org.adversaria.models.Discriminator;
import org.adversaria.models.Generator;
import org.adversaria.nn.Initializers;
import org.adversaria.nn.TorchBlock;
import org.adversaria.regularizers.R1;
import org.adversaria.torch.Autograd;
import org.adversaria.training.Averaging;
import org.adversaria.training.GanNetworks;
import org.adversaria.training.Method;
import org.adversaria.training.Optimizer;
import org.adversaria.training.Player;
import org.adversaria.training.Schedule;
import org.adversaria.training.Step;
import org.adversaria.training.Terms;

/**
 * The conditional GAN.
 *
 * <p>The objective of the original GAN, where both networks are given the label y:
 *
 * <pre>
 * min_G max_D V(D, G) = E_x [log D(x | y)] + E_z [log(1 - D(G(z | y)))]      (equation 2)
 * </pre>
 *
 * <p>Source: Mirza and Osindero, "Conditional Generative Adversarial Nets", 2014; networks and
 * training of section 4.1.
 */
public final class ConditionalGan implements Method<GanNetworks<NDArray>> {

  /** The method's name in records. */
  public static final String NAME = "conditional-gan";

  /**
   * The paper's optimizer of both players, in sections 4.1 and 4.2. The paper does not say how fast
   * momentum grows: over 250 epochs in the original GAN's code, 125,000 steps for 50,000 images in
   * batches of 100.
   */
  static final Optimizer.Sgd DESCENT =
      new Optimizer.Sgd(
          new Schedule.Exponential(0.1, 1.00004, 1e-6),
          new Schedule.Linear(0.5, 0.7, 125_000),
          0,
          false);

  /**
   * Everything the method depends on.
   *
   * @param preset the name of the preset that the settings started from
   * @param generator the sizes of the generator
   * @param discriminator the sizes of the discriminator
   * @param initialRanges the bounds of the initial weights
   * @param loss the adversarial loss
   * @param matchingAware whether D is also given real images with wrong labels, as fakes (Reed et
   *     al., "Generative Adversarial Text to Image Synthesis", 2016, algorithm 1); not in the paper
   * @param r1 gamma of {@link R1}, a gradient penalty on real images, at least 0; 0 in the paper
   * @param generatorOptimizer the optimizer of G
   * @param discriminatorOptimizer the optimizer of D
   * @param batchSize images in a batch, at least 1
   * @param averaging of the generator's weights
   * @param numClasses the number of classes, at least 1; at least 2 with matchingAware
   * @param channels of an image: 1 or 3
   * @param height of an image in pixels
   * @param width of an image in pixels
   */
  public record Settings(
      String preset,
      CganGenerator.Sizes generator,
      CganDiscriminator.Sizes discriminator,
      InitialRanges initialRanges,
      AdversarialLoss loss,
      boolean matchingAware,
      double r1,
      Optimizer generatorOptimizer,
      Optimizer discriminatorOptimizer,
      int batchSize,
      Averaging averaging,
      int numClasses,
      int channels,
      int height,
      int width) {

    /**
     * Returns the shape of an image.
     *
     * @return {@code (C, H, W)}
     */
    public Shape imageShape() {
      return new Shape(channels, height, width);
    }
  }

  /**
   * Initial weights are uniform in [-bound, bound] and biases 0. With the bound 0 the networks' own
   * initialisation (He et al.) is kept.
   *
   * @param generator the generator's bound, at least 0
   * @param discriminator the discriminator's bound, at least 0
   */
  public record InitialRanges(double generator, double discriminator) {}

  private final Settings settings;

  /**
   * Creates the method from its settings.
   *
   * @param settings everything it depends on
   */
  public ConditionalGan(Settings settings) {
    this.settings = settings;
  }

  /**
   * Returns a builder for the classes and the image size of a data set.
   *
   * @param data labelled images
   * @return a builder with the preset {@code "quick"}
   */
  public static Builder builder(ImageData data) {
    return new Builder(data);
  }

  /** {@inheritDoc} */
  @Override
  public String name() {
    return NAME;
  }

  /** {@inheritDoc} */
  @Override
  public Settings settings() {
    return settings;
  }

  /** {@inheritDoc} */
  @Override
  public int batchSize() {
    return settings.batchSize();
  }

  /** {@inheritDoc} */
  @Override
  public Averaging averaging() {
    return settings.averaging();
  }

  /** {@inheritDoc} */
  @Override
  public GanNetworks<NDArray> newNetworks() {
    var generator =
        new CganGenerator(settings.generator(), settings.numClasses(), settings.imageShape());
    var discriminator =
        new CganDiscriminator(
            settings.discriminator(), settings.numClasses(), settings.imageShape());
    initialiseUniformly(generator, settings.initialRanges().generator());
    initialiseUniformly(discriminator, settings.initialRanges().discriminator());
    return new GanNetworks<>(generator, discriminator);
  }

  private static void initialiseUniformly(TorchBlock network, double bound) {
    if (bound > 0) {
      network.setInitializer(Initializers.uniform(bound), Parameter.Type.WEIGHT);
      network.setInitializer(Initializer.ZEROS, Parameter.Type.BIAS);
    }
  }

  /** {@inheritDoc} D first, then G. */
  @Override
  public List<Player> players(GanNetworks<NDArray> networks) {
    return List.of(
        Player.of(
            GanNetworks.DISCRIMINATOR,
            networks.discriminator(),
            settings.discriminatorOptimizer(),
            step -> discriminatorTerms(step, networks)),
        Player.of(
            GanNetworks.GENERATOR,
            networks.generator(),
            settings.generatorOptimizer(),
            step -> generatorTerms(step, networks)));
  }

  /**
   * What D minimises. D is given a batch (x, y) of the data, and images G(z | y) of the same
   * labels.
   *
   * @param step the batch, and random numbers
   * @param networks G and D
   * @return the terms
   */
  public Terms discriminatorTerms(Step step, GanNetworks<NDArray> networks) {
    NDArray x = R1.input(step.real().x()); // (N, C, H, W), requires gradients
    NDArray y = step.real().y(); // (N)
    NDArray generated =
        Autograd.noGrad(() -> generate(networks.generator(), y, step)); // (N, C, H, W)
    Discriminator<NDArray> d = networks.discriminator();
    NDArray real = d.forward(x, y, true); // (N)
    NDArray shown = generated;
    NDArray labels = y;
    if (settings.matchingAware()) {
      // The mean over fakes is half over generated images, half over real ones with wrong labels.
      shown = generated.concat(step.real().x()); // (2 N, C, H, W)
      labels = y.concat(wrongLabels(y, step)); // (2 N)
    }
    NDArray fakes = d.forward(shown, labels, true); // (N), or (2 N)
    NDArray fake = fakes.get("0:{}", y.size()); // (N)
    return new Terms()
        .add("loss_discriminator", settings.loss().discriminator(real, fakes))
        .add("r1", settings.r1(), () -> new R1(1).penalty(real, x))
        .log("logit_real", real.mean())
        .log("logit_fake", fake.mean());
  }

  /** For each label one of the other classes, drawn uniformly, int64 {@code (N)}. */
  private NDArray wrongLabels(NDArray y, Step step) {
    int classes = settings.numClasses();
    NDArray shift = step.uniformLabels(classes - 1, step.batchSize()).add(1); // (N)
    return y.add(shift).mod(classes);
  }

  /**
   * What G minimises, on labels drawn uniformly.
   *
   * @param step random numbers
   * @param networks G and D
   * @return the terms
   */
  public Terms generatorTerms(Step step, GanNetworks<NDArray> networks) {
    NDArray y = step.uniformLabels(settings.numClasses(), step.batchSize()); // (N)
    NDArray generated = generate(networks.generator(), y, step); // (N, C, H, W)
    NDArray fake = networks.discriminator().forward(generated, y, true); // (N)
    return new Terms().add("loss_generator", settings.loss().generator(fake));
  }

  /** G(z | y), {@code (N, C, H, W)}. */
  private static NDArray generate(Generator generator, NDArray y, Step step) {
    NDArray z = generator.sampleLatents(step.manager(), step.batchSize()); // (N, latentSize)
    return generator.forward(z, y, true);
  }

  /** A builder of {@link ConditionalGan}. */
  public static final class Builder implements MethodBuilder<ConditionalGan> {

    private static final List<String> PRESETS = List.of("quick", "paper");

    private final ImageData data;
    private String preset = "quick";
    private int batchSize = 100;

    private Builder(ImageData data) {
      this.data = data;
    }

    /**
     * Sets all settings to those of a preset.
     *
     * <ul>
     *   <li>{@code "paper"}: section 4.1: gradient descent in batches of 100, learning rate 0.1
     *       divided by 1.00004 each step down to 1e-6, momentum from 0.5 to 0.7, dropout 0.5.
     *   <li>{@code "quick"}: the same objective and the same shape of networks, narrower, with
     *       additions from later papers that shorten training to minutes: Adam, batch normalisation
     *       in the generator, an R1 penalty in place of dropout, wrong labels as fakes, averaged
     *       weights.
     * </ul>
     *
     * @param name the preset
     * @return this
     * @throws IllegalArgumentException if there is no such preset
     */
    @Override
    public Builder preset(String name) {
      preset = Preset.named(PRESETS, each -> each, name);
      return this;
    }

    /** {@inheritDoc} */
    @Override
    public List<String> presets() {
      return PRESETS;
    }

    /** {@inheritDoc} The method always is. */
    @Override
    public Builder conditional() {
      return this;
    }

    /** Not supported: the method's networks are told a class. */
    @Override
    public Builder unconditional() {
      throw new UnsupportedOperationException(
          "The conditional GAN is told a class: train Gan without classes");
    }

    /** Not supported: the paper's networks see images as vectors. */
    @Override
    public Builder augmentation(Augmentation value) {
      if (value instanceof Augmentation.None) {
        return this;
      }
      throw new UnsupportedOperationException(
          "The conditional GAN has no augmentation of D's images: train another method with one");
    }

    /** {@inheritDoc} */
    @Override
    public Builder batchSize(int count) {
      if (count < 1) {
        throw new IllegalArgumentException("A batch has at least 1 image, not " + count);
      }
      batchSize = count;
      return this;
    }

    /**
     * Creates the method.
     *
     * @return the method
     */
    @Override
    public ConditionalGan build() {
      return new ConditionalGan(preset.equals("paper") ? paper() : quick());
    }

    /**
     * The paper takes over settings of the original GAN's code. From that code are the initial
     * weights and the increase of momentum.
     */
    private Settings paper() {
      return new Settings(
          "paper",
          CganGenerator.Sizes.PAPER,
          CganDiscriminator.Sizes.PAPER,
          new InitialRanges(0.05, 0.005),
          new AdversarialLoss.NonSaturating(),
          false,
          0,
          DESCENT,
          DESCENT,
          batchSize,
          Averaging.NONE,
          data.numClasses(),
          data.channels(),
          data.height(),
          data.width());
    }

    private Settings quick() {
      var adam = new Optimizer.Adam(2e-4, 0.5, 0.999);
      return new Settings(
          "quick",
          new CganGenerator.Sizes(100, 200, 200, 512, 0, true),
          new CganDiscriminator.Sizes(128, 3, 128, 3, 128, 3, 0),
          new InitialRanges(0, 0),
          new AdversarialLoss.NonSaturating(),
          data.numClasses() > 1,
          0.2,
          adam,
          adam,
          batchSize,
          new Averaging(0.998, 500),
          data.numClasses(),
          data.channels(),
          data.height(),
          data.width());
    }
  }
}
