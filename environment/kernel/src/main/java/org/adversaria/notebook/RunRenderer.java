package org.adversaria.notebook;

import java.util.ArrayList;
import java.util.List;
import org.adversaria.training.Run;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** Training runs: how far they came, where their files are, and their last losses. */
final class RunRenderer implements Renderer<Run> {

  @Override
  public MimeBundle render(Run run) {
    Grid grid = RunRecordRenderer.about(run.record());
    grid.row("directory", run.directory().toString());
    lastValues(run.log()).forEach(grid::row);
    return grid.bundle();
  }

  /** The last value of each term in the log, with the term's name. */
  private static List<List<String>> lastValues(Table log) {
    List<List<String>> rows = new ArrayList<>();
    for (Column<?> column : log.columns()) {
      int row = column.size() - 1;
      while (row >= 0 && column.isMissing(row)) {
        row--;
      }
      if (row >= 0 && column instanceof NumericColumn && !column.name().equals("step")) {
        rows.add(List.of("last " + column.name(), TableRenderer.cell(column, row)));
      }
    }
    return rows;
  }

  @Override
  public void inline(Run run, Inline out) {
    out.leaf(RunRecordRenderer.inline(run.record()));
  }

  @Override
  public boolean isRich() {
    return true;
  }
}
