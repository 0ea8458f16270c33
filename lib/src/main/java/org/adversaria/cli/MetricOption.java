package org.adversaria.cli;

import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.adversaria.data.ImageData;
import org.adversaria.metrics.Evaluation;
import org.adversaria.torch.Text;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What {@code --metrics} can name. */
enum MetricOption {
  FID("fid", (evaluation, test) -> evaluation.fid()),
  KID("kid", (evaluation, test) -> evaluation.kid()),
  IS("is", (evaluation, test) -> evaluation.inceptionScore()),
  PRDC("prdc", (evaluation, test) -> evaluation.prdc()),
  PR("pr", (evaluation, test) -> evaluation.improvedPrecisionRecall()),
  INTRA_FID("intra-fid", (evaluation, test) -> evaluation.intraFid()),
  ACCURACY("accuracy", (evaluation, test) -> evaluation.conditionalAccuracy()),
  CAS("cas", (evaluation, test) -> evaluation.classificationAccuracyScore(test.get())),
  FACTORS("factors", (evaluation, test) -> evaluation.factorDiversity());

  private final String option;
  private final BiConsumer<Evaluation, Supplier<ImageData>> request;

  MetricOption(String option, BiConsumer<Evaluation, Supplier<ImageData>> request) {
    this.option = option;
    this.request = request;
  }

  /** Asks for the metric; the held-out images are opened where it needs them. */
  void ask(Evaluation evaluation, Supplier<ImageData> heldOut) {
    request.accept(evaluation, heldOut);
  }

  /** From the word on the command line. */
  static final class Converter implements ITypeConverter<MetricOption> {

    @Override
    public MetricOption convert(String word) {
      return Arrays.stream(values())
          .filter(metric -> metric.option.equalsIgnoreCase(word))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      Text.format(
                          "there is no metric '%s'; there are %s",
                          word,
                          Arrays.stream(values())
                              .map(metric -> metric.option)
                              .collect(Collectors.joining(", ")))));
    }
  }
}
