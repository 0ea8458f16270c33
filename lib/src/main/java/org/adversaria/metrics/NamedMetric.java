package org.adversaria.metrics;

import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.adversaria.data.ImageData;
import org.adversaria.torch.Text;

/** The metrics of an {@link Evaluation} by the words that commands and files have for them. */
public enum NamedMetric {
  /** {@link Evaluation#fid}. */
  FID("fid", (evaluation, test) -> evaluation.fid()),
  /** {@link Evaluation#kid()}. */
  KID("kid", (evaluation, test) -> evaluation.kid()),
  /** {@link Evaluation#inceptionScore()}. */
  IS("is", (evaluation, test) -> evaluation.inceptionScore()),
  /** {@link Evaluation#prdc()}. */
  PRDC("prdc", (evaluation, test) -> evaluation.prdc()),
  /** {@link Evaluation#improvedPrecisionRecall}. */
  PR("pr", (evaluation, test) -> evaluation.improvedPrecisionRecall()),
  /** {@link Evaluation#intraFid}. */
  INTRA_FID("intra-fid", (evaluation, test) -> evaluation.intraFid()),
  /** {@link Evaluation#conditionalAccuracy}. */
  ACCURACY("accuracy", (evaluation, test) -> evaluation.conditionalAccuracy()),
  /** {@link Evaluation#classificationAccuracyScore}. */
  CAS("cas", (evaluation, test) -> evaluation.classificationAccuracyScore(test.get())),
  /** {@link Evaluation#factorDiversity}. */
  FACTORS("factors", (evaluation, test) -> evaluation.factorDiversity());

  private final String word;
  private final BiConsumer<Evaluation, Supplier<ImageData>> request;

  NamedMetric(String word, BiConsumer<Evaluation, Supplier<ImageData>> request) {
    this.word = word;
    this.request = request;
  }

  /**
   * Finds a metric.
   *
   * @param word such as {@code intra-fid}
   * @return the metric
   * @throws IllegalArgumentException if there is no such metric; the message lists them
   */
  public static NamedMetric named(String word) {
    return Arrays.stream(values())
        .filter(metric -> metric.word.equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    Text.format(
                        "there is no metric '%s'; there are %s",
                        Text.visible(word),
                        Arrays.stream(values())
                            .map(NamedMetric::word)
                            .collect(Collectors.joining(", ")))));
  }

  /**
   * Returns the word.
   *
   * @return such as {@code intra-fid}
   */
  public String word() {
    return word;
  }

  /**
   * Asks an evaluation for the metric.
   *
   * @param evaluation is asked
   * @param heldOut opens the images of the data's test part, where the metric needs them
   */
  public void ask(Evaluation evaluation, Supplier<ImageData> heldOut) {
    request.accept(evaluation, heldOut);
  }
}
