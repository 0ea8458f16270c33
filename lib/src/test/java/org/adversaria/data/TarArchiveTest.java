package org.adversaria.data;

import static org.adversaria.data.TestFiles.tar;
import static org.adversaria.data.TestFiles.tarEntry;
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
import org.assertj.core.api.ThrowableAssertAlternative;
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

  private ThrowableAssertAlternative<DataException> unpacking(byte[]... entries)
      throws IOException {
    Path archive = write(folder.resolve("bad.tar"), tar(entries));
    ThrowableAssertAlternative<DataException> refusal =
        assertThatExceptionOfType(DataException.class)
            .isThrownBy(() -> TarArchive.unpack(archive, target, "top"))
            .withMessageStartingWith(archive.toString());
    assertThat(targetEntries()).isEmpty();
    return refusal;
  }

  @ParameterizedTest
  @ValueSource(chars = {'1', '2', '3', '4', '6', 'S', 'V', 'Z'})
  void refusesEntriesThatAreNeitherFileNorFolder(char type) throws IOException {
    unpacking(tarEntry(utf8("top/x"), type, 0, new byte[0]));
  }

  @Test
  void refusesNamesWithControlCharacters() throws IOException {
    unpacking(tarEntry("top/\u001b[31mred\n", utf8("x")))
        .withMessageContaining("the entry 'top/\\u001b[31mred\\u000a'");
    byte[] pax = utf8("12 path=a\0b\n");
    unpacking(tarEntry(utf8("p"), 'x', pax.length, pax), tarEntry("top/x", utf8("x")))
        .withMessageContaining("'a\\u0000b'");
  }

  @Test
  void refusesAnEntryThatIsThereTwice() throws IOException {
    unpacking(tarEntry("top/x", utf8("1")), tarEntry("top/./x", utf8("2")))
        .withMessageContaining("has the entry 'top/./x' twice");
  }

  @Test
  void refusesSizesAboveTheLimitByTheHeader() throws IOException {
    unpacking(tarEntry(utf8("top/x"), '0', 1L << 40, utf8("x")))
        .withMessageContaining("has the entry 'top/x' of 1099511627776 bytes")
        .withMessageContaining("-Dadversaria.limit.extracted");
    unpacking(tarEntry(utf8("top/x"), '0', Long.MAX_VALUE, utf8("x")));
    unpacking(tarEntry(utf8("top/x"), '0', -1, utf8("x")));
    TestFiles.withLimit(
        "extracted",
        10_000,
        () ->
            unpacking(tarEntry("top/x", utf8("1")), tarEntry("top/y", new byte[3000]))
                .withMessageContaining("takes 11193 bytes on disk up to its entry 'top/y'"));
  }

  /** A long name is read whole before it is known. */
  @ParameterizedTest
  @ValueSource(chars = {'L', 'K', 'x', 'g'})
  void refusesHeadersThatAreLong(char type) throws IOException {
    byte[] name = new byte[2 << 20];
    Arrays.fill(name, (byte) 'x');
    byte[] record = utf8("2097152 path=");
    System.arraycopy(record, 0, name, 0, type == 'x' || type == 'g' ? record.length : 0);
    name[name.length - 1] = '\n';
    unpacking(tarEntry(utf8("long"), type, name.length, name), tarEntry("top/x", utf8("x")))
        .withMessageContaining("an entry whose headers take more than 1048576 bytes");
  }
}
