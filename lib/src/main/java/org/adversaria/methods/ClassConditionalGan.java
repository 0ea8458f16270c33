package org.adversaria.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.adversaria.augmentations.Augmentation;
import org.adversaria.augmentations.FlipTranslate;
import org.adversaria.data.ImageData;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.losses.ClassifierLoss;
import org.adversaria.models.BigGanLatent;
import org.adversaria.models.FeatureDiscriminator;
import org.adversaria.models.Generator;
import org.adversaria.regularizers.Consistency;
import org.adversaria.regularizers.Orthogonal;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchOps;
import org.adversaria.training.Method;
import org.adversaria.training.Optimizer;
import org.adversaria.training.Player;
import org.adversaria.training.Terms;
import org.adversaria.training.Turn;

/**
 * What the class-conditional GANs on residual networks have in common: two networks, an adversarial
 * loss, a way to hold the generator to its classes, and what may be added to them.
 *
 * <p>A subclass is a paper: it chooses the way, and has the paper's settings as presets. Its
 * classes are those of the data; labels of generated images are drawn uniformly in every preset. In
 * a turn of the discriminator all images go through it together, as in BigGAN's published code.
 */
public abstract class ClassConditionalGan implements Method {

  /** The player that tells real from generated images, and classes from each other. */
  public static final String DISCRIMINATOR = "discriminator";

  /** The player that makes images. */
  public static final String GENERATOR = "generator";

  /** The embedding of BigGAN's generators, which orthogonal regularisation leaves alone. */
  private static final String SHARED = "shared";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Augmentation VIEW = new FlipTranslate();

  /**
   * Everything a method depends on.
   *
   * @param preset the name of the preset it began as
   * @param backbone the networks
   * @param loss the adversarial loss
   * @param classifier the classifier's loss, or null for none. Where it {@link
   *     ClassifierLoss#standsAlone stands alone} the adversarial loss is left out
   * @param contrast the contrastive loss, or null for none. With neither classifier nor contrast D
   *     is told the class by projection
   * @param augmentation what D sees all images through, or null for none
   * @param labels where those of generated images come from
   * @param cr consistency of real images' views, or null for none
   * @param bcr consistency of real and generated images' views, or null for none
   * @param zcr consistency of latents' neighbours, or null for none
   * @param orthogonal a penalty on G's weights, or null for none
   * @param generatorOptimizer how G learns
   * @param discriminatorOptimizer how D learns
   * @param discriminatorSteps D's updates for each of G's
   * @param batchSize images in a turn
   * @param accumulations turns in an update
   * @param averaging of G's weights, or null for none
   */
  public record Settings(
      String preset,
      Backbone backbone,
      AdversarialLoss loss,
      ClassifierLoss classifier,
      Contrast contrast,
      Augmentation augmentation,
      LabelSampling labels,
      Consistency.Cr cr,
      Consistency.Bcr bcr,
      Consistency.Zcr zcr,
      Orthogonal orthogonal,
      Optimizer generatorOptimizer,
      Optimizer discriminatorOptimizer,
      int discriminatorSteps,
      int batchSize,
      int accumulations,
      Averaging averaging) {

    /** The same with other conditions. */
    Settings with(Conditions conditions) {
      return new Settings(
          preset,
          backbone,
          loss,
          conditions.classifier(),
          conditions.contrast(),
          augmentation,
          labels,
          cr,
          bcr,
          zcr,
          orthogonal,
          generatorOptimizer,
          discriminatorOptimizer,
          discriminatorSteps,
          batchSize,
          accumulations,
          averaging);
    }

    private boolean viewsReal() {
      return cr != null || bcr != null || comparesViews();
    }

    private boolean comparesViews() {
      return contrast != null && contrast.loss().comparesViews();
    }
  }

  private final String name;
  private final Settings settings;

  /**
   * For subclasses.
   *
   * @param name the method's name
   * @param settings everything it depends on
   */
  protected ClassConditionalGan(String name, Settings settings) {
    this.name = name;
    this.settings = settings;
  }

  /** {@inheritDoc} */
  @Override
  public final String name() {
    return name;
  }

  /** {@inheritDoc} */
  @Override
  public final Map<String, Object> settings() {
    return JSON.convertValue(settings, new TypeReference<>() {});
  }

  /** {@inheritDoc} */
  @Override
  public final int batchSize() {
    return settings.batchSize();
  }

  /** {@inheritDoc} */
  @Override
  public final int accumulations() {
    return settings.accumulations();
  }

  /** {@inheritDoc} */
  @Override
  public final Optional<Averaging> averaging() {
    return Optional.ofNullable(settings.averaging());
  }

  /** {@inheritDoc} */
  @Override
  public final Generator newGenerator() {
    return settings.backbone().newGenerator();
  }

  /**
   * Makes a discriminator that is not initialised, with the heads that the classifier needs.
   *
   * @return a network of the method's settings
   */
  public final FeatureDiscriminator newDiscriminator() {
    return settings.backbone().newDiscriminator(settings.classifier(), settings.contrast());
  }

  /** {@inheritDoc} */
  @Override
  public final List<Player> players(Generator generator) {
    FeatureDiscriminator discriminator = newDiscriminator();
    return List.of(
        new Player(
            DISCRIMINATOR,
            discriminator,
            settings.discriminatorOptimizer(),
            settings.discriminatorSteps(),
            turn ->
                discriminatorTerms(
                    turn.compiled(generator), judge(discriminator, generator, turn), turn)),
        new Player(
            GENERATOR,
            generator,
            settings.generatorOptimizer(),
            1,
            turn ->
                generatorTerms(
                    turn.compiled(generator), judge(discriminator, generator, turn), turn)));
  }

  /** D sees real images x of classes y, and images G(z, c) of classes c that are drawn. */
  private Judge judge(FeatureDiscriminator discriminator, Generator generator, Turn turn) {
    return new Judge(
        turn.compiled(discriminator),
        generator.numClasses(),
        settings.classifier(),
        settings.contrast(),
        settings.augmentation());
  }

  private Terms discriminatorTerms(Generator generator, Judge judge, Turn turn) {
    NDArray x = turn.batch().images();
    NDArray y = turn.batch().labels();
    NDArray c = settings.labels().draw(turn, generator.numClasses(), turn.batchSize());
    NDArray z = generator.sampleLatents(turn.manager(), turn.batchSize());
    NDArray drawn = still(() -> generator.forward(z, c, true));
    List<NDArray> images = new ArrayList<>(List.of(drawn, x));
    List<NDArray> labels = new ArrayList<>(List.of(c, y));
    if (settings.viewsReal()) {
      images.add(still(() -> VIEW.apply(x)));
      labels.add(y);
    }
    if (settings.bcr() != null) {
      images.add(still(() -> VIEW.apply(drawn)));
      labels.add(c);
    }
    if (settings.zcr() != null) {
      images.add(still(() -> generator.forward(settings.zcr().perturbed(z), c, true)));
      labels.add(c);
    }
    List<Verdict> verdicts = judge.verdicts(images, labels);
    Verdict fake = verdicts.get(0);
    Verdict real = verdicts.get(1);
    var terms = new Terms();
    adversarial(
        terms, "loss_discriminator", settings.loss().discriminator(real.logits(), fake.logits()));
    if (settings.classifier() != null) {
      terms.add(
          "classifier_discriminator",
          settings.classifier().discriminator(real.classes(), fake.classes()));
    }
    if (settings.contrast() != null) {
      Verdict view = settings.viewsReal() ? verdicts.get(2) : null;
      terms.add("contrast_discriminator", settings.contrast().term(real, view, turn.step()));
    }
    addConsistency(terms, verdicts);
    return terms
        .watch("logit_real", real.logits().mean())
        .watch("logit_fake", fake.logits().mean());
  }

  /** The views and neighbours follow the generated and the real images, in the order asked for. */
  private void addConsistency(Terms terms, List<Verdict> verdicts) {
    List<NDArray> fake = verdicts.get(0).heads();
    List<NDArray> real = verdicts.get(1).heads();
    int next = 2;
    if (settings.viewsReal()) {
      List<NDArray> view = verdicts.get(next++).heads();
      if (settings.cr() != null) {
        terms.add("cr", sum(real, i -> settings.cr().penalty(real.get(i), view.get(i))));
      }
      if (settings.bcr() != null) {
        List<NDArray> fakeView = verdicts.get(next++).heads();
        terms.add(
            "bcr",
            sum(
                real,
                i ->
                    settings
                        .bcr()
                        .penalty(real.get(i), view.get(i), fake.get(i), fakeView.get(i))));
      }
    }
    if (settings.zcr() != null) {
      List<NDArray> neighbours = verdicts.get(next).heads();
      terms.add(
          "zcr", sum(fake, i -> settings.zcr().discriminator(fake.get(i), neighbours.get(i))));
    }
  }

  /** The sum of a term over heads, which it is given by their places. */
  private static NDArray sum(List<NDArray> heads, IntFunction<NDArray> term) {
    return IntStream.range(0, heads.size()).mapToObj(term).reduce(NDArray::add).orElseThrow();
  }

  /** G is to pass for real, and for its class. */
  private Terms generatorTerms(Generator generator, Judge judge, Turn turn) {
    NDArray c = settings.labels().draw(turn, generator.numClasses(), turn.batchSize());
    NDArray z = generator.sampleLatents(turn.manager(), turn.batchSize());
    NDArray drawn = generator.forward(z, c, true);
    boolean viewed = settings.comparesViews();
    List<Verdict> verdicts =
        judge.verdicts(
            viewed ? List.of(drawn, VIEW.apply(drawn)) : List.of(drawn),
            viewed ? List.of(c, c) : List.of(c));
    Verdict fake = verdicts.get(0);
    var terms = new Terms();
    adversarial(terms, "loss_generator", settings.loss().generator(fake.logits()));
    if (settings.classifier() != null && !settings.classifier().energies()) {
      terms.add("classifier_generator", settings.classifier().generator(fake.classes()));
    }
    if (settings.contrast() != null) {
      Verdict view = viewed ? verdicts.get(1) : null;
      terms.add("contrast_generator", settings.contrast().term(fake, view, turn.step()));
    }
    if (settings.zcr() != null) {
      NDArray neighbours = generator.forward(settings.zcr().perturbed(z), c, true);
      terms.add("zcr_generator", settings.zcr().generator(drawn, neighbours));
    }
    if (settings.orthogonal() != null) {
      NDList weights = Orthogonal.weights(generator, SHARED);
      terms.add("orthogonal", settings.orthogonal().penalty(weights));
    }
    return terms;
  }

  /** A classifier that stands alone leaves the logit's layer in the network, but without effect. */
  private void adversarial(Terms terms, String term, NDArray loss) {
    boolean alone = settings.classifier() != null && settings.classifier().standsAlone();
    terms.add(term, alone ? TorchOps.scale(loss, 0) : loss);
  }

  private static NDArray still(Supplier<NDArray> computation) {
    return Autograd.withoutRecording(computation);
  }

  /**
   * Describes a method. Every setting begins as its preset has it.
   *
   * @param <M> the method
   */
  public static final class Builder<M extends ClassConditionalGan> {

    private final ImageData data;
    private final Catalogue catalogue;
    private final Function<Settings, M> maker;
    private String preset;
    private Backbone backbone;
    private AdversarialLoss loss;
    private ClassifierLoss classifier;
    private Contrast contrast;
    private Augmentation augmentation;
    private LabelSampling labels;
    private Consistency.Cr cr;
    private Consistency.Bcr bcr;
    private Consistency.Zcr zcr;
    private Orthogonal orthogonal;
    private Optimizer generatorOptimizer;
    private Optimizer discriminatorOptimizer;
    private int discriminatorSteps;
    private int batchSize;
    private int accumulations;
    private Averaging averaging;

    /** The settings of a paper's presets. */
    @FunctionalInterface
    interface Catalogue {

      /** The preset of a name, or an IllegalArgumentException that lists the names. */
      Settings settings(String preset, int numClasses, int channels);
    }

    /** Starts with the preset "small" of ADC-GAN's comparison; a classifier may be null. */
    Builder(
        ImageData data,
        Function<Presets, ClassifierLoss> classifiers,
        Function<Settings, M> maker) {
      this(
          data,
          (preset, numClasses, channels) -> {
            Presets chosen = Presets.named(preset);
            return chosen.settings(
                numClasses, channels, new Conditions(classifiers.apply(chosen), null));
          },
          maker);
    }

    /** Starts with the preset "small" of a catalogue. */
    Builder(ImageData data, Catalogue catalogue, Function<Settings, M> maker) {
      this.data = data;
      this.catalogue = catalogue;
      this.maker = maker;
      preset(Presets.SMALL.title());
    }

    /**
     * Takes all settings of a preset: {@code cifar10}, {@code cifar100}, {@code tiny-imagenet},
     * {@code imagenet-128} (the papers'), or {@code small}, for two CPU cores.
     *
     * @param name the preset
     * @return this builder
     * @throws IllegalArgumentException if there is no such preset; the message lists them
     */
    public Builder<M> preset(String name) {
      Settings settings = catalogue.settings(name, data.numClasses(), data.channels());
      preset = name;
      backbone = settings.backbone();
      loss = settings.loss();
      classifier = settings.classifier();
      contrast = settings.contrast();
      augmentation = null;
      labels = settings.labels();
      cr = null;
      bcr = null;
      zcr = null;
      orthogonal = null;
      generatorOptimizer = settings.generatorOptimizer();
      discriminatorOptimizer = settings.discriminatorOptimizer();
      discriminatorSteps = settings.discriminatorSteps();
      batchSize = settings.batchSize();
      accumulations = settings.accumulations();
      averaging = settings.averaging();
      return this;
    }

    /**
     * Sets the networks.
     *
     * @param value for images of the data's size and classes
     * @return this builder
     */
    public Builder<M> backbone(Backbone value) {
      backbone = value;
      return this;
    }

    /**
     * Sets the channel multiplier of BigGAN's networks, or ECGAN's.
     *
     * @param width the multiplier {@code ch}
     * @return this builder
     * @throws IllegalStateException if the networks are others
     */
    public Builder<M> channels(int width) {
      if (backbone instanceof Backbone.Ecgan ecgan) {
        backbone = new Backbone.Ecgan(ecgan.sizes().withWidth(width));
        return this;
      }
      Backbone.BigGan networks = bigGan(Text.format("channels(%d)", width));
      backbone = new Backbone.BigGan(networks.sizes().withWidth(width), networks.latent());
      return this;
    }

    /**
     * Sets how BigGAN's generator is told z and the class.
     *
     * @param value a plain z, a shared embedding, or both with parts of z in all blocks
     * @return this builder
     * @throws IllegalStateException if the networks are not BigGAN's
     */
    public Builder<M> latent(BigGanLatent value) {
      backbone = new Backbone.BigGan(bigGan(Text.format("latent(%s)", value)).sizes(), value);
      return this;
    }

    private Backbone.BigGan bigGan(String call) {
      if (backbone instanceof Backbone.BigGan networks) {
        return networks;
      }
      throw new IllegalStateException(
          call + " is for BigGAN's networks; describe others by backbone(...)");
    }

    /**
     * Sets the adversarial loss.
     *
     * @param value the loss
     * @return this builder
     */
    public Builder<M> loss(AdversarialLoss value) {
      loss = value;
      return this;
    }

    /**
     * Sets the classifier's loss: another form, other weights.
     *
     * @param value the loss
     * @return this builder
     */
    public Builder<M> classifier(ClassifierLoss value) {
      classifier = value;
      return this;
    }

    /**
     * Sets the contrastive term: another loss, other weights.
     *
     * @param value the term, or null for none
     * @return this builder
     */
    public Builder<M> contrast(Contrast value) {
      contrast = value;
      return this;
    }

    /**
     * Lets D see all images through an augmentation that passes gradients on.
     *
     * @param value such as {@link org.adversaria.augmentations.DiffAugment}
     * @return this builder
     */
    public Builder<M> augmentation(Augmentation value) {
      augmentation = value;
      return this;
    }

    /**
     * Sets where the labels of generated images come from.
     *
     * @param value where from
     * @return this builder
     */
    public Builder<M> labels(LabelSampling value) {
      labels = value;
      return this;
    }

    /**
     * Adds consistency of real images' views.
     *
     * @param value the term
     * @return this builder
     */
    public Builder<M> consistency(Consistency.Cr value) {
      cr = value;
      return this;
    }

    /**
     * Adds consistency of real and generated images' views.
     *
     * @param value the term
     * @return this builder
     */
    public Builder<M> consistency(Consistency.Bcr value) {
      bcr = value;
      return this;
    }

    /**
     * Adds consistency of latents' neighbours.
     *
     * @param value the term
     * @return this builder
     */
    public Builder<M> consistency(Consistency.Zcr value) {
      zcr = value;
      return this;
    }

    /**
     * Adds orthogonal regularisation of the generator.
     *
     * @param value the penalty
     * @return this builder
     */
    public Builder<M> orthogonal(Orthogonal value) {
      orthogonal = value;
      return this;
    }

    /**
     * Sets the updates of D for each of G's.
     *
     * @param count at least 1
     * @return this builder
     */
    public Builder<M> discriminatorSteps(int count) {
      discriminatorSteps = count;
      return this;
    }

    /**
     * Sets the images in a turn, and takes them in one part.
     *
     * @param count at least 1
     * @return this builder
     */
    public Builder<M> batchSize(int count) {
      batchSize = count;
      accumulations = 1;
      return this;
    }

    /**
     * Creates the method.
     *
     * @return the method
     * @throws IllegalArgumentException if the networks make images of another size than the data's
     */
    public M build() {
      Shape made = backbone.imageShape();
      if (!made.equals(data.imageShape())) {
        throw new IllegalArgumentException(
            Text.format(
                "The preset '%s' makes images %s (C, H, W), but %s has %s: choose another preset, or describe the networks by backbone(...)",
                preset, made, data.name(), data.imageShape()));
      }
      return maker.apply(
          new Settings(
              preset,
              backbone,
              loss,
              classifier,
              contrast,
              augmentation,
              labels,
              cr,
              bcr,
              zcr,
              orthogonal,
              generatorOptimizer,
              discriminatorOptimizer,
              discriminatorSteps,
              batchSize,
              accumulations,
              averaging));
    }
  }
}
