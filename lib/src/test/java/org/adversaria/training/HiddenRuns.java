package org.adversaria.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Small runs on disk and what resumes them, for {@code MutationTest}. */
public final class HiddenRuns {

  private HiddenRuns() {}

  /**
   * Trains.
   *
   * @param directory where
   * @return the files of the run by their paths in it
   */
  public static Map<String, byte[]> files(Path directory) throws IOException {
    try (var tiny = new TinyRun()) {
      tiny.in(directory).start().close();
    }
    var files = new TreeMap<String, byte[]>();
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        files.put(
            directory.relativize(path).toString().replace('\\', '/'), Files.readAllBytes(path));
      }
    }
    return files;
  }

  /**
   * Resumes a run; numbers that train to no finite loss are as good as others here.
   *
   * @param directory the run's
   */
  public static void resume(Path directory) throws IOException {
    try (var tiny = new TinyRun()) {
      tiny.in(directory).resume().close();
    } catch (TrainingException e) {
      // The weights are what they are.
    }
  }

  /**
   * Reads a log.
   *
   * @param file the log
   */
  public static void log(Path file) throws IOException {
    ScalarLog.read(file);
  }
}
