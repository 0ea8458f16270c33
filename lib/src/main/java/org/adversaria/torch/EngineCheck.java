package org.adversaria.torch;

import ai.djl.engine.Engine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.adversaria.torch.ConvolutionKind.Way;
import org.adversaria.torch.EnginePanel.Fault;
import org.adversaria.torch.EnginePanel.Result;
import org.adversaria.torch.EnginePanel.Setting;
import org.slf4j.LoggerFactory;

/**
 * Checks PyTorch's arithmetic on this processor before anything is trained with it.
 *
 * <p>Convolution libraries select kernels by the processor, and on some processors a kernel has
 * errors: oneDNN 3.7, a part of PyTorch 2.7, computes wrong gradients where a virtual machine hides
 * the sizes of the processor's caches. At the first use of a network or script a panel of small
 * computations is compared with the results of plain Java ({@link EnginePanel}). Wrong results have
 * workarounds, of which the first one with right results is used:
 *
 * <ol>
 *   <li>another implementation of the kinds of convolutions that are wrong;
 *   <li>all convolutions without oneDNN, on platforms where it can be switched off;
 *   <li>none: networks and scripts throw an {@link EngineFaultException}.
 * </ol>
 *
 * <p>One warning in each process has the faults, the workaround and its cost in time. Results are
 * stored in {@code .cache/adversaria/engine} in the user's home, by native library, processor and
 * settings. GPUs are not checked.
 *
 * <p>System properties: {@code adversaria.engine.check} with the value {@code ignore} disables the
 * check, and with {@code strict} any fault throws. {@code adversaria.engine.remedy} applies a
 * workaround without a check, to measure its cost: {@code padded} and {@code unfolded} select that
 * way for every kind of convolution that has it, {@code onednn-off} switches oneDNN off.
 */
public final class EngineCheck {

  static final String CHECK = "adversaria.engine.check";
  static final String REMEDY = "adversaria.engine.remedy";

  /**
   * An environment variable for processors with faults: oneDNN's results are then right, but slow.
   */
  static final String HELPS = "DNNL_MAX_CPU_ISA=SSE41";

  /** Measured by the benchmark, as {@link #cost}; 7 for grouped convolutions. */
  private static final String ONEDNN_OFF_COSTS = "a step takes 1.3 to 7 times as long";

  private static final Object LOCK = new Object();
  private static EngineCheck shared;
  private static boolean checking;

  /** True after a successful check, so that later calls return at once. */
  private static volatile boolean passed;

  /** The outcome for fp32; null before the check. */
  private static volatile Outcome fp32Outcome;

  /** The outcome of a check. */
  record Outcome(EngineReport report, ConvolutionWays ways, EngineMemory.Result result) {}

  private final EnginePanel panel;
  private final EngineSwitches switches;
  private final Optional<EngineMemory> memory;
  private final Supplier<Double> slowdown;
  private final Consumer<String> warnings;
  private final Processor processor;
  private final Map<Precision, Outcome> outcomes = new LinkedHashMap<>();

  /** True after oneDNN was switched off for gradients of foreign code. */
  private boolean withoutOneDnn;

  /**
   * Creates a check.
   *
   * @param panel the computations to check
   * @param switches of PyTorch
   * @param memory of earlier results, or none
   * @param slowdown measures the ratio of the times of bfloat16 and fp32
   * @param warnings accepts the warnings
   */
  EngineCheck(
      EnginePanel panel,
      EngineSwitches switches,
      Optional<EngineMemory> memory,
      Supplier<Double> slowdown,
      Consumer<String> warnings) {
    this.panel = panel;
    this.switches = switches;
    this.memory = memory;
    this.slowdown = slowdown;
    this.warnings = warnings;
    processor = processor();
  }

  /**
   * Returns the report of the check for fp32. The first call runs the check.
   *
   * @return the report, also if the status is {@code WRONG}
   */
  public static EngineReport report() {
    return report(Precision.FP32);
  }

  /**
   * Returns the report of the check. The first call runs the check.
   *
   * @param precision of the computations
   * @return the report, also if the status is {@code WRONG}
   */
  public static EngineReport report(Precision precision) {
    return outcome(precision).report();
  }

  /**
   * Runs the check if it was not run yet.
   *
   * @throws EngineFaultException if results are wrong and no workaround helps, or on any fault in
   *     strict mode
   */
  public static void require() {
    if (!passed) {
      require(Precision.FP32);
      passed = !checking();
    }
  }

  /**
   * Runs the check for a precision if it was not run yet.
   *
   * @param precision of convolutions and matrix products
   * @throws EngineFaultException if results are wrong and no workaround helps, or on any fault in
   *     strict mode
   */
  public static void require(Precision precision) {
    requireOneOf(CHECK, List.of("auto", "ignore", "strict"));
    requireOneOf(REMEDY, List.of("none", "padded", "unfolded", "onednn-off"));
    requireRight(report(precision), "strict".equals(System.getProperty(CHECK)));
  }

  /**
   * Returns how long bfloat16 takes on this processor, by a trial of a tenth of a second whose
   * result is stored. A processor that has instructions for bfloat16 need not be faster with it.
   *
   * @return the time of a convolution with its gradients in times of that in fp32; empty if
   *     bfloat16 is wrong or the check is disabled
   */
  public static OptionalDouble timeOfBf16() {
    EngineMemory.Result result = outcome(Precision.BF16).result();
    return result.right() && result.slowdown() > 0
        ? OptionalDouble.of(result.slowdown())
        : OptionalDouble.empty();
  }

  private static void requireOneOf(String property, List<String> values) {
    String value = System.getProperty(property);
    if (value != null && !values.contains(value)) {
      throw new IllegalArgumentException(
          "-D" + property + "=" + value + " means nothing: it is one of " + values);
    }
  }

  static void requireRight(EngineReport report, boolean strict) {
    boolean remedied = report.status() == EngineReport.Status.REMEDIED;
    if (report.status() == EngineReport.Status.WRONG
        || strict && remedied && !report.faults().isEmpty()) {
      throw new EngineFaultException(refusal(report, strict));
    }
  }

  private static boolean checking() {
    synchronized (LOCK) {
      return checking;
    }
  }

  /** The ways of convolutions in fp32. */
  static ConvolutionWays ways() {
    return ways(Precision.FP32);
  }

  /** The ways of convolutions. */
  static ConvolutionWays ways(Precision precision) {
    return outcome(precision).ways();
  }

  private static Outcome outcome(Precision precision) {
    Outcome cached = fp32Outcome;
    if (cached != null && precision == Precision.FP32) {
      return cached;
    }
    synchronized (LOCK) {
      if (checking) {
        // The check itself runs this script.
        return unchecked(precision, processor());
      }
      checking = true;
      try {
        if (shared == null) {
          shared = ofPyTorch();
        }
        Outcome outcome = shared.decide(precision);
        fp32Outcome = shared.decide(Precision.FP32);
        return outcome;
      } finally {
        checking = false;
      }
    }
  }

  private static Processor processor() {
    try {
      return Processor.current();
    } catch (IOException e) {
      return new Processor("unknown", List.of(), List.of());
    }
  }

  private static EngineCheck ofPyTorch() {
    return new EngineCheck(
        new EnginePanel(new PyTorchKernels()),
        EngineSwitches.ofPyTorch(),
        EngineMemory.ofUser(processor()),
        PyTorchKernels::slowdown,
        LoggerFactory.getLogger(EngineCheck.class)::warn);
  }

  /** Checks a precision, or returns the earlier outcome. */
  Outcome decide(Precision precision) {
    Outcome cached = outcomes.get(precision);
    if (cached == null) {
      cached = newOutcome(precision);
      outcomes.put(precision, cached);
      warn(cached);
    }
    return cached;
  }

  private Outcome newOutcome(Precision precision) {
    if ("ignore".equals(System.getProperty(CHECK))) {
      return unchecked(precision, processor);
    }
    String forced = System.getProperty(REMEDY);
    if (forced != null && !forced.equals("none")) {
      return forced(precision, forced);
    }
    Outcome fp32 = precision == Precision.FP32 ? null : decide(Precision.FP32);
    Optional<EngineMemory.Result> recalled =
        memory.flatMap(cache -> cache.recall(precision.toString()));
    EngineMemory.Result result;
    if (recalled.isPresent()) {
      result = recalled.get();
      if (result.oneDnnOff() && !switches.oneDnn(false)) {
        result = measure(precision, fp32);
        recalled = Optional.empty();
      }
    } else {
      result = measure(precision, fp32);
    }
    if (recalled.isEmpty()) {
      EngineMemory.Result measured = result;
      memory.ifPresent(cache -> cache.keep(precision.toString(), measured));
    }
    return outcome(precision, result, recalled.isPresent());
  }

  private Outcome forced(Precision precision, String remedy) {
    ConvolutionWays ways = ConvolutionWays.DIRECT;
    for (ConvolutionKind kind : ConvolutionKind.all()) {
      for (Way way : kind.ways()) {
        ways = way.name().equalsIgnoreCase(remedy) ? ways.with(kind, way) : ways;
      }
    }
    boolean off = remedy.equals("onednn-off") && switches.oneDnn(false);
    boolean done = off || !ways.direct();
    List<String> faults = done ? List.of() : List.of("no remedy " + remedy + " here");
    var result = new EngineMemory.Result(faults, false, false, names(ways), off, done, 0, 0);
    return outcome(precision, result, false);
  }

  private EngineMemory.Result measure(Precision precision, Outcome fp32) {
    int threads = Torch.threads();
    Torch.setThreads(1);
    try {
      return measureAlone(precision, fp32);
    } finally {
      Torch.setThreads(threads);
    }
  }

  /** Runs the panel, and then tries the workarounds in order. */
  private EngineMemory.Result measureAlone(Precision precision, Outcome fp32) {
    long start = System.nanoTime();
    boolean off = fp32 != null && fp32.result().oneDnnOff();
    ConvolutionWays ways = fp32 == null ? ConvolutionWays.DIRECT : fp32.ways();
    List<Fault> faults = panel.faults(new Setting(ways, precision));
    boolean right = faults.isEmpty();
    if (!right && !off) {
      Optional<ConvolutionWays> alternatives = otherWays(ways, faults, precision);
      right = alternatives.isPresent();
      ways = alternatives.orElse(ConvolutionWays.DIRECT);
      // Without oneDNN bfloat16 is slower than fp32, so that there is no such workaround for it.
      if (!right && precision == Precision.FP32) {
        off = switches.oneDnn(false);
        right = off && panel.faults(new Setting(ways, precision)).isEmpty();
      }
    }
    double slow = precision == Precision.BF16 && right ? slowdown.get() : 0;
    List<String> what = faults.stream().map(Fault::what).distinct().toList();
    boolean outputs = faults.stream().anyMatch(fault -> fault.result() == Result.OUTPUT);
    boolean gradients = faults.stream().anyMatch(fault -> fault.result() == Result.INPUT_GRADIENT);
    double milliseconds = (System.nanoTime() - start) / 1e6;
    return new EngineMemory.Result(
        what, outputs, gradients, names(ways), off, right, slow, milliseconds);
  }

  /**
   * The fastest right way of each wrong kind; empty if a kind has none, or other operations are
   * wrong.
   */
  private Optional<ConvolutionWays> otherWays(
      ConvolutionWays present, List<Fault> faults, Precision precision) {
    if (faults.stream().anyMatch(fault -> fault.kind() == null)) {
      return Optional.empty();
    }
    ConvolutionWays ways = present;
    for (ConvolutionKind kind : ConvolutionKind.all()) {
      if (faults.stream().anyMatch(fault -> kind.equals(fault.kind()))) {
        Optional<ConvolutionWays> better = otherWay(ways, kind, precision);
        if (better.isEmpty()) {
          return better;
        }
        ways = better.get();
      }
    }
    return Optional.of(ways);
  }

  private Optional<ConvolutionWays> otherWay(
      ConvolutionWays ways, ConvolutionKind kind, Precision precision) {
    for (Way way : kind.ways()) {
      ConvolutionWays candidate = ways.with(kind, way);
      if (way != ways.of(kind) && panel.faults(kind, new Setting(candidate, precision)).isEmpty()) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  private static Map<String, Way> names(ConvolutionWays ways) {
    var names = new LinkedHashMap<String, Way>();
    ways.ways().forEach((kind, way) -> names.put(kind.toString(), way));
    return names;
  }

  private Outcome outcome(Precision precision, EngineMemory.Result result, boolean recalled) {
    ConvolutionWays ways = ConvolutionWays.DIRECT;
    for (ConvolutionKind kind : ConvolutionKind.all()) {
      ways = ways.with(kind, result.ways().getOrDefault(kind.toString(), Way.DIRECT));
    }
    var remedies = new ArrayList<String>();
    ways.ways().forEach((kind, way) -> remedies.add(kind + ": " + words(way)));
    if (result.oneDnnOff()) {
      remedies.add("oneDNN is switched off: " + ONEDNN_OFF_COSTS);
    }
    EngineReport.Status status =
        !result.right()
            ? EngineReport.Status.WRONG
            : ways.direct() && !result.oneDnnOff()
                ? EngineReport.Status.RIGHT
                : EngineReport.Status.REMEDIED;
    return new Outcome(
        report(precision, processor, status, result, remedies, recalled), ways, result);
  }

  /**
   * The cost of the slowest way in words. Grouped convolutions are not counted: in training only
   * StyleGAN2's filters are grouped. Nor are kernels of one pixel, which need no unfolding.
   */
  private static String cost(ConvolutionWays ways) {
    boolean unfolded = false;
    boolean padded = false;
    for (var entry : ways.ways().entrySet()) {
      ConvolutionKind.Form form = entry.getKey().form();
      unfolded |=
          entry.getValue() == Way.UNFOLDED
              && form != ConvolutionKind.Form.GROUPED
              && form != ConvolutionKind.Form.POINT;
      padded |= entry.getValue() == Way.PADDED;
    }
    return unfolded
        ? "a step takes up to twice as long"
        : padded ? "a step takes up to 1.5 times as long" : "a step takes as long as without";
  }

  private static String words(Way way) {
    return switch (way) {
      case DIRECT -> "as PyTorch does";
      case SPLIT -> "a multiple of 16 images, and the rest";
      case PADDED -> "zeros for the channels that are missing to 16 or a multiple of 32";
      case UNFOLDED -> "matrix products over unfolded images";
    };
  }

  private static Outcome unchecked(Precision precision, Processor processor) {
    var nothing = new EngineMemory.Result(List.of(), false, false, Map.of(), false, true, 0, 0);
    EngineReport report =
        report(precision, processor, EngineReport.Status.IGNORED, nothing, List.of(), false);
    return new Outcome(report, ConvolutionWays.DIRECT, nothing);
  }

  private static EngineReport report(
      Precision precision,
      Processor processor,
      EngineReport.Status status,
      EngineMemory.Result result,
      List<String> remedies,
      boolean recalled) {
    return new EngineReport(
        "PyTorch " + Engine.getEngine("PyTorch").getVersion(),
        processor.model(),
        processor.relevantFlags(),
        precision.toString(),
        status,
        result.faults(),
        List.copyOf(remedies),
        result.milliseconds(),
        recalled);
  }

  private void warn(Outcome outcome) {
    EngineReport report = outcome.report();
    EngineMemory.Result result = outcome.result();
    if (report.status() == EngineReport.Status.REMEDIED && !report.faults().isEmpty()) {
      warnings.accept(
          Text.format(
              "%s computes wrong on this processor, %s: %s. %s; \"adversaria.sh doctor\" tells more.",
              report.engine(),
              report.processor(),
              String.join("; ", report.operations()),
              result.oneDnnOff()
                  ? "oneDNN is switched off, and the rest is right: " + ONEDNN_OFF_COSTS
                  : "These are computed in another way, checked and right: "
                      + cost(outcome.ways())));
    }
    if (result.slowdown() > 1) {
      warnings.accept(
          Text.format(
              "bf16 takes %.1f times as long as fp32 on this processor, %s: leave the precision at"
                  + " fp32",
              result.slowdown(), report.processor()));
    }
  }

  private static String refusal(EngineReport report, boolean strict) {
    String remedy;
    if (report.status() == EngineReport.Status.REMEDIED) {
      remedy = "There are remedies, but -D" + CHECK + "=strict forbids them. Leave it out, or set";
    } else if (report.precision().equals(Precision.BF16.toString())) {
      remedy = "Take precision(\"fp32\"), or set";
    } else {
      remedy = "Set";
    }
    return Text.format(
        """
        %s computes wrong on this processor, %s, in %s: %s. %s the environment variable %s before \
        Java starts: slow, but right. -D%s=ignore computes all the same.""",
        report.engine(),
        report.processor(),
        report.precision(),
        String.join("; ", report.faults()),
        remedy,
        HELPS,
        CHECK);
  }

  /**
   * Runs foreign code, whose convolutions cannot be replaced: without oneDNN if its outputs are
   * wrong. During such a call other threads compute without oneDNN too, and other foreign calls
   * wait.
   *
   * @throws EngineFaultException if oneDNN is wrong and cannot be switched off
   */
  static <T> T foreignOutput(Supplier<T> computation) {
    require();
    synchronized (LOCK) {
      if (shared.wrongForForeign(false)) {
        shared.switchOneDnnOff();
        try {
          return computation.get();
        } finally {
          shared.switches.oneDnn(true);
        }
      }
    }
    return computation.get();
  }

  /**
   * Prepares for gradients of foreign code, whose convolutions cannot be replaced: if oneDNN's
   * outputs or gradients by inputs are wrong, it is switched off for the rest of the process.
   *
   * @throws EngineFaultException if oneDNN is wrong and cannot be switched off
   */
  static void foreignGradients() {
    require();
    synchronized (LOCK) {
      if (shared.wrongForForeign(true)) {
        shared.switchOneDnnOff();
        shared.withoutOneDnn = true;
        shared.warnings.accept(
            "Gradients flow through a TorchScript file, whose convolutions cannot be computed in"
                + " another way: oneDNN is switched off, "
                + ONEDNN_OFF_COSTS);
      }
    }
  }

  private boolean wrongForForeign(boolean gradients) {
    EngineMemory.Result result = decide(Precision.FP32).result();
    boolean wrong = result.outputsWrong() || gradients && result.inputGradientsWrong();
    return wrong && !result.oneDnnOff() && !withoutOneDnn;
  }

  private void switchOneDnnOff() {
    if (!switches.oneDnn(false)) {
      throw new EngineFaultException(
          "oneDNN computes wrong on this processor, "
              + processor.model()
              + ", and cannot be switched off here for a TorchScript file. Set the environment"
              + " variable "
              + HELPS
              + " before Java starts: slow, but right.");
    }
  }
}
