package org.adversaria.spark;

import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.adversaria.data.ImageData;
import org.adversaria.metrics.Evaluation;
import org.adversaria.torch.Text;

/** The scores by the names that the command {@code evaluate} has for them. */
enum ScoreOption {
  FID("fid", (evaluation, test) -> evaluation.fid()),
  KID("kid", (evaluation, test) -> evaluation.kid()),
  IS("is", (evaluation, test) -> evaluation.inceptionScore()),
  PRDC("prdc", (evaluation, test) -> evaluation.prdc()),
  PR("pr", (evaluation, test) -> evaluation.improvedPrecisionRecall()),
  INTRA_FID("intra-fid", (evaluation, test) -> evaluation.intraFid()),
  ACCURACY("accuracy", (evaluation, test) -> evaluation.conditionalAccuracy()),
  CAS("cas", (evaluation, test) -> evaluation.classificationAccuracyScore(test.get())),
  FACTORS("factors", (evaluation, test) -> evaluation.factorDiversity());

  private final String word;
  private final BiConsumer<Evaluation, Supplier<ImageData>> request;

  ScoreOption(String word, BiConsumer<Evaluation, Supplier<ImageData>> request) {
    this.word = word;
    this.request = request;
  }

  String word() {
    return word;
  }

  /** Asks for the score; the held-out images are opened where it needs them. */
  void ask(Evaluation evaluation, Supplier<ImageData> heldOut) {
    request.accept(evaluation, heldOut);
  }

  static ScoreOption named(String word) {
    return Arrays.stream(values())
        .filter(option -> option.word.equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    Text.format(
                        "There is no score '%s'; there are %s",
                        Text.visible(word),
                        Arrays.stream(values())
                            .map(ScoreOption::word)
                            .collect(Collectors.joining(", ")))));
  }
}
