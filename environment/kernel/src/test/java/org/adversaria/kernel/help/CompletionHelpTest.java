package org.adversaria.kernel.help;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompletionHelpTest {

  private static HelpShell shell;

  @BeforeAll
  static void start() {
    shell = new HelpShell();
  }

  @AfterAll
  static void stop() {
    shell.close();
  }

  @Test
  void membersOfAVariableOfTheNotebook() {
    Completions found = shell.complete("int n = 3;\nnames.ad|");

    assertThat(found.items())
        .startsWith(
            new Completion("add(", Completion.FUNCTION, "add(String): boolean  (+1)"),
            new Completion(
                "addAll(",
                Completion.FUNCTION,
                "addAll(Collection<? extends String>): boolean  (+1)"));
    assertThat(found.start()).isEqualTo(17);
    assertThat(found.end()).isEqualTo(19);
  }

  @Test
  void nothingTwiceAndTheMembersOfObjectLast() {
    List<String> texts = shell.texts("names.|");

    assertThat(texts).doesNotHaveDuplicates();
    assertThat(texts.indexOf("wait(")).isGreaterThan(texts.indexOf("trimToSize()"));
  }

  @Test
  void whatHasTheExpectedTypeFirst() {
    assertThat(shell.texts("int n = names.|")).startsWith("indexOf(", "lastIndexOf(", "size()");
    assertThat(shell.texts("String s = names.to|")).startsWith("toString()");
    assertThat(shell.texts("Math.sqrt(names.|)")).startsWith("indexOf(");
    assertThat(shell.texts("if (names.is|)")).startsWith("isEmpty()");
  }

  @Test
  void constantsOfTheExpectedEnum() {
    assertThat(shell.texts("Thread.State state = |"))
        .startsWith("Thread.State.BLOCKED", "Thread.State.NEW");
    assertThat(shell.texts("Map.of(1, 2).get(java.util.Locale.getDefault(|)"))
        .startsWith("Locale.Category.DISPLAY", "Locale.Category.FORMAT");
    assertThat(shell.texts("enum Colour { RED, BLUE }\nColour c = Co|"))
        .startsWith("Colour", "Colour.BLUE", "Colour.RED");
    assertThat(shell.texts("java.nio.file.StandardOpenOption o = |"))
        .startsWith("java.nio.file.StandardOpenOption.APPEND");
    assertThat(shell.texts("String text = Str|")).startsWith("String", "Stream");
  }

  @Test
  void valuesWithoutANameOnlyWhereAskedFor() {
    shell.eval("1 + 1");
    assertThat(shell.texts("int n = |")).noneMatch(text -> text.startsWith("$"));
    assertThat(shell.texts("int n = $|")).anyMatch(text -> text.startsWith("$"));
  }

  @Test
  void whatCanBeLoopedOverFirst() {
    assertThat(shell.texts("int[] sizes = {1};\nfor (int size : |)")).startsWith("sizes", "names");
  }

  @Test
  void resourcesOfATryAndWhatASwitchIsOn() {
    List<String> texts = shell.texts("try (var found = |");
    assertThat(texts).contains("names").doesNotContain("Notebook$");
    assertThat(shell.texts("try (var found = names.|)")).contains("stream()");
    assertThat(shell.texts("switch (|")).contains("names");
    assertThat(shell.texts("switch (Math.max(1, |")).contains("names");
  }

  @Test
  void variablesOfTheNotebookBeforeTypesAndExactCaseFirst() {
    List<String> texts = shell.texts("n|");

    assertThat(texts).startsWith("names");
    assertThat(shell.texts("tra|").indexOf("Training")).isNotNegative();
    assertThat(shell.texts("ma|")).startsWith("max(");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "var words = List.of(1);\nfor (String word : names) {\n  word.sub|\n}",
        "import java.util.concurrent.atomic.*;\nvar word = new AtomicReference<>(\"\");\nword.get().sub|",
        "List.of(\"a\").stream().map(word -> word.sub|",
        "List.of(\"a\").stream().map(word -> { int n = 1; return word.sub|",
        "names.sort(Comparator.comparing(word -> word.sub|",
        "record Pair(String word, int n) {}\nvar pair = new Pair(\"\", 1);\npair.word().sub|",
        "String word() { return \"\"; }\nvar x = word().sub|",
        "var word = \"\";\nvoid print() {\n  word.sub|",
        "Object o = \"\";\nif (o instanceof String word && word.sub|",
        "try (var scanner = new Scanner(\"\")) {\n  scanner.next().sub|",
        "int n = 1;\n%time names.get(0).sub|",
        "%timeit 100\nString word = \"\";\nword.sub|",
        "names\n    .get(0)\n    .sub|",
      })
  void whatTheCellSaysBefore(String cell) {
    assertThat(shell.texts(cell)).containsExactlyInAnyOrder("substring(", "subSequence(");
  }

  @Test
  void afterACallWhoseArgumentsDoNotFit() {
    assertThat(shell.texts("Training.of(names).ste|")).containsExactly("steps(");
    assertThat(shell.texts("Training.of(missing).ste|")).containsExactly("steps(");
  }

  @Test
  void bracketsAreNotDoubled() {
    assertThat(shell.texts("names.siz|")).containsExactly("size()");
    assertThat(shell.texts("names.siz|()")).containsExactly("size");
  }

  @Test
  void packagesAndTypesInImports() {
    assertThat(shell.texts("import org.adversaria.me|")).containsExactly("methods", "metrics");
    assertThat(shell.complete("import java.util.conc|").items())
        .contains(new Completion("concurrent", Completion.MODULE, "java.util.concurrent"));
    assertThat(shell.texts("import java.util.Map.|")).contains("Entry");
    assertThat(shell.texts("import static java.lang.Math.flo|")).startsWith("floor", "floorDiv");
    assertThat(shell.texts("var x = new java.util.concurrent.Exch|")).containsExactly("Exchanger");
  }

  @Test
  void typesWhereOnlyTypesFit() {
    assertThat(shell.texts("new ArrayL|")).startsWith("ArrayList");
    assertThat(shell.texts("class Names extends ArrayL|")).startsWith("ArrayList");
    assertThat(shell.texts("new na|")).doesNotContain("names");
  }

  @Test
  void typesThatAreNotImportedByTheirFullName() {
    assertThat(shell.texts("new AtomicRefe|"))
        .contains("java.util.concurrent.atomic.AtomicReference");
  }

  @Test
  void constantsOfTheEnumThatASwitchIsOn() {
    assertThat(shell.texts("Thread.State s = null;\nswitch (s) { case N|")).containsExactly("NEW");
    assertThat(shell.texts("Thread.State s = null;\nvar t = switch (s) { case NEW -> 1; case RU|"))
        .containsExactly("RUNNABLE");
  }

  @Test
  void methodReferences() {
    assertThat(shell.texts("names.stream().map(String::le|")).containsExactly("length()");
  }

  @Test
  void magicsWhereALineBegins() {
    assertThat(shell.complete("int n = 1;\n%ti|"))
        .isEqualTo(
            new Completions(
                List.of(
                    new Completion("%time", Completion.MAGIC, "%time"),
                    new Completion("%timeit", Completion.MAGIC, "%timeit")),
                11,
                14));
    assertThat(shell.texts("%%cl|")).containsExactly("%%classpath");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\"names.|", "// names.|", "/* names.|", "var s = \"\"\"\n names.|", "3|"})
  void nothingInTextsAndComments(String cell) {
    assertThat(shell.texts(cell)).isEmpty();
  }

  @Test
  void theNotebooksMethodsAndTypes() {
    shell.eval("/** Twice. */ static <T extends Number> double twiceOf(T a) { return 2.0; }");
    shell.eval("record Corner(int x, String label) { static int count = 0; }");
    shell.eval("var corner = new Corner(1, \"\");");

    assertThat(shell.texts("double d = twi|")).startsWith("twiceOf(");
    assertThat(shell.texts("Corn|")).startsWith("Corner");
    assertThat(shell.texts("String s = corner.|")).startsWith("label()", "toString()", "x()");
    assertThat(shell.texts("Corner.co|")).containsExactly("count");
  }

  @Test
  void whileACellRuns() throws InterruptedException {
    var cell = new Thread(() -> shell.eval("Thread.sleep(60_000);"));
    cell.start();
    try {
      assertThat(shell.texts("names.siz|")).containsExactly("size()");
      assertThat(cell.isAlive()).isTrue();
    } finally {
      cell.interrupt();
      cell.join(Duration.ofSeconds(10).toMillis());
    }
  }

  @Test
  void warmingUpEndsWhenInterrupted() {
    Thread.currentThread().interrupt();
    shell.help().warmUp();

    assertThat(Thread.interrupted()).isTrue();
  }
}
