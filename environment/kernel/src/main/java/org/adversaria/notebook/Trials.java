package org.adversaria.notebook;

import ai.djl.ndarray.NDManager;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.adversaria.data.ImageData;
import org.adversaria.figures.Figures;
import org.adversaria.torch.Text;
import org.adversaria.training.Method;
import org.adversaria.training.Report;
import org.adversaria.training.Run;
import org.adversaria.training.Training;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.Table;

/** Several methods on the same data, each trained for the same steps with the same seeds. */
public final class Trials implements AutoCloseable {

  /**
   * Numbers about something.
   *
   * @param <T> about what
   */
  @FunctionalInterface
  public interface Measure<T> {

    /**
     * Measures.
     *
     * @param thing what is measured
     * @return a number for each column
     * @throws Exception if that fails
     */
    double[] of(T thing) throws Exception;
  }

  private final ImageData data;
  private final long steps;
  private final int seeds;
  private final Map<String, List<Run>> runs = new LinkedHashMap<>();
  private final Map<String, List<Rows>> watched = new LinkedHashMap<>();
  private Path folder;
  private int samples = 10;
  private long firstSeed = 1;
  private Measure<Report> measure = report -> new double[0];
  private String[] columns = {"step"};

  Trials(ImageData data, long steps, int seeds) {
    this.data = data;
    this.steps = steps;
    this.seeds = seeds;
  }

  /** Makes the runs' folders here, not in {@code runs}. */
  Trials in(Path path) {
    folder = path;
    return this;
  }

  /**
   * Says how many samples are shown while a method trains.
   *
   * @param number as {@link Live#samples} has it
   * @return this
   */
  public Trials samples(int number) {
    samples = number;
    return this;
  }

  /**
   * Chooses the seeds.
   *
   * @param seed the first one, 1 unless it is set; the others follow it
   * @return this
   */
  public Trials firstSeed(long seed) {
    firstSeed = seed;
    return this;
  }

  /**
   * Says what is measured at each report, ten times in a run.
   *
   * @param numbers takes the measurement; a {@code NDArray} of its report is freed afterwards
   * @param names what the numbers are called
   * @return this
   */
  public Trials watch(Measure<Report> numbers, String... names) {
    measure = numbers;
    columns = Stream.concat(Stream.of("step"), Stream.of(names)).toArray(String[]::new);
    return this;
  }

  /**
   * Trains a method with each seed.
   *
   * @param name what it is called in tables and figures
   * @param method what is trained
   * @return its runs, which stay open until {@link #close}
   * @throws IOException if a run's files cannot be written
   */
  public List<Run> train(String name, Method<?> method) throws IOException {
    return train(name, method, report -> {});
  }

  /**
   * Trains a method with each seed.
   *
   * @param name what it is called in tables and figures
   * @param method what is trained
   * @param look is told of the first seed's reports
   * @return its runs, which stay open until {@link #close}
   * @throws IOException if a run's files cannot be written
   */
  public List<Run> train(String name, Method<?> method, Consumer<Report> look) throws IOException {
    var live = new Live(data).samples(samples);
    runs.put(name, new ArrayList<>());
    watched.put(name, new ArrayList<>());
    for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
      String title = Text.format("%s, seed %d", name, seed);
      var rows = new Rows(title, columns);
      live.titled(title);
      Consumer<Report> looks = seed == firstSeed ? live.andThen(look) : live;
      Training training =
          Training.of(method)
              .on(data)
              .steps(steps)
              .seed(seed)
              .reportEvery(
                  Math.max(1, steps / 10),
                  looks.andThen(report -> rows.add(report.step(), numbers(report))));
      if (folder != null) {
        training.directory(folder.resolve(name + "-" + seed));
      }
      runs.get(name).add(training.start());
      watched.get(name).add(rows);
    }
    return runs(name);
  }

  private double[] numbers(Report report) {
    try {
      return measure.of(report);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * What has been trained.
   *
   * @return the methods' names in their order
   */
  public Set<String> names() {
    return runs.keySet();
  }

  /**
   * A method's runs.
   *
   * @param name its name
   * @return one for each seed
   * @throws IllegalArgumentException if there is no such method
   */
  public List<Run> runs(String name) {
    return List.copyOf(known(runs, name));
  }

  /**
   * What {@link #watch} measured while a method trained with the first seed.
   *
   * @param name its name
   * @return the column {@code step} and one for each number
   * @throws IllegalArgumentException if there is no such method
   */
  public Table watched(String name) {
    return known(watched, name).get(0).table();
  }

  /**
   * One of the numbers that {@link #watch} measured, of all methods.
   *
   * @param column which one
   * @return the column {@code step} and one for each method: means over the seeds
   */
  public Table watchedOfAll(String column) {
    Table table = Table.create(column);
    watched.forEach(
        (name, ofSeeds) -> {
          List<Table> tables = ofSeeds.stream().map(Rows::table).toList();
          if (table.columnCount() == 0) {
            table.addColumns(tables.get(0).column("step").copy());
          }
          DoubleColumn mean = DoubleColumn.create(name);
          for (int row = 0; row < tables.get(0).rowCount(); row++) {
            int at = row;
            mean.append(
                tables.stream()
                    .mapToDouble(each -> each.numberColumn(column).getDouble(at))
                    .average()
                    .orElseThrow());
          }
          table.addColumns(mean);
        });
    return table;
  }

  private <V> V known(Map<String, V> values, String name) {
    V value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          Text.format("%s has not been trained; there are %s", name, runs.keySet()));
    }
    return value;
  }

  /**
   * Measures every run.
   *
   * @param numbers takes the measurement
   * @param names what the numbers are called
   * @return a row for each run: {@code method}, {@code seed} and the numbers
   * @throws Exception if a measurement fails
   */
  public Table scores(Measure<Run> numbers, String... names) throws Exception {
    String title =
        Text.format("after %,d steps, %d seed%s", steps, seeds, seeds == 1 ? "" : "s each");
    var rows =
        new Rows(
            title,
            Stream.concat(Stream.of("method", "seed"), Stream.of(names)).toArray(String[]::new));
    for (Map.Entry<String, List<Run>> method : runs.entrySet()) {
      for (Run run : method.getValue()) {
        List<Object> row = new ArrayList<>(List.of(method.getKey(), run.record().seed()));
        for (double number : numbers.of(run)) {
          row.add(number);
        }
        rows.add(row.toArray());
      }
    }
    return rows.table();
  }

  /**
   * Samples of every method's first seed, from the same latents.
   *
   * @param number as {@link Live#samples} has it
   * @param seed of the latents
   * @return a figure of each, with its name
   */
  public BufferedImage[] pictures(int number, long seed) {
    return runs.entrySet().stream()
        .map(method -> picture(method.getKey(), method.getValue().get(0), number, seed))
        .toArray(BufferedImage[]::new);
  }

  private BufferedImage picture(String name, Run run, int number, long seed) {
    try (NDManager manager = NDManager.newBaseManager()) {
      boolean conditional = run.generator().numClasses() > 0;
      return Figures.titled(
          name,
          conditional
              ? Figures.classGrid(run.samples(manager, number, seed), number, data.classNames())
              : Figures.grid(run.samples(manager, 2 * number, seed), number));
    }
  }

  @Override
  public void close() {
    runs.values().forEach(ofMethod -> ofMethod.forEach(Run::close));
  }
}
