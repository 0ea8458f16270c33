package org.adversaria.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SlicesTest {

  @Test
  void everyThingIsInOneSlice() {
    for (int count : new int[] {1, 3, 7, 10}) {
      var slices = Slices.atMost(10, count);
      assertThat(slices.numbers()).hasSize(count);
      int next = 0;
      for (int slice : slices.numbers()) {
        assertThat(slices.first(slice)).isEqualTo(next);
        next = slices.end(slice);
        assertThat(next - slices.first(slice)).isBetween(10 / count, 10 / count + 1);
      }
      assertThat(next).isEqualTo(10);
    }
  }

  @Test
  void noSliceIsEmpty() {
    assertThat(Slices.atMost(3, 8)).isEqualTo(new Slices(3, 3));
    assertThat(Slices.atMost(2_000_000_000, 3).end(2)).isEqualTo(2_000_000_000);
  }
}
