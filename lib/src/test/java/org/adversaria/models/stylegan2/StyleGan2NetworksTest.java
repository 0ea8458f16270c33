package org.adversaria.models.stylegan2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StyleGan2NetworksTest {

  private static final StyleGan2Sizes TINY =
      StyleGan2Sizes.of(16).withChannels(64, 6).withMapping(5, 4, 2);

  private final NDManager manager = NDManager.newBaseManager();

  @BeforeEach
  void seed() {
    Torch.setSeed(3);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private <B extends TorchBlock> B initialized(B network) {
    network.initialize(manager);
    return network;
  }

  @Test
  void theGeneratorsNamesAreThoseOfThePublishedCode() {
    var network = initialized(new StyleGan2Generator(TINY.withImages(3, 2)));
    List<String> layer =
        List.of("affine.weight", "affine.bias", "weight", "noise_strength", "bias", "noise_const");
    var names = new ArrayList<String>();
    for (String block : List.of("b4", "b8", "b16")) {
      for (String conv : block.equals("b4") ? List.of("conv1") : List.of("conv0", "conv1")) {
        layer.forEach(name -> names.add("synthesis." + block + "." + conv + "." + name));
        names.add("synthesis." + block + "." + conv + ".resample_filter");
      }
      for (String name : List.of("affine.weight", "affine.bias", "weight", "bias")) {
        names.add("synthesis." + block + ".torgb." + name);
      }
      names.add("synthesis." + block + ".resample_filter");
    }
    names.add("synthesis.b4.const");
    names.add("mapping.w_avg");
    for (String name : List.of("embed", "fc0", "fc1")) {
      names.add("mapping." + name + ".weight");
      names.add("mapping." + name + ".bias");
    }
    assertThat(network.stateDict().keySet()).containsExactlyInAnyOrderElementsOf(names);
    assertThat(network.stateDict().get("synthesis.b16.conv0.noise_strength").getShape())
        .isEqualTo(new Shape());
    assertThat(network.stateDict().get("mapping.fc0.weight").getShape()).isEqualTo(new Shape(4, 9));
  }

  @Test
  void theDiscriminatorsNamesAreThoseOfThePublishedCode() {
    var network = initialized(new StyleGan2Discriminator(TINY.withImages(3, 2)));
    var names = new ArrayList<String>();
    for (String block : List.of("b16", "b8")) {
      names.add(block + ".resample_filter");
      for (String conv : List.of("conv0", "conv1", "skip", "fromrgb")) {
        if (conv.equals("fromrgb") && block.equals("b8")) {
          continue;
        }
        names.add(block + "." + conv + ".weight");
        names.add(block + "." + conv + ".resample_filter");
        if (!conv.equals("skip")) {
          names.add(block + "." + conv + ".bias");
        }
      }
    }
    names.addAll(List.of("b4.conv.weight", "b4.conv.bias", "b4.conv.resample_filter"));
    names.addAll(List.of("b4.fc.weight", "b4.fc.bias", "b4.out.weight", "b4.out.bias"));
    names.addAll(List.of("mapping.embed.weight", "mapping.embed.bias"));
    for (int i = 0; i < 8; i++) {
      names.addAll(List.of("mapping.fc" + i + ".weight", "mapping.fc" + i + ".bias"));
    }
    assertThat(network.stateDict().keySet()).containsExactlyInAnyOrderElementsOf(names);
    var plain = initialized(new StyleGan2Discriminator(TINY.withDiscriminator(false, 2)));
    assertThat(plain.stateDict()).doesNotContainKeys("b8.skip.weight", "mapping.fc0.weight");
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8, 16, 32, 64})
  void anyPowerOfTwoFromFour(int resolution) {
    StyleGan2Sizes sizes =
        StyleGan2Sizes.of(resolution).withImages(1, 3).withChannels(64, 4).withMapping(5, 4, 2);
    var generator = initialized(new StyleGan2Generator(sizes));
    var discriminator = initialized(new StyleGan2Discriminator(sizes));
    NDArray labels = manager.create(new long[] {2, 0});
    NDArray z = generator.sampleLatents(manager, 2);
    NDArray images = generator.forward(z, labels, true);
    assertThat(images.getShape()).isEqualTo(new Shape(2, 1, resolution, resolution));
    assertThat(discriminator.forward(images, labels, true).getShape()).isEqualTo(new Shape(2));
    NDArray other = generator.forward(z, manager.create(new long[] {1, 0}), true);
    assertThat(other.get(0).sub(images.get(0)).abs().max().getFloat()).isGreaterThan(1e-3f);
  }

  @Test
  void otherSizesAreRefused() {
    assertThatThrownBy(() -> StyleGan2Sizes.of(28))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4, 8, 16, ... pixels, not of 28");
    assertThatThrownBy(() -> StyleGan2Sizes.of(2)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void publishedSizesGiveThePublishedNumberOfParameters() {
    // FFHQ at 1024, as the published code counts them: mapping 2,101,248, synthesis 28,268,812.
    long count = parameters(new StyleGan2Generator(StyleGan2Sizes.of(1024)));
    assertThat(count).isEqualTo(30_370_060);
  }

  private static long parameters(TorchBlock network) {
    return network.getParameters().values().stream()
        .filter(p -> p.requiresGradient())
        .mapToLong(p -> p.getShape().size())
        .sum();
  }

  @Test
  void trainingAndEvaluationMakeTheSameImages() {
    var generator = initialized(new StyleGan2Generator(TINY));
    NDArray z = generator.sampleLatents(manager, 3);
    NDArray ws = generator.mapping().copies(generator.styles(z, null, false));
    NDArray plain = generator.synthesis().forward(ws, NoiseMode.CONSTANT, true).images();
    NDArray fused = generator.synthesis().forward(ws, NoiseMode.CONSTANT, false).images();
    assertThat(fused.sub(plain).abs().max().getFloat()).isLessThan(1e-4f);
  }

  @Test
  void truncationToTheAverageLeavesOneImage() {
    var generator = initialized(new StyleGan2Generator(TINY));
    NDArray z = generator.sampleLatents(manager, 2);
    NDArray one = generator.truncated(0).forward(z, null, false);
    assertThat(one.get(0).sub(one.get(1)).abs().max().getFloat()).isLessThan(1e-5f);
    NDArray coarse = generator.truncated(0, 1).forward(z, null, false);
    assertThat(coarse.get(0).sub(coarse.get(1)).abs().max().getFloat()).isGreaterThan(1e-3f);
    NDArray all = generator.truncated(1).forward(z, null, false);
    assertThat(all.sub(generator.forward(z, null, false)).abs().max().getFloat()).isLessThan(1e-5f);
    assertThatThrownBy(() -> generator.truncatedLatents(manager, 1, 0.5))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("truncated(psi)");
  }

  /** Of images of 4x4 pixels only the last block of either network is left. */
  @Test
  void theSmallestNetworksAreTheLastBlocks() {
    StyleGan2Sizes sizes =
        StyleGan2Sizes.of(4).withChannels(64, 6).withMapping(5, 4, 1).withImages(1, 0);
    var generator = initialized(new StyleGan2Generator(sizes));
    var discriminator = initialized(new StyleGan2Discriminator(sizes));
    assertThat(generator.copies()).isEqualTo(2);
    assertThat(generator.stateDict().keySet())
        .allMatch(name -> name.startsWith("synthesis.b4.") || name.startsWith("mapping."))
        .contains("synthesis.b4.const", "synthesis.b4.conv1.weight", "synthesis.b4.torgb.weight")
        .doesNotContain("synthesis.b4.conv0.weight");
    assertThat(discriminator.stateDict().keySet())
        .containsExactlyInAnyOrder(
            "b4.fromrgb.weight",
            "b4.fromrgb.bias",
            "b4.fromrgb.resample_filter",
            "b4.conv.weight",
            "b4.conv.bias",
            "b4.conv.resample_filter",
            "b4.fc.weight",
            "b4.fc.bias",
            "b4.out.weight",
            "b4.out.bias");
    assertThat(discriminator.stateDict().get("b4.fromrgb.weight").getShape())
        .isEqualTo(new Shape(6, 1, 1, 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8, 16})
  void everyParameterOfBothNetworksLearns(int resolution) {
    StyleGan2Sizes sizes =
        StyleGan2Sizes.of(resolution).withChannels(64, 6).withMapping(5, 4, 2).withImages(3, 2);
    var generator = initialized(new StyleGan2Generator(sizes));
    var discriminator = initialized(new StyleGan2Discriminator(sizes));
    NDArray labels = manager.create(new long[] {0, 1, 1, 0});
    try (var recording = Autograd.record()) {
      NDArray z = generator.sampleLatents(manager, 4);
      NDArray images = generator.forward(z, labels, true);
      NDArray objective = discriminator.forward(images, labels, true).square().sum();
      for (TorchBlock network : List.of(generator, discriminator)) {
        NDList gradients = Autograd.grad(objective, network.trainable(), true);
        for (NDArray gradient : gradients) {
          assertThat(gradient.abs().max().getFloat()).isPositive().isFinite();
        }
      }
    }
  }

  @Test
  void theSynthesisGoesOnFromAnyFeatureMap() {
    var generator = initialized(new StyleGan2Generator(TINY));
    StyleGan2Synthesis synthesis = generator.synthesis();
    NDArray ws = manager.randomNormal(new Shape(2, generator.copies(), 4));
    StyleGan2Synthesis.Result whole = synthesis.forward(ws, NoiseMode.CONSTANT, true);
    assertThat(whole.features().get(8).getShape()).isEqualTo(new Shape(2, 6, 8, 8));
    NDArray same = synthesis.withFeatures(whole.features().get(8), ws, NoiseMode.CONSTANT, true);
    assertThat(same.sub(whole.images()).abs().max().getFloat()).isLessThan(1e-5f);
    assertThat(synthesis.copiesBehind(8)).isEqualTo(3);
    assertThat(synthesis.copiesBehind(4)).isEqualTo(5);
    NDArray last = whole.features().get(16);
    assertThatThrownBy(() -> synthesis.fromFeatures(last, last, ws, NoiseMode.CONSTANT, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not at 16");
  }
}
