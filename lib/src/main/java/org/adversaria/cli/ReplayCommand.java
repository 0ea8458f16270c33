package org.adversaria.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.adversaria.data.TrainingData;
import org.adversaria.torch.Text;
import org.adversaria.training.RunRecord;
import org.adversaria.training.Training;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Trains again as a run's record says. */
@Command(
    name = "replay",
    description = "Trains again with the method, settings, data and seed of another run.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {"", "Example:", "  adversaria replay their-run/run.json --data my-copy/ --seed 2"})
final class ReplayCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "RUN|FILE",
      description = "The other run's directory, or its file run.json alone.")
  private Path source;

  @Mixin private DataOptions data;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "The steps of the new run. By default those of the other.")
  private Long steps;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      description = "The seed of the new run. By default that of the other.")
  private Long seed;

  @Option(
      names = "--out",
      paramLabel = "RUN",
      description =
          "The new run's directory, which must not hold a run. By default a new one under runs/.")
  private Path out;

  @Mixin private TrainingOptions options;

  @Override
  public Integer call() throws IOException {
    RunRecord record =
        Files.isDirectory(source) ? RunRecord.read(source) : RunRecord.readFile(source);
    DataOrigin origin = data.of(record, source);
    TrainingData samples = origin.open(record, options.device());
    if (!samples.checksum().equals(record.data().checksum())) {
      PrintWriter err = spec.commandLine().getErr();
      err.println(
          Text.format(
              "warning: %s is not the data of %s, whose checksum is another: results will differ",
              samples.name(), source));
    }
    Training training =
        Training.of(record.newMethod())
            .on(samples)
            .origin(origin.asJson())
            .flip(record.data().flip())
            .seed(seed == null ? record.seed() : seed)
            .precision(record.precision())
            .compiled(record.compiled())
            .directory(out);
    return options.train(
        training, samples, steps == null ? record.steps() : steps, Training::start);
  }
}
