package org.adversaria.spark;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Sweeps of small networks on forty small images: a step takes some milliseconds. */
final class TinySweep {

  static final String METHOD = "conditional-gan";
  static final String PRESET = "quick";
  static final int BATCH = 4;
  static final int CHECKPOINT_EVERY = 20;

  private static final int SIDE = 16;
  private static final int PER_CLASS = 20;

  private TinySweep() {}

  /** A sweep whose images and results lie in a folder. */
  static Sweep in(Path folder, long steps, long... seeds) {
    return Sweep.of(METHOD)
        .presets(PRESET)
        .seeds(seeds)
        .on(images(folder).toString())
        .set("batchSize", BATCH)
        .steps(steps)
        .checkpointEvery(CHECKPOINT_EVERY)
        .out(out(folder));
  }

  static Path out(Path folder) {
    return folder.resolve("out");
  }

  /** Bars, upright in one class and lying in the other; written at the first call. */
  static Path images(Path folder) {
    Path images = folder.resolve("bars");
    try {
      if (Files.notExists(images)) {
        for (int i = 0; i < PER_CLASS; i++) {
          write(images.resolve("lying"), i, true);
          write(images.resolve("upright"), i, false);
        }
      }
      return images;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path folder, int number, boolean lying) throws IOException {
    Files.createDirectories(folder);
    var image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    int place = number % SIDE;
    for (int i = 0; i < SIDE; i++) {
      image.getRaster().setSample(lying ? i : place, lying ? place : i, 0, 200 + number);
    }
    ImageIO.write(image, "png", folder.resolve(number + ".png").toFile());
  }
}
