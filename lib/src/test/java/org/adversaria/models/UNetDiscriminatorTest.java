package org.adversaria.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.adversaria.torch.Autograd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sizes and refusals; the published networks' numbers are reference cases. */
class UNetDiscriminatorTest {

  private static BigGanSizes sizes(int resolution) {
    return BigGanSizes.of(resolution, 3).withWidth(2).withAttention();
  }

  /** Widths after each block, in multiples of the channel multiplier. */
  static Stream<Arguments> tables() {
    return Stream.of(
        Arguments.of(sizes(256), List.of(1, 2, 4, 8, 8, 16, 8, 8, 4, 2, 1, 1)),
        Arguments.of(sizes(128), List.of(1, 2, 4, 8, 16, 8, 4, 2, 1, 1)),
        Arguments.of(sizes(64), List.of(1, 2, 4, 8, 4, 2, 1, 1)),
        Arguments.of(sizes(32).withTaper(), List.of(2, 4, 8, 4, 2, 2)),
        Arguments.of(sizes(32), List.of(4, 4, 4, 4, 4, 4)));
  }

  @ParameterizedTest
  @MethodSource("tables")
  void theDecoderMirrorsTheEncoder(BigGanSizes sizes, List<Integer> multiples) {
    var network = new UNetDiscriminator(sizes);
    List<Integer> widths = new ArrayList<>();
    for (int i = 0; i < multiples.size(); i++) {
      var weight = network.getParameters().get("blocks." + i + ".0.conv2.weight").getShape();
      widths.add((int) weight.get(0) / 2);
    }
    assertThat(widths).isEqualTo(multiples);
  }

  @ParameterizedTest
  @MethodSource("tables")
  void everyPixelHasALogit(BigGanSizes sizes, List<Integer> multiples) {
    if (sizes.resolution() > 64) {
      return;
    }
    try (NDManager manager = NDManager.newBaseManager();
        var paused = Autograd.pause()) {
      int side = sizes.resolution();
      NDArray x = manager.randomUniform(-1, 1, new Shape(2, 3, side, side));
      for (int classes : new int[] {3, 0}) {
        var network = new UNetDiscriminator(sizes.withClasses(classes));
        network.initialize(manager);
        NDArray y = classes == 0 ? null : manager.create(new long[] {0, 2});
        UNetDiscriminator.Output output = network.forward(x, y, false);
        assertThat(output.middle().getShape()).isEqualTo(new Shape(2));
        assertThat(output.pixels().getShape()).isEqualTo(new Shape(2, 1, side, side));
      }
    }
  }

  @Test
  void attentionIsInTheEncoderOnly() {
    var network = new UNetDiscriminator(sizes(32).withAttention(16));
    assertThat(network.getParameters().keys().stream().filter(name -> name.endsWith("gamma")))
        .containsExactly("blocks.0.1.gamma");
  }

  @Test
  void otherNetworksHaveNone() {
    var dcgan = new Backbone.Dcgan(8, 4, 3, 32, true);
    assertThatThrownBy(dcgan::newUNet)
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("train it on Backbone.BigGan");
  }
}
