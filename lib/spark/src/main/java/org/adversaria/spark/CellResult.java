package org.adversaria.spark;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.Table;

/**
 * How a cell ended: its file {@code result.json}.
 *
 * @param cell the name of its folder below {@code cells/}
 * @param method the method's name
 * @param preset the preset's name
 * @param seed of all random numbers
 * @param state {@code finished} or {@code failed}
 * @param reason why it failed; empty if it finished
 * @param steps the steps done
 * @param seconds of training, of all processes that trained it
 * @param host the machine that trained it last
 * @param threads of an operation there
 * @param scalars the last values of the terms of its log
 * @param asked the scores that were asked for, and of how many samples; empty without scores
 * @param scores the scores by the names that tables have for them
 * @param features where the features of the scores came from, with the start of their fingerprint;
 *     scores of different ones do not compare. Empty without scores
 */
public record CellResult(
    String cell,
    String method,
    String preset,
    long seed,
    String state,
    String reason,
    long steps,
    double seconds,
    String host,
    int threads,
    Map<String, Double> scalars,
    String asked,
    Map<String, Double> scores,
    String features) {

  static final String FINISHED = "finished";
  static final String FAILED = "failed";

  /**
   * Copies the maps.
   *
   * @param cell the name of its folder
   * @param method the method's name
   * @param preset the preset's name
   * @param seed of all random numbers
   * @param state {@code finished} or {@code failed}
   * @param reason why it failed
   * @param steps the steps done
   * @param seconds of training
   * @param host the machine that trained it last
   * @param threads of an operation there
   * @param scalars the last values of the terms of its log
   * @param asked the scores that were asked for
   * @param scores the scores
   * @param features where the features of the scores came from
   */
  public CellResult {
    scalars = new TreeMap<>(scalars);
    scores = new TreeMap<>(scores);
  }

  /**
   * Tells whether the cell has all its numbers.
   *
   * @return false if it failed
   */
  public boolean finished() {
    return state.equals(FINISHED);
  }

  /** What a reader wants to know first: the scores, or the last terms of the log without scores. */
  Map<String, Double> headline() {
    return scores.isEmpty() ? scalars : scores;
  }

  /** Adds a column for each name of numbers; a row without the number has none. */
  static void addNumbers(Table table, List<Map<String, Double>> rows) {
    Set<String> names = new TreeSet<>();
    rows.forEach(row -> names.addAll(row.keySet()));
    for (String name : names) {
      var column = DoubleColumn.create(name);
      rows.forEach(row -> column.append(row.get(name)));
      table.addColumns(column);
    }
  }
}
