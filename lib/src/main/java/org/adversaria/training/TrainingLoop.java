package org.adversaria.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;
import org.adversaria.data.BatchSource;
import org.adversaria.data.ConditionSource;
import org.adversaria.nn.SafeTensors;
import org.adversaria.nn.StateDict;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Precision;
import org.adversaria.torch.Text;
import org.adversaria.torch.Torch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The state of one run, and the loop over its steps. */
final class TrainingLoop {

  private static final Logger LOG = LoggerFactory.getLogger(TrainingLoop.class);

  private static final String OPTIMIZER = "-optimizer";

  /** Steps whose scalars are read together. */
  private static final int FLUSH_EVERY = 10;

  /** A player with the state of its optimizer. */
  private record ActivePlayer(Player player, NDList parameters, Optimizer.Updates updates) {}

  private final Training training;
  private final RunFiles files;
  private final NDManager manager;
  private final Map<String, TorchBlock> networks;
  private final LongConsumer afterStep;
  private final List<ActivePlayer> activePlayers;
  private final Map<String, AveragedNetwork> averages = new LinkedHashMap<>();
  private final PendingScalars pending = new PendingScalars();
  private ConditionSource conditions;
  private long stepsDone;
  private long batchesDone;
  private double secondsBefore;
  private long startedNanos;
  private long firstStep;
  private long firstBatch;

  /** A loop with initialised networks; the run's seed determines their weights. */
  static TrainingLoop of(Training training, RunFiles files) {
    ScalarLog.prepareTables();
    return Torch.seeded(
        Seeds.of(training.seed(), Seeds.INITIALIZATION),
        () -> new TrainingLoop(training, files, training.method()));
  }

  private <N extends Networks> TrainingLoop(Training training, RunFiles files, Method<N> method) {
    this.training = training;
    this.files = files;
    manager = NDManager.newBaseManager(training.device(), "PyTorch");
    if (training.device().isGpu()) {
      Torch.tuneConvolutions(true);
    }
    N methodNetworks = method.newNetworks();
    networks = methodNetworks.byName();
    afterStep = step -> method.afterStep(methodNetworks, step);
    List<Player> players = method.players(methodNetworks);
    players.forEach(player -> player.network().initialize(manager));
    networks.values().forEach(network -> network.initialize(manager));
    activePlayers = players.stream().map(TrainingLoop::active).toList();
    requireStored();
    if (training.compiled()) {
      compile(training.precision());
    }
    if (!method.averaging().equals(Averaging.NONE)) {
      Map<String, TorchBlock> copies = method.newNetworks().averaged();
      methodNetworks
          .averaged()
          .forEach((name, network) -> averages.put(name, averaged(network, copies.get(name))));
    }
  }

  /** What a checkpoint lacked would begin anew when the run is resumed, and nobody would see it. */
  private void requireStored() {
    Set<NDArray> stored = Collections.newSetFromMap(new IdentityHashMap<>());
    networks.values().forEach(network -> stored.addAll(network.stateDict().values()));
    Set<String> names = new HashSet<>();
    for (ActivePlayer active : activePlayers) {
      String name = active.player().name();
      if (!names.add(name)) {
        throw new IllegalStateException(Text.format("Two players are named '%s'", name));
      }
      if (!stored.containsAll(active.parameters())) {
        throw new IllegalStateException(
            Text.format(
                "The network of the player '%s' is not among those of byName(), %s, which"
                    + " checkpoints hold",
                name, networks.keySet()));
      }
    }
  }

  private void compile(Precision precision) {
    networks.values().forEach(network -> network.compile(precision));
  }

  private static ActivePlayer active(Player player) {
    TorchBlock network = player.network();
    return new ActivePlayer(player, network.trainable(), player.optimizer().bind(network));
  }

  private AveragedNetwork averaged(TorchBlock network, TorchBlock copy) {
    copy.initialize(manager);
    return new AveragedNetwork(network, copy, training.method().averaging());
  }

  /**
   * Loads the newest whole checkpoint of the recorded run. A run without one, as it was stopped
   * before the first, begins at its first step.
   */
  TrainingLoop restored(RunRecord recorded) throws IOException {
    try {
      Optional<Checkpoint> newest = files.restore();
      if (newest.isPresent()) {
        restore(newest.get());
        secondsBefore = recorded.seconds();
      } else {
        LOG.warn("{} has no checkpoint: the run begins at its first step", files.directory());
      }
      return this;
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private void restore(Checkpoint checkpoint) throws IOException {
    for (var group : groups().entrySet()) {
      restore(group.getValue(), checkpoint.file(group.getKey()));
    }
    stepsDone = checkpoint.steps();
    batchesDone = LongStream.range(0, stepsDone).map(this::batchesOf).sum();
  }

  private void restore(Map<String, NDArray> state, Path file) throws IOException {
    try (NDManager scratch = manager.newSubManager()) {
      StateDict.load(state, SafeTensors.read(file, scratch), file.toString());
    }
  }

  /**
   * Trains. A run that does not come to its first step leaves no file; any other that fails keeps
   * its checkpoints, and its record says how it ended.
   */
  Run run() throws IOException {
    startedNanos = System.nanoTime();
    firstStep = stepsDone;
    firstBatch = batchesDone;
    try (BatchSource batches = ready()) {
      return run(batches);
    }
  }

  /** Everything that may refuse the run, before a file is written. */
  private BatchSource ready() throws IOException {
    try {
      files.requireRoom(checkpointsToCome(), groups());
      return batches();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private Run run(BatchSource batches) throws IOException {
    try (var stop = new StopSignal();
        var progress = new ProgressPrinter(training, stepsDone)) {
      record("running", stop);
      steps(stop, progress, batches);
      checkpoint(stepsDone < training.steps() ? "stopped" : "finished", stop);
      if (stepsDone < training.steps()) {
        printHowToResume();
      }
    } catch (PendingScalars.NotFinite e) {
      var failed = new TrainingException(explain(e));
      end("failed", failed);
      throw failed;
    } catch (IOException e) {
      IOException stopped = stepsDone == 0 ? e : notWritten(e);
      end("stopped", stopped);
      throw stopped;
    } catch (RuntimeException | Error e) {
      end(files.record().state().equals("stopped") ? "stopped" : "failed", e);
      throw e;
    }
    compileForUse();
    return result();
  }

  private void steps(StopSignal stop, ProgressPrinter progress, BatchSource batches)
      throws IOException, PendingScalars.NotFinite {
    reportUntilInterrupted(stop);
    while (stepsDone < training.steps() && !stop.raised()) {
      Torch.seeded(Seeds.of(training.seed(), stepsDone), () -> step(stepsDone, batches));
      requirePrecision();
      stepsDone++;
      // An interrupt that came during the step must not reach the files and reports that follow.
      stop.raised();
      afterStep(stop);
      progress.to(stepsDone);
    }
  }

  /** At the interval and at the end. */
  private long checkpointsToCome() {
    long interval = training.checkpointEvery();
    return (training.steps() + interval - 1) / interval - stepsDone / interval;
  }

  /** Outside of steps networks compute in float32 in every precision. */
  private void compileForUse() {
    if (training.precision() != Precision.FP32) {
      compile(Precision.FP32);
    }
  }

  /**
   * Fails if no network ran in the run's precision, as when a method bypasses the compiled ones.
   */
  private void requirePrecision() {
    if (training.precision() != Precision.FP32
        && networks.values().stream()
            .noneMatch(network -> network.ranCompiled(training.precision()))) {
      throw new IllegalStateException(
          Text.format(
              "%s computes in fp32 only: leave its precision at fp32", training.method().name()));
    }
  }

  private BatchSource batches() {
    return training.data().batches(training.method().batchSize(), training.seed(), training.flip());
  }

  /** The number of batches of a step: that of the player with the most updates. */
  private long batchesOf(long step) {
    return activePlayers.stream()
        .mapToInt(active -> active.player().updates().applyAsInt(step))
        .max()
        .orElseThrow();
  }

  /** All updates of a step. Its random numbers depend on (seed, step) only. */
  private void step(long step, BatchSource batches) {
    pending.begin(step);
    int parts = training.method().accumulations();
    for (ActivePlayer active : activePlayers) {
      Player player = active.player();
      int updates = player.updates().applyAsInt(step);
      for (int update = 0; update < updates; update++) {
        update(active, player.objective(), 1, step, (batchesDone + update) * parts, batches);
        unrecorded(() -> player.afterUpdate().accept(player.network()));
      }
      for (LazyTerm term : player.lazy()) {
        if (step % term.interval() == 0) {
          update(active, term.objective(), term.interval(), step, batchesDone * parts, batches);
        }
      }
    }
    batchesDone += batchesOf(step);
    unrecorded(() -> afterStep.accept(step));
    averages.values().forEach(average -> average.update(step));
  }

  /** What is done to the networks is not recorded, and arrays that are made for it are freed. */
  private static void unrecorded(Runnable change) {
    try (var scope = new NDScope();
        var paused = Autograd.pause()) {
      change.run();
    }
  }

  /** One update, by the mean gradient over the method's accumulated batches, times a factor. */
  private void update(
      ActivePlayer active,
      Function<Step, Terms> objective,
      int factor,
      long step,
      long firstBatch,
      BatchSource batches) {
    int parts = training.method().accumulations();
    try (var scope = new NDScope()) {
      NDList gradients = gradients(active, objective, step, firstBatch, batches);
      if (parts > 1 || factor > 1) {
        // PyTorch returns one array twice where two parameters have the same gradient.
        gradients.replaceAll(NDArray::duplicate);
      }
      for (int part = 1; part < parts; part++) {
        try (var inner = new NDScope()) {
          NDList partGradients = gradients(active, objective, step, firstBatch + part, batches);
          for (int i = 0; i < gradients.size(); i++) {
            gradients.get(i).addi(partGradients.get(i));
          }
        }
      }
      if (factor != parts) {
        gradients.forEach(gradient -> gradient.muli((float) factor / parts));
      }
      active.updates().apply(gradients, step);
    }
  }

  /** The gradients of a player's objective on one batch; they belong to the open scope. */
  private NDList gradients(
      ActivePlayer active,
      Function<Step, Terms> objective,
      long number,
      long batch,
      BatchSource batches) {
    try (var gradientMode = Autograd.record()) {
      int size = training.method().batchSize();
      var step =
          new Step(number, size, manager, () -> batches.batch(batch, manager), this::conditions);
      Terms terms = objective.apply(step);
      pending.add(active.player().name(), terms.logged());
      return Autograd.grad(terms.total(), active.parameters());
    }
  }

  /** Conditions of generated samples; the first call creates their source. */
  private NDArray conditions(int count) {
    if (conditions == null) {
      conditions = training.data().conditionSource(manager);
    }
    return conditions.draw(count);
  }

  private void afterStep(StopSignal stop) throws IOException, PendingScalars.NotFinite {
    boolean reports = training.reportEvery() > 0 && stepsDone % training.reportEvery() == 0;
    boolean last = stepsDone == training.steps();
    if (stepsDone % FLUSH_EVERY == 0 || reports || last) {
      pending.flush(files.log());
      training.listener().ifPresent(listener -> listener.accept(progress()));
    }
    if (stepsDone % training.checkpointEvery() == 0) {
      checkpoint("running", stop);
    }
    if (reports || last) {
      reportAfterStep(stop);
    }
  }

  private TrainingProgress progress() {
    long nanos = System.nanoTime() - startedNanos;
    long samples =
        (batchesDone - firstBatch)
            * training.method().accumulations()
            * training.method().batchSize();
    return new TrainingProgress(
        stepsDone,
        training.steps(),
        stepsDone - firstStep,
        Duration.ofNanos(nanos),
        1e9 * samples / nanos,
        files.log().last());
  }

  private void checkpoint(String state, StopSignal stop)
      throws IOException, PendingScalars.NotFinite {
    pending.flush(files.log());
    // A run that ends writes its last checkpoint again, with the record of its end.
    boolean told = stepsDone < training.steps() || !state.equals("running");
    uninterrupted(
        stop,
        () -> {
          files.checkpoint(state, stepsDone, seconds(), groups());
          if (told) {
            training.checkpointListener().written(files.directory(), stepsDone);
          }
          return null;
        });
  }

  private void record(String state, StopSignal stop) throws IOException {
    uninterrupted(
        stop,
        () -> {
          files.writeRecord(state, stepsDone, seconds());
          return null;
        });
  }

  /** Writes files; an interrupt that comes meanwhile stops the run after them. */
  private static void uninterrupted(StopSignal stop, Interrupts.Work<Void> writing)
      throws IOException {
    try {
      Interrupts.apart(writing);
    } finally {
      stop.raised();
    }
  }

  /** The arrays of a checkpoint by the names of its files. */
  private Map<String, Map<String, NDArray>> groups() {
    Map<String, Map<String, NDArray>> groups = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    networks.forEach((name, network) -> put(groups, name, network.stateDict()));
    activePlayers.forEach(
        active -> put(groups, active.player().name() + OPTIMIZER, active.updates().state()));
    averages.forEach(
        (name, average) -> put(groups, Checkpoint.average(name), average.network().stateDict()));
    return groups;
  }

  private static void put(
      Map<String, Map<String, NDArray>> groups, String name, Map<String, NDArray> arrays) {
    if (!Checkpoint.isGroup(name) || groups.put(name, arrays) != null) {
      throw new IllegalStateException(
          Text.format(
              "'%s' cannot be a file of a checkpoint, or is one already: give the network or the"
                  + " player another name",
              name));
    }
  }

  /** A report that fails must not lose the steps before it. */
  private void reportAfterStep(StopSignal stop) {
    try {
      reportUntilInterrupted(stop);
    } catch (RuntimeException | Error e) {
      try {
        checkpoint("stopped", stop);
      } catch (IOException | PendingScalars.NotFinite | RuntimeException | Error alsoFailed) {
        e.addSuppressed(alsoFailed);
      }
      throw e;
    }
  }

  /** Reports. An interrupt that ends the report early stops the run, with its checkpoint. */
  private void reportUntilInterrupted(StopSignal stop) {
    try {
      report();
    } catch (RuntimeException e) {
      if (!StopSignal.isInterruption(e)) {
        throw e;
      }
      stop.interrupt();
    }
  }

  private void report() {
    if (training.reportEvery() == 0) {
      return;
    }
    compileForUse();
    try (NDManager scratch = manager.newSubManager();
        var paused = Autograd.pause()) {
      training
          .reporter()
          .accept(
              new Report(
                  stepsDone,
                  training.steps(),
                  Duration.ofNanos(System.nanoTime() - startedNanos),
                  files.log().table(),
                  files.directory(),
                  trained(),
                  scratch,
                  training.seed()));
    } finally {
      if (training.compiled()) {
        compile(training.precision());
      }
    }
  }

  private double seconds() {
    return secondsBefore + (System.nanoTime() - startedNanos) / 1e9;
  }

  /** Frees the networks, and records how the run ended; nothing if it did no step. */
  private void end(String state, Throwable cause) {
    close();
    // Java closes the files of an interrupted thread, also that which holds the directory.
    boolean interrupted = Thread.interrupted();
    try {
      if (stepsDone == 0) {
        files.forget();
      } else {
        files.writeLastRecord(state, stepsDone, seconds());
      }
    } catch (IOException e) {
      cause.addSuppressed(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  void close() {
    manager.close();
  }

  private IOException notWritten(IOException cause) {
    return new IOException(
        Text.format(
            "The run stopped after step %d of %d, since a file could not be written: %s. %s. When"
                + " the cause is mended, such as a full disk, resume() goes on",
            stepsDone, training.steps(), cause.getMessage(), files.lastGood()),
        cause);
  }

  private void printHowToResume() {
    String path = files.directory().toString().replace("\\", "\\\\").replace("\"", "\\\"");
    System.out.println(
        Text.format(
            "Stopped after step %d of %d with the checkpoint %s.%n%s",
            stepsDone,
            training.steps(),
            files.lastCheckpoint().orElseThrow().path(),
            files.record().data().origin().isEmpty() ? inJava(path) : inTerminal(path)));
  }

  private static String inJava(String path) {
    return Text.format(
        "To go on, the same training with these calls in place of start():%n"
            + "    .directory(Path.of(\"%s\")).resume()",
        path);
  }

  private static String inTerminal(String path) {
    return Text.format("To go on:%n    adversaria resume \"%s\"", path);
  }

  private String explain(PendingScalars.NotFinite cause) {
    return Text.format(
        "The run stopped: %s. %s. A smaller learning rate, another loss or a regularizer may help.",
        cause.getMessage(), files.lastGood());
  }

  private TrainedNetworks trained() {
    var averaged = new LinkedHashMap<String, TorchBlock>();
    averages.forEach((name, average) -> averaged.put(name, average.network()));
    return new TrainedNetworks(networks, averaged);
  }

  private Run result() {
    return new Run(files.record(), files.directory(), manager, trained(), files.log().table());
  }
}
