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
  void aDamagedFileIsNamedWithItsLine() throws IOException {
    Path file = folder.resolve("log.csv");
    Map<String, String> problems =
        Map.of(
            "", "its header is ''",
            "stop,a\n", "its header is 'stop,a'",
            "step,a,a\n", "its header is 'step,a,a'",
            "step,a\n0,1\n1,2,3\n", "line 3 is '1,2,3'",
            "step,a\n0,1\n1,2x\n", "line 3 is '1,2x'",
            "step,a\n0,1\n\n", "line 3 is ''",
            "step,a\n0,1\n2,1\n", "line 3 is '2,1', which does not follow",
            "step,a\n0,1\n1", "line 3 is '1'",
            "step,a\n0,\u001b[2J1\n", "line 2 is '0,\\u001b[2J1'");
    for (var problem : problems.entrySet()) {
      Files.writeString(file, problem.getKey());
      assertThatThrownBy(() -> ScalarLog.read(file))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(file + " is damaged: " + problem.getValue());
    }
    Files.write(file, new byte[] {'s', 't', 'e', 'p', ',', (byte) 0xff});
    assertThatThrownBy(() -> ScalarLog.read(file))
        .isInstanceOf(IOException.class)
        .hasMessage(file + " is damaged: it is not UTF-8");
  }
}
