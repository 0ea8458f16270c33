package org.adversaria.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

  @TempDir private Path folder;

  @Test
  void writesIntoNewFoldersAndReplacesAnOlderFile() throws IOException {
    Path file = folder.resolve("a/b/text");
    AtomicFile.write(file, "old".getBytes(StandardCharsets.UTF_8));
    AtomicFile.write(file, temporary -> Files.writeString(temporary, "new"));
    assertThat(file).hasContent("new");
    assertThat(file.getParent()).isDirectoryContaining(file::equals);
    assertThat(Files.list(file.getParent())).hasSize(1);
  }

  @Test
  void aFailureLeavesTheOlderFileAndNoTemporaryOne() throws IOException {
    Path file = Files.writeString(folder.resolve("text"), "old");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    temporary -> {
                      Files.writeString(temporary, "half");
                      throw new IOException("disk full");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage(file + ": disk full");
    assertThat(file).hasContent("old");
    assertThat(Files.list(folder)).containsExactly(file);
  }

  @Test
  void whatKilledWritesOfAFileLeftIsDeleted() throws IOException {
    Path file = Files.createFile(folder.resolve("text"));
    Path other = Files.createFile(folder.resolve(".text2." + UUID.randomUUID() + ".tmp"));
    Path own = Files.createFile(folder.resolve(".text.tmp"));
    Files.createFile(folder.resolve(".text." + UUID.randomUUID() + ".tmp"));
    AtomicFile.removeTemporaryOf(file);
    assertThat(Files.list(folder)).containsExactlyInAnyOrder(file, other, own);
    AtomicFile.removeTemporary(folder);
    assertThat(Files.list(folder)).containsExactlyInAnyOrder(file, own);
  }

  @Test
  void writesThroughALinkToAFolder() throws IOException {
    Path real = Files.createDirectory(folder.resolve("real"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);
    AtomicFile.write(link.resolve("text"), "x".getBytes(StandardCharsets.UTF_8));
    assertThat(real.resolve("text")).hasContent("x");
  }

  @Test
  void aFileInPlaceOfAFolderIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "a");
    assertThatThrownBy(() -> AtomicFile.createDirectories(file.resolve("run")))
        .hasMessage(file + ": it is a file, or a link to nothing; choose another folder");
  }
}
