package org.adversaria.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RenderersTest {

  record Point(int x, int y) {}

  record Named(String name, double value, List<Integer> parts) {}

  private record Hidden(int[] values) {}

  record Spoken(int x) {
    @Override
    public String toString() {
      return "x is " + x;
    }
  }

  record Holder(List<Object> values) {}

  enum Colour {
    RED
  }

  private static String text(Object value) {
    return Renderers.render(value).data().get(MimeBundle.TEXT).toString();
  }

  private static String html(Object value) {
    return String.valueOf(Renderers.render(value).data().get(MimeBundle.HTML));
  }

  @Test
  void namesOfCellsAreWithoutTheClassesAroundThem() {
    Supplier<String> supplier = () -> "x";
    assertThat(text(supplier)).isEqualTo("a function: Supplier");
    assertThat(Plain.withoutWrappers("REPL.$JShell$12$Part@1f, REPL.$JShell$3B.size"))
        .isEqualTo("Part@1f, size");
  }

  static Stream<Arguments> textsOfValues() {
    return Stream.of(
        Arguments.of(null, "null"),
        Arguments.of("a <b>\nb", "a <b>\nb"),
        Arguments.of("", ""),
        Arguments.of(1, "1"),
        Arguments.of(0.1 + 0.2, "0.30000000000000004"),
        Arguments.of(1e-9f, "1.0E-9"),
        Arguments.of('x', "x"),
        Arguments.of(Colour.RED, "RED"),
        Arguments.of(String.class, "class java.lang.String"),
        Arguments.of(List.of(1, 2, 3), "[1, 2, 3]"),
        Arguments.of(
            IntStream.range(0, 17).boxed().toList(),
            "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]"),
        Arguments.of(Arrays.asList("a", null), "[a, null]"),
        Arguments.of(Set.of(1), "[1]"),
        Arguments.of(Map.of("a", 1), "{a=1}"),
        Arguments.of(Map.of("b", List.of(2, 3)), "{b=[2, 3]}"),
        Arguments.of(Map.entry("a", 1), "a=1"),
        Arguments.of(new int[] {1, 2, 3, 4, 5}, "int[5] {1, 2, 3, 4, 5}"),
        Arguments.of(new int[0], "int[0] {}"),
        Arguments.of(new double[] {0.5}, "double[1] {0.5}"),
        Arguments.of(new char[] {'a'}, "char[1] {a}"),
        Arguments.of(new int[][] {{1, 2}, {3}, null}, "int[3][] {{1, 2}, {3}, null}"),
        Arguments.of(new String[] {"a", null}, "String[2] {a, null}"),
        Arguments.of(new Object[] {new int[] {1}}, "Object[1] {int[1] {1}}"),
        Arguments.of(new byte[] {1, -1}, "byte[2] {01 ff}"),
        Arguments.of(new byte[100], "byte[100] {" + "00 ".repeat(64) + "...}"),
        Arguments.of(new Point(1, 2), "Point[x=1, y=2]"),
        Arguments.of(new Hidden(new int[] {1}), "Hidden[values=int[1] {1}]"),
        Arguments.of(new Spoken(3), "x is 3"),
        Arguments.of(Optional.of(3), "Optional[3]"),
        Arguments.of(Optional.of(new int[] {1}), "Optional[int[1] {1}]"),
        Arguments.of(Optional.empty(), "Optional.empty"),
        Arguments.of(OptionalInt.of(3), "OptionalInt[3]"),
        Arguments.of(
            new IllegalStateException("outer", new RuntimeException("inner")),
            "java.lang.IllegalStateException: outer\ncaused by java.lang.RuntimeException: inner"));
  }

  @ParameterizedTest
  @MethodSource("textsOfValues")
  void valuesHaveTheirText(Object value, String expected) {
    assertThat(text(value)).isEqualTo(expected);
  }

  @Test
  void bundlesAreReturnedAsTheyAre() {
    MimeBundle bundle = MimeBundle.text("a");
    assertThat(Renderers.render(bundle)).isSameAs(bundle);
  }

  @Test
  void longTextIsFolded() {
    String line = "a <line> of text\n";
    MimeBundle bundle = Renderers.render(line.repeat(1000));
    assertThat(bundle.data().get(MimeBundle.TEXT).toString())
        .startsWith(line)
        .endsWith("... 15,980 more characters")
        .hasSizeLessThan(4_100);
    assertThat(bundle.data().get(MimeBundle.HTML).toString())
        .contains("<details>", "a &lt;line&gt; of text")
        .doesNotContain("<line>");
  }

  @Test
  void hugeTextIsCutEvenWhereAllIsShown() {
    assertThat(html("a".repeat(1_000_000)))
        .contains("... 800,000 more characters")
        .hasSizeLessThan(210_000);
  }

  @Test
  void textIsNotCutWithinACharacter() {
    String start = text("a" + "\uD83D\uDE00".repeat(10_000)).lines().findFirst().orElseThrow();
    assertThat(Character.isLowSurrogate(start.charAt(start.length() - 1))).isTrue();
  }

  @Test
  void manyElementsAreCut() {
    assertThat(text(IntStream.range(0, 1000).boxed().toList()))
        .startsWith("[0, 1, 2, ")
        .endsWith("98, 99, ... 900 more]");
    assertThat(text(new int[1000])).startsWith("int[1000] {0, 0, ").endsWith("0, ... 900 more}");
    assertThat(text(new long[1000][1000])).hasSizeLessThan(10_000);
  }

  @Test
  void longTextsWithinOthersAreCut() {
    assertThat(text(List.of("a\nb", "c".repeat(1000))))
        .isEqualTo("[a b, " + "c".repeat(200) + "... (1,000 characters)]");
  }

  @Test
  void valuesThatContainThemselvesEnd() {
    List<Object> list = new ArrayList<>(List.of(1));
    list.add(list);
    assertThat(text(list)).isEqualTo("[1, (itself)]");

    List<Object> inner = new ArrayList<>();
    var holder = new Holder(inner);
    inner.add(Map.of("back", holder));
    assertThat(text(holder)).isEqualTo("Holder[values=[{back=(itself)}]]");

    Object[] array = new Object[1];
    array[0] = array;
    assertThat(text(array)).isEqualTo("Object[1] {(itself)}");
  }

  @Test
  void deepValuesAreCut() {
    Object value = 1;
    for (int i = 0; i < 10_000; i++) {
      value = List.of(value);
    }
    assertThat(text(value)).isEqualTo("[".repeat(12) + "..." + "]".repeat(12));
  }

  @Test
  void aValueThatIsNotItsOwnPartIsShownTwice() {
    List<Integer> shared = List.of(1);
    assertThat(text(List.of(shared, shared))).isEqualTo("[[1], [1]]");
  }

  @Test
  void streamsAndIteratorsAreNotRead() {
    Stream<Integer> stream = Stream.of(1, 2);
    assertThat(text(stream))
        .isEqualTo("a stream, not read: collect it, as with .toList() or .toArray()");
    assertThat(stream.toList()).containsExactly(1, 2);
    var iterator = List.of(1).iterator();
    assertThat(text(List.of(iterator))).contains("an iterator, not read");
    assertThat(iterator.next()).isEqualTo(1);
  }

  @Test
  void suppliersAndFuturesAreNotAsked() {
    var asked = new AtomicInteger();
    Supplier<Integer> supplier = asked::incrementAndGet;
    assertThat(text(supplier)).isEqualTo("a function: Supplier");
    assertThat(text(new CompletableFuture<>())).contains("Not completed");
    assertThat(asked).hasValue(0);
  }

  @Test
  void recordsOfOneTypeAreATable() {
    var values = List.of(new Named("<a>", 0.123456, List.of(1)), new Named(null, 2, List.of()));
    assertThat(html(values))
        .contains(
            ">name</th>", "&lt;a&gt;", ">0.1235</td>", ">[1]</td>", "text-align: right\">2</td>")
        .doesNotContain("<a>");
    assertThat(text(values))
        .isEqualTo(
            "[Named[name=<a>, value=0.123456, parts=[1]], Named[name=null, value=2.0, parts=[]]]");
    assertThat(html(new Point[] {new Point(1, 2)})).contains(">x</th>");
    assertThat(html(List.of(new Point(1, 2), "other"))).isEqualTo("null");
  }

  @Test
  void aFailingValueSaysWhy() {
    var failing =
        new Object() {
          @Override
          public String toString() {
            throw new IllegalStateException("no text");
          }
        };
    String why = "cannot be shown: java.lang.IllegalStateException: no text";
    assertThat(text(failing))
        .startsWith("A value of type org.adversaria.notebook.RenderersTest$")
        .endsWith(why);
    assertThat(text(List.of(1, failing, 2))).startsWith("[1, (A value").endsWith(why + "), 2]");
  }

  @Test
  void aValueWhoseExceptionFailsTooIsTold() {
    var failing =
        new Object() {
          @Override
          public String toString() {
            throw new IllegalStateException() {
              private static final long serialVersionUID = 1;

              @Override
              public String getMessage() {
                throw new IllegalArgumentException();
              }
            };
          }
        };
    assertThat(text(failing)).contains("cannot be shown");
  }

  @Test
  void aTextThatIsNullIsSaid() {
    var silent =
        new Object() {
          @Override
          public String toString() {
            return null;
          }
        };
    assertThat(text(silent)).isEqualTo("null");
  }

  interface Animal {}

  interface Bird extends Animal {}

  static class Duck implements Animal, Bird {}

  static final class Mallard extends Duck {}

  @Test
  void theNearestRegisteredTypeCounts() {
    Renderers.register(Animal.class, animal -> MimeBundle.text("an animal"));
    assertThat(text(new Mallard())).isEqualTo("an animal");
    Renderers.register(Bird.class, bird -> MimeBundle.text("a bird"));
    assertThat(text(new Mallard())).isEqualTo("a bird");
    Renderers.register(Duck.class, duck -> MimeBundle.text("a duck\n"));
    assertThat(text(new Mallard())).isEqualTo("a duck\n");
    assertThat(text(List.of(new Mallard(), 1))).isEqualTo("[a duck , 1]");
    assertThat(text(new Bird() {})).isEqualTo("a bird");
  }

  record Shown(int value) {}

  interface Special extends Collection<Integer> {}

  @Test
  void registeredRenderersCountBeforeThoseOfTheKernel() {
    Renderers.register(
        Shown.class, shown -> MimeBundle.html("<b>" + shown.value + "</b>", "shown"));
    assertThat(html(new Shown(3))).isEqualTo("<b>3</b>");
    assertThat(text(Optional.of(new Shown(3)))).isEqualTo("Optional[shown]");

    Renderers.register(Special.class, special -> MimeBundle.text("special"));
    class Specials extends ArrayList<Integer> implements Special {
      private static final long serialVersionUID = 1;
    }
    assertThat(text(new Specials())).isEqualTo("special");
  }

  static final class Broken {}

  static final class Silent {}

  @Test
  void aRegisteredRendererThatFailsSaysWhy() {
    Renderers.register(
        Broken.class,
        broken -> {
          throw new IllegalArgumentException("not today");
        });
    assertThat(text(new Broken())).endsWith("java.lang.IllegalArgumentException: not today");
    Renderers.register(Silent.class, silent -> null);
    assertThat(text(new Silent())).contains("the renderer registered for it returned null");
  }

  @Test
  void numbersDoNotDependOnTheLocale() throws Exception {
    assertThat(Locales.underArabic(() -> text(new int[1000])))
        .startsWith("int[1000]")
        .endsWith("900 more}");
    assertThat(Locales.underArabic(() -> html(List.of(new Named("a", 1.5e-12, List.of())))))
        .contains(">1.500e-12<");
  }

  static final class Counted {}

  @Test
  void severalThreadsRenderAndRegister() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<String>> texts = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        texts.add(
            threads.submit(
                () -> {
                  Renderers.register(Counted.class, counted -> MimeBundle.text("counted"));
                  return text(List.of(new Counted(), Map.of("a", new Point(1, 2))));
                }));
      }
      for (Future<String> text : texts) {
        assertThat(text.get()).isEqualTo("[counted, {a=Point[x=1, y=2]}]");
      }
    } finally {
      threads.shutdown();
    }
  }
}
