package org.adversaria.data;

/**
 * SplitMix64: random numbers for data, the same on every platform and in every version of Java.
 *
 * <p>G. L. Steele Jr., D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators",
 * OOPSLA 2014, with the mixing constants of D. Stafford's variant 13. A stream is determined by
 * keys, so that the numbers of an image or a step do not depend on earlier draws.
 */
final class SplitMix {

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private long state;

  /** The stream of these keys; their order matters. */
  SplitMix(long... keys) {
    for (long key : keys) {
      state = mix(state + GOLDEN) ^ key;
    }
    state = mix(state + GOLDEN);
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }

  long nextLong() {
    state += GOLDEN;
    return mix(state);
  }

  /** Uniform in [0, 1), with 53 bits. */
  double nextDouble() {
    return (nextLong() >>> 11) * 0x1p-53;
  }

  /** Uniform in [low, high). */
  double nextDouble(double low, double high) {
    return low + (high - low) * nextDouble();
  }

  /** Uniform in {0, ..., bound - 1}, up to a bias below bound / 2^32. */
  int nextInt(int bound) {
    return (int) (((nextLong() >>> 32) * bound) >>> 32);
  }

  /** Standard normal, by Box and Muller's method with the platform-independent functions. */
  double nextGaussian() {
    double radius = Math.sqrt(-2 * StrictMath.log(1 - nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * nextDouble());
  }

  /** A uniformly drawn permutation of {0, ..., n - 1} (Fisher and Yates). */
  int[] permutation(int n) {
    var order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
