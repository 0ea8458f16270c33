package org.adversaria.cli;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.adversaria.data.Datasets;
import org.adversaria.torch.Processor;
import org.adversaria.torch.Text;
import tech.tablesaw.api.Row;

/** What the machine is, and what its owner may write. */
final class MachineChecks {

  private static final long LITTLE_MEMORY = 2L << 30;

  /** What a folder or file may be called; not in every charset. */
  private static final String NAME = "\u00e9\u65e5";

  private final Surroundings here;

  MachineChecks(Surroundings here) {
    this.here = here;
  }

  Finding system() {
    return Finding.ok(
        "system",
        String.join(
            " ",
            here.property("os.name").orElse("?"),
            here.property("os.version").orElse("?"),
            here.property("os.arch").orElse("?")));
  }

  Finding processor() throws IOException {
    return processor(Processor.current());
  }

  Finding processor(Processor processor) {
    List<String> flags = processor.relevantFlags();
    String value =
        processor.model() + (flags.isEmpty() ? "" : "; it has " + String.join(" ", flags));
    boolean intel = here.property("os.arch").orElse("").matches("amd64|x86_64");
    return intel && !flags.isEmpty() && !flags.contains("avx2")
        ? Finding.warning(
            "processor",
            value,
            "Without avx2 networks are several times slower; a virtual machine may hide it:"
                + " let it show the host's processor")
        : Finding.ok("processor", value);
  }

  Finding memory() throws IOException {
    var bean = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long total = bean.getTotalMemorySize();
    long free = available().orElse(bean.getFreeMemorySize());
    OptionalLong limit = containerLimit();
    if (limit.isPresent()) {
      free = Math.min(free, limit.getAsLong());
    }
    return memory(total, free, limit);
  }

  static Finding memory(long total, long free, OptionalLong limit) {
    String value =
        FolderCheck.size(total)
            + "; free: "
            + FolderCheck.size(free)
            + (limit.isPresent()
                ? "; the container's limit: " + FolderCheck.size(limit.getAsLong())
                : "");
    return free < LITTLE_MEMORY
        ? Finding.warning(
            "memory",
            value,
            "End other programs, or take a smaller batch or smaller networks: PyTorch takes its"
                + " memory beside Java's heap")
        : Finding.ok("memory", value);
  }

  /** What Linux could give without swapping: more than is free, for caches can be dropped. */
  private static OptionalLong available() throws IOException {
    Path file = Path.of("/proc/meminfo");
    if (!Files.isReadable(file)) {
      return OptionalLong.empty();
    }
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith("MemAvailable:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst();
  }

  private static OptionalLong containerLimit() throws IOException {
    for (String name : List.of("memory.max", "memory/memory.limit_in_bytes")) {
      Path file = Path.of("/sys/fs/cgroup").resolve(name);
      if (Files.isReadable(file)) {
        String text = Files.readString(file).strip();
        // Without a limit there is the word max, or more than any machine has.
        if (text.matches("\\d{1,14}")) {
          return OptionalLong.of(Long.parseLong(text));
        }
      }
    }
    return OptionalLong.empty();
  }

  Finding data() throws IOException {
    Path folder = Datasets.folder();
    var present = new ArrayList<String>();
    for (Row row : Datasets.catalog()) {
      if (row.getString("kind").equals("data set")
          && Files.isDirectory(folder.resolve(row.getString("name")))) {
        present.add(row.getString("name"));
      }
    }
    String content = present.isEmpty() ? "no data sets yet" : String.join(", ", present);
    return new FolderCheck("data", folder, "let ADVERSARIA_DATA name another folder")
        .examine(content);
  }

  Finding runs() throws IOException {
    Path folder = here.directory().resolve("runs");
    return new FolderCheck(
            "runs", folder, "start in another folder, or use Training.directory(...)")
        .examine(null);
  }

  Finding text() {
    String encoding = here.property("file.encoding").orElse("?");
    String paths = here.property("sun.jnu.encoding").orElse(encoding);
    // As the JVM was started with: the command line itself has set the default to none.
    String country = here.property("user.country").map(code -> "_" + code).orElse("");
    String value =
        Text.format(
            "locale %s, file.encoding %s, sun.jnu.encoding %s",
            here.property("user.language").orElse("?") + country, encoding, paths);
    return Charset.isSupported(paths) && Charset.forName(paths).newEncoder().canEncode(NAME)
        ? Finding.ok("text", value)
        : Finding.warning(
            "text",
            value,
            "Files whose names have letters beyond "
                + paths
                + " cannot be opened: set "
                + (here.isOn("Windows")
                    ? "the system's locale to UTF-8"
                    : "LC_ALL=C.UTF-8 in the environment"));
  }
}
