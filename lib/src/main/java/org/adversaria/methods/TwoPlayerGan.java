package org.adversaria.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.function.Consumer;
import org.adversaria.data.Batch;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.models.Backbone;
import org.adversaria.models.Condition;
import org.adversaria.models.Discriminator;
import org.adversaria.models.Generator;
import org.adversaria.nn.ArrayTree;
import org.adversaria.torch.Autograd;
import org.adversaria.training.Averaging;
import org.adversaria.training.GanNetworks;
import org.adversaria.training.GanStep;
import org.adversaria.training.Method;
import org.adversaria.training.Player;
import org.adversaria.training.Step;
import org.adversaria.training.Terms;

/**
 * What all GANs of one generator G and one discriminator D have in common. In each update samples
 * are generated, D is applied to all samples at once, the paper's terms are added, and then those
 * of the regularizers.
 *
 * <p>A subclass is a paper: it says what D returns, and what both players minimise.
 *
 * @param <O> what D returns of a batch
 * @param <T> the weights of the paper's terms
 */
public abstract class TwoPlayerGan<O, T extends Record> implements Method<GanNetworks<O>> {

  private final String name;
  private final GanSettings<T> settings;

  /**
   * For subclasses.
   *
   * @param name the method's name
   * @param settings everything it depends on
   */
  protected TwoPlayerGan(String name, GanSettings<T> settings) {
    this.name = name;
    this.settings = settings;
  }

  /**
   * Makes a discriminator that is not initialised: a body of the backbone with the paper's heads.
   *
   * @param backbone the networks
   * @return D
   */
  protected abstract Discriminator<O> newDiscriminator(Backbone backbone);

  /**
   * What D minimises, beside the terms of regularizers.
   *
   * @param step with real and generated samples
   * @return the paper's terms
   */
  public abstract Terms discriminatorTerms(GanStep<O> step);

  /**
   * What G minimises, beside the terms of regularizers.
   *
   * @param step with generated samples
   * @return the paper's terms
   */
  public abstract Terms generatorTerms(GanStep<O> step);

  /**
   * Draws latents z ~ p(z). LOGAN moves them before use.
   *
   * @param step random numbers
   * @param networks G and D
   * @param c the conditions to generate for; null without
   * @return {@code (batchSize, latentSize)}
   */
  protected NDArray latents(Step step, GanNetworks<O> networks, NDArray c) {
    return networks.generator().sampleLatents(step.manager(), step.batchSize());
  }

  /**
   * Changes when D is updated, and what is done to it then. WGAN clips its weights.
   *
   * @param player D with the recipe's updates
   * @return the player to train
   */
  protected Player discriminatorPlayer(Player player) {
    return player;
  }

  /**
   * Says which outputs of D consistency terms compare.
   *
   * @param output of D
   * @return all its arrays, unless a method says otherwise
   */
  protected NDList compared(O output) {
    return ArrayTree.flatten(output);
  }

  /** {@inheritDoc} */
  @Override
  public final String name() {
    return name;
  }

  /** {@inheritDoc} */
  @Override
  public final GanSettings<T> settings() {
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

  /**
   * Returns the weights of the paper's terms.
   *
   * @return the objective
   */
  protected final T objective() {
    return settings.objective();
  }

  /**
   * Returns the adversarial loss.
   *
   * @return the loss
   */
  protected final AdversarialLoss loss() {
    return settings.loss();
  }

  /** {@inheritDoc} */
  @Override
  public final GanNetworks<O> newNetworks() {
    Backbone backbone = settings.backbone();
    return new GanNetworks<>(backbone.newGenerator(), newDiscriminator(backbone));
  }

  /** {@inheritDoc} D first, then G. */
  @Override
  public final List<Player> players(GanNetworks<O> networks) {
    Recipe recipe = settings.recipe();
    Player discriminator =
        Player.of(
                GanNetworks.DISCRIMINATOR,
                networks.discriminator(),
                recipe.discriminator(),
                step -> discriminatorUpdate(step, networks))
            .updates(number -> recipe.discriminatorUpdates());
    Player generator =
        Player.of(
            GanNetworks.GENERATOR,
            networks.generator(),
            recipe.generator(),
            step -> generatorUpdate(step, networks));
    return List.of(discriminatorPlayer(discriminator), generator);
  }

  /** D is given x of the data with its y, and G(z, c), through which no gradient flows. */
  private Terms discriminatorUpdate(Step step, GanNetworks<O> networks) {
    NDArray c = conditions(step);
    NDArray z = latents(step, networks, c);
    NDArray fake = Autograd.noGrad(() -> networks.generator().forward(z, c, true));
    Batch real = step.real();
    boolean conditional = c != null;
    GanStep<O> update =
        newStep(step, networks)
            .withFake(fake, c, z)
            .withReal(real.x(), conditional ? real.y() : null);
    List<Consumer<Terms>> others =
        settings.regularizers().stream().map(other -> other.discriminator(update)).toList();
    return sum(discriminatorTerms(update), others);
  }

  /** D is given G(z, c). */
  private Terms generatorUpdate(Step step, GanNetworks<O> networks) {
    Generator generator = networks.generator();
    NDArray c = conditions(step);
    NDArray z = latents(step, networks, c);
    GanStep<O> update = newStep(step, networks).withFake(generator.forward(z, c, true), c, z);
    List<Consumer<Terms>> others =
        settings.regularizers().stream().map(other -> other.generator(update)).toList();
    return sum(generatorTerms(update), others);
  }

  private GanStep<O> newStep(Step step, GanNetworks<O> networks) {
    return new GanStep<>(step, networks, settings.augmentation()::apply, this::compared);
  }

  /** c, {@code (batchSize, ...)}; null without conditions. */
  private NDArray conditions(Step step) {
    Condition condition = settings.backbone().condition();
    return settings.conditions().draw(step, condition, step.batchSize());
  }

  private static Terms sum(Terms terms, List<Consumer<Terms>> others) {
    others.forEach(other -> other.accept(terms));
    return terms;
  }
}
