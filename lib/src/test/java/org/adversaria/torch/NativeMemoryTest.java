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

  /** An array of 16 MiB has 4,096 pages, each of which would be requested anew. */
  @Test
  void memoryOfFreedArraysIsUsedAgain() throws IOException {
    assumeTrue(Files.exists(STATISTICS) && NativeMemory.keep());
    try (var manager = NDManager.newBaseManager()) {
      var shape = new Shape(4 << 20);
      for (int i = 0; i < 4; i++) {
        manager.ones(shape).close();
      }
      long before = pageFaults();
      for (int i = 0; i < 8; i++) {
        manager.ones(shape).close();
      }
      assertThat(pageFaults() - before).isLessThan(4096);
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
