package org.adversaria.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultyFileSystemTest {

  @TempDir private Path temporary;
  private Path folder;
  private FaultyFileSystem disk;

  @BeforeEach
  void makeDisk() throws IOException {
    folder = Files.createDirectory(temporary.resolve("disk")).toRealPath();
    Files.writeString(folder.resolve("old"), "before");
    disk = FaultyFileSystem.over(folder);
  }

  private static void force(Path path) throws IOException {
    boolean directory = Files.isDirectory(path);
    try (var channel =
        FileChannel.open(path, directory ? StandardOpenOption.READ : StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  private DiskImage now(CrashPolicy policy) {
    return disk.imageAfter(disk.changes().size(), policy, 1);
  }

  private Set<DiskImage> all(int seeds) {
    var images = new HashSet<DiskImage>();
    for (int count = 0; count <= disk.changes().size(); count++) {
      for (CrashPolicy policy : CrashPolicy.values()) {
        for (int seed = 0; seed < (policy == CrashPolicy.RANDOM ? seeds : 1); seed++) {
          images.add(disk.imageAfter(count, policy, seed));
        }
      }
    }
    return images;
  }

  @Test
  void filesAreReadAndWrittenAsElsewhere() throws IOException {
    Path inner = Files.createDirectories(disk.path("a").resolve("b/c"));
    Path file = Files.write(inner.resolve("lines"), List.of("one", "two"));
    assertThat(Files.readAllLines(file)).containsExactly("one", "two");
    assertThat(Files.size(file)).isEqualTo(8);
    Files.writeString(file, "three", StandardOpenOption.APPEND);
    assertThat(Files.readString(file)).isEqualTo("one\ntwo\nthree");
    try (var in = Files.newInputStream(file)) {
      assertThat(in.readNBytes(3)).asString().isEqualTo("one");
    }
    assertThat(Files.exists(file)).isTrue();
    assertThat(Files.notExists(inner.resolve("none"))).isTrue();
    assertThat(Files.isDirectory(inner)).isTrue();
    assertThat(Files.isRegularFile(file)).isTrue();
    assertThat(Files.isSameFile(file, disk.path("a/b/../b/c/lines"))).isTrue();
    Files.copy(file, disk.path("old"), StandardCopyOption.REPLACE_EXISTING);
    assertThat(Files.readString(disk.path("old"))).isEqualTo("one\ntwo\nthree");
    Files.move(file, file.resolveSibling("moved"), StandardCopyOption.ATOMIC_MOVE);
    try (Stream<Path> entries = Files.list(inner)) {
      assertThat(entries).containsExactly(inner.resolve("moved"));
    }
    assertThatThrownBy(() -> Files.readAllBytes(file)).isInstanceOf(NoSuchFileException.class);
    try (Stream<Path> paths = Files.walk(disk.path("a")).sorted(Comparator.reverseOrder())) {
      for (Path path : paths.toList()) {
        Files.delete(path);
      }
    }
    assertThat(folder).isDirectoryNotContaining(path -> path.endsWith("a"));
    assertThat(Files.deleteIfExists(disk.path("a"))).isFalse();
  }

  @Test
  void pathsAreThoseOfTheFolder() {
    Path path = disk.path("x/y");
    assertThat(path).hasToString(folder.resolve("x/y").toString());
    assertThat(path).isEqualTo(disk.path("x").resolve("y")).isNotEqualTo(folder.resolve("x/y"));
    assertThat(disk.path("x").relativize(path)).hasToString("y");
    assertThat(path.startsWith(disk.path("x"))).isTrue();
    assertThat(path.endsWith("y")).isTrue();
    assertThat(path.iterator()).toIterable().last().hasToString("y");
    assertThatThrownBy(() -> path.resolve(Path.of("z")))
        .isInstanceOf(ProviderMismatchException.class);
    assertThatThrownBy(path::toFile).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void changesAreRecordedInOrder() throws IOException {
    Files.createDirectory(disk.path("new"));
    Path file = disk.path("new/file");
    Files.writeString(file, "content");
    force(file);
    Files.move(file, disk.path("new/other"), StandardCopyOption.ATOMIC_MOVE);
    force(disk.path("new"));
    Files.writeString(disk.path("old"), "");
    Files.delete(disk.path("old"));
    assertThat(disk.changes().stream().map(change -> change.getClass().getSimpleName()))
        .containsExactly(
            "Create",
            "Create",
            "Write",
            "Open",
            "Force",
            "Move",
            "Force",
            "Open",
            "Truncate",
            "Delete");
    assertThat(disk.changes().stream().map(Change::path))
        .containsExactly(
            "new",
            "new/file",
            "new/file",
            "new/file",
            "new/file",
            "new/file",
            "new",
            "old",
            "old",
            "old");
    assertThat(now(CrashPolicy.KILL)).isEqualTo(DiskImage.of(folder));
  }

  @Test
  void bytesThatWereNotForcedAreLost() throws IOException {
    Path file = disk.path("file");
    Files.writeString(file, "one");
    force(disk.path(""));
    assertThat(now(CrashPolicy.PESSIMISTIC).text("file")).isEmpty();
    force(file);
    Files.writeString(file, "two", StandardOpenOption.APPEND);
    assertThat(now(CrashPolicy.PESSIMISTIC).text("file")).isEqualTo("one");
    assertThat(now(CrashPolicy.METADATA_FIRST).text("file")).isEqualTo("one");
    assertThat(now(CrashPolicy.KILL).text("file")).isEqualTo("onetwo");
    Files.writeString(file, "");
    assertThat(now(CrashPolicy.PESSIMISTIC).text("file")).isEqualTo("one");
    assertThat(now(CrashPolicy.PESSIMISTIC).text("old")).isEqualTo("before");
  }

  @Test
  void namesThatWereNotForcedAreLost() throws IOException {
    Path file = Files.createDirectory(disk.path("inner")).resolve("file");
    Files.writeString(file, "content");
    force(file);
    assertThat(now(CrashPolicy.PESSIMISTIC).files()).containsOnlyKeys("old");
    assertThat(now(CrashPolicy.METADATA_FIRST).text("inner/file")).isEqualTo("content");
    force(file.getParent());
    assertThat(now(CrashPolicy.PESSIMISTIC).files()).containsOnlyKeys("old");
    force(disk.path(""));
    assertThat(now(CrashPolicy.PESSIMISTIC).text("inner/file")).isEqualTo("content");
    Files.delete(file);
    assertThat(now(CrashPolicy.PESSIMISTIC).text("inner/file")).isEqualTo("content");
    assertThat(now(CrashPolicy.METADATA_FIRST).text("inner/file")).isNull();
  }

  @Test
  void aMoveThatWasNotForcedIsLost() throws IOException {
    Path temporaryFile = disk.path("old.tmp");
    Files.writeString(temporaryFile, "after");
    Files.move(temporaryFile, disk.path("old"), StandardCopyOption.ATOMIC_MOVE);
    assertThat(now(CrashPolicy.METADATA_FIRST).text("old")).isEmpty();
    assertThat(now(CrashPolicy.PESSIMISTIC).text("old")).isEqualTo("before");
    force(disk.path("old"));
    assertThat(now(CrashPolicy.METADATA_FIRST).text("old")).isEqualTo("after");
    assertThat(now(CrashPolicy.PESSIMISTIC).text("old")).isEqualTo("before");
    force(disk.path(""));
    assertThat(now(CrashPolicy.PESSIMISTIC).files()).containsOnlyKeys("old");
    assertThat(now(CrashPolicy.PESSIMISTIC).text("old")).isEqualTo("after");
  }

  @Test
  void aReplacementInTheRightOrderIsNeverTorn() throws IOException {
    Path temporaryFile = disk.path("old.tmp");
    Files.writeString(temporaryFile, "x".repeat(3000));
    force(temporaryFile);
    Files.move(temporaryFile, disk.path("old"), StandardCopyOption.ATOMIC_MOVE);
    force(disk.path(""));
    assertThat(all(50).stream().map(image -> image.text("old")).distinct())
        .containsExactlyInAnyOrder("before", "x".repeat(3000));
  }

  @Test
  void aReplacementInTheWrongOrderIsSometimesTorn() throws IOException {
    Path temporaryFile = disk.path("old.tmp");
    Files.writeString(temporaryFile, "x".repeat(3000));
    Files.move(temporaryFile, disk.path("old"), StandardCopyOption.ATOMIC_MOVE);
    Set<DiskImage> images = all(200);
    assertThat(images.stream().map(image -> image.text("old")))
        .contains("before", "", "x".repeat(512), "x".repeat(512) + "\0".repeat(2488));
    assertThat(images).allMatch(image -> image.files().containsKey("old"));
    int last = disk.changes().size();
    assertThat(disk.imageAfter(last, CrashPolicy.RANDOM, 7))
        .isEqualTo(disk.imageAfter(last, CrashPolicy.RANDOM, 7));
  }

  @Test
  void imagesAreWrittenToFolders() throws IOException {
    Files.createDirectories(disk.path("a/empty"));
    Files.writeString(disk.path("a/file"), "content");
    DiskImage image = now(CrashPolicy.KILL);
    assertThat(DiskImage.of(image.writeTo(temporary.resolve("image")))).isEqualTo(image);
    assertThat(image.files()).containsOnlyKeys("a/", "a/empty/", "a/file", "old");
  }

  @Test
  void aFullDiskTakesWhatThereIsRoomFor() throws IOException {
    disk.capacity(10);
    assertThat(Files.getFileStore(disk.path("")).getUsableSpace()).isEqualTo(4);
    Path file = disk.path("file");
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      assertThat(channel.write(ByteBuffer.allocate(6))).isEqualTo(4);
      assertThat(channel.write(ByteBuffer.allocate(6), 0)).isEqualTo(4);
      assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1)))
          .isInstanceOf(IOException.class)
          .hasMessage("No space left on device");
    }
    assertThatThrownBy(() -> Files.createFile(disk.path("more")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("more: No space left on device");
    assertThatThrownBy(() -> Files.createDirectory(disk.path("more")))
        .hasMessageContaining("No space left on device");
    assertThatThrownBy(() -> Files.write(file, new byte[5])).hasMessage("No space left on device");
    Files.delete(disk.path("old"));
    Files.write(file, new byte[10]);
    assertThat(folder.resolve("file")).hasSize(10);
    assertThat(Files.getFileStore(file).getUsableSpace()).isZero();
    disk.capacity(Long.MAX_VALUE);
    Files.createDirectory(disk.path("more"));
  }

  @Test
  void anyChangeFailsOnceAsAsked() throws IOException {
    for (int change = 0; change < 6; change++) {
      Path place = Files.createDirectory(temporary.resolve("fails-" + change));
      FaultyFileSystem failing = FaultyFileSystem.over(place);
      failing.failAt(change);
      assertThatThrownBy(() -> replace(failing.path("file")))
          .isInstanceOf(IOException.class)
          .hasMessageEndingWith("Input/output error");
      assertThat(failing.hasFailed()).isTrue();
      assertThat(failing.changes()).hasSize(change);
      Files.deleteIfExists(failing.path("file.tmp"));
      replace(failing.path("file"));
      assertThat(place.resolve("file")).hasContent("content");
    }
  }

  private static void replace(Path file) throws IOException {
    Path temporaryFile = file.resolveSibling(file.getFileName() + ".tmp");
    Files.writeString(temporaryFile, "content");
    force(temporaryFile);
    Files.move(temporaryFile, file, StandardCopyOption.ATOMIC_MOVE);
    force(file.getParent());
  }

  @Test
  void locksHoldUntilTheyAreReleased() throws IOException {
    try (var first =
            FileChannel.open(disk.path("l"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var second = FileChannel.open(disk.path("l"), StandardOpenOption.WRITE)) {
      FileLock lock = first.tryLock(1L << 40, 1, false);
      assertThat(lock.isValid()).isTrue();
      assertThatThrownBy(() -> second.tryLock(1L << 40, 1, false))
          .isInstanceOf(OverlappingFileLockException.class);
      lock.release();
      assertThat(second.tryLock(1L << 40, 1, false)).isNotNull();
    }
  }
}
