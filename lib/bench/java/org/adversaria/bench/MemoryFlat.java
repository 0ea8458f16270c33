package org.adversaria.bench;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.adversaria.data.ImageData;
import org.adversaria.data.Shapes;
import org.adversaria.figures.Figures;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.methods.ConditionalGan;
import org.adversaria.models.CganDiscriminator;
import org.adversaria.models.CganGenerator;
import org.adversaria.training.Averaging;
import org.adversaria.training.Optimizer;
import org.adversaria.training.Report;
import org.adversaria.training.Training;

/**
 * Trains a small conditional GAN for 10,000 steps, with reports, figures and checkpoints as a user
 * has them, and says whether resident memory and step time stayed flat.
 *
 * <p>Resident memory (Linux's VmRSS) after step 1,000 and at the end differ by at most 2%, the
 * times that a tenth of the steps do not exceed, in the first thousand (after 100 steps of warm-up)
 * and in the last, by at most 5%; where they do not, the exit status is 1. What else the machine
 * does moves a thousand's tenth less than its median.
 *
 * <p>Start it with a heap of fixed size that is touched at the start. Otherwise memory includes how
 * much of its heap the JVM chose to use so far, which says nothing about leaks.
 */
public final class MemoryFlat {

  private static final int STEPS = 10_000;
  private static final int THOUSAND = 1000;
  private static final int WARM_UP = 100;
  private static final double MEMORY_LIMIT = 2;
  private static final double TIME_LIMIT = 5;

  /** Resident memory in KiB before each thousandth step, and at the end. */
  private final long[] resident = new long[STEPS / THOUSAND + 1];

  private final ImageData data = Shapes.builder().resolution(16).channels(1).build();

  /** What was drawn, so that it has to be drawn. */
  private long pixels;

  private MemoryFlat() {}

  /**
   * Runs the program.
   *
   * @param arguments the precision, fp32 unless given
   * @throws IOException if the run's files cannot be written
   */
  public static void main(String... arguments) throws IOException {
    System.exit(new MemoryFlat().run(arguments.length == 0 ? "fp32" : arguments[0]) ? 0 : 1);
  }

  private boolean run(String precision) throws IOException {
    var method = new TimedMethod<>(smallGan(), STEPS, this::noteMemory);
    try (var folder = ScratchFolder.create();
        var run =
            Training.of(method)
                .on(data)
                .steps(STEPS)
                .precision(precision)
                .reportEvery(WARM_UP, this::look)
                .directory(folder.path())
                .start()) {
      resident[resident.length - 1] = residentKibibytes();
    }
    return print(method);
  }

  private ConditionalGan smallGan() {
    var adam = new Optimizer.Adam(2e-4, 0.5, 0.999);
    return new ConditionalGan(
        new ConditionalGan.Settings(
            "small",
            new CganGenerator.Sizes(32, 32, 64, 64, 0, true),
            new CganDiscriminator.Sizes(64, 2, 32, 2, 64, 2, 0),
            new ConditionalGan.InitialRanges(0, 0),
            new AdversarialLoss.NonSaturating(),
            true,
            0.2,
            adam,
            adam,
            32,
            new Averaging(0.995, 200),
            data.numClasses(),
            data.channels(),
            data.height(),
            data.width()));
  }

  /** What a notebook's panel does: samples of every class and the curves so far. */
  private void look(Report report) {
    BufferedImage samples = Figures.classGrid(report.samples(8), 8, data.classNames());
    if (report.step() == 0) {
      return; // the log has no columns before the first step
    }
    BufferedImage curves =
        Figures.curves(report.log(), "step", List.of("loss_discriminator", "loss_generator"));
    pixels += (long) samples.getWidth() * samples.getHeight();
    pixels += (long) curves.getWidth() * curves.getHeight();
  }

  private void noteMemory(long step) {
    if (step % THOUSAND == 0) {
      resident[(int) (step / THOUSAND)] = residentKibibytes();
    }
  }

  private static long residentKibibytes() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      String line = lines.filter(l -> l.startsWith("VmRSS:")).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("\\D", ""));
    } catch (IOException e) {
      throw new IllegalStateException("Resident memory is read from /proc, on Linux only", e);
    }
  }

  private boolean print(TimedMethod<?> method) {
    System.out.printf(Locale.ROOT, "Drawn in reports: %.1f million pixels.%n%n", pixels / 1e6);
    System.out.println("| steps done | resident MiB | ms of the thousand before: tenth | median |");
    System.out.println("|---:|---:|---:|---:|");
    for (int i = 1; i < resident.length; i++) {
      System.out.printf(
          Locale.ROOT,
          "| %d | %.1f | %.3f | %.3f |%n",
          i * THOUSAND,
          resident[i] / 1024.0,
          Quantiles.tenth(thousand(method, i)),
          Quantiles.median(thousand(method, i)));
    }
    double memory = percent(resident[1], resident[resident.length - 1]);
    double time =
        percent(
            Quantiles.tenth(thousand(method, 1)),
            Quantiles.tenth(thousand(method, resident.length - 1)));
    System.out.printf(
        Locale.ROOT,
        "%nResident memory from step %d to the end: %+.2f%% (limit %.0f%%): %s.%n",
        THOUSAND,
        memory,
        MEMORY_LIMIT,
        verdict(memory, MEMORY_LIMIT));
    System.out.printf(
        Locale.ROOT,
        "A tenth of the step times, from the first to the last thousand: %+.2f%% (limit %.0f%%): %s.%n",
        time,
        TIME_LIMIT,
        verdict(time, TIME_LIMIT));
    return Math.abs(memory) <= MEMORY_LIMIT && Math.abs(time) <= TIME_LIMIT;
  }

  /**
   * The step times of the i-th thousand: of the first without the warm-up, of the last all but one.
   */
  private static double[] thousand(TimedMethod<?> method, int i) {
    int from = i == 1 ? WARM_UP : (i - 1) * THOUSAND;
    return method.milliseconds(from, Math.min(i * THOUSAND, STEPS - 1));
  }

  private static String verdict(double percent, double limit) {
    return Math.abs(percent) <= limit ? "flat" : "NOT FLAT";
  }

  private static double percent(double before, double after) {
    return 100 * (after - before) / before;
  }
}
