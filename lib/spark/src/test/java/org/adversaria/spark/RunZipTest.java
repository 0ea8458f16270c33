package org.adversaria.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunZipTest {

  @TempDir private Path folder;
  private byte[] zip;

  @BeforeEach
  void pack() throws IOException {
    Path run = folder.resolve("run");
    Files.createDirectories(run.resolve("checkpoints/step-00000020"));
    Files.writeString(run.resolve("log.csv"), "step,loss\n0,1.5\n1,0.5\n");
    Files.writeString(run.resolve("run.json"), "{}");
    Files.writeString(run.resolve("run.lock"), "process 1");
    Files.write(run.resolve("checkpoints/step-00000020/net.safetensors"), new byte[1000]);
    Files.write(run.resolve("checkpoints/step-00000020/checksums.json"), new byte[0]);
    var out = new ByteArrayOutputStream();
    RunZip.pack(run, out);
    zip = out.toByteArray();
  }

  private Path unpack(byte[] bytes) throws IOException {
    return RunZip.unpack(new ByteArrayInputStream(bytes), folder.resolve("unpacked"));
  }

  private static List<String> log(byte[] bytes) throws IOException {
    return RunZip.log(new ByteArrayInputStream(bytes));
  }

  @Test
  void holdsTheRunWithoutItsLock() throws IOException {
    Path unpacked = unpack(zip);
    try (var paths = Files.walk(unpacked)) {
      assertThat(paths.filter(Files::isRegularFile).map(p -> unpacked.relativize(p).toString()))
          .containsExactlyInAnyOrder(
              "log.csv",
              "run.json",
              "checkpoints/step-00000020/net.safetensors",
              "checkpoints/step-00000020/checksums.json");
    }
    assertThat(unpacked.resolve("checkpoints/step-00000020/net.safetensors"))
        .hasBinaryContent(new byte[1000]);
    assertThat(log(zip)).containsExactly("step,loss", "0,1.5", "1,0.5");
  }

  /** The list of entries at a zip's end is not read: all files are before it. */
  @Test
  void whatIsCutOffIsDamaged() throws IOException {
    int files = indexOf("PK\1\2");
    for (int length = 0; length < files; length += 9) {
      byte[] cut = Arrays.copyOf(zip, length);
      assertThatThrownBy(() -> unpack(cut)).as("%d bytes", length).isInstanceOf(ZipException.class);
      assertThat(folder.resolve("unpacked")).doesNotExist();
    }
    assertThatThrownBy(() -> log(Arrays.copyOf(zip, 40))).isInstanceOf(ZipException.class);
  }

  private int indexOf(String text) {
    return new String(zip, StandardCharsets.ISO_8859_1).indexOf(text);
  }

  @Test
  void changedContentIsDamaged() throws IOException {
    zip[indexOf("0,1.5")] = '7';
    assertThatThrownBy(() -> unpack(zip)).isInstanceOf(ZipException.class);
    assertThatThrownBy(() -> log(zip)).isInstanceOf(ZipException.class);
  }

  @Test
  void nothingIsWrittenOutsideOfTheDirectory() throws IOException {
    for (String name : List.of("../planted", "a/../../planted", folder + "/planted", "a/..")) {
      byte[] planted = zipOf(name, ZipEntry.STORED);
      assertThatThrownBy(() -> unpack(planted))
          .isInstanceOf(ZipException.class)
          .hasMessageContaining(name)
          .hasMessageContaining("no file of a run");
      assertThat(folder.resolve("planted")).doesNotExist();
    }
  }

  /** A small zip unpacks to a small run. */
  @Test
  void compressedEntriesAreRefused() throws IOException {
    byte[] compressed = zipOf("log.csv", ZipEntry.DEFLATED);
    assertThatThrownBy(() -> unpack(compressed))
        .isInstanceOf(ZipException.class)
        .hasMessageContaining("'log.csv' is compressed");
    assertThatThrownBy(() -> log(compressed)).hasMessageContaining("'log.csv' is compressed");
  }

  private static byte[] zipOf(String name, int method) throws IOException {
    byte[] content = {1, 2, 3};
    var crc = new CRC32();
    crc.update(content);
    var entry = new ZipEntry(name);
    entry.setMethod(method);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    var out = new ByteArrayOutputStream();
    try (var writer = new ZipOutputStream(out)) {
      writer.putNextEntry(entry);
      writer.write(content);
    }
    return out.toByteArray();
  }
}
