package org.adversaria.methods;

import ai.djl.ndarray.NDArray;
import org.adversaria.losses.GeneratorLeading;
import org.adversaria.models.GleadDiscriminator;
import org.adversaria.models.GleadDiscriminator.Judgement;
import org.adversaria.models.StyleGan2Generator;
import org.adversaria.models.StyleGan2Synthesis;
import org.adversaria.training.Terms;

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
  NDArray real(NDArray images, NDArray labels, Terms terms) {
    NDArray shown = seen(images);
    Judgement judged = discriminator.judge(shown, labels);
    terms.add(
        "task_real",
        leading.real() == null
            ? untouched(judged)
            : leading.real(judged, shown, generator().synthesis()));
    return judged.logits();
  }

  @Override
  NDArray fake(StyleGan2Synthesis.Result made, NDArray labels, Terms terms) {
    var shown = new StyleGan2Synthesis.Result(seen(made.images()), made.features());
    Judgement judged = discriminator.judge(shown.images(), labels);
    terms.add(
        "task_fake",
        leading.fake() == null
            ? untouched(judged)
            : leading.fake(judged, shown, generator().synthesis()));
    return judged.logits();
  }

  /** Nothing is asked, but the branch takes part, as its parameters' optimizer wants. */
  private static NDArray untouched(Judgement judged) {
    NDArray zero = nothing(judged.features());
    return judged.image() == null
        ? zero
        : zero.add(nothing(judged.image())).add(nothing(judged.style()));
  }
}
