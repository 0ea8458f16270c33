package org.adversaria.torch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * The processor, as the operating system tells of it.
 *
 * @param model its name, with family, model and stepping where they are told
 * @param flags its instruction sets, in alphabetical order; empty where they are not told
 * @param caches the sizes of its caches, such as {@code L1d 32K}; empty where they are not told, as
 *     on virtual machines that hide them
 */
public record Processor(String model, List<String> flags, List<String> caches) {

  private static final Path CPUINFO = Path.of("/proc/cpuinfo");
  private static final Path CACHES = Path.of("/sys/devices/system/cpu/cpu0/cache");

  /** The flags by which PyTorch and oneDNN choose their kernels. */
  private static final Set<String> TELLING =
      Set.of("sse4_1", "avx", "avx2", "fma", "f16c", "asimd", "sve", "bf16", "i8mm");

  /**
   * Returns the processor this program runs on.
   *
   * @return what Linux tells; elsewhere the architecture and an empty list of flags
   */
  public static Processor current() {
    try {
      return read(Files.readAllLines(CPUINFO, StandardCharsets.UTF_8), cacheSizes());
    } catch (IOException e) {
      String identifier = System.getenv("PROCESSOR_IDENTIFIER");
      String architecture = System.getProperty("os.arch");
      return new Processor(identifier == null ? architecture : identifier, List.of(), List.of());
    }
  }

  static Processor read(List<String> cpuinfo, List<String> caches) {
    String name = value(cpuinfo, "model name", System.getProperty("os.arch"));
    String family = value(cpuinfo, "cpu family", "");
    if (!family.isEmpty()) {
      name +=
          String.format(
              Locale.ROOT,
              " (family %s, model %s, stepping %s)",
              family,
              value(cpuinfo, "model", "?"),
              value(cpuinfo, "stepping", "?"));
    }
    String flags = value(cpuinfo, "flags", value(cpuinfo, "Features", ""));
    return new Processor(
        name,
        flags.isEmpty() ? List.of() : List.copyOf(new TreeSet<>(List.of(flags.split("\\s+")))),
        caches);
  }

  private static String value(List<String> lines, String key, String otherwise) {
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon > 0 && line.substring(0, colon).strip().equals(key)) {
        return line.substring(colon + 1).strip();
      }
    }
    return otherwise;
  }

  private static List<String> cacheSizes() {
    var caches = new ArrayList<String>();
    for (int i = 0; Files.exists(CACHES.resolve("index" + i)); i++) {
      Path cache = CACHES.resolve("index" + i);
      String type = text(cache.resolve("type"));
      String letter = type.isEmpty() || type.equals("Unified") ? "" : type.substring(0, 1);
      caches.add(
          "L"
              + text(cache.resolve("level"))
              + letter.toLowerCase(Locale.ROOT)
              + " "
              + text(cache.resolve("size")));
    }
    return caches;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "";
    }
  }

  /**
   * Returns the flags by which PyTorch and oneDNN choose their kernels.
   *
   * @return such as avx2, avx512f, avx512_bf16, amx_bf16
   */
  public List<String> tellingFlags() {
    return flags.stream()
        .filter(
            flag ->
                TELLING.contains(flag)
                    || flag.startsWith("avx512")
                    || flag.startsWith("avx_")
                    || flag.startsWith("amx"))
        .toList();
  }
}
