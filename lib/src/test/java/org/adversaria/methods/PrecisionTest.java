package org.adversaria.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.adversaria.data.ImageData;
import org.adversaria.data.Shapes;
import org.adversaria.models.Backbone;
import org.adversaria.models.BigGanLatent;
import org.adversaria.models.BigGanSizes;
import org.adversaria.training.Run;
import org.adversaria.training.Training;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class PrecisionTest {

  private static final ImageData DATA =
      Shapes.builder().resolution(32).channels(3).size(40).build();

  @TempDir Path folder;

  private Training training(String name, String precision, long steps) {
    var sizes = BigGanSizes.of(32, DATA.numClasses()).withWidth(2).withAttention();
    var method =
        AdcGan.builder(DATA)
            .backbone(new Backbone.BigGan(sizes, BigGanLatent.plain(8)))
            .batchSize(4)
            .build();
    return Training.of(method)
        .on(DATA)
        .steps(steps)
        .seed(2)
        .precision(precision)
        .directory(folder.resolve(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"fp32", "bf16"})
  void aRunGoesOnToTheSameBits(String precision) throws IOException {
    training("halves", precision, 2).start().close();
    try (Run whole = training("whole", precision, 4).start();
        Run halves = training("halves", precision, 4).resume()) {
      Map<String, NDArray> expected = whole.generator().stateDict();
      halves
          .generator()
          .stateDict()
          .forEach((name, array) -> assertThat(array).as(name).isEqualTo(expected.get(name)));
      assertThat(whole.record().precision()).isEqualTo(precision);
      assertThat(whole.record().compiled()).isTrue();
    }
  }

  @Test
  void bfloat16IsAnotherRunNearby() throws IOException {
    try (Run full = training("full", "fp32", 1).start();
        Run low = training("low", "bf16", 1).start()) {
      String loss = "loss_discriminator";
      double expected = full.log().doubleColumn(loss).get(0);
      assertThat(low.log().doubleColumn(loss).get(0))
          .isNotEqualTo(expected)
          .isCloseTo(expected, org.assertj.core.data.Percentage.withPercentage(5));
    }
    assertThatThrownBy(() -> training("low", "fp32", 2).resume())
        .hasMessageContaining("precision: fp32, recorded: bf16");
  }

  @Test
  void uncompiledRunsComputeTheSameWithinRounding() throws IOException {
    try (Run fast = training("fast", "fp32", 1).start();
        Run plain = training("plain", "fp32", 1).compiled(false).start()) {
      String loss = "classifier_generator";
      assertThat(fast.log().doubleColumn(loss).get(0))
          .isCloseTo(
              plain.log().doubleColumn(loss).get(0), org.assertj.core.data.Offset.offset(1e-3));
    }
  }

  @Test
  void bfloat16NeedsCompiledNetworks() {
    assertThatThrownBy(() -> training("none", "bf16", 1).compiled(false).start())
        .hasMessageContaining("compiled(false)");
    assertThatThrownBy(() -> training("none", "fp8", 1)).hasMessageContaining("fp32 and bf16");
  }
}
