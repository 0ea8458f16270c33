package org.adversaria.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.adversaria.data.ImageData;
import org.adversaria.data.Loader;
import org.adversaria.models.Generator;
import org.adversaria.nn.SafeTensors;
import org.adversaria.nn.StateDict;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.AtomicFile;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Precision;
import org.adversaria.torch.Text;
import org.adversaria.torch.Torch;

/** One run: the networks and everything that changes while they train. */
final class TrainingLoop {

  private static final String OPTIMIZER = "-optimizer";

  /** Steps whose scalars are read together. */
  private static final int FLUSH_EVERY = 10;

  /** A player with the state of its optimizer. */
  private record Seat(Player player, NDList parameters, Optimizer.Updates updates) {}

  private final Training training;
  private final Path directory;
  private final NDManager manager;
  private final Generator generator;
  private final List<Seat> seats;
  private final Map<String, TorchBlock> memories;
  private final Optional<AveragedGenerator> average;
  private final Checkpoints checkpoints;
  private final PendingScalars pending = new PendingScalars();
  private final int batchesPerStep;
  private final Networks networks;
  private NDArray labels;
  private RunRecord record;
  private ScalarLog log = new ScalarLog();
  private long done;
  private double secondsBefore;
  private long startedNanos;

  /** A loop whose networks have their first values, which follow from the run's seed. */
  static TrainingLoop of(Training training, Path directory, RunRecord record) {
    return Torch.seeded(
        Seeds.of(training.seed(), Seeds.INITIALIZATION),
        () -> new TrainingLoop(training, directory, record));
  }

  private TrainingLoop(Training training, Path directory, RunRecord record) {
    this.training = training;
    this.directory = directory;
    this.record = record;
    manager = NDManager.newBaseManager(training.device(), "PyTorch");
    checkpoints = new Checkpoints(directory, training.keep());
    if (training.device().isGpu()) {
      Torch.tuneConvolutions(true);
    }
    generator = training.method().newGenerator();
    List<Player> players = training.method().players(generator);
    players.forEach(player -> player.network().initialize(manager));
    memories = memories(players);
    memories.values().forEach(memory -> memory.initialize(manager));
    seats = players.stream().map(TrainingLoop::seat).toList();
    batchesPerStep = players.stream().mapToInt(Player::updates).max().orElseThrow();
    networks = new Networks(training.compiled(), training.precision());
    average = training.method().averaging().map(this::averaged);
  }

  /** What lazy terms remember, by the names of their files in a checkpoint. */
  private static Map<String, TorchBlock> memories(List<Player> players) {
    var memories = new LinkedHashMap<String, TorchBlock>();
    for (Player player : players) {
      for (LazyTerm term : player.lazy()) {
        if (term.memory() != null) {
          memories.put(player.name() + "-" + term.name(), term.memory());
        }
      }
    }
    return memories;
  }

  private static Seat seat(Player player) {
    TorchBlock network = player.network();
    return new Seat(player, network.trainable(), player.optimizer().bind(network));
  }

  private AveragedGenerator averaged(Method.Averaging averaging) {
    Generator copy = training.method().newGenerator();
    copy.initialize(manager);
    return new AveragedGenerator(generator, copy, averaging);
  }

  /** Takes the place of the newest checkpoint of the recorded run. */
  TrainingLoop restored(RunRecord recorded) throws IOException {
    Path checkpoint =
        checkpoints
            .newest()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        Text.format(
                            "The run in %s has no checkpoint yet: delete it and start again",
                            directory)));
    for (Seat seat : seats) {
      String name = seat.player().name();
      StateDict.load(seat.player().network(), Checkpoints.file(checkpoint, name));
      restore(seat.updates().state(), Checkpoints.file(checkpoint, name + OPTIMIZER));
    }
    for (var memory : memories.entrySet()) {
      StateDict.load(memory.getValue(), Checkpoints.file(checkpoint, memory.getKey()));
    }
    if (average.isPresent()) {
      StateDict.load(average.get().network(), Checkpoints.file(checkpoint, Checkpoints.AVERAGE));
    }
    log = Checkpoints.log(checkpoint);
    done = Checkpoints.steps(checkpoint);
    secondsBefore = recorded.seconds();
    return this;
  }

  private void restore(Map<String, NDArray> state, Path file) throws IOException {
    try (NDManager scratch = manager.newSubManager()) {
      StateDict.load(state, SafeTensors.read(file, scratch), file.toString());
    }
  }

  Run run() throws IOException {
    startedNanos = System.nanoTime();
    Files.createDirectories(directory);
    writeRecord("running");
    try (var stop = new StopSignal();
        var progress = new ProgressPrinter(training.steps(), done);
        var loader = loader()) {
      report();
      while (done < training.steps() && !stop.raised()) {
        Torch.seeded(Seeds.of(training.seed(), done), () -> step(done, loader));
        requirePrecision();
        done++;
        // An interrupt that came during the step must not reach the files and reports that follow.
        stop.raised();
        afterStep(stop);
        progress.to(done);
      }
      checkpoint(stop);
      writeRecord(done < training.steps() ? "stopped" : "finished");
      if (done < training.steps()) {
        tellHowToResume();
      }
    } catch (PendingScalars.NotFinite e) {
      writeRecord("failed");
      manager.close();
      throw new TrainingException(explain(e));
    }
    return result();
  }

  /** A method that does not take the run's precision would compute in 32 bits unnoticed. */
  private void requirePrecision() {
    if (training.precision() != Precision.FP32 && !networks.used()) {
      throw new IllegalStateException(
          Text.format(
              "%s computes in fp32 only: leave its precision at fp32", training.method().name()));
    }
  }

  private Loader loader() {
    return Loader.builder(training.data())
        .batchSize(training.method().batchSize())
        .seed(training.seed())
        .flip(training.flip())
        .build();
  }

  /** All turns of a step; its randomness is drawn from (seed, step) alone. */
  private void step(long step, Loader loader) {
    pending.begin(step);
    int parts = training.method().accumulations();
    for (Seat seat : seats) {
      Player player = seat.player();
      long first = step * batchesPerStep;
      for (int update = 0; update < player.updates(); update++) {
        update(seat, player.objective(), 1, step, (first + update) * parts, loader);
      }
      for (LazyTerm term : player.lazy()) {
        if (step % term.interval() == 0) {
          update(seat, term.objective(), term.interval(), step, first * parts, loader);
        }
      }
    }
    average.ifPresent(a -> a.follow(step));
  }

  /**
   * One update, by the mean gradient over as many turns as the method accumulates, times a factor.
   */
  private void update(
      Seat seat,
      Function<Turn, Terms> objective,
      int factor,
      long step,
      long firstBatch,
      Loader loader) {
    int parts = training.method().accumulations();
    try (var scope = new NDScope()) {
      NDList gradients = turn(seat, objective, step, firstBatch, loader);
      for (int part = 1; part < parts; part++) {
        try (var inner = new NDScope()) {
          NDList more = turn(seat, objective, step, firstBatch + part, loader);
          for (int i = 0; i < gradients.size(); i++) {
            gradients.get(i).addi(more.get(i));
          }
        }
      }
      if (factor != parts) {
        gradients.forEach(gradient -> gradient.muli((float) factor / parts));
      }
      seat.updates().apply(gradients, step);
    }
  }

  /** Lets a player move once; its gradients belong to the open scope. */
  private NDList turn(
      Seat seat, Function<Turn, Terms> objective, long step, long batch, Loader loader) {
    try (var recording = Autograd.record()) {
      int size = training.method().batchSize();
      var turn =
          new Turn(step, size, manager, () -> loader.batch(batch, manager), this::labels, networks);
      Terms terms = objective.apply(turn);
      pending.take(terms.named());
      return Autograd.grad(terms.total(), seat.parameters());
    }
  }

  /** The labels of all images, made when they are first asked for. */
  private NDArray labels() {
    if (labels == null) {
      ImageData data = training.data();
      labels = manager.create(IntStream.range(0, data.size()).mapToLong(data::label).toArray());
      NDScope.unregister(labels);
    }
    return labels;
  }

  private void afterStep(StopSignal stop) throws IOException, PendingScalars.NotFinite {
    boolean reports = training.reportEvery() > 0 && done % training.reportEvery() == 0;
    boolean last = done == training.steps();
    if (done % FLUSH_EVERY == 0 || reports || last) {
      pending.flush(log);
    }
    if (done % training.checkpointEvery() == 0) {
      checkpoint(stop);
      writeRecord("running");
    }
    if (reports || last) {
      reportUntilInterrupted(stop);
    }
  }

  private void checkpoint(StopSignal stop) throws IOException, PendingScalars.NotFinite {
    pending.flush(log);
    try {
      save();
    } catch (ClosedByInterruptException e) {
      // The interrupt came while writing. What was begun is not a checkpoint; write it again.
      stop.raised();
      save();
    }
  }

  private void save() throws IOException {
    Map<String, Map<String, NDArray>> groups = new LinkedHashMap<>();
    for (Seat seat : seats) {
      groups.put(seat.player().name(), seat.player().network().stateDict());
      groups.put(seat.player().name() + OPTIMIZER, seat.updates().state());
    }
    memories.forEach((name, memory) -> groups.put(name, memory.stateDict()));
    average.ifPresent(a -> groups.put(Checkpoints.AVERAGE, a.network().stateDict()));
    checkpoints.save(done, groups, log);
    AtomicFile.write(directory.resolve("log.csv"), log::write);
  }

  /** A report that an interrupt ends early, as in writing a file, must not cost the checkpoint. */
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
    try (NDManager scratch = manager.newSubManager();
        var paused = Autograd.pause()) {
      training
          .reporter()
          .accept(
              new Report(
                  done,
                  training.steps(),
                  Duration.ofNanos(System.nanoTime() - startedNanos),
                  log.table(),
                  bestGenerator(),
                  playersNetworks(),
                  scratch,
                  training.seed()));
    }
  }

  private Generator bestGenerator() {
    return average.map(AveragedGenerator::network).orElse(generator);
  }

  private void writeRecord(String state) throws IOException {
    double seconds = secondsBefore + (System.nanoTime() - startedNanos) / 1e9;
    record = record.progressed(state, done, seconds);
    record.write(directory);
  }

  private void tellHowToResume() throws IOException {
    String path = directory.toString().replace("\\", "\\\\").replace("\"", "\\\"");
    System.out.println(
        Text.format(
            "Stopped after step %d of %d with the checkpoint %s.%n"
                + "To go on, the same training with these calls in place of start():%n"
                + "    .directory(Path.of(\"%s\")).resume()",
            done, training.steps(), checkpoints.newest().orElseThrow(), path));
  }

  private String explain(PendingScalars.NotFinite cause) throws IOException {
    String kept =
        checkpoints
            .newest()
            .map(path -> "The last good checkpoint is " + path)
            .orElse("There is no checkpoint yet");
    return Text.format(
        "The run stopped: %s. %s. A smaller learning rate, another loss or a regularizer may help.",
        cause.getMessage(), kept);
  }

  private Map<String, TorchBlock> playersNetworks() {
    var named = new LinkedHashMap<String, TorchBlock>();
    seats.forEach(seat -> named.put(seat.player().name(), seat.player().network()));
    return named;
  }

  private Run result() {
    return new Run(record, directory, manager, bestGenerator(), playersNetworks(), log.table());
  }
}
