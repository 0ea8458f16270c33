package org.adversaria.models.published;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.adversaria.models.Backbone;
import org.adversaria.models.BigGanLatent;
import org.adversaria.models.BigGanSizes;
import org.adversaria.models.Body;
import org.adversaria.models.Condition;
import org.adversaria.models.DcganGenerator;
import org.adversaria.models.Generator;
import org.adversaria.models.HeadedDiscriminator;
import org.adversaria.models.SaGanGenerator;
import org.adversaria.models.SaGanSizes;
import org.adversaria.models.SnganGenerator32;
import org.adversaria.models.StudioBigGanGenerator;
import org.adversaria.models.StudioBigGanSizes;
import org.adversaria.models.UNetDiscriminator;
import org.adversaria.models.WeightInit;
import org.adversaria.models.stylegan2.GleadDiscriminator;
import org.adversaria.models.stylegan2.NoiseMode;
import org.adversaria.models.stylegan2.StyleGan2Discriminator;
import org.adversaria.models.stylegan2.StyleGan2Generator;
import org.adversaria.models.stylegan2.StyleGan2Sizes;
import org.adversaria.nn.SafeTensors;
import org.adversaria.nn.StateDict;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WeightsTest {

  private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");

  @TempDir Path folder;

  @AfterEach
  void close() {
    manager.close();
  }

  private static Path resource(String name) {
    return Path.of("src", "test", "resources", "weights", name);
  }

  private static void assertClose(NDArray actual, NDArray expected) {
    assertThat(actual.getShape()).isEqualTo(expected.getShape());
    assertThat(actual.sub(expected).abs().max().getFloat()).isLessThan(1e-4f);
  }

  // ---- the images that PyTorch gives ------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"biggan-hierarchical", "biggan-plain"})
  void bigGansCheckpointsGivePyTorchsImages(String name) throws IOException {
    Weights weights = Weights.load(resource(name + ".pth"));
    Generator generator = weights.generator(manager);
    Map<String, NDArray> expected = SafeTensors.read(resource(name + ".safetensors"), manager);
    NDArray images = generator.forward(expected.get("z"), expected.get("labels"), false);
    assertClose(images, expected.get("images"));
    assertThat(weights.networks())
        .singleElement()
        .satisfies(
            network -> {
              assertThat(network.type()).isEqualTo("BigGanGenerator");
              assertThat(network.sizes())
                  .startsWith("32 pixels, 3 channels, 3 classes, width 2, attention at [16]");
              assertThat(network.fits()).isTrue();
            });
  }

  @Test
  void nvidiasPicklesGivePyTorchsImages() throws IOException {
    Weights weights = Weights.load(resource("stylegan2.pkl"));
    var generator = (StyleGan2Generator) weights.generator(manager);
    Map<String, NDArray> expected = SafeTensors.read(resource("stylegan2.safetensors"), manager);
    NDArray w = generator.styles(expected.get("z"), expected.get("labels"), false);
    for (double psi : new double[] {1, 0.5}) {
      NDArray ws = generator.mapping().truncated(w, psi, generator.copies());
      NDArray images = generator.synthesis().images(ws, NoiseMode.CONSTANT, false);
      assertClose(images, expected.get(psi == 1 ? "images" : "truncated"));
    }
    assertThat(weights.networks())
        .extracting(Weights.Network::name, Weights.Network::type, Weights.Network::fault)
        .containsExactly(
            tuple("D", "StyleGan2Discriminator", ""), tuple("G_ema", "StyleGan2Generator", ""));
    assertThat(weights.network("D", manager)).isInstanceOf(StyleGan2Discriminator.class);
  }

  // ---- sizes ------------------------------------------------------------------------------------

  private static Backbone.BigGan bigGan(BigGanSizes sizes, BigGanLatent latent) {
    return new Backbone.BigGan(sizes.withAttention(), latent);
  }

  private static Body body(BigGanSizes sizes) {
    return new Backbone.BigGan(sizes, BigGanLatent.plain(1)).newBody();
  }

  static Stream<TorchBlock> generators() {
    BigGanSizes tapered = BigGanSizes.of(32, 5).withWidth(1).withTaper();
    BigGanSizes grey = BigGanSizes.of(16, 5).withWidth(2).withChannels(1);
    BigGanSizes large = BigGanSizes.of(64, 3).withWidth(2);
    BigGanSizes small = BigGanSizes.of(32, 3).withWidth(2);
    StyleGan2Sizes style =
        StyleGan2Sizes.of(32).withChannels(96, 8).withMapping(6, 5, 3).withImages(1, 4);
    return Stream.of(
        bigGan(tapered, BigGanLatent.plain(7)).newGenerator(),
        bigGan(grey, BigGanLatent.shared(7, 3)).newGenerator(),
        bigGan(large, BigGanLatent.hierarchical(11, 3)).newGenerator(),
        bigGan(small.withClasses(0), BigGanLatent.plain(6)).newGenerator(),
        new Backbone.BigGan(small.withAttention(8, 16), BigGanLatent.plain(6)).newGenerator(),
        new Backbone.IcGan(small.withAttention(), BigGanLatent.hierarchical(10, 4), 9, 6)
            .newGenerator(),
        new Backbone.IcGan(
                small.withAttention().withClasses(0), BigGanLatent.hierarchical(10, 4), 9, 6)
            .newGenerator(),
        new Backbone.BigGanDeep(small.withWidth(4).withAttention(16), 6, 4).newGenerator(),
        new SnganGenerator32(new SnganGenerator32.Settings(6, 4, 3, 0)),
        new SnganGenerator32(new SnganGenerator32.Settings(6, 4, 1, 5)),
        new StudioBigGanGenerator(
            new StudioBigGanSizes(32, 3, 4, 2, 2, 2, 1, 8, 5, WeightInit.ORTHOGONAL)),
        new SaGanGenerator(
            SaGanSizes.cifar(4)
                .withWidths(2, 2)
                .withLatent(6)
                .withAttention(Set.of(1, 2), Set.of())),
        new SaGanGenerator(
            SaGanSizes.cifar(0).withWidths(2, 2).withLatent(6).withAttention(Set.of(), Set.of())),
        new DcganGenerator(5, 2, 3, 64),
        new DcganGenerator(5, 2, 1, 28),
        new StyleGan2Generator(style),
        new StyleGan2Generator(
            style.withCondition(new Condition.Instances(7, 0)).withChannels(64, 64)),
        new StyleGan2Generator(style.withCondition(new Condition.Instances(7, 2))));
  }

  static Stream<TorchBlock> discriminators() {
    StyleGan2Sizes style = StyleGan2Sizes.of(32).withChannels(96, 8).withImages(3, 4);
    BigGanSizes cifar = BigGanSizes.of(32, 5).withWidth(2).withAttention(16);
    BigGanSizes large = BigGanSizes.of(64, 3).withWidth(8).withChannels(1).withAttention(32);
    return Stream.of(
        HeadedDiscriminator.projection(body(cifar), 5),
        HeadedDiscriminator.projection(body(large), 3),
        HeadedDiscriminator.projection(
            body(cifar.withTaper().withWidth(4)), new Condition.Instances(7, 0)),
        HeadedDiscriminator.projection(body(large), new Condition.Instances(7, 3)),
        HeadedDiscriminator.plain(body(BigGanSizes.of(16, 0).withWidth(2).withAttention())),
        new UNetDiscriminator(large),
        new UNetDiscriminator(cifar.withClasses(0).withTaper().withWidth(4)),
        new StyleGan2Discriminator(style),
        new StyleGan2Discriminator(style.withImages(1, 0).withDiscriminator(false, 4)),
        new StyleGan2Discriminator(StyleGan2Sizes.of(4).withChannels(96, 8)),
        new GleadDiscriminator(
            style.withMapping(512, 12, 8),
            new GleadDiscriminator.Decoder(16, 1, new GleadDiscriminator.Reconstruction(5))),
        new GleadDiscriminator(
            style, new GleadDiscriminator.Decoder(8, 3, new GleadDiscriminator.Projection(5))),
        new GleadDiscriminator(
            style, new GleadDiscriminator.Decoder(32, 1, new GleadDiscriminator.Plain())));
  }

  @ParameterizedTest
  @MethodSource("generators")
  void sizesOfGeneratorsFollowFromShapes(Generator written) throws IOException {
    Path file = folder.resolve("G_ema.safetensors");
    Torch.seeded(3, () -> initialized(written));
    StateDict.save(written, file);
    Generator read = Weights.load(file).generator(manager);
    assertThat(read).hasSameClassAs(written);
    assertThat(read.condition()).isEqualTo(written.condition());
    assertThat(read.latentSize()).isEqualTo(written.latentSize());
    assertThat(read.imageShape()).isEqualTo(written.imageShape());
    NDArray z = manager.randomNormal(new Shape(1, written.latentSize()));
    NDArray y = conditions(written.condition());
    NDArray expected = Torch.seeded(4, () -> written.forward(z, y, false));
    assertClose(Torch.seeded(4, () -> read.forward(z, y, false)), expected);
  }

  private TorchBlock initialized(TorchBlock network) {
    network.initialize(manager);
    return network;
  }

  private NDArray conditions(Condition condition) {
    if (condition instanceof Condition.None) {
      return null;
    }
    return condition instanceof Condition.Classes
        ? manager.create(new long[] {1})
        : manager.ones(new Shape(1).addAll(condition.shape()));
  }

  @ParameterizedTest
  @MethodSource("discriminators")
  void sizesOfDiscriminatorsFollowFromShapes(TorchBlock written) throws IOException {
    Path file = folder.resolve("D.safetensors");
    StateDict.save(initialized(written), file);
    Weights weights = Weights.load(file);
    assertThat(weights.networks()).singleElement().matches(Weights.Network::fits);
    assertThat(weights.network("", manager)).hasSameClassAs(written);
    assertThatThrownBy(() -> weights.generator(manager))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no weights of a generator");
  }

  // ---- parts, types and faults ------------------------------------------------------------------

  private Map<String, NDArray> bigGanState() throws IOException {
    return new LinkedHashMap<>(Weights.load(resource("biggan-hierarchical.pth")).read(manager));
  }

  private Weights stored(Map<String, NDArray> state) throws IOException {
    Path file = folder.resolve("weights.safetensors");
    SafeTensors.write(file, state, Map.of());
    return Weights.load(file);
  }

  @Test
  void networksWithinCheckpointsAreFound() throws IOException {
    var state = new LinkedHashMap<String, NDArray>();
    bigGanState().forEach((name, array) -> state.put("generator.module." + name, array));
    state.put("optimizer.step", manager.create(3f));
    Weights weights = stored(state);
    assertThat(weights.networks())
        .extracting(Weights.Network::name)
        .containsExactly("generator.module");
    assertThat(weights.generator(manager).latentSize()).isEqualTo(8);
    assertThat(weights.only("generator.module").tensors()).hasSize(state.size() - 1);
  }

  @Test
  void halfAndDoublePrecisionBecomeTheNetworksOwn() throws IOException {
    Map<String, NDArray> state = bigGanState();
    state.replaceAll((name, array) -> array.toType(DataType.FLOAT64, true));
    Generator generator = stored(state).generator(manager);
    assertThat(generator.trainable()).allMatch(x -> x.getDataType() == DataType.FLOAT32);
    Map<String, NDArray> expected =
        SafeTensors.read(resource("biggan-hierarchical.safetensors"), manager);
    assertClose(
        generator.forward(expected.get("z"), expected.get("labels"), false),
        expected.get("images"));
  }

  /** IC-GAN's code stores an embedding of classes that networks of instances alone do not use. */
  @Test
  void tensorsWithoutUseAreLeftOut() throws IOException {
    var sizes = BigGanSizes.of(64, 0).withWidth(2).withAttention();
    var latent = BigGanLatent.hierarchical(10, 4);
    Generator written = new Backbone.IcGan(sizes, latent, 9, 6).newGenerator();
    Map<String, NDArray> state = new LinkedHashMap<>(initialized(written).stateDict());
    state.put("shared.weight", manager.zeros(new Shape(1000, 4)));
    Generator read = stored(state).generator(manager);
    assertThat(read.condition()).isEqualTo(new Condition.Instances(9, 0));
  }

  @Test
  void missingUnexpectedAndMisshapenTensorsAreNamedWithBothShapes() throws IOException {
    Map<String, NDArray> state = bigGanState();
    state.remove("blocks.1.0.conv2.bias");
    state.put("blocks.0.0.extra", manager.zeros(new Shape(2)));
    state.put("output_layer.2.bias", manager.zeros(new Shape(4)));
    Weights weights = stored(state);
    assertThat(weights.networks()).singleElement().matches(network -> !network.fits());
    assertThatThrownBy(() -> weights.generator(manager))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("weights.safetensors, as BigGanGenerator of 32 pixels")
        .hasMessageContaining("missing blocks.1.0.conv2.bias (8)")
        .hasMessageContaining("unexpected blocks.0.0.extra (2)")
        .hasMessageContaining("output_layer.2.bias has shape (4) where (3) belongs");
  }

  @Test
  void ownNetworksTakeWeights() throws IOException {
    Weights weights = Weights.load(resource("stylegan2.pkl")).only("G_ema");
    var sizes = StyleGan2Sizes.of(16).withChannels(48, 6).withMapping(5, 7, 2).withImages(3, 3);
    var generator = new StyleGan2Generator(sizes);
    generator.initialize(manager);
    weights.into(generator);
    var wider = new StyleGan2Generator(sizes.withMapping(5, 8, 2));
    wider.initialize(manager);
    assertThatThrownBy(() -> weights.into(wider))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("stylegan2.pkl (G_ema) does not fit")
        .hasMessageContaining("mapping.fc1.weight has shape (7, 7) where (8, 8) belongs");
  }

  @Test
  void conversionKeepsEveryTensor() throws IOException {
    Weights weights = Weights.load(resource("tensors-2.13.pth"));
    Path file = folder.resolve("converted.safetensors");
    weights.save(file);
    Weights converted = Weights.load(file);
    assertThat(converted.format()).isEqualTo("safetensors");
    assertThat(List.copyOf(converted.tensors().keySet()))
        .isEqualTo(List.copyOf(weights.tensors().keySet()));
    assertThat(converted.tensors().get("state_dict.dtype.int8").dtype()).isEqualTo("int8");
    assertThat(weights.tensors().get("state_dict.dtype.int16").dtype()).isEqualTo("int16");
    assertThat(converted.tensors().get("state_dict.dtype.int16").dtype()).isEqualTo("int32");
  }

  @Test
  void otherWeightsAreToldByTheirNames() throws IOException {
    Weights weights = Weights.load(resource("tensors-2.13.pth"));
    assertThat(weights.networks()).isEmpty();
    assertThatThrownBy(() -> weights.generator(manager))
        .hasMessageContaining("tensors-2.13.pth")
        .hasMessageContaining("state_dict.dtype.float64, ");
    assertThatThrownBy(() -> weights.only("G")).hasMessageContaining("no tensors below 'G'");
    assertThatThrownBy(() -> weights.network("G", manager))
        .hasMessageContaining("no network named 'G'");
    Path bad = Files.write(folder.resolve("x.safetensors"), new byte[] {1, 2, 3});
    assertThatThrownBy(() -> Weights.load(bad))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(bad.toString());
  }
}
