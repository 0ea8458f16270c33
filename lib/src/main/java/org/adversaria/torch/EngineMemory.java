package org.adversaria.torch;

import ai.djl.pytorch.jni.LibUtils;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/**
 * Stored results of the check of the engine, one file for each. A result is valid for a native
 * library, a processor as the operating system describes it, and the settings that select kernels.
 *
 * @param folder of the files, created when needed
 * @param circumstances everything that a result depends on
 */
record EngineMemory(Path folder, String circumstances) {

  /**
   * Incremented when the panel, the trial of bfloat16, the ways or the format of the file change.
   */
  private static final int VERSION = 3;

  private static final Set<String> KINDS =
      ConvolutionKind.all().stream().map(Object::toString).collect(Collectors.toSet());

  private static final List<String> KERNEL_VARIABLES =
      List.of("DNNL_", "ONEDNN_", "ATEN_CPU_", "MKL_", "OMP_NUM_THREADS");

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

  /**
   * A stored result.
   *
   * @param faults as in {@link EngineReport}
   * @param outputsWrong true if outputs of convolutions are wrong
   * @param inputGradientsWrong true if gradients of convolutions by inputs are wrong
   * @param ways of kinds of convolutions that are not direct, by their names
   * @param oneDnnOff true if oneDNN was switched off
   * @param right false if no workaround helped
   * @param slowdown the ratio of the times of bfloat16 and fp32; 0 if not measured
   * @param milliseconds the duration of the check
   */
  record Result(
      List<String> faults,
      boolean outputsWrong,
      boolean inputGradientsWrong,
      Map<String, ConvolutionKind.Way> ways,
      boolean oneDnnOff,
      boolean right,
      double slowdown,
      double milliseconds) {}

  /** The stored results of this user for the loaded PyTorch; empty without a home directory. */
  static Optional<EngineMemory> ofUser(Processor processor) {
    String home = System.getProperty("user.home", "");
    if (!Path.of(home).isAbsolute()) {
      return Optional.empty();
    }
    var text = new StringBuilder("version " + VERSION + "\n");
    Path library = Torch.libraryFolder().resolve(System.mapLibraryName("torch_cpu"));
    text.append(library).append(' ').append(stamp(library)).append('\n');
    text.append(LibUtils.getVersion()).append('\n').append(processor).append('\n');
    text.append(Torch.threads()).append(" threads\n");
    new TreeMap<>(System.getenv())
        .forEach(
            (name, value) -> {
              if (KERNEL_VARIABLES.stream().anyMatch(name::startsWith)) {
                text.append(name).append('=').append(value).append('\n');
              }
            });
    return Optional.of(
        new EngineMemory(Path.of(home, ".cache", "adversaria", "engine"), text.toString()));
  }

  private static String stamp(Path library) {
    try {
      return Files.size(library) + " bytes of " + Files.getLastModifiedTime(library);
    } catch (IOException e) {
      return "unknown";
    }
  }

  /** The result of an earlier process; empty if the file is missing or unreadable. */
  Optional<Result> recall(String precision) {
    try {
      Result result = JSON.readValue(Files.readAllBytes(file(precision)), Result.class);
      return Optional.ofNullable(result).filter(read -> KINDS.containsAll(read.ways().keySet()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Stores a result; if that fails, the next process runs the check again. */
  void keep(String precision, Result result) {
    try {
      AtomicFile.write(file(precision), JSON.writeValueAsBytes(result));
    } catch (IOException e) {
      LoggerFactory.getLogger(EngineMemory.class)
          .debug("The engine's check is not remembered: {}", e.toString());
    }
  }

  private Path file(String precision) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest((precision + "\n" + circumstances).getBytes(StandardCharsets.UTF_8));
      return folder.resolve(HexFormat.of().formatHex(digest).substring(0, 32) + ".json");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
