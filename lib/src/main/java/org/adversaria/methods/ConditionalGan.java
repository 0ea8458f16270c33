package org.adversaria.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.adversaria.training.Method;
import org.adversaria.training.Optimizer;
import org.adversaria.training.Player;
import org.adversaria.training.Schedule;
import org.adversaria.training.Terms;
import org.adversaria.training.Turn;

/**
 * The conditional GAN.
 *
 * <p>Generator and discriminator play the game of the original GAN with both given the label y:
 *
 * <pre>
 * min_G max_D V(D, G) = E_x [log D(x | y)] + E_z [log(1 - D(G(z | y)))]      (equation 2)
 * </pre>
 *
 * <p>Source: Mirza and Osindero, "Conditional Generative Adversarial Nets", 2014; networks and
 * training of section 4.1.
 */
public final class ConditionalGan implements Method {

  /** The method's name in records. */
  public static final String NAME = "conditional-gan";

  /** The player that tells real from generated. */
  public static final String DISCRIMINATOR = "discriminator";

  /** The player that makes images. */
  public static final String GENERATOR = "generator";

  /**
   * Everything the method depends on.
   *
   * @param preset the name of the preset it began as
   * @param generator the sizes of the generator
   * @param discriminator the sizes of the discriminator
   * @param initialRanges how weights begin, or null for the networks' own way
   * @param loss the adversarial loss
   * @param matchingAware whether D also sees real images with wrong labels, as fakes (Reed et al.,
   *     "Generative Adversarial Text to Image Synthesis", 2016, algorithm 1); not in the paper
   * @param r1 a gradient penalty on real images, or null for none; not in the paper
   * @param generatorOptimizer how the generator learns
   * @param discriminatorOptimizer how the discriminator learns
   * @param batchSize images in a turn
   * @param averaging of the generator's weights, or null for none
   * @param numClasses the number of classes
   * @param channels of an image
   * @param height of an image
   * @param width of an image
   */
  public record Settings(
      String preset,
      CganGenerator.Sizes generator,
      CganDiscriminator.Sizes discriminator,
      InitialRanges initialRanges,
      AdversarialLoss loss,
      boolean matchingAware,
      R1 r1,
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
   * Weights begin uniform within plus and minus a bound.
   *
   * @param generator the generator's bound
   * @param discriminator the discriminator's bound
   */
  public record InitialRanges(double generator, double discriminator) {}

  private static final ObjectMapper JSON = new ObjectMapper();

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
   * Starts describing a method for a data set's classes and image size.
   *
   * @param data labelled images
   * @return a builder, at first with the preset {@code "quick"}
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
  public Map<String, Object> settings() {
    return JSON.convertValue(settings, new TypeReference<>() {});
  }

  /** {@inheritDoc} */
  @Override
  public int batchSize() {
    return settings.batchSize();
  }

  /** {@inheritDoc} */
  @Override
  public Optional<Averaging> averaging() {
    return Optional.ofNullable(settings.averaging());
  }

  /** {@inheritDoc} */
  @Override
  public CganGenerator newGenerator() {
    var generator =
        new CganGenerator(settings.generator(), settings.numClasses(), settings.imageShape());
    if (settings.initialRanges() != null) {
      begin(generator, settings.initialRanges().generator());
    }
    return generator;
  }

  /**
   * Makes a discriminator that is not initialised.
   *
   * @return a network of the method's settings
   */
  public CganDiscriminator newDiscriminator() {
    var discriminator =
        new CganDiscriminator(
            settings.discriminator(), settings.numClasses(), settings.imageShape());
    if (settings.initialRanges() != null) {
      begin(discriminator, settings.initialRanges().discriminator());
    }
    return discriminator;
  }

  private static void begin(TorchBlock network, double bound) {
    network.setInitializer(Initializers.uniform(bound), Parameter.Type.WEIGHT);
    network.setInitializer(Initializer.ZEROS, Parameter.Type.BIAS);
  }

  /** {@inheritDoc} */
  @Override
  public List<Player> players(Generator generator) {
    CganDiscriminator discriminator = newDiscriminator();
    return List.of(
        new Player(
            DISCRIMINATOR,
            discriminator,
            settings.discriminatorOptimizer(),
            1,
            turn ->
                discriminatorTerms(turn.compiled(generator), turn.compiled(discriminator), turn)),
        new Player(
            GENERATOR,
            generator,
            settings.generatorOptimizer(),
            1,
            turn -> generatorTerms(turn.compiled(generator), turn.compiled(discriminator), turn)));
  }

  /** D sees a batch (x, y) of the data and images G(z | y) of the same labels. */
  private Terms discriminatorTerms(Generator generator, Discriminator discriminator, Turn turn) {
    NDArray images = turn.batch().images();
    NDArray x = settings.r1() == null ? images : R1.input(images);
    NDArray y = turn.batch().labels();
    NDArray generated = Autograd.withoutRecording(() -> generate(generator, y, turn));
    NDArray real = discriminator.forward(x, y, true);
    NDArray caught;
    NDArray fake;
    if (settings.matchingAware()) {
      // One pass: the mean over fakes is half over generated images, half over wrong labels.
      NDArray asked = y.concat(wrongLabels(y, turn));
      caught = discriminator.forward(generated.concat(images), asked, true);
      fake = caught.split(2).get(0);
    } else {
      caught = discriminator.forward(generated, y, true);
      fake = caught;
    }
    var terms = new Terms().add("loss_discriminator", settings.loss().discriminator(real, caught));
    if (settings.r1() != null) {
      terms.add("r1", settings.r1().penalty(real, x));
    }
    return terms.watch("logit_real", real.mean()).watch("logit_fake", fake.mean());
  }

  /** For each label another one, all others alike. */
  private NDArray wrongLabels(NDArray y, Turn turn) {
    int classes = settings.numClasses();
    NDArray shift = turn.randomLabels(classes - 1).add(1);
    return y.add(shift).mod(classes);
  }

  /** G draws labels of its own, every class as often as the others. */
  private Terms generatorTerms(Generator generator, Discriminator discriminator, Turn turn) {
    NDArray y = turn.randomLabels(settings.numClasses());
    NDArray fake = discriminator.forward(generate(generator, y, turn), y, true);
    return new Terms().add("loss_generator", settings.loss().generator(fake));
  }

  private static NDArray generate(Generator generator, NDArray y, Turn turn) {
    NDArray z = generator.sampleLatents(turn.manager(), turn.batchSize());
    return generator.forward(z, y, true);
  }

  /** Describes a {@link ConditionalGan}. */
  public static final class Builder {

    private final ImageData data;
    private Settings chosen;

    private Builder(ImageData data) {
      this.data = data;
      preset("quick");
    }

    /**
     * Takes all settings of a preset.
     *
     * <ul>
     *   <li>{@code "paper"}: section 4.1: gradient descent in batches of 100, learning rate 0.1
     *       divided by 1.00004 each step down to 1e-6, momentum from 0.5 to 0.7, dropout 0.5.
     *   <li>{@code "quick"}: the same objective and the same shape of networks, narrower, with what
     *       later papers found and minutes of training need: Adam, batch normalisation in the
     *       generator, an R1 penalty in place of dropout, wrong labels as fakes, averaged weights.
     * </ul>
     *
     * @param name the preset
     * @return this
     * @throws IllegalArgumentException if there is no such preset
     */
    public Builder preset(String name) {
      chosen =
          switch (name) {
            case "paper" -> paper();
            case "quick" -> quick();
            default ->
                throw new IllegalArgumentException(
                    "There is no preset '" + name + "'; the presets are paper and quick");
          };
      return this;
    }

    /**
     * Creates the method.
     *
     * @return the method
     */
    public ConditionalGan build() {
      return new ConditionalGan(chosen);
    }

    /**
     * Where the paper is silent the code of the original GAN is followed, whose settings it takes
     * over: the first weights, and the momentum's rise over 250 epochs, which of its 50,000 images
     * in batches of 100 are 125,000 steps.
     */
    private Settings paper() {
      var descent =
          new Optimizer.Sgd(
              new Schedule.Exponential(0.1, 1.00004, 1e-6),
              new Schedule.Linear(0.5, 0.7, 125_000),
              0,
              false);
      return new Settings(
          "paper",
          CganGenerator.Sizes.PAPER,
          CganDiscriminator.Sizes.PAPER,
          new InitialRanges(0.05, 0.005),
          new AdversarialLoss.NonSaturating(),
          false,
          null,
          descent,
          descent,
          100,
          null,
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
          null,
          new AdversarialLoss.NonSaturating(),
          true,
          new R1(0.2),
          adam,
          adam,
          100,
          new Averaging(0.998, 500),
          data.numClasses(),
          data.channels(),
          data.height(),
          data.width());
    }
  }
}
