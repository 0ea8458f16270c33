package org.adversaria.spark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.adversaria.data.ImageOptions;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import tech.tablesaw.api.Table;

/**
 * Builder of a sweep: trainings of methods x presets x seeds on the same data.
 *
 * <pre>{@code
 * SparkSession spark = SparkSessions.create("local[*]");
 * SweepResult result = Sweep.of("adc-gan", "ac-gan").presets("small").seeds(1, 2, 3)
 *     .on("shapes-32").steps(2000).evaluate(e -> e.fid().intraFid())
 *     .out(Path.of("results")).run(spark);
 * show(result.summary());
 * }</pre>
 *
 * <p>Each cell, one method with one preset and one seed, is a {@link
 * org.adversaria.training.Training} whose run is kept below {@code cells/} in the place of the
 * results, a folder that all machines of the session share or an object store. A cell that has a
 * result is not trained again, also not by another sweep with the same place: it is found by a
 * digest of everything its networks depend on. Where other scores are asked for, these are computed
 * of the same networks. A cell whose process died goes on from its last checkpoint; one that fails,
 * since a term is not finite or memory is lacking, is a row of the results with its reason.
 *
 * <p>On one kind of processor and with one number of threads a cell has the same numbers wherever
 * it is trained.
 */
public final class Sweep {

  private List<String> methods;
  private List<String> presets = SweepFile.DEFAULTS.presets();
  private List<Long> seeds = SweepFile.DEFAULTS.seeds();
  private String data = SweepFile.DEFAULTS.data();
  private ImageOptions images = SweepFile.DEFAULTS.images();
  private boolean flip = SweepFile.DEFAULTS.flip();
  private long steps = SweepFile.DEFAULTS.steps();
  private final Map<String, Object> settings = new TreeMap<>();
  private String precision = SweepFile.DEFAULTS.precision();
  private long checkpointEvery = SweepFile.DEFAULTS.checkpointEvery();
  private List<String> scores = SweepFile.DEFAULTS.scores();
  private int samples = SweepFile.DEFAULTS.samples();
  private Function<Configuration, SweepStore> out = place("results");
  private boolean retryFailed;
  private Consumer<CellResult> listener = cell -> {};
  private Consumer<Table> watcher = cells -> {};

  private Sweep(List<String> methods) {
    this.methods = methods;
  }

  /**
   * Returns a builder of a sweep.
   *
   * @param methods names of {@link org.adversaria.methods.Methods}
   * @return a builder with every other setting at its default
   */
  public static Sweep of(String... methods) {
    return new Sweep(List.of(methods));
  }

  /**
   * Reads a sweep.
   *
   * @param file such as {@code sweep.json}
   * @return the sweep
   * @throws IllegalArgumentException if the file is not that of a sweep, has an unknown key or a
   *     wrong value; the message names the file, the key and what there is
   * @throws IOException if the file cannot be read
   */
  public static Sweep read(Path file) throws IOException {
    SweepFile read = SweepFile.read(file);
    var sweep = new Sweep(read.methods());
    sweep.presets = read.presets();
    sweep.seeds = read.seeds();
    sweep.data = read.data();
    sweep.images = read.images();
    sweep.flip = read.flip();
    sweep.steps = read.steps();
    sweep.settings.putAll(read.settings());
    sweep.precision = read.precision();
    sweep.checkpointEvery = read.checkpointEvery();
    sweep.scores = read.scores();
    sweep.samples = read.samples();
    return sweep;
  }

  /**
   * Writes the sweep to a file, for {@link #read} and the command {@code adversaria sweep}.
   *
   * @param file such as {@code sweep.json}; an older one is replaced
   * @throws IllegalArgumentException if something is missing or wrong
   * @throws IOException if it cannot be written
   */
  public void write(Path file) throws IOException {
    file().write(file);
  }

  /**
   * Sets the presets, which have no default.
   *
   * @param names presets that every method has
   * @return this
   */
  public Sweep presets(String... names) {
    presets = List.of(names);
    return this;
  }

  /**
   * Sets the seeds.
   *
   * @param values a run for each; 0 by default
   * @return this
   */
  public Sweep seeds(long... values) {
    seeds = Arrays.stream(values).boxed().toList();
    return this;
  }

  /**
   * Sets the data, which have no default.
   *
   * @param nameOrPath as {@link org.adversaria.data.Datasets#open} takes it; a path is the same on
   *     all machines
   * @return this
   */
  public Sweep on(String nameOrPath) {
    return on(nameOrPath, ImageOptions.standard());
  }

  /**
   * Sets the data, which have no default.
   *
   * @param nameOrPath as {@link org.adversaria.data.Datasets#open} takes it; a path is the same on
   *     all machines
   * @param options how images of a path are read
   * @return this
   */
  public Sweep on(String nameOrPath, ImageOptions options) {
    data = Objects.requireNonNull(nameOrPath);
    images = Objects.requireNonNull(options);
    return this;
  }

  /**
   * Mirrors images left to right at random.
   *
   * @param mirrored false by default
   * @return this
   */
  public Sweep flip(boolean mirrored) {
    flip = mirrored;
    return this;
  }

  /**
   * Sets the steps of each run.
   *
   * @param count at least 1; 1000 by default
   * @return this
   */
  public Sweep steps(long count) {
    steps = count;
    return this;
  }

  /**
   * Changes a setting of all methods.
   *
   * @param path such as {@code recipe.batchSize}, see {@link org.adversaria.config.SettingsPaths}
   * @param value a number, a truth value or a text
   * @return this
   */
  public Sweep set(String path, Object value) {
    settings.put(path, value);
    return this;
  }

  /**
   * Sets the precision of convolutions and matrix products.
   *
   * @param name {@code fp32}, the default, or {@code bf16}
   * @return this
   */
  public Sweep precision(String name) {
    precision = Objects.requireNonNull(name);
    return this;
  }

  /**
   * Sets the steps between checkpoints: so many a cell loses at most whose process dies.
   *
   * @param interval at least 1; 1000 by default
   * @return this
   */
  public Sweep checkpointEvery(long interval) {
    checkpointEvery = interval;
    return this;
  }

  /**
   * Sets the scores of the trained generators against the data.
   *
   * @param request names them, such as {@code e -> e.fid().intraFid()}; it is called here and now,
   *     and not on other machines
   * @return this
   */
  public Sweep evaluate(UnaryOperator<Scores> request) {
    scores = request.apply(new Scores()).names();
    return this;
  }

  /**
   * Sets the number of samples for the scores.
   *
   * @param count at least 1; 10,000 by default
   * @return this
   */
  public Sweep samples(int count) {
    samples = count;
    return this;
  }

  /**
   * Sets the folder of the results.
   *
   * @param folder one that all machines share; {@code results} by default
   * @return this
   */
  public Sweep out(Path folder) {
    Objects.requireNonNull(folder);
    out = configuration -> SweepFolder.create(folder);
    return this;
  }

  /**
   * Sets where the results go.
   *
   * @param folderOrUri a folder that all machines share, or a URI such as {@code
   *     s3a://bucket/results} or {@code hdfs://host/results}, whose file system Hadoop finds on the
   *     class path
   * @return this
   */
  public Sweep out(String folderOrUri) {
    out = place(Objects.requireNonNull(folderOrUri));
    return this;
  }

  private static Function<Configuration, SweepStore> place(String folderOrUri) {
    return configuration -> SweepStore.create(folderOrUri, configuration);
  }

  /**
   * Sets whether cells that failed are trained again, from their last checkpoint.
   *
   * @param again false by default
   * @return this
   */
  public Sweep retryFailed(boolean again) {
    retryFailed = again;
    return this;
  }

  /**
   * Sets who is told of each cell that ends.
   *
   * @param consumer is called in the thread that calls {@link #run}; what it throws ends the sweep
   * @return this
   */
  public Sweep onCell(Consumer<CellResult> consumer) {
    listener = Objects.requireNonNull(consumer);
    return this;
  }

  /**
   * Sets who is shown how all cells stand: at the start, and each time that one begins or ends.
   *
   * @param consumer is called in the thread that calls {@link #run}, with a row for each cell:
   *     {@code method}, {@code preset}, {@code seed}, {@code state} ({@code waiting}, {@code
   *     training}, {@code finished} or {@code failed}), {@code seconds}, and the scores, or the
   *     last terms of the logs of a sweep without scores; what it throws ends the sweep
   * @return this
   */
  public Sweep onChange(Consumer<Table> consumer) {
    watcher = Objects.requireNonNull(consumer);
    return this;
  }

  private SweepFile file() {
    var file =
        new SweepFile(
            methods,
            presets,
            seeds,
            data,
            images,
            flip,
            steps,
            settings,
            precision,
            checkpointEvery,
            scores,
            samples);
    file.validate();
    return file.absolute();
  }

  /**
   * Trains and scores all cells that have no result yet, and writes the results.
   *
   * @param spark a session, best one of {@link SparkSessions}: in others a process may train
   *     several cells at a time, which takes longer
   * @return the results of all cells
   * @throws IllegalArgumentException if something is missing or wrong, or the place of the results
   *     cannot hold them
   * @throws IllegalStateException if the session ends, or its master is not reached; cells that
   *     have ended keep their results
   * @throws IOException if a file of the results cannot be read or written
   */
  public SweepResult run(SparkSession spark) throws IOException {
    SweepFile file = file();
    SweepStore store = out.apply(spark.sparkContext().hadoopConfiguration());
    List<Cell> cells = Cells.of(file);
    store.write(file);
    var states = new CellStates(cells);
    for (Cell cell : cells) {
      known(cell, store.cell(cell.id())).ifPresent(states::ended);
    }
    watcher.accept(states.table());
    CellScheduler.train(
        spark.sparkContext(),
        store,
        states.pending(),
        new CellScheduler.Listener() {

          @Override
          public void began(Cell cell) {
            states.began(cell);
            watcher.accept(states.table());
          }

          @Override
          public void ended(CellResult result) {
            states.ended(result);
            listener.accept(result);
            watcher.accept(states.table());
          }
        });
    return SweepResult.write(spark, store, states.results());
  }

  /** How a cell ended before; a failure is forgotten where it is to be tried again. */
  private Optional<CellResult> known(Cell cell, CellStore store) throws IOException {
    Optional<CellResult> known = store.result().filter(cell::isAnsweredBy);
    if (retryFailed && known.isPresent() && !known.get().finished()) {
      store.forgetResult();
      return Optional.empty();
    }
    return known;
  }
}
