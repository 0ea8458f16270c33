package org.adversaria.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CellErrorsTest {

  private static TestShell shell;

  @BeforeAll
  static void start() {
    shell = new TestShell();
  }

  @AfterAll
  static void stop() {
    shell.close();
  }

  // ---- what does not compile -----------------------------------------------------------------

  @Test
  void anUnknownNameIsMarked() {
    assertThat(shell.lines("int n = unknown + 1;"))
        .containsExactly(
            "CompilationError: cannot find symbol\n  symbol:   variable unknown",
            "cell #, line 1:",
            "   1 | int n = unknown + 1;",
            "     |         ^^^^^^^");
  }

  @Test
  void theErrorsOfALaterLineAreMarkedThere() {
    assertThat(shell.lines("int a = 1;\n\n  int b = \"text\"; // no number"))
        .containsExactly(
            "CompilationError: incompatible types: java.lang.String cannot be converted to int",
            "cell #, line 3:",
            "   3 |   int b = \"text\"; // no number",
            "     |           ^^^^^^");
  }

  @Test
  void commentsBeforeTheErrorCount() {
    assertThat(shell.lines("// one\n/* two\n   three */ int b = nowhere;"))
        .endsWith(
            "cell #, line 3:",
            "   3 |    three */ int b = nowhere;",
            "     |                     ^^^^^^^");
    assertThat(shell.lines("int c = 1; // one\n// two\nint d = nowhere;"))
        .endsWith("cell #, line 3:", "   3 | int d = nowhere;", "     |         ^^^^^^^");
  }

  @Test
  void anErrorInAMethodIsMarkedThere() {
    assertThat(shell.lines("int a = 1;\nint f(int n) {\n\tString s = n;\n  return n;\n}"))
        .containsExactly(
            "CompilationError: incompatible types: int cannot be converted to java.lang.String",
            "cell #, line 3:",
            "   3 | \tString s = n;",
            "     | \t           ^");
  }

  @Test
  void linesCountFromTheCellsBeginningAfterAMagic() {
    assertThat(shell.lines("%time 1 + 1\nint b = 2;\nint c = nowhere;"))
        .endsWith("cell #, line 3:", "   3 | int c = nowhere;", "     |         ^^^^^^^");
    assertThat(shell.lines("int b = 2;\n%time nowhere + 1"))
        .endsWith("cell #, line 2:", "   2 | %time nowhere + 1", "     |       ^^^^^^^");
    assertThat(shell.lines("%%time\nint b = 2;\nnowhere"))
        .endsWith("cell #, line 3:", "   3 | nowhere", "     | ^^^^^^^");
  }

  @Test
  void allErrorsOfAStatementAreTold() {
    assertThat(shell.lines("void f() {\n  int a = one;\n  int b = two;\n  String c = 1;\n}"))
        .contains("cell #, line 4:", "   4 |   String c = 1;", "     |              ^");
    CellException error = shell.error("void f() {\n  int a = \"a\";\n  int b = \"b\";\n}");
    assertThat(TestShell.plain(error)).filteredOn(line -> line.startsWith("Compil")).hasSize(2);
    assertThat(error).hasMessage("incompatible types: java.lang.String cannot be converted to int");
  }

  @Test
  void codeThatEndsTooEarlyIsTold() {
    assertThat(shell.lines("int a = 1;\nfor (int i = 0; i < 3; i++) {\n  a++;\n"))
        .containsExactly(
            "Incomplete: The code ends before it is complete: a bracket, a quote or a part is"
                + " missing",
            "cell #, from line 2: the statement that begins there",
            "   3 |   a++;",
            "     |       ^");
    assertThat(shell.error("f(1, ").name()).isEqualTo("Incomplete");
    assertThat(shell.error("var t = \"\"\"\n  text").name()).isEqualTo("Incomplete");
    assertThat(shell.error("/* no end").name()).isEqualTo("Incomplete");
  }

  @Test
  void codeThatIsNoJavaIsMarked() {
    CellException error = shell.error("int a = 1;\nint b = );");
    assertThat(error.name()).isEqualTo("CompilationError");
    assertThat(error).hasMessage("illegal start of expression");
    assertThat(TestShell.plain(error)).contains("   2 | int b = );", "     |         ^");
  }

  // ---- what is thrown ------------------------------------------------------------------------

  @Test
  void anExceptionHasItsLineInTheCell() {
    CellException error = shell.error("int zero = 0;\n\nint q = 1 / zero;");
    assertThat(error.name()).isEqualTo("ArithmeticException");
    assertThat(error).hasMessage("/ by zero");
    assertThat(TestShell.plain(error))
        .containsExactly(
            "java.lang.ArithmeticException: / by zero",
            "    cell " + shell.number() + ", line 3:  int q = 1 / zero;");
  }

  @Test
  void framesOfEarlierCellsNameThem() {
    shell.nothing("// helpers\nint third(int[] a) {\n  return a[2];\n}");
    int earlier = shell.number();
    assertThat(shell.lines("int[] two = {1, 2};\nthird(two)"))
        .containsExactly(
            "java.lang.ArrayIndexOutOfBoundsException: Index 2 out of bounds for length 2",
            "    cell " + earlier + ", line 3 in third:  return a[2];",
            "    cell #, line 2:  third(two)");
  }

  @Test
  void causesAreToldWithTheirPlaces() {
    List<String> lines =
        shell.lines(
            "void inner() {\n  throw new IllegalStateException(\"inner\");\n}\n"
                + "try {\n  inner();\n} catch (Exception e) {\n"
                + "  throw new RuntimeException(\"outer\", e);\n}");
    assertThat(lines)
        .startsWith(
            "java.lang.RuntimeException: outer",
            "    cell #, line 7:  throw new RuntimeException(\"outer\", e);",
            "Caused by: java.lang.IllegalStateException: inner",
            "    cell #, line 2 in inner:  throw new IllegalStateException(\"inner\");");
  }

  @Test
  void causesInACircleEnd() {
    List<String> lines =
        shell.lines(
            "var one = new Exception(\"one\"); var two = new Exception(\"two\", one);"
                + " one.initCause(two); throw one;");
    assertThat(lines.get(0)).isEqualTo("java.lang.Exception: one");
    assertThat(lines).hasSizeLessThan(60);
  }

  @Test
  void classesOfCellsHaveTheirShortNames() {
    shell.nothing("class OwnException extends RuntimeException {}");
    CellException error = shell.error("throw new OwnException();");
    assertThat(error.name()).endsWith("OwnException");
    assertThat(error).hasMessage("");
    assertThat(TestShell.plain(error))
        .contains("    cell " + shell.number() + ", line 1:  throw new OwnException();");
  }

  @Test
  void framesOfLibrariesFollowThoseOfCells() {
    assertThat(shell.lines("Integer.parseInt(\"a\")"))
        .startsWith(
            "java.lang.NumberFormatException: For input string: \"a\"",
            "    cell #, line 1:  Integer.parseInt(\"a\")")
        .anyMatch(line -> line.startsWith("    at java.base/java.lang.Integer.parseInt("))
        .noneMatch(line -> line.contains("org.adversaria.kernel") || line.contains("REPL"));
  }

  @Test
  void aCallWithoutAnEndIsFolded() {
    List<String> lines = shell.lines("int down(int n) {\n  return down(n + 1) + 1;\n}\ndown(0)");
    assertThat(lines.get(0)).isEqualTo("java.lang.StackOverflowError");
    assertThat(lines.get(1))
        .matches("    cell #, line 2 in down:  return down\\(n \\+ 1\\) \\+ 1;   \\(\\d+ times\\)");
    assertThat(lines).last().isEqualTo("The kernel goes on. A method calls itself without an end");
  }

  @Test
  void anExitIsTold() {
    assertThat(shell.lines("System.exit(3);"))
        .containsExactly(
            "SystemExit: The cell asked to end the JVM with status 3. The kernel goes on; the menu's"
                + " \"Shut Down Kernel\" ends it",
            "    cell #, line 1:  System.exit(3);");
  }

  @Test
  void whatNoCellHasThrownHasFrames() {
    CellException error = CellErrors.unexpected(new OutOfMemoryError("Java heap space"));
    assertThat(error.name()).isEqualTo("OutOfMemoryError");
    List<String> lines = TestShell.plain(error);
    assertThat(lines.get(0)).isEqualTo("java.lang.OutOfMemoryError: Java heap space");
    assertThat(lines.get(1)).startsWith("    at org.adversaria.kernel.CellErrorsTest.");
    assertThat(lines)
        .last()
        .asString()
        .startsWith("The kernel goes on. More heap: ADVERSARIA_JAVA_OPTIONS=-Xmx6g");
  }

  @Test
  void aStatementAfterTheErrorIsNotRun() {
    shell.nothing("int count = 0;");
    shell.error("count = 1; Integer.parseInt(\"\"); count = 2;");
    assertThat(shell.value("count")).isEqualTo(1);
  }
}
