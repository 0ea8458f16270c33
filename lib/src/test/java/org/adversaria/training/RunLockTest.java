package org.adversaria.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.adversaria.ChildJvm;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run's directory belongs to one training, among processes and among threads. */
@Tag("slow")
class RunLockTest {

  private static final int PROCESSES = 3;
  private static final int TURNS = 200;

  @TempDir private Path folder;

  /** Holds a directory until it is killed. */
  static final class Holder {

    private Holder() {}

    public static void main(String[] arguments) throws IOException {
      try (var held = RunDirectory.hold(Path.of(arguments[0]))) {
        System.out.println("held");
        System.in.read();
      } catch (IllegalStateException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  /** Holds a directory again and again, and each time adds one to the number in a file. */
  static final class Counter {

    private Counter() {}

    public static void main(String[] arguments) throws IOException {
      Path directory = Path.of(arguments[0]);
      Path file = Path.of(arguments[1]);
      int turns = 0;
      while (turns < TURNS) {
        try (var held = RunDirectory.hold(directory)) {
          int number = Integer.parseInt(Files.readString(file));
          Files.writeString(file, Integer.toString(number + 1), StandardOpenOption.WRITE);
          turns++;
        } catch (IllegalStateException e) {
          Thread.onSpinWait();
        }
      }
    }
  }

  private static Process start(Class<?> program, Path... arguments) throws IOException {
    String[] words = Stream.of(arguments).map(Path::toString).toArray(String[]::new);
    return ChildJvm.of(List.of(), program, words).redirectErrorStream(true).start();
  }

  private static String firstLine(Process process) throws IOException {
    return process.inputReader(StandardCharsets.UTF_8).readLine();
  }

  @Test
  void anotherProcessKeepsTrainingsOutUntilItIsKilled() throws Exception {
    Path directory = folder.resolve("run");
    try (var tiny = new TinyRun()) {
      Process holder = start(Holder.class, directory);
      try {
        assertThat(firstLine(holder)).isEqualTo("held");
        String message = directory + " is in use by process " + holder.pid() + "@";
        assertThatThrownBy(() -> tiny.in(directory).start())
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining(message);
        assertThatThrownBy(() -> tiny.in(directory).resume())
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining(message);
      } finally {
        holder.destroyForcibly().waitFor();
      }
      assertThat(directory.resolve("run.lock")).exists();
      tiny.in(directory).start().close();
      assertThat(directory.resolve("run.lock")).doesNotExist();
    }
  }

  @Test
  void aTrainingKeepsOtherProcessesAndThreadsOut() throws Exception {
    Path directory = folder.resolve("run");
    var refusals = new ArrayList<String>();
    try (var tiny = new TinyRun()) {
      tiny.in(directory)
          .reportEvery(
              TinyRun.STEPS,
              report -> {
                refusals.add(refusalOfAProcess(directory));
                assertThatThrownBy(() -> tiny.in(directory).start())
                    .hasMessageContaining("in use by another training of this process");
                assertThatThrownBy(() -> tiny.in(directory).resume())
                    .hasMessageContaining("in use by another training of this process");
              })
          .start()
          .close();
    }
    // Before the first step and after the last: the other trainings did not take the lock away.
    assertThat(refusals)
        .hasSize(2)
        .allMatch(
            text ->
                text.contains("in use by process " + ProcessHandle.current().pid() + "@")
                    && text.contains("choose another directory"));
    assertThat(RunRecord.read(directory).state()).isEqualTo("finished");
  }

  private static String refusalOfAProcess(Path directory) {
    try {
      Process process = start(Holder.class, directory);
      process.getOutputStream().close();
      return firstLine(process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void ofThreadsThatStartAtOnceOneTrains() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (var tiny = new TinyRun()) {
      var barrier = new CyclicBarrier(2);
      for (int round = 0; round < 5; round++) {
        Path directory = folder.resolve("run-" + round);
        List<Future<Boolean>> starts = new ArrayList<>();
        for (int thread = 0; thread < 2; thread++) {
          starts.add(threads.submit(() -> starts(tiny.in(directory), barrier)));
        }
        assertThat(List.of(starts.get(0).get(), starts.get(1).get()))
            .containsExactlyInAnyOrder(true, false);
        assertThat(RunRecord.read(directory).state()).isEqualTo("finished");
      }
    } finally {
      threads.shutdown();
    }
  }

  private static boolean starts(Training training, CyclicBarrier barrier) throws Exception {
    barrier.await();
    try {
      training.start().close();
      return true;
    } catch (IllegalStateException e) {
      // The other one holds the directory, or has finished its run there.
      assertThat(e).hasMessageMatching("(?s).*(in use by|holds a run already).*");
      return false;
    }
  }

  @Test
  void processesTakeTurns() throws Exception {
    Path directory = Files.createDirectory(folder.resolve("run"));
    Path file = Files.writeString(folder.resolve("number"), "0");
    var processes = new ArrayList<Process>();
    for (int i = 0; i < PROCESSES; i++) {
      processes.add(start(Counter.class, directory, file));
    }
    for (Process process : processes) {
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(printed).isZero();
    }
    assertThat(file).hasContent(Integer.toString(PROCESSES * TURNS));
  }
}
