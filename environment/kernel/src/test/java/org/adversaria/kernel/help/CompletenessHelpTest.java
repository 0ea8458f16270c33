package org.adversaria.kernel.help;

import static org.assertj.core.api.Assertions.assertThat;

import org.adversaria.kernel.help.Completeness.Status;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompletenessHelpTest {

  private static HelpShell shell;

  @BeforeAll
  static void start() {
    shell = new HelpShell();
  }

  @AfterAll
  static void stop() {
    shell.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  \n",
        "// only a comment",
        "int n = 1",
        "int n = 1; n + 1",
        "%time names.size()",
        "%%classpath a.jar\nb.jar;",
        "void f() {\n}\nf();",
        "import java.util.*;",
      })
  void complete(String cell) {
    assertThat(shell.help().isComplete(cell)).isEqualTo(new Completeness(Status.COMPLETE, ""));
  }

  @Test
  void incompleteWithTheNextLinesIndent() {
    assertIndent("for (String s : names) {", "  ");
    assertIndent("void f() {\n  if (true) {", "    ");
    assertIndent("void f() {\n  int n = 1;", "  ");
    assertIndent("System.out.println(", "  ");
    assertIndent("int n = 1; if (n > 0)", "  ");
    assertIndent("var s = \"\"\"\n  text", "");
    assertIndent("/* a comment", "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"int n = 1)", "int = 5 +;", "}"})
  void invalid(String cell) {
    assertThat(shell.help().isComplete(cell).status()).isEqualTo(Status.INVALID);
  }

  private static void assertIndent(String cell, String indent) {
    assertThat(shell.help().isComplete(cell))
        .as(cell)
        .isEqualTo(new Completeness(Status.INCOMPLETE, indent));
  }
}
