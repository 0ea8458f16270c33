package org.adversaria.kernel;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.adversaria.kernel.JavaShell.Result;

/** A shell with its magics, whose cells are numbered; what they print is kept. */
final class TestShell implements AutoCloseable {

  private final JavaShell shell;
  private final CellRunner runner;
  private int number;
  private String printed = "";

  TestShell() {
    shell = new JavaShell();
    runner = new CellRunner(shell, new Magics(shell, new StaleJars("a.jar")));
  }

  JavaShell shell() {
    return shell;
  }

  /** Runs a cell that is called {@code cell N}, counted from 1. */
  Optional<Result> run(String code) throws CellException {
    PrintStream out = System.out;
    PrintStream err = System.err;
    var bytes = new ByteArrayOutputStream();
    var kept = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    System.setOut(kept);
    System.setErr(kept);
    shell.begin();
    number++;
    try {
      return runner.run("cell " + number, code);
    } finally {
      System.setOut(out);
      System.setErr(err);
      printed = bytes.toString(StandardCharsets.UTF_8);
    }
  }

  /** The number of the last cell. */
  int number() {
    return number;
  }

  /** What the last cell has printed. */
  String printed() {
    return printed;
  }

  /** The value of a cell that gives one. */
  Object value(String code) {
    try {
      return run(code).orElseThrow(() -> new AssertionError("No value: " + code)).value();
    } catch (CellException e) {
      throw new AssertionError(String.join("\n", e.lines()), e);
    }
  }

  /** Runs a cell that gives nothing. */
  void nothing(String code) {
    try {
      Optional<Result> result = run(code);
      if (result.isPresent()) {
        throw new AssertionError("A value: " + result);
      }
    } catch (CellException e) {
      throw new AssertionError(String.join("\n", e.lines()), e);
    }
  }

  /** The error of a cell. */
  CellException error(String code) {
    try {
      throw new AssertionError("No error, but " + run(code));
    } catch (CellException e) {
      return e;
    }
  }

  /** The lines of a cell's error without colours; {@code #} stands for the cell's number. */
  List<String> lines(String code) {
    return plain(error(code)).stream()
        .map(line -> line.replace("cell " + number, "cell #"))
        .toList();
  }

  static List<String> plain(CellException e) {
    return e.lines().stream().map(line -> line.replaceAll("\u001b\\[\\d*m", "")).toList();
  }

  @Override
  public void close() {
    shell.close();
  }
}
