package org.adversaria.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Where the program runs, as its checks see it.
 *
 * @param variables the environment
 * @param properties a system property by its name; null where it is not set
 * @param directory where relative paths begin
 */
record Surroundings(
    Map<String, String> variables, UnaryOperator<String> properties, Path directory) {

  static Surroundings ofProcess() {
    return new Surroundings(System.getenv(), System::getProperty, Path.of("").toAbsolutePath());
  }

  /** An environment variable that is set to more than nothing. */
  Optional<String> variable(String name) {
    return Optional.ofNullable(variables.get(name)).filter(value -> !value.isBlank());
  }

  /** A system property that is set to more than nothing. */
  Optional<String> property(String name) {
    return Optional.ofNullable(properties.apply(name)).filter(value -> !value.isBlank());
  }

  /** An environment variable as a text for people. */
  String told(String variable) {
    return variable(variable).map(value -> variable + "=" + value).orElse(variable + " not set");
  }

  boolean isOn(String system) {
    return property("os.name").orElse("").startsWith(system);
  }
}
