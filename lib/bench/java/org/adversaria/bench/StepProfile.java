package org.adversaria.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.adversaria.torch.Torch;

/**
 * Says where a step's time goes: {@code StepProfile ROW WARMUP STEPS} prints, in Markdown, the
 * milliseconds a step spends in each kind of PyTorch's operators, from PyTorch's own profiler, and
 * what is left: Java, JNI and waiting.
 *
 * <p>An operator's time is its own, without the operators it calls. With several threads the times
 * are those of the thread that calls. Steps that differ are taken in whole periods, as {@link
 * StepTime} does.
 */
public final class StepProfile {

  /** Kinds of operators by parts of their names; the first that fits. */
  private static final Map<String, String> KINDS =
      orderedMap(
          "convolutions", "conv",
          "matrix products", "::addmm|::mm|::bmm|::linear|::matmul|::mv|::dot|::addmv",
          "normalisation", "batch_norm",
          "optimizer, averaging", "adam|foreach|sgd",
          "resampling", "upsample|pool",
          "casts and copies", "copy_|::to|contiguous|clone|fill_|zero",
          "pointwise", "add|mul|div|relu|threshold|tanh|sigmoid|sub|neg|softmax|soft|exp|log",
          "reductions", "sum|mean|norm|max|min");

  private static final String OTHER = "other operators";

  private StepProfile() {}

  private static Map<String, String> orderedMap(String... pairs) {
    var map = new java.util.LinkedHashMap<String, String>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(pairs[i], pairs[i + 1]);
    }
    return map;
  }

  private record Event(String name, long thread, double start, double end) {}

  /** Measures the steps between two of them. */
  private static final class Window {

    private final int from;
    private final int to;
    private final Path trace;
    private double wall;
    private double cpu;

    Window(int from, int to, Path trace) {
      this.from = from;
      this.to = to;
      this.trace = trace;
    }

    void at(long step) {
      if (step == from) {
        Torch.startProfile();
        wall = -System.nanoTime() / 1e6;
        cpu = -cpuMilliseconds();
      } else if (step == to) {
        wall += System.nanoTime() / 1e6;
        cpu += cpuMilliseconds();
        Torch.stopProfile(trace);
      }
    }

    private static double cpuMilliseconds() {
      var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      return system.getProcessCpuTime() / 1e6;
    }
  }

  /**
   * Runs the program.
   *
   * @param arguments see the class comment
   * @throws IOException if files cannot be written or read
   */
  public static void main(String... arguments) throws IOException {
    if (arguments.length != 3) {
      throw new IllegalArgumentException("Usage: StepProfile ROW WARMUP STEPS");
    }
    int warmUp = StepTime.whole(arguments[0], Integer.parseInt(arguments[1]));
    int steps = StepTime.whole(arguments[0], Integer.parseInt(arguments[2]));
    try (var folder = ScratchFolder.create()) {
      var window = new Window(warmUp, warmUp + steps, folder.path().resolve("trace.json"));
      StepTime.train(arguments[0], warmUp + steps + 1, window::at);
      print(arguments[0], window, steps, read(window.trace));
    }
  }

  private static List<Event> read(Path trace) throws IOException {
    JsonNode root = new ObjectMapper().readTree(trace.toFile());
    JsonNode all = root.isArray() ? root : root.path("traceEvents");
    List<Event> events = new ArrayList<>();
    for (JsonNode event : all) {
      if (event.path("ph").asText().equals("X")) {
        double start = event.path("ts").asDouble();
        events.add(
            new Event(
                event.path("name").asText(),
                event.path("tid").asLong(),
                start,
                start + event.path("dur").asDouble()));
      }
    }
    events.sort(
        Comparator.comparingLong(Event::thread)
            .thenComparingDouble(Event::start)
            .thenComparing(Comparator.comparingDouble(Event::end).reversed()));
    return events;
  }

  /** Each operator's own time, by its name, in milliseconds; and how often it was called. */
  private static Map<String, double[]> ownTimes(List<Event> events) {
    Map<String, double[]> times = new TreeMap<>();
    Deque<Event> open = new ArrayDeque<>();
    for (Event event : events) {
      while (!open.isEmpty()
          && (open.peek().thread() != event.thread() || open.peek().end() <= event.start())) {
        open.pop();
      }
      double milliseconds = (event.end() - event.start()) / 1e3;
      double[] own = times.computeIfAbsent(event.name(), name -> new double[2]);
      own[0] += milliseconds;
      own[1]++;
      if (!open.isEmpty()) {
        times.get(open.peek().name())[0] -= milliseconds;
      }
      open.push(event);
    }
    return times;
  }

  private static String kind(String operator) {
    String name = operator.toLowerCase(Locale.ROOT);
    for (var kind : KINDS.entrySet()) {
      for (String part : kind.getValue().split("\\|")) {
        if (name.contains(part)) {
          return kind.getKey();
        }
      }
    }
    return OTHER;
  }

  private static void print(String row, Window window, int steps, List<Event> events) {
    Map<String, double[]> operators = ownTimes(events);
    Map<String, double[]> kinds = new java.util.LinkedHashMap<>();
    KINDS.keySet().forEach(kind -> kinds.put(kind, new double[2]));
    kinds.put(OTHER, new double[2]);
    operators.forEach(
        (name, own) -> {
          double[] sum = kinds.get(kind(name));
          sum[0] += own[0];
          sum[1] += own[1];
        });
    double all = kinds.values().stream().mapToDouble(own -> own[0]).sum();
    System.out.printf(
        Locale.ROOT,
        "%s, %d threads: a step takes %.1f ms, %.1f ms of the processors'.%n%n",
        row,
        Torch.threads(),
        window.wall / steps,
        window.cpu / steps);
    System.out.println("| where | ms a step | share | calls a step |");
    System.out.println("|---|---:|---:|---:|");
    kinds.forEach((kind, own) -> printRow(kind, own, steps, window.wall));
    printRow("Java, JNI, waiting", new double[] {window.wall - all, 0}, steps, window.wall);
    System.out.println();
    System.out.println("| operator | ms a step | share | calls a step |");
    System.out.println("|---|---:|---:|---:|");
    operators.entrySet().stream()
        .sorted(Comparator.comparingDouble(entry -> -entry.getValue()[0]))
        .limit(15)
        .forEach(entry -> printRow(entry.getKey(), entry.getValue(), steps, window.wall));
  }

  private static void printRow(String name, double[] own, int steps, double wall) {
    System.out.printf(
        Locale.ROOT,
        "| %s | %.2f | %.1f%% | %.1f |%n",
        name,
        own[0] / steps,
        100 * own[0] / wall,
        own[1] / steps);
  }
}
