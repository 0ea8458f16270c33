package org.adversaria.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.adversaria.data.Batch;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.models.Backbone;
import org.adversaria.models.Condition;
import org.adversaria.models.Discriminator;
import org.adversaria.models.Generator;
import org.adversaria.nn.ArrayTree;
import org.adversaria.regularizers.Regularizer;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Text;
import org.adversaria.training.Averaging;
import org.adversaria.training.GanNetworks;
import org.adversaria.training.GanStep;
import org.adversaria.training.Method;
import org.adversaria.training.Player;
import org.adversaria.training.Step;
import org.adversaria.training.Terms;

/**
 * The base of GANs of one generator G and one discriminator D. Each update generates samples,
 * applies D to all samples in one pass, and minimises the paper's terms plus those of the
 * regularizers.
 *
 * <p>A subclass is one paper's method: it defines the outputs of D and the terms that each player
 * minimises.
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
   * @throws IllegalArgumentException if the augmentation adapts itself to verdicts that the loss
   *     does not give
   */
  protected TwoPlayerGan(String name, GanSettings<T> settings) {
    this.name = name;
    this.settings = settings;
    if (settings.augmentation().adaptive() && settings.loss().boundary().isEmpty()) {
      throw new IllegalArgumentException(
          Text.format(
              "%s with an adaptive p follows the signs of D's logits of real images, which mean nothing"
                  + " under the loss %s: fix p, as Ada.fixed(\"bgc\", 0.2) does, and in a terminal"
                  + " --set augmentation.controller.interval=0 --set augmentation.p=0.2",
              settings.augmentation().getClass().getSimpleName(),
              settings.loss().getClass().getSimpleName()));
    }
  }

  /**
   * Creates a discriminator that is not initialised: a body of the backbone with the paper's heads.
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
   * Draws latents z ~ p(z). A subclass may draw from another distribution.
   *
   * @param step random numbers
   * @param networks G and D
   * @param c conditions {@code (batchSize, ...)}; null without
   * @return {@code (batchSize, latentSize)}
   */
  protected NDArray latents(Step step, GanNetworks<O> networks, NDArray c) {
    return networks.generator().sampleLatents(step.manager(), step.batchSize());
  }

  /**
   * Draws the conditions of generated samples in an update of D. A subclass may take those of the
   * update's real samples.
   *
   * @param step random numbers, and the real samples
   * @return {@code (batchSize, ...)}; null without conditions
   */
  protected NDArray discriminatorConditions(Step step) {
    return conditions(step);
  }

  /**
   * Returns the outputs of D that consistency terms compare.
   *
   * @param output of D
   * @return all its arrays, unless overridden
   */
  protected NDList compared(O output) {
    return ArrayTree.flatten(output);
  }

  /**
   * Returns D's verdicts on real images, whose signs an adaptive augmentation follows.
   *
   * @param real with D's outputs
   * @return {@code (N)}, positive where D holds an image for real; the first of {@link #compared}
   *     from the loss's boundary on, unless overridden
   */
  protected NDArray verdicts(GanStep.Samples<O> real) {
    return real.compared().get(0).sub(loss().boundary().orElseThrow());
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
    return new GanNetworks<>(
        backbone.newGenerator(), newDiscriminator(backbone), settings.augmentation().newState());
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
            .updates(recipe.discriminatorUpdates()::in);
    Player generator =
        Player.of(
            GanNetworks.GENERATOR,
            networks.generator(),
            recipe.generator(),
            step -> generatorUpdate(step, networks));
    for (Regularizer regularizer : settings.regularizers()) {
      discriminator = regularizer.discriminatorPlayer(discriminator);
    }
    return List.of(discriminator, generator);
  }

  /** {@inheritDoc} Here: adapts the augmentation. */
  @Override
  public final void afterStep(GanNetworks<O> networks, long step) {
    long updates = settings.recipe().discriminatorUpdates().in(step);
    networks.augmentation().afterStep(step, updates * accumulations() * batchSize());
  }

  /** The objective of D on real samples (x, y) and on G(z, c), without gradients of G. */
  private Terms discriminatorUpdate(Step step, GanNetworks<O> networks) {
    Batch real = step.real(); // x (N, C, H, W), y (N, ...)
    requireFits(real);
    NDArray c = discriminatorConditions(step); // (N, ...), or null
    GanStep<O> update = newStep(step, networks);
    List<Consumer<Terms>> additional = new ArrayList<>();
    NDArray z = latents(update, c, additional); // (N, latentSize)
    update
        .withFake(fixedSamples(networks.generator(), z, c), c, z)
        .withReal(real.x(), c != null ? real.y() : null);
    settings.regularizers().forEach(r -> additional.add(r.discriminator(update)));
    Terms terms = sum(discriminatorTerms(update), additional);
    if (settings.augmentation().adaptive()) {
      NDArray verdicts = Autograd.noGrad(() -> verdicts(update.real()));
      networks.augmentation().observe(verdicts).forEach(terms::log);
    }
    return terms;
  }

  /** The objective of G on G(z, c). */
  private Terms generatorUpdate(Step step, GanNetworks<O> networks) {
    NDArray c = conditions(step); // (N, ...), or null
    GanStep<O> update = newStep(step, networks);
    List<Consumer<Terms>> additional = new ArrayList<>();
    NDArray z = latents(update, c, additional); // (N, latentSize)
    update.withFake(networks.generator().forward(z, c, true), c, z);
    settings.regularizers().forEach(r -> additional.add(r.generator(update)));
    return sum(generatorTerms(update), additional);
  }

  /** Latents as the regularizers change them, one after the other. */
  private NDArray latents(GanStep<O> update, NDArray c, List<Consumer<Terms>> additional) {
    NDArray z = latents(update.step(), update.networks(), c);
    for (Regularizer regularizer : settings.regularizers()) {
      Regularizer.Latents changed = regularizer.latents(update, z, c);
      z = changed.z();
      additional.add(changed.terms());
    }
    return z;
  }

  /**
   * G(z, c) in an update of D: G is fixed, so that only latents which depend on D need a graph, as
   * those of LOGAN do.
   */
  private static NDArray fixedSamples(Generator generator, NDArray z, NDArray c) {
    return z.hasGradient()
        ? generator.forward(z, c, true)
        : Autograd.noGrad(() -> generator.forward(z, c, true));
  }

  /** PyTorch's own message would be of a concatenation or a product somewhere in D. */
  private void requireFits(Batch real) {
    Backbone backbone = settings.backbone();
    requireFits("samples", real.x(), backbone.sampleShape(), DataType.FLOAT32);
    Condition condition = backbone.condition();
    if (!(condition instanceof Condition.None)) {
      String what = condition instanceof Condition.Classes ? "labels" : "conditions";
      requireFits(what, real.y(), condition.shape(), condition.dataType());
    }
  }

  private void requireFits(String what, NDArray batch, Shape shape, DataType type) {
    if (!batch.getShape().slice(1).equals(shape) || batch.getDataType() != type) {
      throw new IllegalArgumentException(
          Text.format(
              "The networks of %s are for %s %s of %s, but the data have %s of %s: convert the data by"
                  + " toType and reshape, or choose another backbone",
              name, what, shape, type, batch.getShape().slice(1), batch.getDataType()));
    }
  }

  private GanStep<O> newStep(Step step, GanNetworks<O> networks) {
    return new GanStep<>(
        step,
        networks,
        networks.augmentation()::apply,
        this::compared,
        settings.backbone().batchesApart());
  }

  /** Conditions c of generated samples, {@code (batchSize, ...)}; null without. */
  private NDArray conditions(Step step) {
    Condition condition = settings.backbone().condition();
    return settings.conditions().draw(step, condition, step.batchSize());
  }

  private static Terms sum(Terms terms, List<Consumer<Terms>> additional) {
    additional.forEach(more -> more.accept(terms));
    return terms;
  }
}
