package org.adversaria.spark;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.adversaria.config.SettingsJson;
import org.adversaria.data.Datasets;
import org.adversaria.data.ImageData;
import org.adversaria.data.Split;
import org.adversaria.metrics.Evaluation;
import org.adversaria.metrics.EvaluationReport;
import org.adversaria.metrics.FeatureExtractor;
import org.adversaria.metrics.NamedMetric;
import org.adversaria.torch.Text;
import org.adversaria.torch.Torch;
import org.adversaria.training.Method;
import org.adversaria.training.Run;
import org.adversaria.training.RunRecord;
import org.adversaria.training.Training;
import org.adversaria.training.TrainingException;
import org.adversaria.training.TrainingProgress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trains and scores one cell in this process. */
final class CellRunner {

  /** A training ended before its last step because its process or its sweep ends. */
  static final class StoppedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StoppedException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(CellRunner.class);

  private static final int FINGERPRINT = 12;

  private final Cell cell;
  private final SweepStore out;
  private final CellStore store;
  private final int threads;
  private TrainingProgress progress;
  private boolean begun;
  private boolean stopped;

  private CellRunner(Cell cell, SweepStore out, int threads) {
    this.cell = cell;
    this.out = out;
    store = out.cell(cell.id());
    this.threads = threads;
  }

  /**
   * Trains a cell that has no result yet, from its last checkpoint where there is one. A failure is
   * a result.
   *
   * @throws StoppedException if the training was told to stop; the cell goes on another time
   */
  static CellResult run(Cell cell, SweepStore out, int threads) {
    var runner = new CellRunner(cell, out, threads);
    try {
      return runner.held();
    } catch (IOException | RuntimeException e) {
      requireNotStopped(e);
      return runner.failed(reason(e), 0);
    }
  }

  private CellResult held() throws IOException {
    out.requireShared(Host.name());
    try (HeldCell held = store.hold()) {
      Optional<CellResult> known = store.result().filter(cell::isAnsweredBy);
      if (known.isPresent()) {
        return known.get();
      }
      CellResult result = attempt(held);
      // Where nothing is locked another process may have finished the cell meanwhile.
      Optional<CellResult> other =
          result.finished() ? Optional.empty() : store.result().filter(cell::isAnsweredBy);
      if (other.isPresent()) {
        return other.get();
      }
      store.write(result);
      return result;
    }
  }

  /** Whatever a training throws, an error of the memory too, is the cell's own. */
  private CellResult attempt(HeldCell held) throws IOException {
    long before = held.stepsDone();
    if (store.diesAt(before)) {
      return failed(
          Text.format(
              "The last %d processes that %s it died after step %d without a word, as when the"
                  + " machine lacks memory. See the executor's log, give it more memory%s; then run the"
                  + " sweep with --retry-failed",
              CellStore.MOST_DEATHS,
              before < cell.steps() ? "trained" : "scored",
              before,
              before < cell.steps() ? ", or save more often (checkpointEvery)" : ""),
          before);
    }
    try (var end = ProcessEnd.then(this::noteStop)) {
      begin(before);
      return trained(held);
    } catch (Exception | Error e) {
      if (isStop(e)) {
        noteStop();
      }
      requireNotStopped(e);
      return failed(held.named(reason(e)), held.stepsDone());
    }
  }

  private synchronized void begin(long step) throws IOException {
    if (stopped) {
      throw new StoppedException(cell.id() + " was stopped before it began", null);
    }
    store.begin(step);
    begun = true;
  }

  /** A process that was told to stop has not died. */
  private synchronized void noteStop() {
    boolean first = begun && !stopped;
    stopped = true;
    if (!first) {
      return;
    }
    // Java closes a file that an interrupted thread writes to.
    boolean interrupted = Thread.interrupted();
    try {
      store.stop();
    } catch (IOException e) {
      LOG.warn("The end of {} could not be noted: {}", cell.id(), e.toString());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private CellResult trained(HeldCell held) throws IOException {
    Torch.setThreads(threads);
    ImageData data = SweepData.open(cell.data(), cell.images());
    requireSameData(data);
    Method<?> method = cell.newMethod(data);
    requireSameSettings(method);
    Training training =
        held.into(Training.of(method))
            .on(data)
            .steps(cell.steps())
            .seed(cell.seed())
            .flip(cell.flip())
            .precision(cell.precision())
            .checkpointEvery(cell.checkpointEvery())
            .onProgress(told -> progress = told);
    try (Run run = RunRecord.exists(held.run()) ? training.resume() : training.start()) {
      RunRecord record = run.record();
      if (!record.state().equals(CellResult.FINISHED)) {
        throw new StoppedException(
            Text.format("%s was stopped after step %d", cell.id(), record.stepsDone()), null);
      }
      return finished(record, LogRows.last(CellStore.log(held.run())), score(run, data));
    }
  }

  private void requireSameData(ImageData data) {
    if (!data.checksum().equals(cell.checksum())) {
      throw new IllegalStateException(
          Text.format(
              "The data %s on %s are not those that the sweep was started with (checksum %s, not"
                  + " %s): give all machines the same files, or one folder that they share",
              cell.data(), Host.name(), data.checksum(), cell.checksum()));
    }
  }

  private void requireSameSettings(Method<?> method) {
    String here = RunRecord.libraryVersion();
    boolean same =
        Json.write(SettingsJson.write(method.settings())).equals(Json.write(cell.settings()));
    if (!same || !here.equals(cell.version())) {
      throw new IllegalStateException(
          Text.format(
              "%s has the library's version %s, and the sweep was started by %s with other settings:"
                  + " give all machines the same jar",
              Host.name(), here, cell.version()));
    }
  }

  private Optional<EvaluationReport> score(Run run, ImageData data) {
    if (cell.scores().isEmpty()) {
      return Optional.empty();
    }
    Evaluation evaluation = Evaluation.of(run).against(data).samples(cell.samples());
    cell.scores()
        .forEach(
            score ->
                NamedMetric.named(score)
                    .ask(
                        evaluation,
                        () -> Datasets.open(cell.data(), cell.images().withSplit(Split.TEST))));
    try (FeatureExtractor features = EvaluationJob.features(data)) {
      return Optional.of(evaluation.features(features).run());
    }
  }

  private CellResult finished(
      RunRecord record, Map<String, Double> scalars, Optional<EvaluationReport> report) {
    var scores = new LinkedHashMap<String, Double>();
    report.ifPresent(r -> r.scores().forEach(each -> scores.put(each.label(), each.value())));
    return result(
        CellResult.FINISHED,
        "",
        record.stepsDone(),
        record.seconds(),
        scalars,
        scores,
        report.map(r -> features(r.settings())).orElse(""));
  }

  private static String features(EvaluationReport.Settings settings) {
    String print = settings.fingerprint();
    return settings.extractor() + "@" + print.substring(0, Math.min(FINGERPRINT, print.length()));
  }

  private CellResult failed(String reason, long stepsDone) {
    return result(
        CellResult.FAILED,
        reason,
        progress == null ? stepsDone : progress.step(),
        progress == null ? 0 : progress.elapsed().toNanos() / 1e9,
        progress == null ? Map.of() : progress.scalars(),
        Map.of(),
        "");
  }

  private CellResult result(
      String state,
      String reason,
      long steps,
      double seconds,
      Map<String, Double> scalars,
      Map<String, Double> scores,
      String features) {
    return new CellResult(
        cell.id(),
        cell.method(),
        cell.preset(),
        cell.seed(),
        state,
        reason,
        steps,
        seconds,
        Host.name(),
        threads,
        scalars,
        cell.asked(),
        scores,
        features);
  }

  /** What an interrupted thread or an ending process throws says nothing about the cell. */
  private static void requireNotStopped(Throwable e) {
    if (e instanceof StoppedException stopped) {
      throw stopped;
    }
    if (isStop(e)) {
      throw new StoppedException("The cell was stopped", e);
    }
  }

  private static boolean isStop(Throwable e) {
    boolean stop =
        e instanceof StoppedException
            || Thread.currentThread().isInterrupted()
            || ProcessEnd.hasBegun();
    for (Throwable cause = e; cause != null && !stop; cause = cause.getCause()) {
      stop =
          cause instanceof InterruptedException
              || cause instanceof ClosedByInterruptException
              || cause instanceof InterruptedIOException;
    }
    return stop;
  }

  private static String reason(Throwable e) {
    boolean ours =
        e instanceof TrainingException
            || e instanceof IllegalStateException
            || e instanceof IllegalArgumentException;
    String message = Text.visible(String.valueOf(e.getMessage()));
    return ours && e.getMessage() != null ? message : e.getClass().getSimpleName() + ": " + message;
  }
}
