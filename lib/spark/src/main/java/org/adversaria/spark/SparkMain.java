package org.adversaria.spark;

import java.util.Locale;
import org.adversaria.cli.Main;
import picocli.CommandLine;

/**
 * The command {@code adversaria} with {@code sweep}, and with {@code evaluate} and {@code sample}
 * on Spark; also the class for {@code spark-submit}.
 */
public final class SparkMain {

  private SparkMain() {}

  /**
   * Runs the command and ends the process with its exit status.
   *
   * @param args the words of the command line
   */
  public static void main(String[] args) {
    // What other libraries print is in the language and with the digits of the rest.
    Locale.setDefault(Locale.ROOT);
    System.exit(Main.execute(commandLine(), args));
  }

  /** The library's commands with those of this module. */
  static CommandLine commandLine() {
    return Main.commandLine(
        new SweepCommand(), new SparkEvaluateCommand(), new SparkSampleCommand());
  }
}
