package org.adversaria.spark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.adversaria.cli.ReportOutput;
import org.adversaria.data.ImageOptions;
import org.adversaria.data.Split;
import org.adversaria.metrics.EvaluationReport;
import org.adversaria.training.SavedRun.Weights;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Scores many samples of a run's generator on Apache Spark. */
@Command(
    name = "evaluate",
    description = "Scores a trained generator against real data on Apache Spark.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "All machines have the run, and DATA if it is a path, at the same path.",
      "",
      "Examples:",
      "  adversaria evaluate runs/my-run --against shapes-32 --samples 100000 --master local[*]",
      "  adversaria evaluate /shared/run --against cifar10 --samples 1000000"
          + " --master spark://host:7077 --metrics fid,prdc"
    })
final class SparkEvaluateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "RUN", description = "A training run's directory.")
  private Path run;

  @Option(
      names = "--against",
      paramLabel = "DATA",
      required = true,
      description = "Real images: the name of a data set, or a path, as without --master.")
  private String against;

  @Option(
      names = "--split",
      paramLabel = "PART",
      defaultValue = "train",
      description = "The part of DATA: train or test. By default ${DEFAULT-VALUE}.")
  private Split split;

  @Option(
      names = "--metrics",
      paramLabel = "METRIC",
      split = ",",
      defaultValue = "fid",
      description = "What to compute, of fid, intra-fid, prdc and pr. By default ${DEFAULT-VALUE}.")
  private List<String> metrics;

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "10000",
      description = "How many samples. By default ${DEFAULT-VALUE}.")
  private int samples;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      defaultValue = "0",
      description = "The seed of the samples. By default ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "100",
      description =
          "How many images go through the networks at a time. By default ${DEFAULT-VALUE}.")
  private int batchSize;

  @Option(
      names = "--weights",
      paramLabel = "WHICH",
      defaultValue = "averaged",
      description = "The run's weights: averaged, where it has them, or trained.")
  private Weights weights;

  @Option(
      names = "--checkpoint",
      paramLabel = "STEP",
      description = "The step of the run's checkpoint. By default the newest.")
  private Long checkpoint;

  @Option(
      names = "--standing-statistics",
      paramLabel = "PASSES",
      defaultValue = "0",
      description = "Computes the batch-norm statistics anew, from that many batches.")
  private int standingStatistics;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description =
          "The number of tasks; scores do not depend on it. By default four for each core.")
  private Integer partitions;

  @Mixin private SparkOptions where;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Writes the scores to FILE.csv, or everything to FILE.json; may be repeated.")
  private List<Path> out = List.of();

  @Override
  public Integer call() throws IOException {
    ReportOutput.validate(out, spec.commandLine());
    SparkEvaluation evaluation = evaluation();
    SavedGenerator generator = SavedGenerator.find(run, weights, checkpoint);
    EvaluationReport report;
    try (SparkSession spark = where.session()) {
      report = evaluation.run(spark, generator);
    }
    ReportOutput.tell(report, out, spec.commandLine());
    ReportOutput.keep(report, run, generator.step(), spec.commandLine());
    return 0;
  }

  private SparkEvaluation evaluation() {
    try {
      SparkEvaluation evaluation =
          SparkEvaluation.of(run)
              .weights(weights)
              .against(against, ImageOptions.standard().withSplit(split))
              .samples(samples)
              .seed(seed)
              .batchSize(batchSize)
              .standingStatistics(standingStatistics)
              .metrics(metrics);
      if (checkpoint != null) {
        evaluation.checkpoint(checkpoint);
      }
      return partitions == null ? evaluation : evaluation.partitions(partitions);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
