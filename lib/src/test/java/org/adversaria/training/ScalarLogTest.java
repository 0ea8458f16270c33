package org.adversaria.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScalarLogTest {

  @TempDir Path folder;

  @Test
  void aFileBringsBackTheSameDoubles() throws IOException {
    var log = new ScalarLog();
    for (int i = 0; i < 3000; i++) {
      log.append(i, i % 2 == 0 ? Map.of("a", Math.sqrt(i)) : Map.of("a", 1.0 / i, "b", -1e300));
    }
    Path file = folder.resolve("log.csv");
    log.write(file);

    var read = ScalarLog.read(file).table();

    assertThat(read.rowCount()).isEqualTo(3000);
    assertThat(read.doubleColumn("a").asDoubleArray())
        .isEqualTo(log.table().doubleColumn("a").asDoubleArray());
    assertThat(read.doubleColumn("b").get(2999)).isEqualTo(-1e300);
    assertThat(read.doubleColumn("b").isMissing(2998)).isTrue();
  }

  @Test
  void aDamagedFileIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("log.csv"), "step,a\n0,1\n1,2,3\n");
    assertThatThrownBy(() -> ScalarLog.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("log.csv is damaged")
        .hasMessageContaining("'1,2,3'");
  }
}
