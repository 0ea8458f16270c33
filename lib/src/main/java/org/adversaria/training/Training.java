package org.adversaria.training;

import ai.djl.Device;
import ai.djl.engine.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.adversaria.config.SettingsJson;
import org.adversaria.config.Types;
import org.adversaria.data.ImageData;
import org.adversaria.data.TrainingData;
import org.adversaria.torch.EngineCheck;
import org.adversaria.torch.Precision;
import org.adversaria.torch.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builder of a training run.
 *
 * <pre>{@code
 * var run = Training.of(method).on(data).steps(2000).seed(1)
 *     .reportEvery(100, report -> panel.update(Figures.progress(report)))
 *     .start();
 * }</pre>
 *
 * <p>The run's directory holds {@code run.json}, {@code log.csv} and {@code checkpoints/}. An
 * interrupt of the thread or Ctrl-C stops the run after its current step with a checkpoint; {@link
 * #resume()} continues from the newest one; on the CPU the results equal those of an uninterrupted
 * run, bit by bit.
 *
 * <p>One training at a time has a directory; another, also one of another process, is refused.
 * Checkpoints are forced to the disk and carry checksums of their files: a process that is killed,
 * or a loss of power, costs the steps since the last one. A checkpoint takes the bytes of all
 * networks, averaged weights and optimizer states (with Adam about three times those of the
 * networks), and the disk needs room for {@link #keep} + 1 of them, which is asked for at the
 * start. A run whose files cannot be written stops, and resumes when they can.
 *
 * <p>Runs in several threads of one process alternate step by step, and each has the results it has
 * alone, see {@link org.adversaria.torch.Torch#seeded}. Two processes are faster.
 */
public final class Training {

  private static final Logger LOG = LoggerFactory.getLogger(Training.class);

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

  /** Is told of a run's checkpoints. */
  @FunctionalInterface
  public interface CheckpointListener {

    /**
     * Is called in the training thread when a checkpoint is whole and the run's record and log are
     * those of its step. Where an interrupt ended the call it is called again.
     *
     * @param directory the run's directory; nothing in it changes during the call
     * @param steps the steps done
     * @throws IOException ends the run as one of a file that cannot be written does
     */
    void written(Path directory, long steps) throws IOException;
  }

  private final Method<?> method;
  private TrainingData data;
  private long steps = 1000;
  private long seed;
  private boolean flip;
  private Path directory;
  private boolean compiled = true;
  private Precision precision = Precision.FP32;
  private long checkpointEvery = 1000;
  private int keep = 2;
  private long reportEvery;
  private Consumer<Report> reporter = report -> {};
  private Consumer<TrainingProgress> listener;
  private CheckpointListener checkpointListener = (directory, steps) -> {};
  private Map<String, Object> origin = Map.of();
  private Device device = Engine.getEngine("PyTorch").defaultDevice();

  private Training(Method<?> method) {
    this.method = method;
  }

  /**
   * Returns a builder of a run.
   *
   * @param method the method to train
   * @return a builder with every other setting at its default
   */
  public static Training of(Method<?> method) {
    return new Training(method);
  }

  /**
   * Sets the data to train on, which has no default.
   *
   * @param samples images of classes, or any arrays
   * @return this
   */
  public Training on(TrainingData samples) {
    data = samples;
    return this;
  }

  /**
   * Sets the number of steps; in each, every player has its updates.
   *
   * @param count at least 1; 1000 by default
   * @return this
   * @throws IllegalArgumentException if the count is less than 1
   */
  public Training steps(long count) {
    steps = requirePositive("steps", count);
    return this;
  }

  /**
   * Sets the seed of all random numbers.
   *
   * @param value any value; 0 by default
   * @return this
   */
  public Training seed(long value) {
    seed = value;
    return this;
  }

  /**
   * Mirrors images left to right at random.
   *
   * @param mirrored false by default
   * @return this
   */
  public Training flip(boolean mirrored) {
    flip = mirrored;
    return this;
  }

  /**
   * Sets the directory of the run's files.
   *
   * @param path a directory without a run, or the one to resume; by default a new one under {@code
   *     runs/}, named after the method and the time in UTC
   * @return this
   */
  public Training directory(Path path) {
    directory = path;
    return this;
  }

  /**
   * Sets the steps between checkpoints; there is one at the end in any case.
   *
   * @param interval at least 1; 1000 by default
   * @return this
   * @throws IllegalArgumentException if the interval is less than 1
   */
  public Training checkpointEvery(long interval) {
    checkpointEvery = requirePositive("checkpointEvery", interval);
    return this;
  }

  /**
   * Sets the number of checkpoints to keep.
   *
   * @param count at least 1; 2 by default
   * @return this
   * @throws IllegalArgumentException if the count is less than 1
   */
  public Training keep(int count) {
    keep = (int) requirePositive("keep", count);
    return this;
  }

  /**
   * Sets a consumer of reports, which is called before the first step, at the interval, and after
   * the last step.
   *
   * @param interval steps between reports, at least 1
   * @param consumer is called in the training thread; random numbers it draws do not change the
   *     run's
   * @return this
   * @throws IllegalArgumentException if the interval is less than 1
   */
  public Training reportEvery(long interval, Consumer<Report> consumer) {
    reportEvery = requirePositive("reportEvery", interval);
    reporter = Objects.requireNonNull(consumer);
    return this;
  }

  /**
   * Sets a listener of the progress, in place of the bar on a terminal.
   *
   * @param consumer is called in the training thread every few steps
   * @return this
   */
  public Training onProgress(Consumer<TrainingProgress> consumer) {
    listener = Objects.requireNonNull(consumer);
    return this;
  }

  /**
   * Sets a listener of the checkpoints, which copies them to another place, for example.
   *
   * @param listener is told of each checkpoint, of the last when the run has ended; an exception
   *     ends the run, which keeps the checkpoint and resumes
   * @return this
   */
  public Training onCheckpoint(CheckpointListener listener) {
    checkpointListener = Objects.requireNonNull(listener);
    return this;
  }

  /**
   * Sets what the run's record tells about where its data came from. It changes no result.
   *
   * @param options as a command of the terminal opens the data again; none by default
   * @return this
   */
  public Training origin(Map<String, Object> options) {
    origin = new TreeMap<>(options);
    return this;
  }

  /**
   * Sets whether networks are compiled: traced once to a script, which makes a forward pass one
   * native call. Results are the same within rounding.
   *
   * @param enabled true by default; false to run networks operation by operation, for a debugger
   * @return this
   */
  public Training compiled(boolean enabled) {
    compiled = enabled;
    return this;
  }

  /**
   * Sets the precision of convolutions and matrix products. Parameters, statistics, losses and
   * optimizer state are in float32 in every precision. A run is resumed in its own precision.
   *
   * @param name {@code fp32}, the default, or {@code bf16}, which needs compiled networks
   * @return this
   * @throws IllegalArgumentException if there is no such precision
   */
  public Training precision(String name) {
    precision = Precision.named(name);
    return this;
  }

  /**
   * Sets the device.
   *
   * @param value by default the first GPU, or the CPU where there is none
   * @return this
   */
  public Training device(Device value) {
    device = value;
    return this;
  }

  /**
   * Trains from the first step.
   *
   * @return the run, finished or stopped
   * @throws TrainingException if a term of an objective is not finite
   * @throws IllegalStateException if the directory holds a run, or is in use; the message tells by
   *     whom
   * @throws IOException if a file cannot be written, or the disk lacks room for the checkpoints
   */
  public Run start() throws IOException {
    try (RunDirectory held = directory == null ? newDirectory() : RunDirectory.hold(directory)) {
      if (RunRecord.exists(held.path())) {
        throw new IllegalStateException(
            Text.format(
                "%s holds a run already: call resume() to go on with it (adversaria resume in a terminal),"
                    + " or choose another directory",
                held.path()));
      }
      return loop(held, newRecord()).run();
    }
  }

  private RunDirectory newDirectory() throws IOException {
    String time = STAMP.format(LocalDateTime.now(ZoneOffset.UTC));
    return RunDirectory.holdNew(Path.of("runs"), method.name() + "-" + time);
  }

  private TrainingLoop loop(RunDirectory held, RunRecord record) {
    return TrainingLoop.of(this, new RunFiles(held, keep, record));
  }

  /**
   * Continues the run in the directory from its newest whole checkpoint. Damaged ones are passed
   * over with a warning that says what is wrong; a run without checkpoints begins at its first
   * step. Data are the same if their checksum is, whatever their name.
   *
   * @return the run, finished or stopped
   * @throws TrainingException if a term of an objective is not finite
   * @throws IllegalStateException if the recorded run has other settings, data or seed; the message
   *     lists the differences. If the directory is in use; the message tells by whom
   * @throws IOException if there is no run, all checkpoints are damaged, a file cannot be written,
   *     or the disk lacks room for the checkpoints
   */
  public Run resume() throws IOException {
    Objects.requireNonNull(directory, "Set the directory of the run to resume");
    try (RunDirectory held = RunDirectory.hold(directory)) {
      RunRecord recorded = RunRecord.readOrRecover(directory);
      RunRecord current = newRecord();
      List<String> differences = current.differences(recorded);
      if (!differences.isEmpty()) {
        throw new IllegalStateException(
            Text.format(
                "The run in %s was another one:%n  %s",
                directory, String.join("\n  ", differences)));
      }
      return loop(held, current).restored(recorded).run();
    }
  }

  private RunRecord newRecord() {
    if (precision != Precision.FP32 && !compiled) {
      throw new IllegalStateException(
          Text.format(
              "precision(\"%s\") needs compiled networks, but compiled(false) is set", precision));
    }
    Objects.requireNonNull(data, "Set the data to train on: Training.of(method).on(data)");
    var record =
        new RunRecord(
            method.name(),
            Types.name(Method.class, method.getClass()),
            SettingsJson.write(method.settings()),
            newData(),
            seed,
            steps,
            device.toString(),
            precision.toString(),
            compiled,
            EngineCheck.report(precision),
            RunRecord.currentVersions(),
            "running",
            0,
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
            0);
    warnIfLost(record);
    data.notes().forEach(note -> LOG.warn("{}", note));
    return record;
  }

  private RunRecord.Data newData() {
    List<String> classNames = data instanceof ImageData images ? images.classNames() : List.of();
    return new RunRecord.Data(data.name(), data.size(), data.checksum(), flip, classNames, origin);
  }

  /** What is missing to open the run again is told before the training, and not after it. */
  private static void warnIfLost(RunRecord record) {
    try {
      record.newMethod();
    } catch (IllegalArgumentException e) {
      LOG.warn("SavedRun will not open this run: {}", e.getMessage());
    }
  }

  private static long requirePositive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " has to be at least 1, but is " + value);
    }
    return value;
  }

  boolean compiled() {
    return compiled;
  }

  Precision precision() {
    return precision;
  }

  Method<?> method() {
    return method;
  }

  TrainingData data() {
    return data;
  }

  long steps() {
    return steps;
  }

  long seed() {
    return seed;
  }

  boolean flip() {
    return flip;
  }

  long checkpointEvery() {
    return checkpointEvery;
  }

  int keep() {
    return keep;
  }

  long reportEvery() {
    return reportEvery;
  }

  Consumer<Report> reporter() {
    return reporter;
  }

  Optional<Consumer<TrainingProgress>> listener() {
    return Optional.ofNullable(listener);
  }

  CheckpointListener checkpointListener() {
    return checkpointListener;
  }

  Device device() {
    return device;
  }
}
