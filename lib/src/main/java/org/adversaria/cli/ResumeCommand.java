package org.adversaria.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.adversaria.data.TrainingData;
import org.adversaria.torch.Text;
import org.adversaria.training.RunRecord;
import org.adversaria.training.SavedRun;
import org.adversaria.training.Training;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Goes on with a run. */
@Command(
    name = "resume",
    description = "Goes on with a run from its newest whole checkpoint.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "On the CPU the results are those of a run that was not interrupted, bit by bit.",
      "",
      "Example:",
      "  adversaria resume runs/my-run --steps 4000"
    })
final class ResumeCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "RUN", description = "The run's directory.")
  private Path run;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "The steps of the whole run. By default as many as it was begun with.")
  private Long steps;

  @Mixin private DataOptions data;

  @Mixin private TrainingOptions options;

  @Override
  public Integer call() throws IOException {
    try (SavedRun saved = SavedRun.open(run, options.device())) {
      RunRecord record = saved.record();
      long whole = steps == null ? record.steps() : steps;
      if (whole <= record.stepsDone()) {
        throw new ParameterException(
            spec.commandLine(),
            Text.format(
                steps == null
                    ? "%s has done %d steps: say how many it is to have, by --steps"
                    : "%s has done %d steps: --steps is how many it is to have with these",
                run,
                record.stepsDone()));
      }
      DataOrigin origin = data.of(record, run);
      TrainingData samples = origin.open(record, options.device());
      Training training =
          Training.of(saved.method())
              .on(samples)
              .origin(origin.asJson())
              .flip(record.data().flip())
              .seed(record.seed())
              .precision(record.precision())
              .compiled(record.compiled())
              .directory(run);
      return options.train(training, samples, whole, Training::resume);
    }
  }
}
