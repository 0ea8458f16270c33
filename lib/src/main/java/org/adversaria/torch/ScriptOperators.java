package org.adversaria.torch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;

/** The names that code of a TorchScript file may use, from {@code script-operators.txt}. */
final class ScriptOperators {

  private static final Set<String> ADMITTED = names("script-operators.txt");
  private static final Set<String> REFUSED = names("script-operators-refused.txt");

  private ScriptOperators() {}

  private static Set<String> names(String resource) {
    try (var lines =
        new BufferedReader(
            new InputStreamReader(
                ScriptOperators.class.getResourceAsStream(resource), StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .collect(Collectors.toUnmodifiableSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether {@code torch.relu} or {@code ops.prim.dtype} is an operator that only computes. */
  static boolean computes(String qualified) {
    return ADMITTED.contains(qualified);
  }

  /** Whether a name without a module is a function that only computes. */
  static boolean isFunction(String name) {
    return ADMITTED.contains(name + "(");
  }

  /** Whether a name without a module is a type or a constant. */
  static boolean isValue(String name) {
    return ADMITTED.contains(name);
  }

  /** Whether a name after a dot is an operator or attribute that only computes. */
  static boolean isMethod(String name) {
    return ADMITTED.contains("torch." + name) || ADMITTED.contains("." + name);
  }

  /** Whether PyTorch has another operator of that name. */
  static boolean isRefused(String name) {
    return REFUSED.contains(name);
  }
}
