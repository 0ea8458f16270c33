package org.adversaria.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.models.StyleGan2Discriminator;
import org.adversaria.models.StyleGan2Generator;
import org.adversaria.models.StyleGan2Synthesis;
import org.adversaria.nn.NoiseMode;
import org.adversaria.regularizers.PathLengthMean;
import org.adversaria.regularizers.R1;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.TorchOps;
import org.adversaria.training.LazyTerm;
import org.adversaria.training.Player;
import org.adversaria.training.Terms;
import org.adversaria.training.Turn;

/**
 * The game of StyleGAN2 between two networks. As in the published code G moves first, D judges real
 * and generated images one after the other, and each regulariser follows in a turn of its own.
 */
class StyleGame {

  private static final AdversarialLoss LOSS = new AdversarialLoss.NonSaturating();

  private final StyleGan2.Settings settings;
  private final StyleGan2Generator generator;
  private final StyleGan2Discriminator discriminator;
  private final PathLengthMean mean = new PathLengthMean();

  StyleGame(
      StyleGan2.Settings settings,
      StyleGan2Generator generator,
      StyleGan2Discriminator discriminator) {
    this.settings = settings;
    this.generator = generator;
    this.discriminator = discriminator;
  }

  /** Latents' styles, mixed; and what they became. */
  record Made(NDArray styles, StyleGan2Synthesis.Result result) {}

  final List<Player> players() {
    List<LazyTerm> ofGenerator = new ArrayList<>();
    List<LazyTerm> ofDiscriminator = new ArrayList<>();
    StyleGan2.Lazy lazy = settings.lazy();
    if (settings.pathLength() != null) {
      ofGenerator.add(new LazyTerm("path-length", lazy.generator(), this::pathLengthTerms, mean));
    }
    if (settings.r1() != null) {
      ofDiscriminator.add(new LazyTerm("r1", lazy.discriminator(), this::r1Terms, null));
    }
    return List.of(
        new Player(
            StyleGan2.GENERATOR,
            generator,
            settings.generatorOptimizer().withUpdateEvery(lazy.generator()),
            1,
            this::generatorTerms,
            ofGenerator),
        new Player(
            StyleGan2.DISCRIMINATOR,
            discriminator,
            settings.discriminatorOptimizer().withUpdateEvery(lazy.discriminator()),
            1,
            this::discriminatorTerms,
            ofDiscriminator));
  }

  private Terms generatorTerms(Turn turn) {
    NDArray labels = labels(turn, turn.batchSize());
    Made made = make(turn, turn.batchSize(), labels);
    NDArray logits = logits(turn, made.result().images(), labels);
    return new Terms().add("loss_generator", LOSS.generator(logits));
  }

  /** All parameters of G take part, those of no influence on path lengths with 0. */
  private Terms pathLengthTerms(Turn turn) {
    int count = Math.max(1, turn.batchSize() / settings.pathLengthShrink());
    Made made = make(turn, count, labels(turn, count));
    NDArray images = made.result().images();
    NDArray noise = Autograd.withoutRecording(() -> turn.manager().randomNormal(images.getShape()));
    NDArray lengths = settings.pathLength().lengths(images, made.styles(), noise);
    NDArray penalty = settings.pathLength().penalty(lengths, mean.value());
    return new Terms()
        .add("path_length", penalty.add(nothing(images)))
        .watch("path_length_mean", mean.value().duplicate());
  }

  private Terms discriminatorTerms(Turn turn) {
    NDArray labels = labels(turn, turn.batchSize());
    Made made =
        Autograd.withoutRecording(() -> make(turn, turn.batchSize(), labels, asksOfFeatures()));
    var terms = new Terms();
    NDArray fake = fake(turn, made.result(), labels, terms);
    NDArray real = real(turn, turn.batch().images(), realLabels(turn), terms);
    return terms
        .add("loss_discriminator", LOSS.discriminator(real, fake))
        .watch("logit_real", real.mean())
        .watch("logit_fake", fake.mean());
  }

  /** All parameters of D take part, the last bias with 0. */
  private Terms r1Terms(Turn turn) {
    NDArray images = R1.input(turn.batch().images());
    var terms = new Terms();
    NDArray logits = real(turn, images, realLabels(turn), terms);
    return terms.add("r1", settings.r1().penalty(logits, images).add(nothing(logits)));
  }

  /**
   * D's logits of real images.
   *
   * @param terms takes what else is asked of D at these images
   */
  NDArray real(Turn turn, NDArray images, NDArray labels, Terms terms) {
    return logits(turn, images, labels);
  }

  /**
   * D's logits of generated images.
   *
   * @param terms takes what else is asked of D at these images
   */
  NDArray fake(Turn turn, StyleGan2Synthesis.Result made, NDArray labels, Terms terms) {
    return logits(turn, made.images(), labels);
  }

  private NDArray logits(Turn turn, NDArray images, NDArray labels) {
    return turn.compiled(discriminator).forward(seen(images), labels, true);
  }

  /** Images as D sees them. */
  final NDArray seen(NDArray images) {
    return settings.augmentation() == null ? images : settings.augmentation().apply(images);
  }

  final StyleGan2Generator generator() {
    return generator;
  }

  /** Whether {@link #fake} looks at the features of blocks, which otherwise stay where they are. */
  boolean asksOfFeatures() {
    return false;
  }

  private Made make(Turn turn, int count, NDArray labels) {
    return make(turn, count, labels, false);
  }

  private Made make(Turn turn, int count, NDArray labels, boolean withFeatures) {
    NDArray ws = styles(turn, count, labels, true);
    if (settings.mixing() != null) {
      ws = settings.mixing().mixed(ws, styles(turn, count, labels, false));
    }
    StyleGan2Synthesis synthesis = generator.synthesis();
    NDList made =
        withFeatures
            ? turn.compiled(synthesis, "images and features", (x, t) -> flat(synthesis, x.get(0)))
                .forward(new NDList(ws), true)
            : turn.compiled(synthesis, "images", synthesis::forward).forward(new NDList(ws), true);
    return new Made(ws, result(made));
  }

  /** Images, and the features of all blocks behind them. */
  private static NDList flat(StyleGan2Synthesis synthesis, NDArray ws) {
    StyleGan2Synthesis.Result result = synthesis.forward(ws, NoiseMode.RANDOM, true);
    var all = new NDList(result.images());
    all.addAll(result.features().values());
    return all;
  }

  private static StyleGan2Synthesis.Result result(NDList flat) {
    var features = new LinkedHashMap<Integer, NDArray>();
    for (NDArray map : flat.subList(1, flat.size())) {
      features.put((int) map.getShape().get(3), map);
    }
    return new StyleGan2Synthesis.Result(flat.get(0), features);
  }

  private NDArray styles(Turn turn, int count, NDArray labels, boolean follow) {
    NDArray z = generator.sampleLatents(turn.manager(), count);
    return generator.mapping().copies(generator.styles(z, labels, follow));
  }

  private NDArray labels(Turn turn, int count) {
    int classes = generator.numClasses();
    return classes == 0 ? null : settings.labels().draw(turn, classes, count);
  }

  private NDArray realLabels(Turn turn) {
    return generator.numClasses() == 0 ? null : turn.batch().labels();
  }

  /** Zero, but with everything that an array was computed from in its graph. */
  static NDArray nothing(NDArray array) {
    return TorchOps.scale(array.mean(), 0);
  }
}
