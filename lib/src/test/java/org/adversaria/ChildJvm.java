package org.adversaria;

import java.util.ArrayList;
import java.util.List;

/** Starts a class of the tests in a process of its own, with this process's class path. */
public final class ChildJvm {

  private ChildJvm() {}

  /** A process that runs {@code main} of a class, with options of the JVM. */
  public static ProcessBuilder of(List<String> options, Class<?> program, String... arguments) {
    var command = new ArrayList<String>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command);
    // It would print a line.
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    return builder;
  }
}
