package org.adversaria.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.adversaria.torch.AtomicFile;
import org.adversaria.torch.Text;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every reader takes a damaged or hostile file, or says why not: no other exception, no lack of
 * memory, no file left behind or written elsewhere.
 *
 * <p>{@code -Dadversaria.mutations=2000} makes so many mutants of each format, {@code
 * -Dadversaria.mutant=png:37} one. Those that failed lie in {@code target/mutants}, with {@code
 * counts.txt}, which tells what became of all.
 */
@Tag("slow")
class MutationTest {

  static final Path FOLDER = Path.of("target", "mutants").toAbsolutePath();

  private static final int MUTATIONS = Integer.getInteger("adversaria.mutations", 200);
  private static final String MUTANT = System.getProperty("adversaria.mutant", "");

  /** Failures after which a format is given up. */
  private static final int ENOUGH = 20;

  /** Files that are there only while something is written. */
  private static final Pattern STRAY = Pattern.compile("\\.tmp|\\.part|\\.unpack|unfinished");

  /** What became of a mutant; a failure has a reason. */
  private record Outcome(boolean read, String failure) {}

  static Stream<Format> formats() throws IOException {
    return Formats.all().stream()
        .filter(format -> MUTANT.isEmpty() || MUTANT.startsWith(format.name() + ":"));
  }

  @BeforeAll
  static void clear() throws IOException {
    delete(FOLDER);
    Files.createDirectories(FOLDER);
  }

  @ParameterizedTest
  @MethodSource("formats")
  @Timeout(value = 60, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
  void everyMutantIsReadOrRefused(Format format) throws IOException {
    var failures = new ArrayList<String>();
    int count = 0;
    int read = 0;
    long slowest = 0;
    long start = System.nanoTime();
    for (long seed : seeds()) {
      byte[] mutant = format.mutant(seed);
      long before = System.nanoTime();
      Outcome outcome = outcome(format, mutant);
      slowest = Math.max(slowest, System.nanoTime() - before);
      count++;
      read += outcome.read ? 1 : 0;
      if (outcome.failure != null) {
        failures.add(described(format, seed, mutant, outcome.failure));
      }
      if (failures.size() >= ENOUGH) {
        break;
      }
    }
    String line =
        Text.format(
            "%-14s %6d mutants, %5d read, %5d refused, %d failed; %.1f s, slowest %.2f s%n",
            format.name(),
            count,
            read,
            count - read - failures.size(),
            failures.size(),
            (System.nanoTime() - start) / 1e9,
            slowest / 1e9);
    Files.writeString(
        FOLDER.resolve("counts.txt"), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    assertThat(failures).withFailMessage(() -> String.join("\n\n", failures)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("formats")
  void everyIntactFileIsRead(Format format) throws IOException {
    for (byte[] seed : format.seeds()) {
      assertThat(outcome(format, seed)).isEqualTo(new Outcome(true, null));
    }
  }

  private static long[] seeds() {
    return MUTANT.isEmpty()
        ? LongStream.range(0, MUTATIONS).toArray()
        : new long[] {Long.parseLong(MUTANT.substring(MUTANT.indexOf(':') + 1))};
  }

  private static String described(Format format, long seed, byte[] mutant, String failure)
      throws IOException {
    Path file = FOLDER.resolve(format.name() + "-" + seed);
    Files.write(file, mutant);
    return Text.format(
        "%s:%d %s%n%s lies in %s; again: mvn -q -pl lib test -Dtest=MutationTest -Dadversaria.mutant=%s:%d",
        format.name(), seed, failure, "the mutant", file, format.name(), seed);
  }

  private static Outcome outcome(Format format, byte[] mutant) throws IOException {
    Path work = FOLDER.resolve("work");
    delete(work);
    Path folder = Files.createDirectories(work.resolve("a").resolve("b"));
    Path path = format.placement().place(folder, mutant);
    Set<String> before = paths(work);
    Outcome outcome = outcome(format, path);
    Set<String> after = paths(work);
    if (format.writes()) {
      String own = work.relativize(folder).toString();
      before.retainAll(after);
      after.removeIf(name -> name.startsWith(own) && !STRAY.matcher(name).find());
      before.removeIf(name -> name.startsWith(own) && !STRAY.matcher(name).find());
    }
    return after.equals(before)
        ? outcome
        : new Outcome(false, "had the files " + before + " and left " + after);
  }

  /** Catches errors too, which are what is looked for. */
  private static Outcome outcome(Format format, Path path) {
    try {
      format.reader().read(path);
      return new Outcome(true, null);
    } catch (Throwable e) {
      boolean admitted = format.admitted().stream().anyMatch(type -> type.isInstance(e));
      if (!admitted) {
        var trace = new StringWriter();
        e.printStackTrace(new PrintWriter(trace));
        String lines = trace.toString().lines().limit(25).collect(Collectors.joining("\n"));
        return new Outcome(false, "threw " + escaped(lines));
      }
      String message = String.valueOf(e.getMessage());
      if (!message.contains(path.toString())) {
        return new Outcome(false, "does not name the file: " + escaped(String.valueOf(e)));
      }
      if (message.chars().anyMatch(MutationTest::isControl)) {
        return new Outcome(false, "has control characters in its message: " + escaped(message));
      }
      return new Outcome(false, null);
    }
  }

  private static boolean isControl(int c) {
    return Character.isISOControl(c) && c != '\n' && c != '\t';
  }

  private static String escaped(String message) {
    return message
        .chars()
        .mapToObj(
            c -> Character.isISOControl(c) ? Text.format("\\u%04x", c) : Character.toString(c))
        .collect(Collectors.joining());
  }

  private static Set<String> paths(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths
          .map(path -> folder.relativize(path).toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      AtomicFile.deleteTree(folder);
    }
  }
}
