package org.adversaria.augmentations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class WaveletsTest {

  @Test
  void shiftsByTwoOfTheLowPassFilterAreOrthogonal() {
    double[] f = Wavelets.SYM6;
    assertThat(Arrays.stream(f).sum()).isCloseTo(1, within(1e-9));
    for (int shift = 0; shift < f.length; shift += 2) {
      double product = 0;
      for (int i = shift; i < f.length; i++) {
        product += f[i] * f[i - shift];
      }
      assertThat(product).isCloseTo(shift == 0 ? 0.5 : 0, within(1e-9));
    }
  }

  @Test
  void theBandsAreSymmetricAndTheirSumIsTheIdentity() {
    double[][] bands = Wavelets.bands();
    var sum = new double[43];
    for (double[] band : bands) {
      assertThat(band).hasSize(43);
      for (int i = 0; i < sum.length; i++) {
        assertThat(band[i]).isCloseTo(band[sum.length - 1 - i], within(1e-12));
        sum[i] += band[i];
      }
    }
    for (int i = 0; i < sum.length; i++) {
      assertThat(sum[i]).isCloseTo(i == sum.length / 2 ? 1 : 0, within(1e-12));
    }
  }

  @Test
  void eachBandPassesItsFrequencies() {
    double[][] bands = Wavelets.bands();
    // Frequencies in the middle of each band, as parts of the highest.
    double[] middles = {0, 3 / 16.0, 3 / 8.0, 1};
    for (int band = 0; band < bands.length; band++) {
      assertThat(response(bands[band], middles[band])).isGreaterThan(0.6);
      for (int other = 0; other < bands.length; other++) {
        if (other != band) {
          assertThat(response(bands[other], middles[band])).isBetween(-1e-9, 0.4);
        }
      }
    }
  }

  private static double response(double[] taps, double frequency) {
    double sum = 0;
    for (int i = 0; i < taps.length; i++) {
      sum += taps[i] * Math.cos(Math.PI * frequency * (i - taps.length / 2));
    }
    return sum;
  }
}
