package org.adversaria.training;

/** Seeds of independent random streams, derived from a run's seed. */
final class Seeds {

  /** Streams that are not steps; steps are numbered from 0. */
  static final long INITIALIZATION = -1;

  static final long REPORT = -2;

  private Seeds() {}

  /** Mixes with the finalizer of SplitMix64, so that near inputs give unrelated seeds. */
  static long of(long seed, long stream) {
    long z = seed * 0x9E3779B97F4A7C15L + stream + 0x632BE59BD9B4E019L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
