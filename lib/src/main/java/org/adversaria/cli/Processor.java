package org.adversaria.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The processor.
 *
 * @param model its name
 * @param flags the instructions it has of those that make networks faster
 */
record Processor(String model, List<String> flags) {

  /** What PyTorch's kernels ask for, as Linux spells it. */
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

  private static final Path LINUX = Path.of("/proc/cpuinfo");

  static Processor of(Surroundings here) throws IOException {
    if (Files.isReadable(LINUX)) {
      return parse(Files.readString(LINUX));
    } else if (here.isOn("Mac")) {
      return parse(sysctl());
    }
    return new Processor(here.variable("PROCESSOR_IDENTIFIER").orElse("unknown"), List.of());
  }

  /** Reads lines {@code name : value}, as of Linux's cpuinfo and of sysctl on macOS. */
  static Processor parse(String text) {
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
    String flags =
        String.join(
                " ",
                first.getOrDefault("flags", first.getOrDefault("features", "")),
                first.getOrDefault("machdep.cpu.features", "").replace("AVX1.0", "AVX"),
                first.getOrDefault("machdep.cpu.leaf7_features", ""))
            .toLowerCase(Locale.ROOT);
    List<String> all = Arrays.asList(flags.split("\\s+"));
    return new Processor(model, RELEVANT.stream().filter(all::contains).toList());
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
