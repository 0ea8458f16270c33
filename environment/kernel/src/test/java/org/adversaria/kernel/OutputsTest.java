package org.adversaria.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.adversaria.kernel.TestCell.Piece;
import org.dflib.jjava.jupyter.messages.publish.PublishStream.StreamType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutputsTest {

  private final PrintStream out = System.out;
  private final PrintStream err = System.err;
  private final ByteArrayOutputStream before = new ByteArrayOutputStream();
  private final ExecutorService cells = Executors.newSingleThreadExecutor();
  private final ExecutorService pool = Executors.newSingleThreadExecutor();
  private final Outputs outputs = new Outputs();
  private final TestCell first = new TestCell(1);
  private final TestCell second = new TestCell(2);

  @BeforeEach
  void install() throws Exception {
    System.setOut(new PrintStream(before, true, StandardCharsets.UTF_8));
    // Its thread is started by no cell.
    pool.submit(() -> {}).get();
    outputs.install();
  }

  @AfterEach
  void restore() {
    System.setOut(out);
    System.setErr(err);
    cells.shutdownNow();
    pool.shutdownNow();
  }

  /** Runs a cell in the thread of cells. */
  private void run(TestCell cell, Runnable code) throws Exception {
    cells
        .submit(
            () -> {
              outputs.begin(cell.cell());
              try {
                code.run();
              } finally {
                outputs.end();
              }
            })
        .get(10, TimeUnit.SECONDS);
  }

  private static void print(String text) {
    System.out.print(text);
  }

  private void printInPool(String text) {
    try {
      pool.submit(() -> print(text)).get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void beforeTheFirstCellNothingChanges() {
    print("to the terminal é");
    assertThat(before.toString(StandardCharsets.UTF_8)).isEqualTo("to the terminal é");
    assertThat(outputs.cell()).isNull();
  }

  @Test
  void whatACellWritesIsSentWhenItHasEnded() throws Exception {
    run(
        first,
        () -> {
          print("é");
          System.err.print("!");
          System.out.write('b');
        });
    run(second, () -> print("2"));
    assertThat(first.pieces())
        .containsExactly(
            new Piece(StreamType.OUT, "é"),
            new Piece(StreamType.ERR, "!"),
            new Piece(StreamType.OUT, "b"));
    assertThat(second.text()).isEqualTo("2");
    assertThat(before.size()).isZero();
  }

  @Test
  void aThreadThatACellStartedWritesIntoThatCell() throws Exception {
    var go = new CountDownLatch(1);
    var threads = new Thread[1];
    run(
        first,
        () -> {
          threads[0] =
              new Thread(
                  () -> {
                    try {
                      go.await();
                    } catch (InterruptedException e) {
                      return;
                    }
                    print("late");
                    assertThat(outputs.cell()).isSameAs(first.cell());
                  });
          threads[0].start();
        });
    run(
        second,
        () -> {
          go.countDown();
          try {
            threads[0].join();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          print("second");
        });
    outputs.flush();
    assertThat(first.text()).isEqualTo("late");
    assertThat(second.text()).isEqualTo("second");
  }

  @Test
  void aThreadThatNoCellStartedWritesIntoTheRunningCell() throws Exception {
    run(first, () -> printInPool("a"));
    run(second, () -> printInPool("b"));
    outputs.flush();
    assertThat(first.text()).isEqualTo("a");
    assertThat(second.text()).isEqualTo("b");
  }

  @Test
  void betweenCellsItWritesIntoTheLastOne() throws Exception {
    run(first, () -> {});
    run(second, () -> {});
    printInPool("after");
    outputs.flush();
    assertThat(first.text()).isEmpty();
    assertThat(second.text()).isEqualTo("after");
    assertThat(outputs.cell()).isSameAs(second.cell());
  }

  @Test
  void aNewCellSendsWhatOthersHaveLeft() throws Exception {
    run(first, () -> {});
    printInPool("left");
    run(second, () -> {});
    assertThat(first.text()).isEqualTo("left");
  }
}
