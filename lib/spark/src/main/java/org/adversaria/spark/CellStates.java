package org.adversaria.spark;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.adversaria.data.Tables;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** How the cells of a sweep stand while it runs. */
final class CellStates {

  private static final String WAITING = "waiting";
  private static final String TRAINING = "training";

  private final List<Cell> cells;
  private final Map<String, String> states = new LinkedHashMap<>();
  private final Map<String, CellResult> results = new LinkedHashMap<>();

  /** All cells wait. */
  CellStates(List<Cell> cells) {
    this.cells = List.copyOf(cells);
    cells.forEach(cell -> states.put(cell.id(), WAITING));
  }

  /** A process begins with a cell. */
  void began(Cell cell) {
    if (!results.containsKey(cell.id())) {
      states.put(cell.id(), TRAINING);
    }
  }

  /** A cell has ended, now or in a former sweep. */
  void ended(CellResult result) {
    results.put(result.cell(), result);
    states.put(result.cell(), result.state());
  }

  /** The cells without a result. */
  List<Cell> pending() {
    return cells.stream().filter(cell -> !results.containsKey(cell.id())).toList();
  }

  /** The results in the order of the cells. */
  List<CellResult> results() {
    return cells.stream().map(cell -> results.get(cell.id())).filter(Objects::nonNull).toList();
  }

  /**
   * A row for each cell; one that has not ended has no numbers. Scores stand without the name of
   * their features: all cells of a sweep on one machine have the same.
   */
  Table table() {
    Table table =
        Table.create(
            "cells",
            texts("method", Cell::method),
            texts("preset", Cell::preset),
            LongColumn.create("seed", cells.stream().mapToLong(Cell::seed)),
            texts("state", cell -> states.get(cell.id())));
    DoubleColumn seconds = DoubleColumn.create("seconds");
    results(CellResult::seconds).forEach(value -> seconds.append(value.orElse(null)));
    table.addColumns(seconds);
    CellResult.addNumbers(
        table,
        results(CellResult::headline).map(numbers -> shortened(numbers.orElse(Map.of()))).toList());
    return Tables.plain(table);
  }

  /** FID[shapes-classifier] as FID. */
  private static Map<String, Double> shortened(Map<String, Double> numbers) {
    var shortened = new LinkedHashMap<String, Double>();
    numbers.forEach((name, value) -> shortened.put(name.replaceFirst("\\[.*", ""), value));
    return shortened;
  }

  private <T> Stream<Optional<T>> results(Function<CellResult, T> value) {
    return cells.stream().map(cell -> Optional.ofNullable(results.get(cell.id())).map(value));
  }

  private StringColumn texts(String name, Function<Cell, String> text) {
    return StringColumn.create(name, cells.stream().map(text));
  }
}
