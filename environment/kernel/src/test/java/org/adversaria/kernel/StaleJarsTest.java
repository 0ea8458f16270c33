package org.adversaria.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StaleJarsTest {

  @TempDir Path folder;

  private Path a;
  private Path missing;
  private Path classes;
  private StaleJars jars;

  @BeforeEach
  void remember() throws IOException {
    a = Files.writeString(folder.resolve("a.jar"), "content");
    missing = folder.resolve("missing.jar");
    classes = Files.createDirectory(folder.resolve("classes"));
    jars = new StaleJars(a + File.pathSeparator + missing + File.pathSeparator + classes);
  }

  @Test
  void allEntriesAreKnownInTheirOrder() {
    assertThat(jars.all()).containsExactly(a, missing, classes);
    assertThat(jars.changed()).isEmpty();
  }

  @Test
  void anotherSizeIsAChange() throws IOException {
    FileTime time = Files.getLastModifiedTime(a);
    Files.writeString(a, "more content");
    Files.setLastModifiedTime(a, time);
    assertThat(jars.changed()).containsExactly(a);
  }

  @Test
  void anotherTimeIsAChange() throws IOException {
    Files.setLastModifiedTime(a, FileTime.fromMillis(1_000_000));
    assertThat(jars.changed()).containsExactly(a);
  }

  @Test
  void jarsThatComeAndGoAreChanges() throws IOException {
    Files.delete(a);
    Files.writeString(missing, "new");
    assertThat(jars.changed()).containsExactly(a, missing);
  }

  @Test
  void theSameJarAgainIsNone() throws IOException {
    FileTime time = Files.getLastModifiedTime(a);
    Files.delete(a);
    Files.writeString(a, "CONTENT");
    Files.setLastModifiedTime(a, time);
    assertThat(jars.changed()).isEmpty();
  }

  @Test
  void whatChangesInAFolderOfClassesIsNone() throws IOException {
    Files.writeString(classes.resolve("A.class"), "new");
    Files.setLastModifiedTime(classes, FileTime.fromMillis(1_000_000));
    assertThat(jars.changed()).isEmpty();
  }
}
