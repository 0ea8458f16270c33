package org.adversaria.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.adversaria.metrics.EvaluationReport;
import org.adversaria.torch.Text;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import tech.tablesaw.api.Table;

/** What commands do with the scores of an evaluation: they print, write and keep them. */
public final class ReportOutput {

  private ReportOutput() {}

  /**
   * Refuses files that scores cannot be written to, before anything is computed.
   *
   * @param files what {@code --out} names
   * @param command the command that it is an option of
   * @throws ParameterException if a name ends neither in .csv nor in .json
   */
  public static void validate(List<Path> files, CommandLine command) {
    for (Path file : files) {
      if (!file.toString().toLowerCase(Locale.ROOT).matches(".*\\.(csv|json)")) {
        throw new ParameterException(
            command, Text.format("--out: %s ends neither in .csv nor in .json", file));
      }
    }
  }

  /**
   * Prints the scores and notes, and writes them to files.
   *
   * @param report the scores
   * @param files with the endings .csv or .json
   * @param command whose streams are printed to
   * @throws IOException if a file cannot be written
   */
  public static void tell(EvaluationReport report, List<Path> files, CommandLine command)
      throws IOException {
    print(report, command.getOut());
    report.notes().forEach(note -> command.getErr().println("note: " + note));
    for (Path file : files) {
      report.save(file);
      command.getErr().println("written: " + file);
    }
  }

  private static void print(EvaluationReport report, PrintWriter out) {
    Table scores = report.table();
    out.println(scores.name());
    TextTable.print(scores, out);
    Table classes = report.classes();
    if (classes.columnCount() > 1) {
      out.println();
      TextTable.print(classes, out);
    }
    out.flush();
  }

  /**
   * Adds the scores to the run's directory, and its page. Where that fails, they were printed all
   * the same, and a warning is printed.
   *
   * @param report the scores
   * @param run the run's directory
   * @param step of the evaluated checkpoint
   * @param command whose streams are printed to
   */
  public static void keep(EvaluationReport report, Path run, long step, CommandLine command) {
    try {
      RunScores.add(run, step, report);
      RunPage.update(run);
    } catch (IOException e) {
      command
          .getErr()
          .println("warning: the run's directory does not keep the scores: " + Main.message(e));
    }
  }
}
