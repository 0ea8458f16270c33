package org.adversaria.kernel.help;

import static org.assertj.core.api.Assertions.assertThat;

import org.adversaria.notebook.MimeBundle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InspectionHelpTest {

  private static HelpShell shell;

  @BeforeAll
  static void start() {
    shell = new HelpShell();
  }

  @AfterAll
  static void stop() {
    shell.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Training.of(met|hod)",
        "Tra|ining.of(",
        "Training.o|f(method)",
        "Training.of(|",
        "Training.of(|)",
        "Training.of|(method)",
        "int n = 1;\nvar t = Training.of(\n    |",
        "names.forEach(name -> { Training.of(|); })",
      })
  void theCallWithItsJavadocFromTheSources(String cell) {
    assertThat(shell.inspect(cell))
        .contains("static Training Training.of(Method<?> method)")
        .contains("Returns a builder of a run.")
        .contains("- method – the method to train");
  }

  @Test
  void allOverloadsTheCalledOneFirst() {
    assertThat(shell.inspect("names.ad|d(0, \"\")"))
        .startsWith("void ArrayList.add(int")
        .contains("boolean ArrayList.add(String");
    assertThat(shell.inspect("new Array|List<String>(3)")).contains("ArrayList(int", "ArrayList()");
  }

  @Test
  void theInnermostCall() {
    assertThat(shell.inspect("System.out.println(Math.max(1, |2));")).contains("int Math.max(int");
    assertThat(shell.inspect("names.add(\"a|b\")")).contains("ArrayList.add(");
    assertThat(shell.inspect("names.add(|\nint n = 3;")).contains("ArrayList.add(");
  }

  @Test
  void variablesByTheirType() {
    assertThat(shell.inspect("nam|es")).startsWith("ArrayList<String> names");
    assertThat(shell.inspect("var t = Training.of(null);\nt|"))
        .startsWith("Training t")
        .contains("Builder of a training run.");
    assertThat(shell.inspect("names.stream().map(na|me -> name)")).startsWith("String name");
  }

  @Test
  void declarationsOfTheCellAndTheNotebook() {
    shell.eval("/** Three of {@code x}. @see Math */ int thrice(int x) { return 3 * x; }");

    assertThat(shell.inspect("thri|ce(1)")).startsWith("int thrice(int x)").contains("Three of x.");
    assertThat(
            shell.inspect(
                "/**\n * Half &le; x.\n * @param x a number\n */\nint half(int x) { return x / 2; }\nha|lf(3)"))
        .isEqualTo("int half(int x)\n\nHalf ≤ x.\n\nParameters:\n\n  - x – a number");
  }

  @Test
  void inheritedComments() {
    shell.eval(
        "interface Area { /** The area.\n * @return square metres */ double area(); /** Side. */ double side(); }");
    shell.eval(
        "class Square implements Area { public double area() { return 1; }\n"
            + "/** {@inheritDoc} Always one. */ public double side() { return 1; } }");

    assertThat(shell.inspect("new Square().ar|ea()"))
        .contains("The area.", "Returns: square metres");
    assertThat(shell.inspect("new Square().si|de()")).contains("Side. Always one.");
  }

  @Test
  void inheritedTags() {
    shell.eval(
        "interface Store { /** Puts.\n * @param key where\n * @return the old one */ String put(int key); }");
    shell.eval(
        "class Shelf implements Store { /** Puts it back.\n * @param key {@inheritDoc}\n"
            + " * @return {@inheritDoc}, or null */ public String put(int key) { return null; } }");

    assertThat(shell.inspect("new Shelf().pu|t(1)"))
        .endsWith(
            "Puts it back.\n\nParameters:\n\n  - key – where\n\nReturns: the old one, or null");
  }

  @Test
  void componentsOfRecords() {
    shell.eval(
        "/** A place.\n * @param row from above\n * @param column from the left */ record Cell(int row, int column) {}");

    assertThat(shell.inspect("new Cell(1, 2).ro|w()")).isEqualTo("int Cell.row()\n\nfrom above");
    assertThat(shell.inspect("new Ce|ll(1, 2)")).contains("A place.", "row – from above");
  }

  @Test
  void typesInImports() {
    assertThat(shell.inspect("import org.adversaria.training.Trai|ning;"))
        .contains("final class Training", "Builder of a training run.");
  }

  @Test
  void htmlIsEscaped() {
    shell.eval(
        "/** A {@code List<String>} &amp; {@link Math#max(int, int)}. */ int odd(int x) { return x; }");
    MimeBundle bundle = shell.help().inspect("odd(1)", 1, false).orElseThrow();

    assertThat(bundle.data().get(MimeBundle.HTML))
        .isEqualTo(
            "<pre>int odd(int x)</pre><p>A <code>List&lt;String&gt;</code> &amp; "
                + "<code>Math.max(int, int)</code>.</p>");
    assertThat(bundle.data().get(MimeBundle.TEXT))
        .isEqualTo("int odd(int x)\n\nA List<String> & Math.max(int, int).");
  }

  @ParameterizedTest
  @ValueSource(strings = {"// nam|es", "|", "\"na|mes\"", "unknown.ca|ll(1)", "in|t n = 3;"})
  void nothingWhereNothingIsKnown(String cell) {
    assertThat(shell.inspect(cell)).isEmpty();
  }

  @Test
  void textOfHtml() {
    assertThat(
            HtmlText.of(
                "<p>One\n two</p><ul><li>a</li><li>b<ul><li>c</li></ul></li></ul><pre>x\n  y</pre><p>1 &lt; 2"))
        .isEqualTo("One two\n\n  - a\n  - b\n    - c\n\nx\n  y\n\n1 < 2");
  }
}
