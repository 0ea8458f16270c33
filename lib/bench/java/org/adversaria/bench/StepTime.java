package org.adversaria.bench;

import ai.djl.engine.Engine;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.LongConsumer;
import org.adversaria.augmentations.Ada;
import org.adversaria.augmentations.Augmentation;
import org.adversaria.data.ImageData;
import org.adversaria.data.ImagePairs;
import org.adversaria.data.Shapes;
import org.adversaria.data.TrainingData;
import org.adversaria.methods.AdcGan;
import org.adversaria.methods.ConditionalGan;
import org.adversaria.methods.CsGan;
import org.adversaria.methods.SaGan;
import org.adversaria.methods.StyleGan2;
import org.adversaria.methods.UNetGan;
import org.adversaria.methods.WGanGp;
import org.adversaria.models.Backbone;
import org.adversaria.models.BigGanLatent;
import org.adversaria.models.BigGanSizes;
import org.adversaria.models.stylegan2.StyleGan2Sizes;
import org.adversaria.nn.SpectralNorm;
import org.adversaria.regularizers.PathLength;
import org.adversaria.regularizers.R1;
import org.adversaria.regularizers.StyleMixing;
import org.adversaria.torch.Torch;
import org.adversaria.training.Method;
import org.adversaria.training.Schedule;
import org.adversaria.training.Training;

/**
 * Times a training step: {@code StepTime ROW WARMUP STEPS} runs the library's training loop and
 * prints one line of tab-separated fields: row, precision, threads, and of the milliseconds of the
 * steps after the warm-up the median, the 10% and the 90% quantile; last the most MiB that were
 * resident.
 *
 * <p>Where some steps have more to do than others, a row has a period: warm-up and timed steps are
 * rounded up to whole periods, and the mean takes the median's place.
 *
 * <p>{@code StepTime first ROW} prints the milliseconds of the first step of the process, {@code
 * StepTime versions} what was measured with.
 *
 * <p>A row is a name here and, where it has a peer, the same name in {@code peer.py}. {@code -Duncompiled=true} runs the
 * networks operation by operation.
 */
public final class StepTime {

  /**
   * What a row trains.
   *
   * @param method the method
   * @param data images of its size; their content does not matter to the time
   */
  private record Row(Method<?> method, TrainingData data) {}

  private static final String SAMPLING = "sample-32";
  private static final String STYLES = "stylegan2-";

  private StepTime() {}

  private static Row row(String name) {
    return switch (name) {
      case "dcgan-32", "dcgan-32-bf16" -> new Row(new DcganPair(32, 64), shapes(32, 3));
      case "biggan-32", "biggan-32-bf16", "biggan-32-best" -> bigGan("cifar10", 32, 64);
      case "biggan-32-small" -> bigGan("small", 4, 32);
      case "sagan-32" -> saGan();
      case "unet-gan-32" -> uNetGan();
      case "wgan-gp-32" -> wGanGp();
      case "csgan-64" -> csGan();
      case "cgan-28" -> conditional("quick");
      case "cgan-28-paper" -> conditional("paper");
      case "stylegan2-32", "stylegan2-32-bf16", "stylegan2-32-best" -> style(32, new Augmentation.None());
      case "stylegan2-64" -> style(64, new Augmentation.None());
      case "stylegan2-64-ada" -> style(64, Ada.fixed("bgc", 0.6));
      default ->
          throw new IllegalArgumentException(
              "There is no row '" + name + "'; there are biggan-32, biggan-32-bf16, biggan-32-best,"
                  + " biggan-32-small, dcgan-32, dcgan-32-bf16, sagan-32, unet-gan-32, wgan-gp-32,"
                  + " csgan-64, cgan-28, cgan-28-paper, stylegan2-32, stylegan2-32-bf16,"
                  + " stylegan2-32-best, stylegan2-64, stylegan2-64-ada, sample-32 and"
                  + " sample-32-bf16");
    };
  }

  private static Row conditional(String preset) {
    ImageData data = shapes(28, 1);
    return new Row(ConditionalGan.builder(data).preset(preset).build(), data);
  }

  /** One update of the discriminator a step, where the preset may have several. */
  private static Row bigGan(String preset, int width, int batchSize) {
    ImageData data = shapes(32, 3);
    var method =
        AdcGan.builder(data)
            .preset(preset)
            .channels(width)
            .batchSize(batchSize)
            .discriminatorUpdates(1)
            .build();
    return new Row(method, data);
  }

  /** The preset for CIFAR-10 at half its width, with one update of the discriminator a step. */
  private static Row saGan() {
    ImageData data = shapes(32, 3);
    var method =
        SaGan.builder(data).preset("cifar10").channels(32).discriminatorUpdates(1).build();
    return new Row(method, data);
  }

  /** BigGAN's networks for 32 pixels with 32 channels, and all terms at every step. */
  private static Row uNetGan() {
    ImageData data = shapes(32, 3);
    var sizes =
        BigGanSizes.of(32, data.numClasses())
            .withWidth(8)
            .withAttention()
            .withNorm(new SpectralNorm.BigGan(1e-8));
    Schedule always = new Schedule.Constant(1);
    var method =
        UNetGan.builder(data)
            .backbone(new Backbone.BigGan(sizes, BigGanLatent.plain(128)))
            .objective(
                new UNetGan.Objective(1, 1, 1, new UNetGan.Mixing(always, false, always)))
            .batchSize(16)
            .build();
    return new Row(method, data);
  }

  /** The preset for CIFAR-10 at a quarter of its width and batch, with its five updates of the critic. */
  private static Row wGanGp() {
    ImageData data = shapes(32, 3);
    return new Row(WGanGp.builder(data).preset("cifar10").channels(32).batchSize(16).build(), data);
  }

  /** The paper's networks at half their width, for smaller images. */
  private static Row csGan() {
    Shapes shapes = Shapes.builder().resolution(64).size(2000).build();
    ImagePairs pairs = ImagePairs.of(shapes.sketches(), shapes);
    var method =
        CsGan.builder(pairs)
            .preset("paper")
            .sizes(sizes -> sizes.withGenerators(32, 9).withDiscriminators(32, 3))
            .build();
    return new Row(method, pairs);
  }

  /** Path length every 4 steps, of half a batch, and R1 every 16: the preset's intervals. */
  private static Row style(int resolution, Augmentation augmentation) {
    ImageData data = shapes(resolution, 3);
    var sizes =
        StyleGan2Sizes.of(resolution)
            .withMapping(128, 128, 2)
            .withChannels(32_768, 32)
            .withDiscriminator(true, 4);
    var method =
        StyleGan2.builder(data)
            .preset("small")
            .sizes(sizes)
            .mixing(new StyleMixing(0.9))
            .r1(new R1(1))
            .pathLength(new PathLength())
            .augmentation(augmentation)
            .batchSize(32)
            .build();
    return new Row(method, data);
  }

  /** After how many steps what a row's steps do begins anew: 1 where all are alike. */
  private static int period(String row) {
    return row.startsWith(STYLES) ? 16 : 1;
  }

  /** The next number of steps that is a whole number of a row's periods. */
  static int whole(String row, int steps) {
    int period = period(row);
    return (steps + period - 1) / period * period;
  }

  private static ImageData shapes(int resolution, int channels) {
    return Shapes.builder().resolution(resolution).channels(channels).size(2000).build();
  }

  /**
   * Runs the program.
   *
   * @param arguments see the class comment
   * @throws IOException if the run's files cannot be written
   */
  public static void main(String... arguments) throws IOException {
    if (List.of(arguments).equals(List.of("versions"))) {
      System.out.printf(
          Locale.ROOT,
          "DJL %s, PyTorch %s, Java %s%n",
          Engine.getDjlVersion(),
          Engine.getEngine("PyTorch").getVersion(),
          System.getProperty("java.vm.version"));
      return;
    }
    if (arguments.length == 2 && arguments[0].equals("first")) {
      System.out.printf(
          Locale.ROOT, "%.3f%n", train(arguments[1], 2, step -> {}).milliseconds(0, 1)[0]);
      return;
    }
    if (arguments.length != 3) {
      throw new IllegalArgumentException(
          "Usage: StepTime ROW WARMUP STEPS | StepTime first ROW | StepTime versions");
    }
    int warmUp = whole(arguments[0], Integer.parseInt(arguments[1]));
    int timed = whole(arguments[0], Integer.parseInt(arguments[2]));
    double[] milliseconds = time(arguments[0], warmUp, timed);
    System.out.printf(
        Locale.ROOT,
        "%s\t%s\t%d\t%.3f\t%.3f\t%.3f\t%d%n",
        arguments[0],
        precision(arguments[0]),
        Torch.threads(),
        period(arguments[0]) == 1
            ? Quantiles.median(milliseconds)
            : Arrays.stream(milliseconds).average().orElseThrow(),
        Quantiles.tenth(milliseconds),
        Quantiles.of(milliseconds, 0.9),
        PeakMemory.mebibytes());
  }

  private static double[] time(String row, int warmUp, int timed) throws IOException {
    if (row.startsWith(SAMPLING)) {
      return SampleTime.milliseconds(precision(row), warmUp, timed);
    }
    // One more step, whose beginning is the end of the last timed one.
    TimedMethod<?> method = train(row, warmUp + timed + 1, step -> {});
    return method.milliseconds(warmUp, warmUp + timed);
  }

  private static String precision(String row) {
    return row.endsWith("-bf16") || row.endsWith("-best") ? "bf16" : "fp32";
  }

  /** Trains a row's networks; the observer is told the number of each step as it begins. */
  static TimedMethod<?> train(String name, int steps, LongConsumer atStep) throws IOException {
    Row row = row(name);
    var method = new TimedMethod<>(row.method(), steps, atStep);
    try (var folder = ScratchFolder.create();
        var run =
            Training.of(method)
                .on(row.data())
                .compiled(!Boolean.getBoolean("uncompiled"))
                .precision(precision(name))
                .steps(steps)
                .checkpointEvery(steps)
                .directory(folder.path())
                .start()) {
      return method;
    }
  }
}
