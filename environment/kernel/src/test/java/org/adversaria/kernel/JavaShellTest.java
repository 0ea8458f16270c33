package org.adversaria.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.adversaria.notebook.MimeBundle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Public since cells call it. */
@Timeout(60)
public class JavaShellTest {

  private static TestShell shell;

  /** What cells and tests both reach. */
  public static volatile CountDownLatch begun = new CountDownLatch(1);

  @BeforeAll
  static void start() {
    shell = new TestShell();
    CellGuard.connect(new Outputs());
  }

  @AfterAll
  static void stop() {
    shell.close();
  }

  @AfterEach
  void clear() {
    CellGuard.clear();
  }

  // ---- results -------------------------------------------------------------------------------

  @Test
  void anExpressionGivesItsValueItself() {
    assertThat(shell.value("1 + 1")).isEqualTo(2);
    assertThat(shell.value("\"a\" + 'b'")).isEqualTo("ab");
    assertThat(shell.value("java.util.List.of(1, 2)")).isEqualTo(List.of(1, 2));
    assertThat(shell.value("new int[] {3}")).isEqualTo(new int[] {3});
    assertThat(shell.value("System.out")).isInstanceOf(java.io.PrintStream.class);
  }

  @Test
  void classesOfTheLibraryAreThere() {
    assertThat(shell.value("org.adversaria.torch.Text.format(\"%.1f\", 0.5)")).isEqualTo("0.5");
  }

  @Test
  void aSemicolonAfterAnExpressionChangesNothing() {
    assertThat(shell.value("6 * 7;")).isEqualTo(42);
  }

  @Test
  void nullIsAValue() {
    assertThat(shell.value("(String) null")).isNull();
    assertThat(shell.value("String none = null; none")).isNull();
  }

  @Test
  void statementsAndDeclarationsGiveNothing() {
    shell.nothing("");
    shell.nothing(" \n\t\n");
    shell.nothing("// only a comment");
    shell.nothing("/* a\n comment */");
    shell.nothing("int declared = 1;");
    shell.nothing("var list = new java.util.ArrayList<Integer>();");
    shell.nothing("import java.util.Map;");
    shell.nothing("int square(int n) { return n * n; }");
    shell.nothing("record Point(int x, int y) {}");
    shell.nothing("for (int i = 0; i < 3; i++) list.add(i);");
    shell.nothing("System.out.println(\"é\");");
    assertThat(shell.printed()).isEqualTo("é" + System.lineSeparator());
    assertThat(shell.value("square(declared + 2) + list.size() + new Point(1, 2).y()"))
        .isEqualTo(14);
  }

  @Test
  void plainAssignmentsGiveNothing() {
    shell.nothing("int assigned = 1;");
    shell.nothing("assigned = 5");
    assertThat(shell.value("assigned += 2;")).isEqualTo(7);
    assertThat(shell.value("assigned++")).isEqualTo(7);
    assertThat(shell.value("assigned")).isEqualTo(8);
  }

  @Test
  void theLastOfSeveralStatementsCounts() {
    assertThat(shell.value("int a1 = 1; int b1 = 2; a1 + b1")).isEqualTo(3);
    assertThat(shell.value("int a2 = 1;\nint b2 = 2;\na2 + b2 // the sum")).isEqualTo(3);
    shell.nothing("1 + 1; int a3 = 4;");
    assertThat(shell.value("a3")).isEqualTo(4);
    assertThat(shell.value("a3\r\n+ 1\r\n")).isEqualTo(5);
  }

  @Test
  void whatIsDeclaredAgainIsReplaced() {
    shell.nothing("int again = 1; int f() { return 1; } class C { int n = 1; }");
    shell.nothing("String again = \"two\"; int f() { return 2; } class C { String n = \"c\"; }");
    assertThat(shell.value("again + f() + new C().n")).isEqualTo("two2c");
  }

  @Test
  void renderedValuesHaveTheirForms() throws CellException {
    Map<String, Object> data = shell.shell().render(List.of(1, 2)).data();
    assertThat(data.get(MimeBundle.TEXT)).isEqualTo("[1, 2]");
    assertThat(shell.shell().render(null).data().get(MimeBundle.TEXT)).isEqualTo("null");
  }

  // ---- what is declared later ----------------------------------------------------------------

  @Test
  void methodsMayUseMethodsOfLaterCells() {
    shell.nothing("int early() { return late() + 1; }");
    assertThat(shell.printed()).contains("early cannot be used before method late() is declared");
    CellException error = shell.error("early()");
    assertThat(error.name()).isEqualTo("Undeclared");
    assertThat(error).hasMessage("early cannot be used before method late() is declared");
    shell.nothing("int late() { return 41; }");
    assertThat(shell.value("early()")).isEqualTo(42);
  }

  @Test
  void methodsOfOneCellMayUseEachOtherInAnyOrder() {
    assertThat(
            shell.value(
                "boolean even(int n) { return n == 0 || odd(n - 1); }\n"
                    + "boolean odd(int n) { return n != 0 && even(n - 1); }\n"
                    + "even(10)"))
        .isEqualTo(true);
    assertThat(shell.printed()).isEmpty();
  }

  @Test
  void classesMayUseClassesOfLaterCells() {
    shell.nothing("class Early { Later later; int n() { return later.n; } }");
    assertThat(shell.printed()).contains("Early cannot be used before class Later is declared");
    shell.nothing("class Later { int n = 3; }");
    assertThat(shell.value("var e = new Early(); e.later = new Later(); e.n()")).isEqualTo(3);
  }

  @Test
  void aVariableThatIsNotThereIsAMistake() {
    assertThat(shell.lines("int g() {\n  return missing + 1;\n}"))
        .containsExactly(
            "CompilationError: cannot find symbol: variable missing",
            "cell #, line 2:",
            "   2 |   return missing + 1;",
            "     |          ^^^^^^^");
  }

  // ---- interrupts ----------------------------------------------------------------------------

  /** Starts a cell, waits until it says that it has begun, interrupts it and gives its error. */
  private static CellException interrupted(String code) throws Exception {
    begun = new CountDownLatch(1);
    var outputs = new Outputs();
    CellGuard.connect(outputs);
    Cell cell = new TestCell(1).cell();
    var task =
        new FutureTask<>(
            () -> {
              outputs.begin(cell);
              try {
                return shell.error(
                    code.replace("begin()", "org.adversaria.kernel.JavaShellTest.begin()"));
              } finally {
                outputs.end();
              }
            });
    var thread = new Thread(task, "cells");
    thread.start();
    assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
    CellGuard.interrupt(cell);
    shell.shell().interrupt();
    CellException error = task.get(20, TimeUnit.SECONDS);
    CellGuard.clear();
    assertThat(error.name()).isEqualTo("Interrupted");
    assertThat(error).hasMessage("The cell was interrupted");
    assertThat(TestShell.plain(error).get(0)).isEqualTo("Interrupted: The cell was interrupted");
    return error;
  }

  /** What cells call. */
  public static void begin() {
    begun.countDown();
  }

  @Test
  void aWaitingCellIsInterrupted() throws Exception {
    interrupted("{ begin(); new java.util.concurrent.CountDownLatch(1).await(); }");
    interrupted("{ begin(); Thread.sleep(1_000_000); }");
    assertThat(shell.value("1 + 2")).isEqualTo(3);
  }

  @Test
  void aLoopingCellIsInterruptedAndItsLineTold() throws Exception {
    CellException error = interrupted("int i = 0;\nfor (begin(); ; ) {\n  i++;\n}");
    assertThat(TestShell.plain(error))
        .last()
        .asString()
        .matches("    cell " + shell.number() + ", line [23]:  .*");
    assertThat(shell.value("1 + 2")).isEqualTo(3);
  }

  @Test
  void aCellThatCatchesItsInterruptIsInterruptedAllTheSame() throws Exception {
    interrupted("try { begin(); Thread.sleep(1_000_000); } catch (InterruptedException e) { }");
    interrupted(
        "while (true) { try { begin(); Thread.sleep(1_000_000); } catch (Exception e) { break; } }");
  }

  @Test
  void whatFollowsTheInterruptedStatementIsNotRun() throws Exception {
    shell.nothing("int after = 1;");
    interrupted(
        "try { begin(); Thread.sleep(1_000_000); } catch (InterruptedException e) { }\nafter = 2;");
    assertThat(shell.value("after")).isEqualTo(1);
  }

  @Test
  void anInterruptBeforeTheCodeRunsCounts() {
    JavaShell java = shell.shell();
    java.begin();
    java.interrupt();
    assertThat(java.interruptRequested()).isTrue();
    assertThat(interruptedHere(() -> java.run("a cell", "1 + 1", 0, 5)).name())
        .isEqualTo("Interrupted");
    assertThat(interruptedHere(() -> java.render(1)).name()).isEqualTo("Interrupted");
    assertThat(Thread.interrupted()).isFalse();
    java.begin();
    assertThat(java.interruptRequested()).isFalse();
    assertThat(shell.value("1 + 1")).isEqualTo(2);
  }

  private interface Code {
    Object run() throws CellException;
  }

  private static CellException interruptedHere(Code code) {
    try {
      throw new AssertionError("It gave " + code.run());
    } catch (CellException e) {
      return e;
    }
  }
}
