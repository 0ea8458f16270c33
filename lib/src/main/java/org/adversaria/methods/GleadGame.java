package org.adversaria.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.Map;
import org.adversaria.losses.GeneratorLeading;
import org.adversaria.models.GleadDiscriminator;
import org.adversaria.models.GleadDiscriminator.Judgement;
import org.adversaria.models.StyleGan2Generator;
import org.adversaria.models.StyleGan2Synthesis;
import org.adversaria.nn.NoiseMode;
import org.adversaria.training.Terms;
import org.adversaria.training.Turn;

/**
 * The game of StyleGAN2 in which G sets D a task beside D's. As in the published code the task on
 * real images is part of R1's turns too, and counts there as often as R1.
 */
final class GleadGame extends StyleGame {

  private final GleadDiscriminator discriminator;
  private final GeneratorLeading leading;

  GleadGame(
      StyleGan2.Settings settings,
      StyleGan2Generator generator,
      GleadDiscriminator discriminator,
      GeneratorLeading leading) {
    super(settings, generator, discriminator);
    this.discriminator = discriminator;
    this.leading = leading;
  }

  @Override
  NDArray real(Turn turn, NDArray images, NDArray labels, Terms terms) {
    NDArray shown = seen(images);
    Judgement judged = judged(turn, shown, labels);
    terms.add(
        "task_real",
        leading.real() == null
            ? untouched(judged)
            : leading.real(judged, shown, decoded -> remade(turn, decoded)));
    return judged.logits();
  }

  @Override
  NDArray fake(Turn turn, StyleGan2Synthesis.Result made, NDArray labels, Terms terms) {
    var shown = new StyleGan2Synthesis.Result(seen(made.images()), made.features());
    Judgement judged = judged(turn, shown.images(), labels);
    terms.add(
        "task_fake",
        leading.fake() == null
            ? untouched(judged)
            : leading.fake(judged, shown, decoded -> remade(turn, decoded)));
    return judged.logits();
  }

  @Override
  boolean asksOfFeatures() {
    return leading.fake() instanceof GeneratorLeading.Features;
  }

  /** What D says and decodes, without what its branch made on the way. */
  private Judgement judged(Turn turn, NDArray images, NDArray labels) {
    NDList said =
        turn.compiled(discriminator, "judge", (x, training) -> flat(discriminator, x))
            .forward(labels == null ? new NDList(images) : new NDList(images, labels), true);
    boolean heads = said.size() > 2;
    return new Judgement(
        said.get(0), Map.of(), said.get(1), heads ? said.get(2) : null, heads ? said.get(3) : null);
  }

  private static NDList flat(GleadDiscriminator discriminator, NDList inputs) {
    NDArray labels = inputs.size() > 1 ? inputs.get(1) : null;
    Judgement judged = discriminator.judge(inputs.get(0), labels);
    var all = new NDList(judged.logits(), judged.features());
    if (judged.image() != null) {
      all.add(judged.image());
      all.add(judged.style());
    }
    return all;
  }

  /** G makes an image of what D decoded. */
  private NDArray remade(Turn turn, Judgement decoded) {
    StyleGan2Synthesis synthesis = generator().synthesis();
    return turn.compiled(
            synthesis,
            "remade",
            (x, training) ->
                new NDList(
                    leading.remade(
                        new Judgement(null, Map.of(), x.get(0), x.get(1), x.get(2)),
                        synthesis,
                        NoiseMode.RANDOM)))
        .forward(new NDList(decoded.features(), decoded.image(), decoded.style()), true)
        .singletonOrThrow();
  }

  /** Nothing is asked, but the branch takes part, as its parameters' optimizer wants. */
  private static NDArray untouched(Judgement judged) {
    NDArray zero = nothing(judged.features());
    return judged.image() == null
        ? zero
        : zero.add(nothing(judged.image())).add(nothing(judged.style()));
  }
}
