package org.adversaria.data;

import static org.adversaria.data.TestFiles.tarGz;
import static org.adversaria.data.TestFiles.tarLink;
import static org.adversaria.data.TestFiles.utf8;
import static org.adversaria.data.TestFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarArchiveTest {

  @TempDir Path folder;
  private Path target;

  @BeforeEach
  void makeTarget() throws IOException {
    target = Files.createDirectories(folder.resolve("a").resolve("target"));
  }

  private List<Path> targetEntries() throws IOException {
    try (Stream<Path> entries = Files.list(target)) {
      return entries.toList();
    }
  }

  @Test
  void unpacksTheFolderAndNothingElse() throws IOException {
    byte[] packed =
        tarGz(Map.of("top/one.txt", utf8("1"), "top/deep/two.txt", utf8("2"), "other", utf8("3")));
    TarArchive.unpack(write(folder.resolve("x.tar.gz"), packed), target, "top");
    assertThat(target.resolve("top/one.txt")).hasContent("1");
    assertThat(target.resolve("top/deep/two.txt")).hasContent("2");
    assertThat(targetEntries()).containsExactly(target.resolve("top"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../escaped.txt", "top/../../../escaped.txt", "/tmp/../escaped.txt"})
  void refusesEntriesThatEscape(String name) throws IOException {
    Path archive = write(folder.resolve("evil.tar.gz"), tarGz(Map.of(name, utf8("x"))));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> TarArchive.unpack(archive, target, "top"))
        .withMessageContaining("evil.tar.gz has the entry '" + name + "'")
        .withMessageContaining("not to be trusted");
    assertThat(targetEntries()).isEmpty();
    assertThat(folder.resolve("a/escaped.txt")).doesNotExist();
    assertThat(folder.resolve("escaped.txt")).doesNotExist();
  }

  @Test
  void refusesLinks() throws IOException {
    Path archive = write(folder.resolve("link.tar"), tarLink("top", ".."));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> TarArchive.unpack(archive, target, "top"))
        .withMessageContaining("link.tar has the entry 'top', which is a link");
    assertThat(targetEntries()).isEmpty();
  }

  @Test
  void leavesNothingBehindOfADamagedOrOtherArchive() throws IOException {
    byte[] packed = tarGz(Map.of("top/one.txt", new byte[100_000]));
    Path cut = write(folder.resolve("cut.tar.gz"), Arrays.copyOf(packed, packed.length / 2));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> TarArchive.unpack(cut, target, "top"))
        .withMessageContaining("cut.tar.gz cannot be read");
    Path whole = write(folder.resolve("whole.tar.gz"), packed);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> TarArchive.unpack(whole, target, "other"))
        .withMessageContaining("whole.tar.gz holds no folder other");
    assertThat(targetEntries()).isEmpty();
  }

  @Test
  void doesNotTouchAFolderThatIsThere() throws IOException {
    Path archive = write(folder.resolve("x.tar.gz"), tarGz(Map.of("top/one.txt", utf8("1"))));
    write(target.resolve("top/mine.txt"), utf8("mine"));
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> TarArchive.unpack(archive, target, "top"))
        .withMessageContaining("top is there but lacks files that")
        .withMessageContaining("move it away");
    assertThat(target.resolve("top/mine.txt")).hasContent("mine");
    assertThat(targetEntries()).containsExactly(target.resolve("top"));
  }
}
