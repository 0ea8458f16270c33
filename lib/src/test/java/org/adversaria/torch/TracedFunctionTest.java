package org.adversaria.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TracedFunctionTest {

  private static final Path STATUS = Path.of("/proc/self/status");

  /** Examples of results have 11 or 13 rows and 44 or 52 MiB; twenty of them have 1 GiB. */
  @Test
  void aTraceKeepsNoExamplesOfResults() throws IOException {
    assumeTrue(Files.exists(STATUS));
    try (var manager = NDManager.newBaseManager()) {
      NDArray x = manager.ones(new Shape(1, 1 << 20));
      trace(1, x);
      Files.writeString(Path.of("/proc/self/clear_refs"), "5"); // the peak is the present
      long before = peakKibibytes();
      TracedFunction function = trace(20, x);
      assertThat(peakKibibytes() - before).isLessThan(400 << 10);
      assertThat(function.call(new NDList(x)).singletonOrThrow()).isEqualTo(x);
    }
  }

  private static TracedFunction trace(int negations, NDArray x) {
    return TracedFunction.of(
        Precision.FP32,
        Map.of(),
        inputs -> {
          NDArray y = inputs.singletonOrThrow();
          for (int i = 0; i < negations; i++) {
            y = y.neg();
          }
          return new NDList(y);
        },
        new NDList(x));
  }

  private static long peakKibibytes() throws IOException {
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
