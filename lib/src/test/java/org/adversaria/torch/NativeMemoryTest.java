package org.adversaria.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NativeMemoryTest {

  private static final Path STATISTICS = Path.of("/proc/thread-self/stat");

  /**
   * Ten times eight arrays of 16 MiB have 327,680 pages. glibc's own settings return some 30,000 of
   * them to the system in between.
   */
  @Test
  void memoryOfFreedArraysIsUsedAgain() throws IOException {
    assumeTrue(Files.exists(STATISTICS) && NativeMemory.keep());
    try (var manager = NDManager.newBaseManager()) {
      repeat(10, manager);
      long before = pageFaults();
      repeat(10, manager);
      assertThat(pageFaults() - before).isLessThan(15_000);
    }
  }

  private static void repeat(int times, NDManager manager) {
    for (int i = 0; i < times; i++) {
      try (NDManager step = manager.newSubManager()) {
        for (int array = 0; array < 8; array++) {
          step.ones(new Shape(4 << 20));
        }
      }
    }
  }

  @Test
  void theUserMayWantOtherwise() {
    assertThat(NativeMemory.wanted(Map.of())).isTrue();
    assertThat(NativeMemory.wanted(Map.of("ADVERSARIA_MALLOC", "keep"))).isTrue();
    assertThat(NativeMemory.wanted(Map.of("ADVERSARIA_MALLOC", "system"))).isFalse();
    assertThat(NativeMemory.wanted(Map.of("MALLOC_MMAP_THRESHOLD_", "1000000"))).isFalse();
    assertThat(NativeMemory.wanted(Map.of("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1"))).isFalse();
  }

  /** Minor faults of this thread, the tenth field. */
  private static long pageFaults() throws IOException {
    String line = Files.readString(STATISTICS);
    return Long.parseLong(line.substring(line.lastIndexOf(')') + 2).split(" ")[7]);
  }
}
