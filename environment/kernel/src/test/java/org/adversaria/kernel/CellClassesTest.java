package org.adversaria.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(30)
class CellClassesTest {

  private final Outputs outputs = new Outputs();
  private final Cell cell = new TestCell(1).cell();

  @BeforeEach
  void connect() {
    CellGuard.connect(outputs);
    CellGuard.clear();
  }

  @AfterEach
  void clear() {
    CellGuard.clear();
  }

  // ---- compiling -----------------------------------------------------------------------------

  private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();
  private static final StandardJavaFileManager FILES =
      COMPILER.getStandardFileManager(null, null, StandardCharsets.UTF_8);

  /** All sources are compiled at once, which is much faster than one after the other. */
  private static final Map<String, Map<String, byte[]>> MADE = compiledAtOnce();

  private static Map<String, Map<String, byte[]>> compiledAtOnce() {
    List<String> all = Stream.of(programs(), endless(), exits()).flatMap(each -> each).toList();
    var sources = new LinkedHashMap<String, String>();
    for (String members : all) {
      sources.put("p" + sources.size() + ".T", members);
    }
    var units = new LinkedHashMap<String, String>();
    sources.forEach((name, members) -> units.put(name, source(name, members)));
    Map<String, byte[]> classes = compiled(units);
    var made = new HashMap<String, Map<String, byte[]>>();
    sources.forEach(
        (name, members) -> {
          var own = new HashMap<>(classes);
          String prefix = name.substring(0, name.indexOf('.') + 1);
          own.keySet().removeIf(type -> !type.startsWith(prefix));
          made.put(members, own);
        });
    return made;
  }

  /** The classes of source files, by the names of both. */
  private static Map<String, byte[]> compiled(Map<String, String> sources) {
    var made = new HashMap<String, ByteArrayOutputStream>();
    var units = new ArrayList<JavaFileObject>();
    sources.forEach((name, source) -> units.add(new Source(name, source)));
    var manager =
        new ForwardingJavaFileManager<JavaFileManager>(FILES) {
          @Override
          public JavaFileObject getJavaFileForOutput(
              Location location, String type, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("bytes:///" + type), kind) {
              @Override
              public OutputStream openOutputStream() {
                var bytes = new ByteArrayOutputStream();
                made.put(type, bytes);
                return bytes;
              }
            };
          }
        };
    var problems = new DiagnosticCollector<JavaFileObject>();
    var options = List.of("-Xlint:none", "-proc:none", "-g");
    boolean good = COMPILER.getTask(null, manager, problems, options, null, units).call();
    assertThat(good).as(() -> problems.getDiagnostics().toString()).isTrue();
    var classes = new HashMap<String, byte[]>();
    made.forEach((type, bytes) -> classes.put(type, bytes.toByteArray()));
    return classes;
  }

  private static final class Source extends SimpleJavaFileObject {

    private final String text;

    Source(String name, String text) {
      super(URI.create("text:///" + name.replace('.', '/') + ".java"), JavaFileObject.Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreErrors) {
      return text;
    }
  }

  /** Loads and verifies the classes. */
  private static final class Classes extends ClassLoader {

    private final Map<String, byte[]> content;

    Classes(Map<String, byte[]> content, boolean guarded) {
      super(CellClassesTest.class.getClassLoader());
      this.content = new HashMap<>(content);
      if (guarded) {
        this.content.replaceAll((name, bytes) -> CellClasses.guarded(bytes));
      }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      byte[] bytes = content.get(name);
      if (bytes == null) {
        throw new ClassNotFoundException(name);
      }
      return defineClass(name, bytes, 0, bytes.length);
    }
  }

  /** The class T with the members; it is a function of a list. */
  private static String source(String name, String members) {
    return "package "
        + name.substring(0, name.indexOf('.'))
        + "; import java.util.*; import java.util.function.*; import java.util.stream.*;"
        + " public class T implements Function<List<Object>, Object> {\n"
        + members
        + "\n}";
  }

  private static Map<String, byte[]> type(String members) {
    Map<String, byte[]> made = MADE.get(members);
    return made != null ? made : compiled(Map.of("p.T", source("p.T", members)));
  }

  @SuppressWarnings("unchecked") // the class is made here
  private static Function<List<Object>, Object> made(Map<String, byte[]> classes, boolean guarded) {
    String name = classes.keySet().stream().filter(n -> n.endsWith(".T")).findFirst().orElseThrow();
    try {
      var type = Class.forName(name, true, new Classes(classes, guarded));
      return (Function<List<Object>, Object>) type.getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String run(String body) {
    return "public Object apply(List<Object> log) {\n" + body + "\n}";
  }

  // ---- the same results ----------------------------------------------------------------------

  static Stream<String> programs() {
    return Stream.of(
        run("int s = 0; for (int i = 0; i < 100; i++) { s += i * i; } return s;"),
        run(
            "long s = 0; double d = 1; int i = 0; while (true) { s += i; d *= 1.5;"
                + " if (++i > 9) break; } return s + d;"),
        run("int i = 10; do { i -= 3; } while (i > 0); return i;"),
        run(
            "int n = 0; outer: for (int i = 0; i < 9; i++) { for (int j = 0; ; j++) {"
                + " if (j == i) continue outer; if (i * j > 20) break outer; n += j; } } return n;"),
        run(
            "int s = 0; for (String w : List.of(\"a\", \"bb\")) for (char c : w.toCharArray())"
                + " s = s * 31 + c; return s;"),
        // A tableswitch and a lookupswitch that go back to their loop.
        run(
            "int state = 0, n = 0; while (true) { switch (state) { case 0: state = 2; continue;"
                + " case 1: state = 3; continue; case 2: state = 1; n++; continue; case 3: return n;"
                + " default: continue; } }"),
        run(
            "int x = 1, n = 0; for (;;) { n++; switch (x) { case 1: x = 1000; break; case 1000:"
                + " x = 50_000; continue; case 50_000: return n; } }"),
        run(
            "int n = 0; for (var s : List.of(\"one\", \"two\", \"three\")) { n += switch (s) {"
                + " case \"one\" -> 1; case \"two\" -> { int k = 0; while (k < 5) k++; yield k; }"
                + " default -> 100; }; } return n;"),
        "enum Color { RED { int v() { return 1; } }, BLUE { int v() { return 2; } };"
            + " abstract int v(); }\n"
            + run(
                "int n = 0; for (Color c : Color.values()) { switch (c) { case RED: n += c.v();"
                    + " break; case BLUE: n += 10 * c.v(); } } return n + Color.valueOf(\"RED\").name();"),
        run(
            "try { log.add(1); Object o = null; o.hashCode(); } catch (NullPointerException e) {"
                + " log.add(2); } finally { log.add(3); } return log.toString();"),
        run(
            "int n = 0; for (int i = 0; i < 5; i++) { try { if (i == 2) continue; if (i == 4) break;"
                + " n += Integer.parseInt(\"1\" + i); } catch (RuntimeException | Error e) { n = -1; }"
                + " finally { n++; } } return n;"),
        run(
            "try { try { throw new IllegalStateException(\"a\"); } finally { log.add(\"f\"); } }"
                + " catch (IllegalStateException e) { return e.getMessage() + log; }"),
        run(
            "class R implements AutoCloseable { public void close() { log.add(\"closed\"); } }"
                + " try (var a = new R(); var b = new R()) { log.add(\"in\"); throw new RuntimeException();"
                + " } catch (RuntimeException e) { log.add(e.getSuppressed().length); } return log + \"\";"),
        run(
            "int n = 0; synchronized (log) { for (int i = 0; i < 3; i++) synchronized (this) { n++; }"
                + " } return n + \"\" + Thread.holdsLock(log);"),
        "synchronized int twice(int n) { return 2 * n; }\n" + run("return twice(twice(3));"),
        // Calls before the superclass's constructor, where this is not initialised.
        "static class A { final int n; A(int n) { this.n = n; } A(String s) {"
            + " this(s.isEmpty() ? 0 : Integer.parseInt(s.strip())); } }\n"
            + "static class B extends A { final int m; B(int a) { super(Math.abs(a) + f(a)); m = f(n);"
            + " } static int f(int k) { int s = 0; while (k > 0) { s += k--; } return s; } }\n"
            + run("return new A(\" 7 \").n + new B(4).m + new B(-3).n;"),
        "class Inner { int n = 3; { for (int i = 0; i < 3; i++) n += i; } int get() {"
            + " return n + outer; } } int outer = 5;\n"
            + run("return new Inner().get();"),
        run(
            "int[] n = {0}; Runnable r = () -> { for (int i = 0; i < 4; i++) n[0] += i; }; r.run();"
                + " return Stream.of(1, 2, 3).map(i -> i * n[0]).filter(i -> i > 6)"
                + ".collect(Collectors.toList()).toString();"),
        run(
            "Function<String, Integer> f = Integer::parseInt; Supplier<List<String>> s ="
                + " ArrayList::new; var l = s.get(); l.add(\"4\"); IntFunction<int[]> a = int[]::new;"
                + " return l.stream().map(f).map(Object::toString).map(\"x\"::concat).toList().toString()"
                + " + a.apply(3).length;"),
        "static final Map<String, Integer> M = new TreeMap<>(); static { for (int i = 0; i < 3; i++)"
            + " M.put(\"k\" + i, i); try { M.put(null, 1); } catch (NullPointerException e) {"
            + " M.put(\"n\", -1); } }\n"
            + run("return M.toString();"),
        "interface Shape { double area(); default String tell() { String s = \"\"; for (int i = 0;"
            + " i < 2; i++) s += help(area()); return s; } private String help(double a) {"
            + " return \"<\" + a + \">\"; } static Shape unit() { return () -> 1; } }\n"
            + "record Square(double side) implements Shape { Square { if (side < 0)"
            + " throw new IllegalArgumentException(); } public double area() { return side * side; } }"
            + "\n"
            + run("return new Square(3).tell() + Shape.unit().tell() + new Square(2);"),
        "sealed interface E permits N, P {} record N(int v) implements E {} record P(E a, E b)"
            + " implements E {} static int sum(E e) { if (e instanceof N n) return n.v();"
            + " if (e instanceof P p) return sum(p.a()) + sum(p.b()); throw new AssertionError(); }\n"
            + run("return sum(new P(new N(1), new P(new N(2), new N(3))));"),
        "static <T extends Comparable<T>> T max(Iterable<T> all) { T m = null; for (T t : all)"
            + " if (m == null || t.compareTo(m) > 0) m = t; return m; }\n"
            + run("return max(List.of(3, 9, 4)) + max(Set.of(\"a\"));"),
        run(
            "long[][] a = new long[3][4]; for (int i = 0; i < 3; i++) for (int j = 0; j < 4; j++)"
                + " a[i][j] += i + (j > 1 ? 10L : 20L); return Arrays.deepToString(a);"),
        run(
            "String s = null; boolean b = log.isEmpty() && (s == null || s.length() > 3);"
                + " return b ? \"yes\" : s;"),
        run(
            "var text = new StringBuilder(); for (double d = 0; d < 1; d += 0.25) text.append(d)"
                + ".append(d < 0.5 ? ',' : ';'); return text.toString();"));
  }

  @ParameterizedTest
  @MethodSource("programs")
  void guardedCodeComputesTheSame(String members) {
    var classes = type(members);
    Object expected = made(classes, false).apply(new ArrayList<>());
    assertThat(expected).isNotNull();
    assertThat(made(classes, true).apply(new ArrayList<>())).isEqualTo(expected);
  }

  // ---- interrupts ----------------------------------------------------------------------------

  /** Runs in the thread of a cell. */
  private Object inCell(Supplier<Object> code) {
    outputs.begin(cell);
    try {
      return code.get();
    } finally {
      outputs.end();
    }
  }

  static Stream<String> endless() {
    return Stream.of(
        run("while (true) {}"),
        run("for (;;) { switch (log.size()) { case 0: continue; default: } }"),
        run(
            "int i = 0; while (true) { switch (i) { case 0: i = 1; continue; case 1: i = 2; continue;"
                + " default: i = 0; continue; } }"),
        run("int i = 0; do { i++; } while (i != -1 || i == -1); return i;"),
        run("while (true) { try { throw new Exception(); } catch (Exception e) { } }"),
        run("while (true) { synchronized (log) { } }"),
        "static long f(long n) { return n % 2 == 0 ? f(n + 1) : 1 + f(n + 1); }\n"
            + run("try { return f(0); } catch (StackOverflowError e) { return 0; }"),
        run("Stream.iterate(0, i -> Integer.sum(i, 1)).forEach(i -> log.size()); return 0;"),
        "static int n; static { while (n >= 0) n = 0; }\n" + run("return n;"));
  }

  @ParameterizedTest
  @MethodSource("endless")
  void interruptedCodeEnds(String members) {
    var classes = type(members);
    CellGuard.interrupt(cell);
    assertThatThrownBy(() -> inCell(() -> made(classes, true).apply(new ArrayList<>())))
        .satisfiesAnyOf(
            e -> assertThat(e).isInstanceOf(CellGuard.InterruptedCell.class),
            e -> assertThat(e).hasCauseInstanceOf(CellGuard.InterruptedCell.class));
  }

  @Test
  void aLoopThatRunsEnds() throws Exception {
    var code = made(type(run("((Runnable) log.get(0)).run(); while (true) {}")), true);
    var begun = new CountDownLatch(1);
    Runnable begin = begun::countDown;
    var task = new FutureTask<>(() -> inCell(() -> code.apply(List.of(begin))));
    var thread = new Thread(task, "cell");
    thread.start();
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    CellGuard.interrupt(cell);
    assertThatThrownBy(() -> task.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(CellGuard.InterruptedCell.class);
  }

  @Test
  void otherCellsAndThreadsOfNoCellGoOn() {
    var code = made(type(run("int n = 0; while (n < 9) n = Integer.sum(n, 1); return n;")), true);
    CellGuard.interrupt(new TestCell(2).cell());
    assertThat(inCell(() -> code.apply(List.of()))).isEqualTo(9);
    CellGuard.interrupt(cell);
    CellGuard.clear();
    assertThat(inCell(() -> code.apply(List.of()))).isEqualTo(9);
  }

  @Test
  void whatCleansUpIsNotDisturbed() {
    var code =
        made(
            type(
                "record R(List<Object> log) implements AutoCloseable { public void close() {"
                    + " for (int i = 0; i < 100; i++) log.add(\"close\"); } }\n"
                    + run(
                        "try (var r = new R(log)) { ((Runnable) log.get(0)).run(); while (true) {} }"
                            + " finally { for (int i = 0; i < 100; i++) log.add(\"finally\"); }")),
            true);
    var log = new ArrayList<Object>();
    Runnable interrupt = () -> CellGuard.interrupt(cell);
    log.add(interrupt);
    assertThatThrownBy(() -> inCell(() -> code.apply(log)))
        .isInstanceOf(CellGuard.InterruptedCell.class);
    assertThat(log).hasSize(201);
  }

  @Test
  void whoHasCaughtAnInterruptIsNotToldAgain() {
    var code =
        made(
            type(
                run(
                    "try { ((Consumer<List<Object>>) log.get(0)).accept(log); } catch (Exception e) {"
                        + " for (int i = 0; i < 100; i++) log.add(i); } return log.size();")),
            true);
    for (Exception caught :
        List.of(
            new InterruptedException(),
            new ClosedByInterruptException(),
            new InterruptedIOException(),
            new IllegalStateException(new RuntimeException(new InterruptedException())))) {
      var log = new ArrayList<Object>();
      Consumer<List<Object>> wait =
          ignored -> {
            CellGuard.interrupt(cell);
            CellClassesTest.<RuntimeException>sneak(caught);
          };
      log.add(wait);
      assertThat(inCell(() -> code.apply(log))).isEqualTo(101);
      CellGuard.clear();
    }
  }

  @SuppressWarnings("unchecked") // a checked exception where none is declared
  private static <E extends Exception> void sneak(Exception e) throws E {
    throw (E) e;
  }

  @Test
  void causesInACircleAreNoTrouble() {
    var first = new IllegalStateException("first");
    first.initCause(new IllegalStateException("second", first));
    CellGuard.interrupt(cell);
    CellGuard.caught(first);
    assertThatThrownBy(() -> inCell(() -> atCall())).isInstanceOf(CellGuard.InterruptedCell.class);
  }

  private static Object atCall() {
    CellGuard.atCall();
    return "went on";
  }

  @Test
  void aCallIsEndedOnce() {
    CellGuard.interrupt(cell);
    assertThatThrownBy(() -> inCell(CellClassesTest::atCall))
        .isInstanceOf(CellGuard.InterruptedCell.class);
    assertThat(inCell(CellClassesTest::atCall)).isEqualTo("went on");
    CellGuard.interrupt(cell);
    assertThatThrownBy(() -> inCell(CellClassesTest::atCall))
        .isInstanceOf(CellGuard.InterruptedCell.class);
  }

  @Test
  void whatATrainingCallsIsEndedWhenAskedTwice() throws Exception {
    var classes =
        compiled(
            Map.of(
                "org.adversaria.training.Caller",
                "package org.adversaria.training; public class Caller implements"
                    + " java.util.function.UnaryOperator<java.util.concurrent.Callable<Object>> {"
                    + " public java.util.concurrent.Callable<Object> apply("
                    + "java.util.concurrent.Callable<Object> c) { return () -> c.call(); } }"));
    var type = Class.forName("org.adversaria.training.Caller", true, new Classes(classes, false));
    @SuppressWarnings("unchecked") // the class is made here
    var caller = (UnaryOperator<Callable<Object>>) type.getDeclaredConstructor().newInstance();
    var report = caller.apply(CellClassesTest::atCall);
    Supplier<Object> cellCode =
        () -> {
          try {
            return report.call();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        };
    CellGuard.interrupt(cell);
    assertThat(inCell(cellCode)).isEqualTo("went on");
    CellGuard.interrupt(cell);
    assertThatThrownBy(() -> inCell(cellCode)).isInstanceOf(CellGuard.InterruptedCell.class);
  }

  // ---- the JVM's end -------------------------------------------------------------------------

  static Stream<String> exits() {
    return Stream.of(
        run("System.exit(7); return 0;"),
        run("Runtime.getRuntime().exit(7); return 0;"),
        run("Runtime.getRuntime().halt(7); return 0;"),
        run("IntConsumer exit = System::exit; exit.accept(7); return 0;"),
        run("IntConsumer exit = Runtime.getRuntime()::halt; exit.accept(7); return 0;"),
        run(
            "BiConsumer<Runtime, Integer> exit = Runtime::exit;"
                + " exit.accept(Runtime.getRuntime(), 7); return 0;"),
        run("Runnable r = () -> System.exit(7); r.run(); return 0;"),
        run("try { System.exit(7); } catch (Exception e) { } return 0;"),
        run("int s = log.isEmpty() ? 3 : 4; while (true) { System.exit(s + 4); }"));
  }

  @ParameterizedTest
  @MethodSource("exits")
  void anExitIsAnError(String members) {
    var code = made(type(members), true);
    assertThatThrownBy(() -> code.apply(List.of()))
        .isInstanceOf(CellGuard.ExitedCell.class)
        .hasMessage(
            "The cell asked to end the JVM with status 7. The kernel goes on; the menu's \"Shut Down"
                + " Kernel\" ends it");
  }

  @Test
  void methodsThatAreCalledExitAreNotReplaced() {
    var code =
        made(
            type(
                "static int exit(int n) { return n + 1; } int halt(int n) { return n + 2; }\n"
                    + run(
                        "IntUnaryOperator f = T::exit; return exit(1) + halt(2) + f.applyAsInt(3);")),
            true);
    assertThat(code.apply(List.of())).isEqualTo(10);
  }
}
