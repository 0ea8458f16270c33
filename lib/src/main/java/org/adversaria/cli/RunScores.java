package org.adversaria.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.adversaria.metrics.EvaluationReport;
import org.adversaria.torch.AtomicFile;
import org.adversaria.torch.Text;

/**
 * The scores that {@code evaluate} has given a run: {@code evaluations.json} in its directory.
 *
 * @param time when, ISO 8601
 * @param step of the evaluated checkpoint
 * @param source of the samples: the run's name, and what is not as usual about its weights
 * @param against the name of the real data
 * @param samples the number of samples
 * @param score the score's label
 * @param value the score
 */
record RunScores(
    String time,
    long step,
    String source,
    String against,
    int samples,
    String score,
    double value) {

  private static final String FILE = "evaluations.json";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** Adds the scores of an evaluation to those of a run. */
  static void add(Path run, long step, EvaluationReport report) throws IOException {
    var all = new ArrayList<>(read(run));
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    report
        .scores()
        .forEach(
            score ->
                all.add(
                    new RunScores(
                        now,
                        step,
                        report.name(),
                        report.settings().reference(),
                        report.settings().samples(),
                        score.label(),
                        score.value())));
    AtomicFile.write(run.resolve(FILE), JSON.writeValueAsBytes(all));
  }

  /**
   * The scores of a run, oldest first; none where it was not evaluated.
   *
   * @throws IOException if the file is damaged; the message names it
   */
  static List<RunScores> read(Path run) throws IOException {
    Path file = run.resolve(FILE);
    if (Files.notExists(file)) {
      return List.of();
    }
    try {
      return List.of(JSON.readValue(Files.readAllBytes(file), RunScores[].class));
    } catch (JsonProcessingException | NullPointerException e) {
      throw new IOException(Text.format("%s is damaged: remove it", file), e);
    }
  }

  /** The scores of the newest evaluation. */
  static List<RunScores> last(Path run) throws IOException {
    List<RunScores> all = read(run);
    return all.isEmpty()
        ? all
        : all.stream().filter(each -> each.time().equals(all.get(all.size() - 1).time())).toList();
  }
}
