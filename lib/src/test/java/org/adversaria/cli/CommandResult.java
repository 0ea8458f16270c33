package org.adversaria.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import picocli.CommandLine;

/** What a command printed and how it ended. */
record CommandResult(int status, String out, String err) {

  /** Runs {@code adversaria} with some words. */
  static CommandResult of(String... words) {
    var out = new StringWriter();
    var err = new StringWriter();
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int status = Main.execute(command, words);
    return new CommandResult(status, out.toString(), err.toString());
  }

  /** The lines of the standard output, words set apart by one space. */
  List<String> lines() {
    return out.lines().map(line -> line.strip().replaceAll(" +", " ")).toList();
  }
}
