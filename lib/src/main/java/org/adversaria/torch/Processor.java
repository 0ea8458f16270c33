package org.adversaria.torch;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The processor, as the operating system describes it.
 *
 * @param model its name, with family, model and stepping if available
 * @param flags its instruction sets, in alphabetical order; empty if unavailable
 * @param caches its caches with their sizes, such as {@code L1d 32K}; empty if unavailable, as on
 *     virtual machines that hide them
 */
public record Processor(String model, List<String> flags, List<String> caches) {

  private static final Path CPUINFO = Path.of("/proc/cpuinfo");
  private static final Path CACHES = Path.of("/sys/devices/system/cpu/cpu0/cache");

  /** The flags by which PyTorch selects kernels, with Linux's names. */
  private static final List<String> RELEVANT =
      List.of(
          "avx",
          "avx2",
          "fma",
          "avx512f",
          "avx512_vnni",
          "avx512_bf16",
          "avx512_fp16",
          "amx_tile",
          "amx_bf16",
          "asimd",
          "sve",
          "bf16",
          "i8mm");

  /**
   * Returns the processor of this machine.
   *
   * @return all fields on Linux, model and flags on macOS, the model on Windows
   * @throws IOException if the operating system's description cannot be read
   */
  public static Processor current() throws IOException {
    if (Files.isReadable(CPUINFO)) {
      return parse(Files.readString(CPUINFO, StandardCharsets.UTF_8), cachesOfLinux());
    } else if (System.getProperty("os.name").startsWith("Mac")) {
      return parse(sysctl(), List.of());
    }
    String identifier = System.getenv("PROCESSOR_IDENTIFIER");
    return new Processor(identifier == null ? "unknown" : identifier, List.of(), List.of());
  }

  /**
   * Reads lines {@code name : value}, as of Linux's cpuinfo and of sysctl on macOS.
   *
   * @param text the lines; the first of each name counts
   * @param caches as in the record
   * @return the processor
   */
  public static Processor parse(String text, List<String> caches) {
    Map<String, String> first = new TreeMap<>();
    for (String line : text.lines().toList()) {
      String[] parts = line.split(":", 2);
      if (parts.length == 2) {
        first.putIfAbsent(parts[0].strip().toLowerCase(Locale.ROOT), parts[1].strip());
      }
    }
    String model =
        first.getOrDefault(
            "model name",
            first.getOrDefault(
                "machdep.cpu.brand_string", first.getOrDefault("cpu part", "unknown")));
    if (first.containsKey("cpu family")) {
      model +=
          Text.format(
              " (family %s, model %s, stepping %s)",
              first.get("cpu family"), first.get("model"), first.get("stepping"));
    }
    String flags =
        String.join(
                " ",
                first.getOrDefault("flags", first.getOrDefault("features", "")),
                first.getOrDefault("machdep.cpu.features", "").replace("AVX1.0", "AVX"),
                first.getOrDefault("machdep.cpu.leaf7_features", ""))
            .strip()
            .toLowerCase(Locale.ROOT);
    return new Processor(
        model,
        flags.isEmpty() ? List.of() : List.copyOf(new TreeSet<>(List.of(flags.split("\\s+")))),
        caches);
  }

  /**
   * Returns the instruction sets by which PyTorch selects kernels.
   *
   * @return names such as avx2, avx512f, amx_bf16
   */
  public List<String> relevantFlags() {
    return RELEVANT.stream().filter(flags::contains).toList();
  }

  private static List<String> cachesOfLinux() {
    var caches = new ArrayList<String>();
    for (Path cache = CACHES.resolve("index0");
        Files.exists(cache);
        cache = CACHES.resolve("index" + caches.size())) {
      String type = value(cache, "type");
      caches.add(
          Text.format(
              "L%s%s %s",
              value(cache, "level"),
              type.equals("Unified") ? "" : type.toLowerCase(Locale.ROOT).substring(0, 1),
              value(cache, "size")));
    }
    return List.copyOf(caches);
  }

  /** A property of a cache; a question mark if it is unavailable. */
  private static String value(Path cache, String name) {
    try {
      return Files.readString(cache.resolve(name), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "?";
    }
  }

  private static String sysctl() throws IOException {
    Process process = new ProcessBuilder("sysctl", "machdep.cpu").redirectErrorStream(true).start();
    process.getOutputStream().close();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      String text = output.lines().collect(Collectors.joining("\n"));
      process.waitFor(1, TimeUnit.SECONDS);
      return text;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    } finally {
      process.destroy();
    }
  }
}
