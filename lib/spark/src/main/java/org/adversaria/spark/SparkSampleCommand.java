package org.adversaria.spark;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.adversaria.torch.Text;
import org.adversaria.training.SavedRun.Weights;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Draws many images of a run's generator on Apache Spark. */
@Command(
    name = "sample",
    description =
        "Draws images from a trained generator on Apache Spark, into zip or Parquet files.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "All machines have the run and FOLDER at the same paths. Files that are there are not drawn"
          + " again: the same command goes on where it was stopped.",
      "",
      "Example:",
      "  adversaria sample /shared/run --count 1000000 --to /shared/samples"
          + " --master spark://host:7077"
    })
final class SparkSampleCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "RUN", description = "A training run's directory.")
  private Path run;

  @Option(
      names = "--count",
      paramLabel = "N",
      required = true,
      description = "How many images, of each class the same number up to one.")
  private int count;

  @Option(
      names = "--to",
      paramLabel = "FOLDER",
      required = true,
      description = "Where the files go: a new folder, or the one of a command that was stopped.")
  private Path folder;

  @Option(
      names = "--shard-size",
      paramLabel = "N",
      defaultValue = "10000",
      description = "The images in a file, a multiple of 100. By default ${DEFAULT-VALUE}.")
  private int shardSize;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "zip",
      description =
          "What the files are: zip, of PNG files, or parquet, tables of PNG files and labels as"
              + " Hugging Face's library datasets has them. By default ${DEFAULT-VALUE}.")
  private SampleFormat format;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      defaultValue = "0",
      description = "The seed of the latents. By default ${DEFAULT-VALUE}.")
  private long seed;

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

  @Mixin private SparkOptions where;

  @Override
  public Integer call() throws IOException {
    SparkSampling sampling = sampling();
    List<Path> files;
    try (SparkSession spark = where.session()) {
      files = sampling.run(spark);
    }
    PrintWriter lines = spec.commandLine().getErr();
    lines.println(
        Text.format("written: %,d images in %d files in %s", count, files.size(), folder));
    return 0;
  }

  private SparkSampling sampling() {
    try {
      SparkSampling sampling =
          SparkSampling.of(run)
              .weights(weights)
              .count(count)
              .seed(seed)
              .shardSize(shardSize)
              .format(format)
              .to(folder);
      return checkpoint == null ? sampling : sampling.checkpoint(checkpoint);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
