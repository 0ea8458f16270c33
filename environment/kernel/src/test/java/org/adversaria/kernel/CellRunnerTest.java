package org.adversaria.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CellRunnerTest {

  private static final String TIME =
      "\\d+\\.\\d{3} s \\(\\d+\\.\\d{3} s of this thread's processor time\\)";

  @TempDir static Path folder;

  private static TestShell shell;

  @BeforeAll
  static void start() {
    shell = new TestShell();
  }

  @AfterAll
  static void stop() {
    shell.close();
  }

  // ---- which lines are magics ----------------------------------------------------------------

  @Test
  void timeGivesTheValueAndTellsTheTime() {
    assertThat(shell.value("%time 6 * 7")).isEqualTo(42);
    assertThat(shell.printed().strip()).matches(TIME);
    assertThat(shell.value("int a = 1;\n  %time a + 1\n")).isEqualTo(2);
    shell.nothing("%time int timed = 3;");
    shell.nothing("%time");
    assertThat(shell.value("timed")).isEqualTo(3);
  }

  @Test
  void whatFollowsAMagicIsRun() {
    assertThat(shell.value("%time 1\nint b = 5;\nb * 2")).isEqualTo(10);
    shell.nothing("%time 1\nint c = 5;");
  }

  @Test
  void timeOfTheWholeCell() {
    assertThat(shell.value("%%time\nint d = 2;\nint e = 3;\nd * e")).isEqualTo(6);
    assertThat(shell.printed().strip()).matches(TIME);
    shell.nothing("%%time");
  }

  @Test
  void theTimeOfWhatFailsIsTold() {
    assertThat(shell.error("%time Integer.parseInt(\"\")").name())
        .isEqualTo("NumberFormatException");
    assertThat(shell.printed().strip()).matches(TIME);
  }

  @Test
  void linesInsideOfOtherThingsAreNoMagics() {
    assertThat(shell.value("var t = \"\"\"\n    %time 1\n    %nothing\n    \"\"\";\nt"))
        .isEqualTo("%time 1\n%nothing\n");
    shell.nothing("/*\n%nothing\n*/");
    assertThat(shell.value("int n = 17\n  % 5\n;\nn")).isEqualTo(2);
    assertThat(shell.value("int m = 3;\nint k = (17\n%m);\nk")).isEqualTo(2);
    shell.nothing("void f() {\n  int x = 7\n  %m;\n}");
  }

  @Test
  void aTextBlockBeforeAMagicIsNoTrouble() {
    assertThat(shell.value("var u = \"\"\"\n  %a\n  \"\"\";\n%time u.strip()")).isEqualTo("%a");
  }

  @Test
  void linesEndAsOnWindowsToo() {
    assertThat(shell.value("int w = 1;\r\n%time w + 1\r\n")).isEqualTo(2);
    assertThat(shell.lines("int x = 1;\r\nint y = nowhere;\r\n"))
        .endsWith("cell #, line 2:", "   2 | int y = nowhere; ", "     |         ^^^^^^^");
  }

  @Test
  void anUnknownMagicNamesThoseThatAre() {
    CellException error = shell.error("int v = 1;\n%matplotlib inline");
    assertThat(error.name()).isEqualTo("UnknownMagic");
    assertThat(error)
        .hasMessage(
            "There is no magic %matplotlib. There are: %time, %maven, %jars, %spark, %help");
    assertThat(error.lines()).containsExactly(error.getMessage());
    assertThat(shell.value("v")).isEqualTo(1);
    assertThat(shell.error("%%bash\nls").name()).isEqualTo("UnknownMagic");
  }

  // ---- magics --------------------------------------------------------------------------------

  @Test
  void helpListsAllMagics() {
    shell.nothing("%help");
    assertThat(shell.printed())
        .contains("%time EXPRESSION", "%maven GROUP:", "%jars FILE", "%help", "panel()");
  }

  @Test
  void mavenWantsArtifacts() {
    assertThat(shell.error("%maven").lines())
        .containsExactly("%maven: which artifact?", "Usage: %maven GROUP:ARTIFACT:VERSION ...");
    assertThat(shell.error("%maven guava").lines())
        .containsExactly(
            "%maven: guava is not GROUP:ARTIFACT:VERSION",
            "Usage: %maven GROUP:ARTIFACT:VERSION ...");
  }

  private static void jar(String type) throws IOException {
    Path source = folder.resolve(type + ".java");
    Files.writeString(
        source, "package jars; public class " + type + " { public static int n() { return 5; } }");
    var compiler = ToolProvider.getSystemJavaCompiler();
    String target = folder.resolve("made").toString();
    var said = new ByteArrayOutputStream();
    int status = compiler.run(null, said, said, "-d", target, source.toString());
    assertThat(status).as(said.toString(StandardCharsets.UTF_8)).isZero();
    String name = "jars/" + type + ".class";
    try (OutputStream file = Files.newOutputStream(folder.resolve(type + ".jar"));
        var zip = new ZipOutputStream(file)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(Files.readAllBytes(folder.resolve("made").resolve(name)));
      zip.closeEntry();
    }
  }

  @Test
  void jarsAddsWhatFitsThePattern() throws IOException {
    jar("First");
    jar("Second");
    jar("Other");
    var added = new ArrayList<Path>();
    shell.shell().onAdded(added::add);
    shell.nothing("%jars " + folder.resolve("*st.jar") + " " + folder.resolve("Second.jar"));
    assertThat(shell.printed().lines())
        .containsExactly("on the class path: First.jar", "on the class path: Second.jar");
    assertThat(added)
        .containsExactly(
            folder.resolve("First.jar").toAbsolutePath(),
            folder.resolve("Second.jar").toAbsolutePath());
    assertThat(shell.value("jars.First.n() + jars.Second.n()")).isEqualTo(10);
    assertThat(shell.error("jars.Other.n()").name()).isEqualTo("CompilationError");
  }

  @Test
  void aFolderOfClassesIsAddedInTheSameCell() throws IOException {
    Path source =
        Files.writeString(
            folder.resolve("Alone.java"),
            "package alone; public class"
                + " Alone { public static String name() { return \"alone\"; } }");
    Path classes = folder.resolve("alone classes".replace(' ', '-'));
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-d", classes.toString(), source.toString());
    assertThat(status).isZero();
    assertThat(shell.value("%jars " + classes + "\nimport alone.*;\nAlone.name()"))
        .isEqualTo("alone");
  }

  @Test
  void jarsThatAreNotThereAreNamed() {
    Path missing = folder.resolve("missing.jar").toAbsolutePath();
    assertThat(shell.error("%jars " + missing).lines())
        .containsExactly("%jars: there is no " + missing, "Usage: %jars FILE ...");
    assertThat(shell.error("%jars " + folder.resolve("no*.jar")).lines().get(0))
        .isEqualTo("%jars: nothing in " + folder.toAbsolutePath() + " is called no*.jar");
    CellException error = shell.error("%jars " + folder.resolve("none").resolve("*.jar"));
    assertThat(error.name()).isEqualTo("MagicError");
    assertThat(error.lines().get(0))
        .startsWith("%jars: ")
        .contains(folder.resolve("none").toString());
    for (String root : List.of("/", "a\u0000b")) {
      assertThat(shell.error("%jars " + root + "*\u0000").name()).isEqualTo("MagicError");
    }
  }

  @Test
  void jarsAloneListsTheClassPath() {
    shell.nothing("%jars");
    assertThat(shell.printed().strip()).isEqualTo("a.jar");
  }
}
