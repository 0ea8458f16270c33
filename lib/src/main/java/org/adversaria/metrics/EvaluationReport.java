package org.adversaria.metrics;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.adversaria.data.Tables;
import org.adversaria.figures.ChartOptions;
import org.adversaria.figures.Figures;
import org.adversaria.metrics.Score.Better;
import org.adversaria.torch.AtomicFile;
import org.adversaria.torch.Text;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * The scores of one {@link Evaluation}, with everything that they depend on.
 *
 * @param name of what was evaluated
 * @param settings what the scores depend on besides it
 * @param scores in the order they were asked for
 * @param classNames the classes of {@link #byClass}; empty where no score is by class
 * @param byClass scores of each class by their label, in the order of the class names
 * @param notes what to know about the scores, a sentence each
 */
public record EvaluationReport(
    String name,
    Settings settings,
    List<Score> scores,
    List<String> classNames,
    Map<String, List<Double>> byClass,
    List<String> notes) {

  private static final int CHART_WIDTH = 440;

  /** Charts are as high as their bars need; this is the least. */
  private static final int CHART_HEIGHT = 120;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * What scores depend on besides the samples' source. Scores of two reports compare where these
   * are equal.
   *
   * @param reference the name of the real data
   * @param checksum of the real data
   * @param realImages the number of real images
   * @param samples the number of samples
   * @param seed of the samples, and of the subsets of both
   * @param sampling how samples were drawn, in words
   * @param extractor the name of the feature extractor
   * @param fingerprint of the feature extractor
   */
  public record Settings(
      String reference,
      String checksum,
      int realImages,
      int samples,
      long seed,
      String sampling,
      String extractor,
      String fingerprint) {}

  /** Collects the scores of an evaluation. */
  static final class Builder {

    private final FeatureExtractor extractor;
    private final List<String> classNames;
    private final List<Score> scores = new ArrayList<>();
    private final Map<String, List<Double>> byClass = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();

    Builder(FeatureExtractor extractor, List<String> classNames) {
      this.extractor = extractor;
      this.classNames = classNames;
    }

    /** Adds a score from the evaluation's extractor. */
    void add(String name, double value, Better better) {
      add(name, extractor.label(name), value, better);
    }

    /** Adds a score from the evaluation's extractor. */
    void add(String name, Estimate estimate, Better better) {
      scores.add(
          new Score(name, extractor.label(name), estimate.mean(), estimate.deviation(), better));
    }

    /** Adds a score that is printed under another label. */
    void add(String name, String label, double value, Better better) {
      scores.add(new Score(name, label, value, null, better));
    }

    /** Adds the mean of a score over classes, and the score of each class. */
    void addByClass(String name, double[] values, Better better) {
      add(name, Estimate.of(values), better);
      column(extractor.label(name), Arrays.stream(values).boxed().toList());
    }

    /** Adds a number for each class. */
    void column(String label, List<Double> values) {
      byClass.put(label, values);
    }

    /** Adds what to know about the scores. */
    void note(String sentence) {
      notes.add(sentence);
    }

    EvaluationReport build(String name, Settings settings) {
      return new EvaluationReport(
          name,
          settings,
          List.copyOf(scores),
          byClass.isEmpty() ? List.of() : classNames,
          byClass,
          List.copyOf(notes));
    }
  }

  /**
   * Returns a score.
   *
   * @param score its name or its label, such as {@code FID} or {@code FID[shapes-classifier]}
   * @return the score
   * @throws IllegalArgumentException if the report has none of that name; the message lists them
   */
  public double value(String score) {
    return find(score)
        .map(Score::value)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    Text.format(
                        "The evaluation of %s has no score '%s'; it has %s",
                        name, score, scores.stream().map(Score::name).toList())));
  }

  private Optional<Score> find(String score) {
    return scores.stream().filter(s -> s.name().equals(score) || s.label().equals(score)).findAny();
  }

  /**
   * Returns the scores as a table.
   *
   * @return a row for each score: {@code score}, {@code value}, {@code deviation} over subsets,
   *     splits or classes (missing where there is none), {@code better}
   */
  public Table table() {
    var deviation = DoubleColumn.create("deviation");
    scores.forEach(score -> deviation.append(score.deviation()));
    return Tables.plain(
        Table.create(
            title(),
            StringColumn.create("score", scores.stream().map(Score::label)),
            DoubleColumn.create("value", scores.stream().mapToDouble(Score::value)),
            deviation,
            StringColumn.create("better", scores.stream().map(s -> s.better().toString()))));
  }

  private String title() {
    return Text.format(
        "%s: %,d samples against %,d images of %s",
        name, settings.samples(), settings.realImages(), settings.reference());
  }

  /**
   * Returns the scores of each class.
   *
   * @return a row for each class: {@code class}, and a column for each score that is by class; no
   *     column but the first where none is
   */
  public Table classes() {
    Table table = Table.create(title(), StringColumn.create("class", classNames));
    byClass.forEach((label, values) -> table.addColumns(DoubleColumn.create(label, values)));
    return Tables.plain(table);
  }

  /**
   * Returns reports side by side.
   *
   * @param reports one or more against the same data
   * @return a row for each score: {@code score}, {@code better}, and a column for each report under
   *     its name, missing where a report does not have the score
   * @throws IllegalArgumentException if the reports are against different data, or two have one
   *     name
   */
  public static Table compare(List<EvaluationReport> reports) {
    requireComparable(reports);
    Map<String, Better> scores = new LinkedHashMap<>();
    reports.forEach(report -> report.scores.forEach(s -> scores.put(s.label(), s.better())));
    Table table =
        Table.create(
            "against " + reports.get(0).settings.reference(),
            StringColumn.create("score", scores.keySet()),
            StringColumn.create("better", scores.values().stream().map(Better::toString)));
    for (EvaluationReport report : reports) {
      var column = DoubleColumn.create(report.name);
      scores
          .keySet()
          .forEach(label -> column.append(report.find(label).map(Score::value).orElse(null)));
      table.addColumns(column);
    }
    return Tables.plain(table);
  }

  private static void requireComparable(List<EvaluationReport> reports) {
    Set<String> references =
        reports.stream().map(r -> r.settings.checksum()).collect(Collectors.toSet());
    if (references.size() > 1) {
      throw new IllegalArgumentException(
          "Scores against different data do not compare: "
              + reports.stream().map(r -> r.name + " against " + r.settings.reference()).toList());
    }
    List<String> names = reports.stream().map(EvaluationReport::name).toList();
    if (Set.copyOf(names).size() < names.size()) {
      throw new IllegalArgumentException(
          Text.format(
              "Reports side by side need different names, but these are %s: use Evaluation.named",
              names));
    }
  }

  /**
   * Draws this report beside others: a small chart for each score, which says what is better, and
   * in it a bar for each report, with an error bar of {@link Score#deviation} to either side where
   * the score has one.
   *
   * @param others reports against the same data
   * @return the figure, two charts wide
   * @throws IllegalArgumentException if the reports are against different data
   */
  public BufferedImage figure(EvaluationReport... others) {
    var reports = new ArrayList<>(List.of(this));
    reports.addAll(List.of(others));
    List<BufferedImage> charts =
        compare(reports).stringColumn("score").asList().stream()
            .map(label -> chart(label, reports))
            .toList();
    List<BufferedImage> rows = new ArrayList<>();
    for (int i = 0; i < charts.size(); i += 2) {
      rows.add(
          Figures.beside(
              charts.subList(i, Math.min(i + 2, charts.size())).toArray(BufferedImage[]::new)));
    }
    return Figures.stack(rows.toArray(BufferedImage[]::new));
  }

  private static BufferedImage chart(String label, List<EvaluationReport> reports) {
    var values = DoubleColumn.create(label);
    var deviations = DoubleColumn.create("deviation");
    for (EvaluationReport report : reports) {
      Optional<Score> score = report.find(label);
      values.append(score.map(Score::value).orElse(null));
      deviations.append(score.map(Score::deviation).orElse(null));
    }
    Table bars =
        Table.create(
            StringColumn.create("name", reports.stream().map(EvaluationReport::name)),
            values,
            deviations);
    Better better =
        reports.stream().flatMap(r -> r.find(label).stream()).findFirst().orElseThrow().better();
    String title = Text.format("%s, %s is better", label, better);
    var options = ChartOptions.defaults().title(title).size(CHART_WIDTH, CHART_HEIGHT);
    return Figures.bars(bars, "name", label, "deviation", options);
  }

  /**
   * Writes the report, whole or not at all: as CSV the {@link #table()}, as JSON everything.
   *
   * @param file with the ending .csv or .json; folders are made, an older file is replaced
   * @throws IllegalArgumentException if the file's name has another ending
   * @throws IOException if it cannot be written
   */
  public void save(Path file) throws IOException {
    String lower = file.toString().toLowerCase(Locale.ROOT);
    byte[] content;
    if (lower.endsWith(".csv")) {
      content = table().write().toString("csv").getBytes(StandardCharsets.UTF_8);
    } else if (lower.endsWith(".json")) {
      content = JSON.writeValueAsBytes(this);
    } else {
      throw new IllegalArgumentException(
          Text.format("A report is saved as .csv or .json, and %s is neither", file));
    }
    AtomicFile.write(file, content);
  }
}
