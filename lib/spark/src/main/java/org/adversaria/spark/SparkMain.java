package org.adversaria.spark;

import java.util.Locale;
import org.adversaria.cli.Main;

/** The command {@code adversaria} with {@code sweep}; also the class for {@code spark-submit}. */
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
    System.exit(Main.execute(Main.commandLine(new SweepCommand()), args));
  }
}
