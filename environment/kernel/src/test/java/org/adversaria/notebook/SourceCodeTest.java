package org.adversaria.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.methods.AdcGan;
import org.adversaria.training.Run;
import org.adversaria.training.Training;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceCodeTest {

  @BeforeAll
  static void libraryIsWhereTheKernelIsTold() {
    System.setProperty(SourceFiles.PROPERTY, "../../lib/src/main/java");
  }

  @AfterAll
  static void forget() {
    System.clearProperty(SourceFiles.PROPERTY);
  }

  private static String text(MimeBundle bundle) {
    return bundle.data().get(MimeBundle.TEXT).toString();
  }

  @Test
  void aMethodWithItsJavadocAtTheMargin() {
    MimeBundle shown = Notebook.source(Training.class, "of");
    assertThat(text(shown))
        .startsWith("/**\n * Returns a builder of a run.")
        .contains("\npublic static Training of(Method<?> method) {\n  return ")
        .containsPattern("\n}\n// Training.java, lines \\d+ to \\d+$");
    assertThat(shown.data().get("text/markdown").toString())
        .startsWith("```java\n/**\n")
        .containsPattern("\n}\n```\n\\*Training.java, lines \\d+ to \\d+\\*$");
  }

  @Test
  void allOverloads() {
    assertThat(text(Notebook.source(Notebook.class, "setting")).split("public static")).hasSize(6);
  }

  @Test
  void aWholeClassAndANestedOne() {
    assertThat(text(Notebook.source(AdcGan.class)))
        .startsWith("/**\n * ADC-GAN")
        .contains("public final class AdcGan extends ")
        .doesNotContain("import ", "package ");
    assertThat(text(Notebook.source(AdversarialLoss.Hinge.class, "generator")))
        .contains("NDArray generator(");
  }

  @Test
  void constructorsByTheNameOfTheClass() {
    assertThat(text(Notebook.source(AdcGan.class, "AdcGan")))
        .contains("public AdcGan(GanSettings<Objective> settings) {");
  }

  @Test
  void inheritedMethodsFromWhereTheyAreDeclared() {
    assertThat(text(Notebook.source(AdcGan.class, "settings")))
        .contains("GanSettings<T> settings()")
        .contains("TwoPlayerGan.java, lines");
  }

  @Test
  void whatIsNotThereIsNamedWithWhatIs() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Notebook.source(Run.class, "smaples"))
        .withMessageContaining("no method smaples")
        .withMessageContaining("Run has")
        .withMessageContaining("samples, close");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Notebook.source(Test.class))
        .withMessageContaining("no source of org.junit.jupiter.api.Test in any of")
        .withMessageContaining("-sources.jar")
        .withMessageContaining("src.zip");
  }

  @Test
  void besideAJarAndATarget() {
    assertThat(SourceCode.beside(Path.of("/p/lib/target/a-1.jar")))
        .containsExactly(Path.of("/p/lib/target/a-1-sources.jar"), Path.of("/p/lib/src/main/java"));
    assertThat(SourceCode.beside(Path.of("/p/lib/target/classes")))
        .containsExactly(Path.of("/p/lib/src/main/java"));
    assertThat(SourceCode.beside(Path.of("/m2/a-1.jar")))
        .containsExactly(Path.of("/m2/a-1-sources.jar"));
  }

  @Test
  void theFirstRootThatHasAFileCounts(@TempDir Path folder) throws Exception {
    Path jar = folder.resolve("a-sources.jar");
    try (var zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      zip.putNextEntry(new ZipEntry("p/A.java"));
      zip.write("in the jar".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    Path tree = Files.createDirectories(folder.resolve("tree/p"));
    Files.writeString(tree.resolve("A.java"), "in the tree");
    Files.writeString(tree.resolve("B.java"), "in the tree");
    var roots = List.of(folder.resolve("nowhere.jar"), jar, folder.resolve("tree"));
    try (var files = new SourceFiles(roots)) {
      assertThat(files.read("", "p.A")).contains("in the jar");
      assertThat(files.read("", "p.B")).contains("in the tree");
      assertThat(files.read("", "p.C")).isEmpty();
    }
  }
}
