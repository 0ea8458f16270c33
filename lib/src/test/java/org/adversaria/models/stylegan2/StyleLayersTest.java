package org.adversaria.models.stylegan2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.adversaria.torch.Torch;
import org.adversaria.torch.TorchScript;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StyleLayersTest {

  private final NDManager manager = NDManager.newBaseManager();

  @BeforeEach
  void seed() {
    Torch.setSeed(3);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray normal(long... shape) {
    return manager.randomNormal(new Shape(shape));
  }

  private static void assertClose(NDArray actual, NDArray expected) {
    assertThat(actual.getShape()).isEqualTo(expected.getShape());
    assertThat(actual.sub(expected).abs().max().getFloat()).isLessThan(1e-4f);
  }

  @Test
  void upsamplingKeepsConstantImagesInsideAndTheMeanOfAll() {
    NDArray filter = FirFilter.of(manager, 1, 3, 3, 1);
    NDArray larger = Upfirdn2d.upsample(2, 4).apply(manager.ones(new Shape(1, 1, 6, 6)), filter);
    assertThat(larger.getShape()).isEqualTo(new Shape(1, 1, 12, 12));
    assertThat(larger.get(":, :, 2:10, 2:10").sub(1).abs().max().getFloat()).isLessThan(1e-6f);
  }

  @Test
  void zerosOnEachSideAreThoseOfAPaddedImage() {
    NDArray x = normal(2, 3, 5, 6);
    NDArray weight = normal(4, 3, 3, 3);
    NDArray padded =
        manager
            .zeros(new Shape(2, 3, 1, 6))
            .concat(x, 2)
            .concat(manager.zeros(new Shape(2, 3, 2, 6)), 2);
    padded = manager.zeros(new Shape(2, 3, 8, 3)).concat(padded, 3);
    var sides =
        new ResampledConv(1, 1, new ResampledConv.Padding(3, 0, 1, 2), true, false)
            .apply(x, weight, null, 1);
    var none =
        new ResampledConv(1, 1, ResampledConv.Padding.of(0), true, false)
            .apply(padded, weight, null, 1);
    assertThat(sides.getShape()).isEqualTo(new Shape(2, 4, 6, 7));
    assertClose(sides, none);
    var alike = new ResampledConv(1, 1, 3, 1, true, false);
    assertThat(alike.padding()).isEqualTo(new ResampledConv.Padding(3, 3, 1, 1));
  }

  @Test
  void anAffineMapWithoutBiasLeavesZeroAtZero() {
    EqualizedLinear layer = EqualizedLinear.unbiased(3, 2, BiasAct.Function.LRELU, 0.5);
    layer.initialize(manager);
    assertThat(layer.stateDict()).containsOnlyKeys("weight");
    NDArray zero = layer.forward(manager.zeros(new Shape(4, 3)), true);
    assertThat(zero.abs().max().getFloat()).isZero();
    assertThat(layer.forward(normal(4, 3), true).abs().max().getFloat()).isPositive();
  }

  @Test
  void filtersOfEightTapsAreKeptAsVectorsAndSumToOne() {
    assertThat(FirFilter.of(manager, 1, 3, 3, 1).getShape()).isEqualTo(new Shape(4, 4));
    NDArray vector = FirFilter.of(manager, 1, 2, 3, 4, 4, 3, 2, 1);
    assertThat(vector.getShape()).isEqualTo(new Shape(8));
    assertThat(vector.sum().getFloat()).isCloseTo(1, within(1e-6f));
  }

  @Test
  void bothFormsOfASynthesisLayerAreTheSame() {
    for (int up : new int[] {1, 2}) {
      var layer = new SynthesisLayer(3, 5, 4, 8, up, 1.0);
      layer.initialize(manager);
      layer.stateDict().get("noise_strength").addi(0.5f);
      NDArray x = normal(2, 3, 8 / up, 8 / up);
      NDArray w = normal(2, 4);
      NDArray plain = layer.forward(x, w, NoiseMode.CONSTANT, false);
      assertClose(layer.forward(x, w, NoiseMode.CONSTANT, true), plain);
      assertThat(plain.abs().max().getFloat()).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void noiseIsDrawnAnewKeptOrLeftOut() {
    var layer = new SynthesisLayer(3, 5, 4, 8, 1, null);
    layer.initialize(manager);
    NDArray x = normal(2, 3, 8, 8);
    NDArray w = normal(2, 4);
    NDArray silent = layer.forward(x, w, NoiseMode.NONE, false);
    assertClose(layer.forward(x, w, NoiseMode.RANDOM, false), silent);
    layer.stateDict().get("noise_strength").addi(1);
    Torch.setSeed(1);
    NDArray drawn = layer.forward(x, w, NoiseMode.RANDOM, false);
    assertThat(drawn.sub(layer.forward(x, w, NoiseMode.RANDOM, false)).abs().max().getFloat())
        .isGreaterThan(0.1f);
    Torch.setSeed(1);
    assertClose(layer.forward(x, w, NoiseMode.RANDOM, false), drawn);
    NDArray kept = layer.forward(x, w, NoiseMode.CONSTANT, false);
    assertThat(kept.sub(silent).abs().max().getFloat()).isGreaterThan(0.1f);
    assertClose(layer.forward(x, w, NoiseMode.CONSTANT, false), kept);
  }

  @Test
  void theAverageOfWFollowsTrainingOnlyAndTruncationDrawsToIt() {
    var network = new MappingNetwork(MappingNetwork.Sizes.of(6, 0, 4, 3, 2));
    network.initialize(manager);
    NDArray z = normal(8, 6);
    NDArray w = network.forward(z, null, false);
    assertThat(network.average().abs().sum().getFloat()).isZero();
    network.forward(z, null, true);
    assertClose(network.average(), w.mean(new int[] {0}).mul(0.005f));
    NDArray average = network.average().reshape(1, 1, 4).tile(new long[] {8, 3, 1});
    assertClose(network.truncated(w, 0, 3), average);
    NDArray coarse = network.truncated(w, 0, 1);
    assertClose(coarse.get(":, 0:1"), average.get(":, 0:1"));
    assertClose(coarse.get(":, 1:"), network.copies(w).get(":, 1:"));
  }

  @Test
  void aNetworkWithoutCopiesTracksNoAverage() {
    var network = new MappingNetwork(MappingNetwork.Sizes.of(0, 3, 4, 0, 2));
    network.initialize(manager);
    assertThat(network.stateDict()).doesNotContainKey("w_avg").containsKey("embed.weight");
    assertThat(network.forward(new NDList(manager.eye(3)), true).get(0).getShape())
        .isEqualTo(new Shape(3, 4));
    assertThatThrownBy(network::average).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aBatchHasToSplitIntoGroups() {
    var layer = new MinibatchStd(4, 1);
    assertThat(layer.forward(normal(8, 2, 3, 3), true).getShape()).isEqualTo(new Shape(8, 3, 3, 3));
    assertThat(layer.forward(normal(3, 2, 3, 3), true).getShape()).isEqualTo(new Shape(3, 3, 3, 3));
    NDArray odd = normal(6, 2, 3, 3);
    assertThatThrownBy(() -> layer.forward(odd, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A batch of 6 images does not split into groups of 4");
  }

  @Test
  void equalizedLayersBeginWithUnitWeightsOfTheirRate() {
    var layer = new EqualizedLinear(200, 100, BiasAct.Function.LRELU, 0.01, 1);
    layer.initialize(manager);
    double deviation = Math.sqrt(layer.stateDict().get("weight").square().mean().getFloat());
    assertThat(deviation).isBetween(98.0, 102.0);
    assertThat(layer.stateDict().get("bias").sub(1).abs().max().getFloat()).isZero();
    NDArray y = layer.forward(normal(64, 200), true);
    assertThat(y.square().mean().getFloat()).isBetween(0.9f, 1.1f);
  }

  @Test
  void aFilterMeetsAnArrayOfUnknownTypeWithWords() {
    // An array in bfloat16, for which DJL has the name unknown.
    NDArray images =
        TorchScript.of("def low(self, x: Tensor) -> Tensor:\n  return torch.to(x, 15)\n")
            .method("low")
            .call(manager.ones(new Shape(1, 1, 4, 4)));
    assertThat(images.getDataType()).isSameAs(DataType.UNKNOWN);
    NDArray filter = manager.ones(new Shape(2, 2)).div(4);
    org.assertj.core.api.Assertions.assertThatIllegalArgumentException()
        .isThrownBy(() -> Upfirdn2d.same(2).apply(images, filter))
        .withMessageContaining("a type that DJL does not know, such as bfloat16")
        .withMessageContaining("toType(DataType.FLOAT32, false)");
    NDArray full = images.toType(DataType.FLOAT32, false);
    assertThat(Upfirdn2d.same(2).apply(full, filter).getShape()).isEqualTo(images.getShape());
  }
}
