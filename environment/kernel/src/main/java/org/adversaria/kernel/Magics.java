package org.adversaria.kernel;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.adversaria.kernel.JavaShell.Result;
import org.adversaria.torch.Text;

/**
 * Lines that begin with {@code %}: what is not Java. A cell that begins with {@code %%} is given to
 * its magic as a whole.
 */
final class Magics {

  /** Runs a part of the cell as Java. */
  interface Java {
    Optional<Result> run(int start, int end) throws CellException;
  }

  /** What a magic is given: its words, and the part of the cell that it may run. */
  record Call(String arguments, int start, int end, Java java) {

    List<String> words() {
      return arguments.isBlank() ? List.of() : List.of(arguments.strip().split("\\s+"));
    }
  }

  private interface Magic {
    Optional<Result> run(Call call) throws CellException, IOException;
  }

  private record Entry(String usage, String effect, Magic magic) {}

  private final Map<String, Entry> magics = new LinkedHashMap<>();
  private final JavaShell shell;
  private final StaleJars jars;
  private boolean hasSpark;

  Magics(JavaShell shell, StaleJars jars) {
    this.shell = shell;
    this.jars = jars;
    add(
        "time",
        "%time EXPRESSION",
        "runs it and says how long it took; %%time: the whole cell",
        this::time);
    add(
        "maven",
        "%maven GROUP:ARTIFACT:VERSION ...",
        "adds artifacts and what they need to the class path; Maven fetches them",
        this::maven);
    add(
        "jars",
        "%jars FILE ...",
        "adds jars or folders of classes to the class path (*.jar for many); alone: lists it",
        this::jars);
    add(
        "spark",
        "%spark",
        "adds Apache Spark and org.adversaria.spark to the class path; builds them if need be",
        this::spark);
    add("help", "%help", "this list, and what cells can call", this::help);
  }

  private void add(String name, String usage, String effect, Magic magic) {
    magics.put(name, new Entry(usage, effect, magic));
  }

  /** The names, without their sign. */
  List<String> names() {
    return List.copyOf(magics.keySet());
  }

  Optional<Result> run(String name, Call call) throws CellException {
    Entry entry = magics.get(name);
    if (entry == null) {
      String message =
          Text.format(
              "There is no magic %%%s. There are: %s",
              name, names().stream().map(n -> "%" + n).collect(Collectors.joining(", ")));
      throw new CellException("UnknownMagic", message, List.of(message));
    }
    try {
      return entry.magic().run(call);
    } catch (IOException | IllegalArgumentException e) {
      String message = Text.format("%%%s: %s", name, e.getMessage());
      throw new CellException("MagicError", message, List.of(message, "Usage: " + entry.usage()));
    }
  }

  private Optional<Result> time(Call call) throws CellException {
    var threads = ManagementFactory.getThreadMXBean();
    long start = System.nanoTime();
    long cpu = threads.getCurrentThreadCpuTime();
    try {
      return call.java().run(call.start(), call.end());
    } finally {
      System.out.println(
          Text.format(
              "%.3f s (%.3f s of this thread's processor time)",
              (System.nanoTime() - start) / 1e9, (threads.getCurrentThreadCpuTime() - cpu) / 1e9));
    }
  }

  private Optional<Result> maven(Call call) throws CellException, IOException {
    if (call.words().isEmpty()) {
      throw new IllegalArgumentException("which artifact?");
    }
    List<Path> found = shell.call(() -> MavenArtifacts.resolve(call.words()));
    found.forEach(this::addToClassPath);
    return Optional.empty();
  }

  private Optional<Result> jars(Call call) throws IOException {
    if (call.words().isEmpty()) {
      list();
      return Optional.empty();
    }
    for (String word : call.words()) {
      matching(word).forEach(this::addToClassPath);
    }
    return Optional.empty();
  }

  private Optional<Result> spark(Call call) throws CellException, IOException {
    if (hasSpark) {
      return Optional.empty();
    }
    // The kernel is started in the project's folder.
    var module = new SparkModule(Path.of("").toAbsolutePath());
    List<Path> needs =
        shell.call(
            () -> {
              module.build();
              return module.needs(System.getProperty("java.class.path"));
            });
    needs.forEach(shell::addToClassPath);
    addToClassPath(module.jar());
    System.out.println(Text.format("and %d jars that it needs", needs.size()));
    hasSpark = true;
    return Optional.empty();
  }

  private void list() {
    List<Path> changed = jars.changed();
    for (Path jar : jars.all()) {
      System.out.println(
          jar + (changed.contains(jar) ? "   changed since the kernel started: restart it" : ""));
    }
  }

  private static List<Path> matching(String pattern) throws IOException {
    Path path = Path.of(pattern);
    Path last = path.getFileName();
    String name = last == null ? "" : last.toString();
    if (!name.contains("*")) {
      if (!Files.exists(path)) {
        throw new IllegalArgumentException("there is no " + path.toAbsolutePath());
      }
      return List.of(path);
    }
    Path folder = path.toAbsolutePath().getParent();
    var found = new ArrayList<Path>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, name)) {
      files.forEach(found::add);
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException("nothing in " + folder + " is called " + name);
    }
    found.sort(null);
    return found;
  }

  private void addToClassPath(Path entry) {
    shell.addToClassPath(entry.toAbsolutePath());
    System.out.println("on the class path: " + entry.getFileName());
  }

  private Optional<Result> help(Call call) {
    magics.values().forEach(entry -> System.out.println(help(entry.usage(), entry.effect())));
    System.out.println();
    System.out.println(help("show(a, b, ...)", "shows values below the cell"));
    System.out.println(help("panel()", "a place whose content update(...) replaces"));
    System.out.println(help("progress(title, total)", "a progress bar, moved by step()"));
    System.out.println(help("setting(key, default)", "a value that --set KEY=VALUE changes"));
    System.out.println(help("picture(alt, figure)", "a figure, with words for who cannot see it"));
    System.out.println(help("rows(title, columns...)", "a table, filled by add(values...)"));
    System.out.println(help("claims()", "sentences, tested against computed numbers"));
    System.out.println(help("settings(method)", "a method's settings"));
    System.out.println(help("source(type, method)", "source as it stands in the library"));
    System.out.println(help("firstOfEachClass(data, count)", "images of each class"));
    System.out.println(help("live(data)", "a training's samples and losses, while it runs"));
    System.out.println(help("trials(data, steps, seeds)", "methods trained alike, and compared"));
    System.out.println(help("renderer(type, function)", "how values of a type are shown"));
    System.out.println();
    System.out.println("Tab completes; Shift+Tab inside a call shows signatures and Javadoc.");
    return Optional.empty();
  }

  private static String help(String usage, String effect) {
    return Text.format("%-36s %s", usage, effect);
  }
}
