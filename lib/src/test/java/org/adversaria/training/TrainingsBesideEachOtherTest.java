package org.adversaria.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.adversaria.data.GaussianMixture;
import org.adversaria.data.ImageData;
import org.adversaria.data.Shapes;
import org.adversaria.methods.ConditionalGan;
import org.adversaria.methods.MixtureExperiment;
import org.adversaria.methods.MixtureObjective;
import org.adversaria.metrics.DataClassifier;
import org.adversaria.metrics.Evaluation;
import org.adversaria.models.Generator;
import org.adversaria.models.Sampler;
import org.adversaria.models.Sampling;
import org.adversaria.torch.Torch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** PyTorch's random generator is one for the process: whoever draws from it, all get their own. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@Tag("slow")
class TrainingsBesideEachOtherTest {

  private static final ImageData DATA =
      Shapes.builder().resolution(16).channels(1).size(200).build();
  private static final MixtureExperiment ON_A_LINE =
      new MixtureExperiment(
          GaussianMixture.overlapping1d(),
          new MixtureExperiment.Settings(
              2, 10, 8, 24, 3, 20, 2, new Optimizer.Adam(2e-3, 0.5, 0.999), 50));
  private static final int STEPS = 30;

  @TempDir static Path folder;
  private static Run first;
  private static Run second;

  private final ExecutorService threads = Executors.newCachedThreadPool();

  private static Training training(String directory, long seed) {
    return Training.of(ConditionalGan.builder(DATA).preset("quick").build())
        .on(DATA)
        .steps(STEPS)
        .seed(seed)
        .checkpointEvery(10)
        .directory(folder.resolve(directory));
  }

  @BeforeAll
  static void trainAlone() throws IOException {
    System.setProperty("adversaria.data", folder.resolve("files").toString());
    first = training("first", 1).start();
    second = training("second", 2).start();
  }

  @AfterAll
  static void free() {
    first.close();
    second.close();
    System.clearProperty("adversaria.data");
  }

  @AfterEach
  void endThreads() {
    threads.shutdownNow();
  }

  private static void assertSame(Run actual, Run expected) throws IOException {
    assertThat(Files.readString(actual.directory().resolve("log.csv")))
        .isEqualTo(Files.readString(expected.directory().resolve("log.csv")));
    for (String player : List.of(GanNetworks.GENERATOR, GanNetworks.DISCRIMINATOR)) {
      expected
          .network(player)
          .stateDict()
          .forEach(
              (name, array) ->
                  assertThat(actual.network(player).stateDict().get(name).toByteArray())
                      .as(name)
                      .isEqualTo(array.toByteArray()));
    }
  }

  @RepeatedTest(3)
  void twoTrainingsGiveTheNumbersOfEachAlone() throws Exception {
    var start = new CyclicBarrier(2);
    String trial = Files.createTempDirectory(folder, "trial").toString();
    Future<Run> one = threads.submit(() -> after(start, training(trial + "/one", 1)));
    Future<Run> two = threads.submit(() -> after(start, training(trial + "/two", 2)));
    try (Run a = one.get();
        Run b = two.get()) {
      assertSame(a, first);
      assertSame(b, second);
    }
  }

  private static Run after(CyclicBarrier start, Training training) throws Exception {
    start.await();
    return training.start();
  }

  /** What else of the library seeds and draws: results by their names. */
  private static Map<String, Callable<Object>> others() {
    Generator generator = first.generator();
    return Map.of(
        "samples of a run", () -> drawn(generator),
        "samples batch by batch", () -> batches(generator),
        "an evaluation",
            () -> Evaluation.of(generator).against(DATA).samples(100).fid().run().value("FID"),
        "a classifier", () -> DataClassifier.train(DATA, 5, 4).fingerprint(),
        "the experiment on a line",
            () -> ON_A_LINE.run(MixtureObjective.adcGan(), 1).spreadError());
  }

  private static String drawn(Generator generator) {
    try (NDManager manager = NDManager.newBaseManager()) {
      return Arrays.toString(Sampler.byClass(generator, manager, 2, 7).toFloatArray());
    }
  }

  private static List<Float> batches(Generator generator) {
    var means = new ArrayList<Float>();
    Sampling.ofSeed(3)
        .batches(20)
        .standing(2, 10)
        .forEachBatch(
            generator,
            Sampling.labels(10, 60, 1),
            (images, labels) -> means.add(images.mean().getFloat()));
    return means;
  }

  @Test
  void whatDrawsBesideATrainingDrawsAsAloneAndDoesNotDisturbIt() throws Exception {
    Map<String, Object> alone = results();
    var start = new CyclicBarrier(2);
    Future<Run> training = threads.submit(() -> after(start, training("beside", 2)));
    start.await();
    int rounds = 0;
    do {
      assertThat(results()).isEqualTo(alone);
      rounds++;
    } while (!training.isDone());
    try (Run run = training.get()) {
      assertSame(run, second);
    }
    assertThat(rounds).isPositive();
  }

  @Test
  void aTrainingThatWaitsForItsTurnStopsAtAnInterruptWithItsCheckpoint() throws Exception {
    var begun = new CountDownLatch(1);
    var thread = new AtomicReference<Thread>();
    Future<Run> waiting =
        threads.submit(
            () -> {
              thread.set(Thread.currentThread());
              return training("interrupted", 2)
                  .reportEvery(1, report -> begun.countDown())
                  .steps(1_000_000)
                  .start();
            });
    begun.await();
    Torch.seeded(
        3,
        () -> {
          thread.get().interrupt();
          assertThat(waiting.isDone()).isFalse();
        });
    try (Run stopped = waiting.get()) {
      assertThat(stopped.record().state()).isEqualTo("stopped");
      Checkpoint newest =
          new Checkpoints(folder.resolve("interrupted"), 2).newestWhole().orElseThrow();
      assertThat(stopped.record().stepsDone()).isEqualTo(newest.steps());
    }
  }

  private static Map<String, Object> results() throws Exception {
    var results = new TreeMap<String, Object>();
    for (var other : others().entrySet()) {
      results.put(other.getKey(), other.getValue().call());
    }
    return results;
  }

  @Test
  void whatAReportDrawsDoesNotDisturbItsTraining() throws Exception {
    Map<String, Object> alone = results();
    List<Long> reports = new ArrayList<>();
    Consumer<Report> reporter =
        report -> {
          reports.add(report.step());
          assertThat(report.samples(1).getShape().get(0)).isEqualTo(10);
          try (Run nested = training("nested-" + report.step(), 1).start()) {
            assertSame(nested, first);
            assertThat(results()).isEqualTo(alone);
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        };
    try (Run run = training("reporting", 2).reportEvery(15, reporter).start()) {
      assertSame(run, second);
    }
    assertThat(reports).containsExactly(0L, 15L, 30L);
  }
}
