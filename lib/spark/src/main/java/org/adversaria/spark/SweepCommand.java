package org.adversaria.spark;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.adversaria.cli.TextTable;
import org.adversaria.torch.Text;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Trains methods x presets x seeds on Apache Spark. */
@Command(
    name = "sweep",
    description = "Trains methods x presets x seeds on Apache Spark.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Cells that have a result are not trained again: the same command goes on with a sweep that was"
          + " stopped. The exit status is 1 if a cell failed.",
      "",
      "Examples:",
      "  adversaria sweep sweep.json",
      "  adversaria sweep sweep.json --master local[2] --out results/",
      "  adversaria sweep sweep.json --master spark://host:7077 --out /shared/results",
      "  spark-submit ... sweep sweep.json --out s3a://bucket/results"
    })
final class SweepCommand implements Callable<Integer> {

  private static final int FAILURE = 1;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE",
      description =
          "What is trained, as JSON: methods, presets, seeds, data, steps, settings, scores, samples,"
              + " checkpointEvery, precision, flip, images.")
  private Path file;

  @Mixin private SparkOptions where;

  @Option(
      names = "--out",
      paramLabel = "PLACE",
      description =
          "The results, in a folder that all machines share, or at a URI of an object store or of"
              + " HDFS. By default the folder results.")
  private String out = "results";

  @Option(
      names = "--retry-failed",
      description = "Trains cells that failed again, from their last checkpoint.")
  private boolean retryFailed;

  private int ended;

  @Override
  public Integer call() throws IOException {
    PrintWriter lines = spec.commandLine().getOut();
    Sweep sweep = read().out(out).retryFailed(retryFailed).onCell(cell -> tell(cell, lines));
    SweepResult result;
    try (SparkSession spark = where.session()) {
      result = sweep.run(spark);
    }
    lines.println(
        Text.format(
            "%d cells, %d of them trained now, %d failed: %s",
            result.cells().size(), ended, result.failed().size(), out));
    TextTable.print(result.summary(), lines);
    lines.flush();
    return result.failed().isEmpty() ? 0 : FAILURE;
  }

  private Sweep read() throws IOException {
    try {
      return Sweep.read(file);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private void tell(CellResult cell, PrintWriter lines) {
    ended++;
    lines.println(
        cell.finished()
            ? Text.format(
                "%s: finished, %,d steps in %.1f s: %s",
                cell.cell(), cell.steps(), cell.seconds(), text(cell.headline()))
            : Text.format(
                "%s: failed after %,d steps: %s", cell.cell(), cell.steps(), cell.reason()));
    lines.flush();
  }

  private static String text(Map<String, Double> numbers) {
    return numbers.entrySet().stream()
        .map(each -> Text.format("%s %.5g", each.getKey(), each.getValue()))
        .collect(Collectors.joining(", "));
  }
}
