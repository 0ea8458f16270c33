package org.adversaria.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.losses.ImageDistance;
import org.adversaria.models.PatchDiscriminator;
import org.adversaria.models.ResnetGenerator;
import org.adversaria.models.TranslationNorm;
import org.adversaria.models.TranslationSizes;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.Text;
import org.adversaria.training.Averaging;
import org.adversaria.training.Method;
import org.adversaria.training.Player;
import org.adversaria.training.Step;
import org.adversaria.training.Terms;

/**
 * The base of translations between two domains A and B of images: generators in both directions,
 * which have one optimizer, and a discriminator of each domain, which have another.
 *
 * <pre>
 * G_AB, G_BA minimise  the terms of the paper
 * D_A minimises  (E (D_A(a) - 1)^2 + E D_A(a')^2) / 2     a' from a pool of images G_BA(b)
 * D_B minimises  (E (D_B(b) - 1)^2 + E D_B(b')^2) / 2     b' from a pool of images G_AB(a)
 * </pre>
 *
 * <p>As in the published code the generators are updated first, and the discriminators are shown
 * images of that update, or such of former ones ({@link TranslationSettings#pool}).
 *
 * @param <T> the weights of the paper's terms
 */
public abstract class TranslationGan<T extends Record> implements Method<TranslationNetworks> {

  /** The mean absolute difference |x - y|_1 of the papers. */
  protected static final ImageDistance L1 = new ImageDistance.Absolute();

  private final String name;
  private final TranslationSettings<T> settings;

  /**
   * For subclasses.
   *
   * @param name the method's name
   * @param settings everything it depends on
   */
  protected TranslationGan(String name, TranslationSettings<T> settings) {
    this.name = name;
    this.settings = settings;
  }

  /**
   * What both generators minimise.
   *
   * @param translation a batch in both directions
   * @return the paper's terms
   */
  public abstract Terms generatorTerms(Translation translation);

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
  public final String name() {
    return name;
  }

  /** {@inheritDoc} */
  @Override
  public final TranslationSettings<T> settings() {
    return settings;
  }

  /** {@inheritDoc} */
  @Override
  public final int batchSize() {
    return settings.recipe().batchSize();
  }

  /** {@inheritDoc} */
  @Override
  public final Averaging averaging() {
    return settings.recipe().averaging();
  }

  /** {@inheritDoc} */
  @Override
  public final TranslationNetworks newNetworks() {
    TranslationSizes sizes = settings.sizes();
    return new TranslationNetworks(
        new ResnetGenerator(sizes.generatorAB()),
        new ResnetGenerator(sizes.generatorBA()),
        new PatchDiscriminator(sizes.discriminatorA()),
        new PatchDiscriminator(sizes.discriminatorB()),
        new ImagePool(settings.pool(), batchSize(), shape(sizes.channelsA())),
        new ImagePool(settings.pool(), batchSize(), shape(sizes.channelsB())));
  }

  private Shape shape(int channels) {
    return new Shape(channels, settings.sizes().height(), settings.sizes().width());
  }

  /** {@inheritDoc} The generators first, then the discriminators. */
  @Override
  public final List<Player> players(TranslationNetworks networks) {
    return List.of(
        Player.of(
            "generators",
            new Both(networks.generatorAB(), networks.generatorBA()),
            settings.recipe().generator(),
            step -> generatorTerms(step, networks)),
        Player.of(
            "discriminators",
            new Both(networks.discriminatorA(), networks.discriminatorB()),
            settings.recipe().discriminator(),
            step -> discriminatorTerms(step, networks)));
  }

  /** Two networks under one optimizer. */
  private static final class Both extends TorchBlock {

    Both(TorchBlock first, TorchBlock second) {
      child("0", first);
      child("1", second);
    }

    @Override
    public NDList forward(NDList inputs, boolean training) {
      throw new UnsupportedOperationException("Each network has inputs of its own");
    }
  }

  /** The objective of the generators; the pools take their images. */
  private Terms generatorTerms(Step step, TranslationNetworks networks) {
    NDArray a = step.real().x(); // (N, C, H, W)
    NDArray b = step.real().y(); // (N, C', H, W)
    requireFits("A", a, shape(settings.sizes().channelsA()));
    requireFits("B", b, shape(settings.sizes().channelsB()));
    Translation translation = translation(a, b, networks);
    pool(networks.poolA()).add(translation.fakeA(), step);
    pool(networks.poolB()).add(translation.fakeB(), step);
    return generatorTerms(translation);
  }

  private Translation translation(NDArray a, NDArray b, TranslationNetworks networks) {
    ResnetGenerator ab = networks.generatorAB();
    ResnetGenerator ba = networks.generatorBA();
    NDArray fakeA = ba.forward(b, true); // (N, C, H, W)
    // G_AB(a) and G_AB(G_BA(b)), each (N, C', H, W)
    NDList fromA = forward(x -> ab.forward(x, true), a, fakeA);
    NDArray fakeB = fromA.get(0);
    return new Translation(
        a,
        b,
        fakeA,
        fakeB,
        ba.forward(fakeB, true),
        fromA.get(1),
        networks.discriminatorA().forward(fakeA, null, true),
        networks.discriminatorB().forward(fakeB, null, true),
        () -> ba.forward(a, true),
        () -> ab.forward(b, true));
  }

  /** A network's outputs for two batches: in one pass, unless it normalises over the batch. */
  private NDList forward(UnaryOperator<NDArray> network, NDArray first, NDArray second) {
    if (settings.sizes().norm() == TranslationNorm.BATCH) {
      return new NDList(network.apply(first), network.apply(second));
    }
    NDArray both = network.apply(first.concat(second, 0));
    return both.split(new long[] {first.getShape().get(0)});
  }

  private Terms discriminatorTerms(Step step, TranslationNetworks networks) {
    NDArray a = step.real().x(); // (N, C, H, W)
    NDArray b = step.real().y(); // (N, C', H, W)
    return new Terms()
        .add("discriminator_a", judged(networks.discriminatorA(), a, networks.poolA()))
        .add("discriminator_b", judged(networks.discriminatorB(), b, networks.poolB()));
  }

  /** D's objective on real images and on those that a pool shows. */
  private NDArray judged(PatchDiscriminator d, NDArray real, TorchBlock fakes) {
    NDList logits = forward(x -> d.forward(x, null, true), real, pool(fakes).shown());
    return loss().discriminator(logits.get(0), logits.get(1));
  }

  private static ImagePool pool(TorchBlock block) {
    return (ImagePool) block;
  }

  private void requireFits(String domain, NDArray images, Shape shape) {
    if (!images.getShape().slice(1).equals(shape) || images.getDataType() != DataType.FLOAT32) {
      throw new IllegalArgumentException(
          Text.format(
              "The networks of %s are for images %s (C, H, W) of float32 in domain %s, but the data have"
                  + " %s of %s: build the method for these data",
              name, shape, domain, images.getShape().slice(1), images.getDataType()));
    }
  }
}
