package org.adversaria.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints what makes a shell complete the command's words. */
@Command(
    name = "completion",
    description = "Prints a script for bash and zsh that completes commands and options.",
    mixinStandardHelpOptions = true,
    footer = {"", "In your shell:", "  source <(environment/adversaria.sh completion)"})
final class CompletionCommand implements Callable<Integer> {

  /** Shells complete by the last part of a command's path. */
  private static final String SCRIPT = "adversaria.sh";

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().getOut().print(AutoComplete.bash(SCRIPT, Main.commandLine()));
    spec.commandLine().getOut().flush();
    return 0;
  }
}
