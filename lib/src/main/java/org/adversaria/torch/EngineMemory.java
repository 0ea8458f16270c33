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
 * Results of the check of the engine that outlive the process, a small file each. A result holds
 * for a native library, a processor as it shows itself, and the settings that choose kernels.
 *
 * @param folder where the files are; it is made when it is needed
 * @param circumstances what a result depends on
 */
record EngineMemory(Path folder, String circumstances) {

  /** Counts up when the panel, the ways or the form of the file change. */
  private static final int VERSION = 1;

  private static final Set<String> KINDS =
      ConvolutionKind.all().stream().map(Object::toString).collect(Collectors.toSet());

  private static final List<String> CHOOSING =
      List.of("DNNL_", "ONEDNN_", "ATEN_CPU_", "MKL_", "OMP_NUM_THREADS");

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

  /**
   * What is kept.
   *
   * @param faults as in {@link EngineReport}
   * @param outputsWrong true if outputs of convolutions were among them
   * @param inputGradientsWrong true if their gradients by inputs were
   * @param ways of kinds of convolutions that are not computed directly, by their names
   * @param oneDnnOff true where oneDNN was switched off
   * @param right false where nothing helped
   * @param slowdown the time of bfloat16 in times of fp32; 0 where it was not measured
   * @param milliseconds what the check took
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

  /** The memory of this machine's user, for the loaded PyTorch; none where there is no home. */
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
              if (CHOOSING.stream().anyMatch(name::startsWith)) {
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

  /** The result of an earlier process; none where the file is missing or not readable. */
  Optional<Result> recall(String precision) {
    try {
      Result result = JSON.readValue(Files.readAllBytes(file(precision)), Result.class);
      return Optional.ofNullable(result).filter(read -> KINDS.containsAll(read.ways().keySet()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Keeps a result; where that is not possible, the next process checks again. */
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
