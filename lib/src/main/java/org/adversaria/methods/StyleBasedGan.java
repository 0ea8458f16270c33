package org.adversaria.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.adversaria.augmentations.AugmentationState;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.models.Condition;
import org.adversaria.models.Discriminator;
import org.adversaria.models.stylegan2.NoiseMode;
import org.adversaria.models.stylegan2.StyleGan2Generator;
import org.adversaria.nn.TorchBlock;
import org.adversaria.regularizers.PathLengthMean;
import org.adversaria.torch.Autograd;
import org.adversaria.training.Averaging;
import org.adversaria.training.GanNetworks;
import org.adversaria.training.LazyTerm;
import org.adversaria.training.Method;
import org.adversaria.training.Networks;
import org.adversaria.training.Player;
import org.adversaria.training.Step;
import org.adversaria.training.Terms;

/**
 * The base of methods on StyleGAN2's networks: how images are generated, and what G minimises.
 *
 * <pre>
 * G minimises  E softplus(-D(G(z)))                 at every step
 *              + weight E (|J_w^T y| - a)^2         at every 4th, 4 times as strong
 * </pre>
 *
 * <p>A subclass defines what D minimises. As in the published code G is updated first, and each
 * regularizer has an update of its own.
 *
 * <p>Source: Karras et al., "Analyzing and Improving the Image Quality of StyleGAN", 2020, section
 * 3.2, equation 4, and appendix B.
 *
 * @param <O> what D returns of a batch
 * @param <T> the weights of the method's own terms
 */
public abstract class StyleBasedGan<O, T extends Record>
    implements Method<StyleBasedGan.StyleNetworks<O>> {

  /** softplus(-D(x)) and softplus(D(G(z))). */
  static final AdversarialLoss LOSS = new AdversarialLoss.NonSaturating();

  private final String name;
  private final StyleGanSettings<T> settings;

  /**
   * G, D, the running mean a of path lengths, which is stored in checkpoints, and the augmentation,
   * which is stored there if training changes it.
   *
   * @param generator G
   * @param discriminator D
   * @param pathLengthMean a
   * @param augmentation of all images that D is given
   * @param <O> what D returns of a batch
   */
  public record StyleNetworks<O>(
      StyleGan2Generator generator,
      Discriminator<O> discriminator,
      PathLengthMean pathLengthMean,
      AugmentationState augmentation)
      implements Networks {

    @Override
    public Map<String, TorchBlock> byName() {
      var networks = new LinkedHashMap<String, TorchBlock>();
      networks.put(GanNetworks.GENERATOR, generator);
      networks.put(GanNetworks.DISCRIMINATOR, discriminator);
      networks.put("path-length-mean", pathLengthMean);
      augmentation.putIfStored(networks);
      return networks;
    }

    @Override
    public Map<String, TorchBlock> averaged() {
      return Map.of(GanNetworks.GENERATOR, generator);
    }
  }

  /**
   * For subclasses.
   *
   * @param name the method's name
   * @param settings everything it depends on
   */
  protected StyleBasedGan(String name, StyleGanSettings<T> settings) {
    this.name = name;
    this.settings = settings;
  }

  /**
   * Creates a discriminator that is not initialised.
   *
   * @return D
   */
  protected abstract Discriminator<O> newDiscriminator();

  /**
   * Returns the logits among the outputs of D.
   *
   * @param output of D
   * @return {@code (N)}
   */
  protected abstract NDArray logits(O output);

  /**
   * What D minimises at every step.
   *
   * @param step the batch, and random numbers
   * @param networks G and D
   * @return the terms
   */
  public abstract Terms discriminatorTerms(Step step, StyleNetworks<O> networks);

  /**
   * What D minimises at every 16th step, 16 times as strong.
   *
   * @param step the batch
   * @param networks G and D
   * @return the terms
   */
  public abstract Terms r1Terms(Step step, StyleNetworks<O> networks);

  /**
   * What G minimises at every step.
   *
   * @param step random numbers
   * @param networks G and D
   * @return the terms
   */
  public final Terms generatorTerms(Step step, StyleNetworks<O> networks) {
    NDArray c = conditions(step, step.batchSize()); // (N, ...)
    NDArray ws = styles(step, networks.generator(), step.batchSize(), c); // (N, copies, width)
    NDArray fake =
        networks.generator().synthesis().images(ws, NoiseMode.RANDOM, true); // (N, C, H, W)
    NDArray x = networks.augmentation().apply(fake); // (N, C, H, W)
    NDArray logits = logits(networks.discriminator().forward(x, c, true)); // (N)
    return new Terms().add("loss_generator", LOSS.generator(logits));
  }

  /**
   * What G minimises at every 4th step, 4 times as strong: the path length of a part of a batch.
   *
   * @param step random numbers
   * @param networks G, and the mean a
   * @return the terms
   */
  public final Terms pathLengthTerms(Step step, StyleNetworks<O> networks) {
    int count = Math.max(1, step.batchSize() / settings.regularization().pathLengthShrink());
    NDArray c = conditions(step, count); // (n, ...)
    NDArray ws = styles(step, networks.generator(), count, c); // (n, copies, width)
    NDArray fake =
        networks.generator().synthesis().images(ws, NoiseMode.RANDOM, true); // (n, C, H, W)
    NDArray y = Autograd.noGrad(() -> step.manager().randomNormal(fake.getShape())); // (n, C, H, W)
    NDArray lengths = settings.regularization().pathLength().lengths(fake, ws, y); // (n)
    NDArray a = networks.pathLengthMean().value(); // a scalar
    return new Terms()
        .add("path_length", settings.regularization().pathLength().penalty(lengths, a))
        .log("path_length_mean", a.duplicate());
  }

  /**
   * Draws latents, maps them to styles, and mixes the styles.
   *
   * @param step random numbers
   * @param generator G
   * @param count N
   * @param c conditions {@code (N, ...)}; null without
   * @return ws {@code (N, copies, width)}
   */
  protected final NDArray styles(Step step, StyleGan2Generator generator, int count, NDArray c) {
    NDArray ws = unmixedStyles(step.manager(), generator, count, c, true);
    return settings.regularization().mixing().probability() == 0
        ? ws
        : settings
            .regularization()
            .mixing()
            .mixed(ws, unmixedStyles(step.manager(), generator, count, c, false));
  }

  /** The same w = f(z) for all layers; {@code follow} updates the running mean of w. */
  private static NDArray unmixedStyles(
      NDManager manager, StyleGan2Generator generator, int count, NDArray c, boolean follow) {
    NDArray z = generator.sampleLatents(manager, count); // (count, latentSize)
    return generator.mapping().copies(generator.styles(z, c, follow));
  }

  /**
   * Draws conditions for generated images.
   *
   * @param step random numbers
   * @param count N
   * @return {@code (N, ...)}; null without
   */
  protected final NDArray conditions(Step step, int count) {
    return settings.conditions().draw(step, settings.sizes().condition(), count);
  }

  /**
   * Returns the conditions of the data, where the networks are conditional.
   *
   * @param step the batch
   * @return {@code (N, ...)}; null without
   */
  protected final NDArray realConditions(Step step) {
    return settings.sizes().condition() instanceof Condition.None ? null : step.real().y();
  }

  /**
   * Shows D's logits of real images to an adaptive augmentation, whose strength follows them.
   *
   * @param terms of D, which log what the augmentation says
   * @param logits of real images {@code (N)}
   * @param networks with the augmentation
   * @return terms
   */
  protected final Terms observed(Terms terms, NDArray logits, StyleNetworks<O> networks) {
    networks.augmentation().observe(logits).forEach(terms::log);
    return terms;
  }

  /** {@inheritDoc} Here: adapts the augmentation. */
  @Override
  public final void afterStep(StyleNetworks<O> networks, long step) {
    networks.augmentation().afterStep(step, (long) accumulations() * batchSize());
  }

  /** {@inheritDoc} */
  @Override
  public final String name() {
    return name;
  }

  /** {@inheritDoc} */
  @Override
  public final StyleGanSettings<T> settings() {
    return settings;
  }

  /** {@inheritDoc} */
  @Override
  public final int batchSize() {
    return settings.recipe().batchSize();
  }

  /** {@inheritDoc} */
  @Override
  public final int accumulations() {
    return settings.recipe().accumulations();
  }

  /** {@inheritDoc} */
  @Override
  public final Averaging averaging() {
    return settings.recipe().averaging();
  }

  /** {@inheritDoc} */
  @Override
  public final StyleNetworks<O> newNetworks() {
    return new StyleNetworks<>(
        new StyleGan2Generator(settings.sizes()),
        newDiscriminator(),
        new PathLengthMean(),
        settings.augmentation().newState());
  }

  /** {@inheritDoc} G first, then D. */
  @Override
  public List<Player> players(StyleNetworks<O> networks) {
    StyleGanSettings.Regularization lazy = settings.regularization();
    Recipe recipe = settings.recipe();
    Player generator =
        Player.of(
                GanNetworks.GENERATOR,
                networks.generator(),
                recipe.generator().withUpdateEvery(lazy.pathLengthInterval()),
                step -> generatorTerms(step, networks))
            .lazily(
                lazy.pathLength().weight(),
                new LazyTerm(lazy.pathLengthInterval(), step -> pathLengthTerms(step, networks)));
    Player discriminator =
        Player.of(
                GanNetworks.DISCRIMINATOR,
                networks.discriminator(),
                recipe.discriminator().withUpdateEvery(lazy.r1Interval()),
                step -> discriminatorTerms(step, networks))
            .lazily(
                lazy.r1().gamma(),
                new LazyTerm(lazy.r1Interval(), step -> r1Terms(step, networks)));
    return List.of(generator, discriminator);
  }
}
