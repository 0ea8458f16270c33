package org.adversaria.spark;

import java.nio.file.Path;

/** Sweeps of small networks on small images: a step takes some milliseconds. */
final class TinySweep {

  static final String METHOD = "conditional-gan";
  static final String PRESET = "quick";

  private TinySweep() {}

  static Sweep of(Path out, long steps, long... seeds) {
    return Sweep.of(METHOD)
        .presets(PRESET)
        .seeds(seeds)
        .on("shapes-grey-16")
        .set("batchSize", 4)
        .steps(steps)
        .checkpointEvery(20)
        .out(out);
  }
}
