package org.adversaria.cli;

import ai.djl.Device;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.adversaria.data.TrainingData;
import org.adversaria.torch.Text;
import org.adversaria.torch.Torch;
import org.adversaria.training.Report;
import org.adversaria.training.Run;
import org.adversaria.training.RunRecord;
import org.adversaria.training.Training;
import org.adversaria.training.TrainingProgress;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** How a training is watched and kept, in the commands that train. */
final class TrainingOptions {

  private static final int PICTURES = 20;

  /** Between lines of progress where there is no terminal that a line could be written over. */
  private static final Duration PAUSE = Duration.ofSeconds(15);

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--pictures-every",
      paramLabel = "STEPS",
      description =
          "Steps between pictures of samples, which go to RUN/pictures and to RUN/report.html. By"
              + " default there are 20 in the run.")
  private Long picturesEvery;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "STEPS",
      defaultValue = "1000",
      description = "Steps between checkpoints. By default ${DEFAULT-VALUE}.")
  private long checkpointEvery;

  @Option(
      names = "--keep",
      paramLabel = "N",
      defaultValue = "2",
      description = "How many checkpoints are kept. By default ${DEFAULT-VALUE}.")
  private int keep;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "The threads of an operation on the CPU. By default one for each core.")
  private Integer threads;

  @Mixin private DeviceOption device;

  @Option(
      names = "--json",
      description = "Prints one JSON object about the run at its end, in place of text.")
  private boolean json;

  private long lineNanos = System.nanoTime() - PAUSE.toNanos();

  /** The device of the networks. */
  Device device() {
    return device.get();
  }

  /** How a training is begun: {@link Training#start} or {@link Training#resume}. */
  interface Beginning {

    Run begin(Training training) throws IOException;
  }

  /** Trains with these options, prints the progress, and keeps pictures and the page. */
  int train(Training training, TrainingData data, long steps, Beginning beginning)
      throws IOException {
    requirePositive("--steps", steps);
    requirePositive("--checkpoint-every", checkpointEvery);
    requirePositive("--keep", keep);
    if (picturesEvery != null) {
      requirePositive("--pictures-every", picturesEvery);
    }
    if (threads != null) {
      requirePositive("--threads", threads);
      Torch.setThreads(threads);
    }
    long interval = picturesEvery == null ? Math.max(1, steps / PICTURES) : picturesEvery;
    training
        .steps(steps)
        .device(device())
        .checkpointEvery(checkpointEvery)
        .keep(keep)
        .onProgress(this::show);
    var board = new SampleBoard(data);
    try (Run run =
        beginning.begin(training.reportEvery(interval, report -> picture(report, board)))) {
      endLine();
      RunPage.update(run.directory());
      tell(run);
      return run.record().state().equals("finished") ? 0 : Main.FAILURE;
    }
  }

  private void requirePositive(String option, long value) {
    if (value < 1) {
      throw new ParameterException(
          spec.commandLine(), Text.format("%s: at least 1, not %d", option, value));
    }
  }

  private void picture(Report report, SampleBoard board) {
    try {
      if (report.step() == 0) {
        RunPage.real(report.directory(), board.real());
        endLine();
        err().println("run: " + report.directory());
      }
      RunPage.samples(report.directory(), report.step(), board.samples(report));
      RunPage.update(report.directory());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One line that is written over on a terminal, else a line now and then. */
  private void show(TrainingProgress progress) {
    boolean terminal = System.console() != null;
    boolean last = progress.step() == progress.steps();
    if (!terminal && !last && System.nanoTime() - lineNanos < PAUSE.toNanos()) {
      return;
    }
    lineNanos = System.nanoTime();
    String line = line(progress);
    if (terminal) {
      err().print("\r" + line + "\u001b[K");
      err().flush();
    } else {
      err().println(line);
    }
  }

  /** With the losses, or all terms of a method that calls none so. */
  private static String line(TrainingProgress progress) {
    boolean named = progress.scalars().keySet().stream().anyMatch(TrainingOptions::isLoss);
    String terms =
        progress.scalars().entrySet().stream()
            .filter(each -> !named || isLoss(each.getKey()))
            .map(
                each ->
                    Text.format(
                        ", %s %.3g", each.getKey().replace("loss_", "loss of "), each.getValue()))
            .collect(Collectors.joining());
    return Text.format(
        "step %,d of %,d, %.0f images/s, %s left%s",
        progress.step(),
        progress.steps(),
        progress.samplesPerSecond(),
        Durations.text(progress.left().toMillis() / 1e3),
        terms);
  }

  private static boolean isLoss(String name) {
    return name.startsWith("loss");
  }

  private void endLine() {
    if (System.console() != null) {
      err().print("\r\u001b[K");
      err().flush();
    }
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }

  private void tell(Run run) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    RunRecord record = run.record();
    if (json) {
      var summary = new LinkedHashMap<String, Object>();
      summary.put("run", run.directory().toString());
      summary.put("method", record.method());
      summary.put("state", record.state());
      summary.put("steps", record.stepsDone());
      summary.put("seconds", record.seconds());
      summary.put("last", last(run));
      summary.put("report", RunPage.file(run.directory()).toString());
      out.println(new ObjectMapper().writeValueAsString(summary));
    } else {
      out.println(
          Text.format(
              "%s after %,d steps in %s: %s",
              record.state(),
              record.stepsDone(),
              Durations.text(record.seconds()),
              run.directory()));
      out.println("page: " + RunPage.file(run.directory()));
    }
    out.flush();
  }

  /** The last value of each term of the log. */
  private static Map<String, Double> last(Run run) {
    var last = new LinkedHashMap<String, Double>();
    int row = run.log().rowCount() - 1;
    run.log().columnNames().stream()
        .filter(name -> row >= 0 && !name.equals("step"))
        .filter(name -> !run.log().column(name).isMissing(row))
        .forEach(name -> last.put(name, run.log().numberColumn(name).getDouble(row)));
    return last;
  }
}
