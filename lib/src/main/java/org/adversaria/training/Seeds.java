package org.adversaria.training;

import org.adversaria.torch.Torch;

/** Seeds of independent random streams, derived from a run's seed. */
final class Seeds {

  /** Streams that are not steps; steps are numbered from 0. */
  static final long INITIALIZATION = -1;

  static final long REPORT = -2;

  private Seeds() {}

  static long of(long seed, long stream) {
    return Torch.deriveSeed(seed, stream);
  }
}
