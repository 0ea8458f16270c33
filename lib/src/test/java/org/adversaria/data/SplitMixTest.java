package org.adversaria.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SplitMixTest {

  @Test
  void isTheGeneratorOfTheJdkFromTheSameState() {
    var ours = new SplitMix();
    var reference = new SplittableRandom(new SplittableRandom(0).nextLong());
    for (int i = 0; i < 100; i++) {
      assertThat(ours.nextLong()).isEqualTo(reference.nextLong());
    }
  }

  @Test
  void differsWithEveryKeyAndTheirOrder() {
    assertThat(
            Arrays.asList(
                new SplitMix(1, 2).nextLong(),
                new SplitMix(2, 1).nextLong(),
                new SplitMix(1, 3).nextLong(),
                new SplitMix(1).nextLong(),
                new SplitMix(0, 1, 2).nextLong()))
        .doesNotHaveDuplicates();
    assertThat(new SplitMix(1, 2).nextLong()).isEqualTo(new SplitMix(1, 2).nextLong());
  }

  @Test
  void permutationHoldsEveryNumberOnce() {
    int[] order = new SplitMix(3).permutation(1000);
    assertThat(order).containsExactlyInAnyOrder(IntStream.range(0, 1000).toArray());
    assertThat(order).isNotEqualTo(IntStream.range(0, 1000).toArray());
    assertThat(new SplitMix(3).permutation(1)).containsExactly(0);
  }

  @Test
  void permutationsAreEquallyLikely() {
    var counts = new int[27];
    for (int i = 0; i < 6000; i++) {
      int[] p = new SplitMix(11, i).permutation(3);
      counts[9 * p[0] + 3 * p[1] + p[2]]++;
    }
    int[] seen = Arrays.stream(counts).filter(count -> count > 0).toArray();
    assertThat(seen).hasSize(6);
    assertThat(Arrays.stream(seen).allMatch(count -> count > 850 && count < 1150)).isTrue();
  }

  @Test
  void gaussiansHaveTheMomentsOfTheStandardNormal() {
    var random = new SplitMix(5);
    double[] z = IntStream.range(0, 100_000).mapToDouble(i -> random.nextGaussian()).toArray();
    double mean = Arrays.stream(z).average().orElseThrow();
    double variance = Arrays.stream(z).map(x -> x * x).average().orElseThrow();
    double fourth = Arrays.stream(z).map(x -> x * x * x * x).average().orElseThrow();
    assertThat(mean).isBetween(-0.015, 0.015);
    assertThat(variance).isBetween(0.98, 1.02);
    assertThat(fourth).isBetween(2.9, 3.1);
  }
}
