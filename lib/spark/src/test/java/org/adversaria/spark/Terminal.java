package org.adversaria.spark;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.adversaria.cli.Main;
import picocli.CommandLine;

/** The commands for Spark, in this process. */
final class Terminal {

  private Terminal() {}

  /** Runs a command, whose lines go to {@code out}; returns its exit status. */
  static int execute(StringWriter out, String... words) {
    CommandLine command = SparkMain.commandLine();
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
    return Main.execute(command, words);
  }
}
