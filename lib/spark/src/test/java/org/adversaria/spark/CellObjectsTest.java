package org.adversaria.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects in Hadoop's file system of this machine, which like HDFS has checksums. */
class CellObjectsTest {

  @TempDir private Path path;
  private ObjectFolder folder;
  private CellObjects cell;

  @BeforeEach
  void cell() {
    String uri = path.toUri().toString().replaceFirst("/+$", "");
    folder = new ObjectFolder(uri, new SerializableConfiguration(new Configuration()));
    cell = new CellObjects(folder);
  }

  private void store(long steps, String log) throws IOException {
    Path run = path.resolve("run");
    Files.createDirectories(run.resolve("checkpoints"));
    Files.writeString(run.resolve("log.csv"), log);
    Files.writeString(run.resolve("run.json"), "{}");
    try (OutputStream out = folder.create(CellObjects.name(steps))) {
      RunZip.pack(run, out);
    }
  }

  private void damage(String name) throws IOException {
    byte[] content = Files.readAllBytes(path.resolve(name));
    content[0] ^= 1;
    Files.write(path.resolve(name), content);
  }

  @Test
  void aRunWithAWrongChecksumIsPassedOver() throws IOException {
    store(20, "step,loss\n0,1.5\n");
    store(40, "step,loss\n0,1.5\n1,0.5\n");
    assertThat(cell.log()).hasSize(3);
    damage(CellObjects.name(40));
    assertThatThrownBy(() -> folder.get(CellObjects.name(40)))
        .isInstanceOf(ChecksumException.class);
    assertThat(cell.log()).containsExactly("step,loss", "0,1.5");
    damage(CellObjects.name(20));
    assertThat(cell.log()).isEmpty();
  }

  @Test
  void aDamagedResultIsNone() throws IOException {
    for (String content : new String[] {"{\"cell\": ", "null", ""}) {
      folder.put("result.json", content.getBytes(StandardCharsets.UTF_8));
      assertThat(cell.result()).isEmpty();
    }
  }
}
