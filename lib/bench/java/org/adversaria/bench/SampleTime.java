package org.adversaria.bench;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import org.adversaria.models.BigGanGenerator;
import org.adversaria.models.BigGanLatent;
import org.adversaria.models.BigGanSizes;
import org.adversaria.models.Sampling;
import org.adversaria.nn.SpectralNorm;
import org.adversaria.torch.Precision;

/** Draws from BigGAN's generator at 32x32, width 32, ten classes, in batches of 100. */
final class SampleTime {

  private static final int CLASSES = 10;

  /** The images of what is timed as one step; 10,000 are ten of these. */
  private static final int IMAGES = 1000;

  private SampleTime() {}

  /** The milliseconds of each timed thousand. */
  static double[] milliseconds(String precision, int warmUp, int timed) {
    try (NDManager manager = NDManager.newBaseManager()) {
      BigGanSizes sizes =
          BigGanSizes.of(32, CLASSES)
              .withWidth(32)
              .withAttention()
              .withNorm(new SpectralNorm.BigGan(1e-8));
      var generator = new BigGanGenerator(sizes, BigGanLatent.plain(128));
      generator.initialize(manager);
      generator.compile(Precision.named(precision));
      long[] labels = Sampling.labels(CLASSES, IMAGES, 1);
      var durations = new double[warmUp + timed];
      for (int i = 0; i < durations.length; i++) {
        long start = System.nanoTime();
        Sampling.ofSeed(i).batches(100).forEachBatch(generator, labels, (images, y) -> {});
        durations[i] = (System.nanoTime() - start) / 1e6;
      }
      return Arrays.copyOfRange(durations, warmUp, durations.length);
    }
  }
}
