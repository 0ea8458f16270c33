package org.adversaria.notebook;

import org.adversaria.torch.Text;
import org.adversaria.training.RunRecord;

/** What a run depends on: a row for each setting. */
final class RunRecordRenderer implements Renderer<RunRecord> {

  @Override
  public MimeBundle render(RunRecord record) {
    Grid grid = about(record);
    grid.row("seed", Long.toString(record.seed()));
    grid.row("precision", String.valueOf(record.precision()));
    grid.row("compiled", String.valueOf(record.compiled()));
    grid.row("started", String.valueOf(record.started()));
    record.settings().forEach((name, value) -> grid.row(name, setting(value)));
    if (record.versions() != null) {
      record.versions().forEach((name, version) -> grid.row("version of " + name, version));
    }
    return grid.bundle();
  }

  /** What is said of every run, with its name as the title. */
  static Grid about(RunRecord record) {
    return new Grid(record.method())
        .left("")
        .left("")
        .row("state", String.valueOf(record.state()))
        .row("steps", Text.format("%,d of %,d", record.stepsDone(), record.steps()))
        .row("time", time(record))
        .row("device", String.valueOf(record.device()))
        .row("data", Text.format("%s, %,d images", record.data().name(), record.data().size()));
  }

  private static String time(RunRecord record) {
    return Clock.text((long) (record.seconds() * 1e9));
  }

  static String setting(Object value) {
    return value instanceof Number number ? Numbers.rounded(number) : Inline.of(value);
  }

  static String inline(RunRecord record) {
    return Text.format(
        "run of %s, %s, %,d of %,d steps",
        record.method(), record.state(), record.stepsDone(), record.steps());
  }

  @Override
  public void inline(RunRecord record, Inline out) {
    out.leaf(inline(record));
  }

  @Override
  public boolean isRich() {
    return true;
  }
}
