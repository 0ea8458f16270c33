package org.adversaria.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.adversaria.losses.GeneratorLeading.Features;
import org.adversaria.losses.GeneratorLeading.Reconstruction;
import org.adversaria.losses.ImageDistance.Cosine;
import org.adversaria.losses.ImageDistance.Pixels;
import org.adversaria.models.stylegan2.GleadDiscriminator;
import org.adversaria.models.stylegan2.GleadDiscriminator.Decoder;
import org.adversaria.models.stylegan2.GleadDiscriminator.Head;
import org.adversaria.models.stylegan2.GleadDiscriminator.Judgement;
import org.adversaria.models.stylegan2.NoiseMode;
import org.adversaria.models.stylegan2.StyleGan2Generator;
import org.adversaria.models.stylegan2.StyleGan2Sizes;
import org.adversaria.models.stylegan2.StyleGan2Synthesis;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.ScriptFiles;
import org.adversaria.torch.Torch;
import org.adversaria.torch.TorchScriptException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratorLeadingTest {

  private static final StyleGan2Sizes SIZES =
      StyleGan2Sizes.of(32).withChannels(128, 6).withMapping(5, 4, 2).withDiscriminator(true, 2);

  private static final int START = 8;

  @TempDir Path folder;
  private final NDManager manager = NDManager.newBaseManager();
  private final StyleGan2Generator generator = new StyleGan2Generator(SIZES);

  @BeforeEach
  void initialize() {
    Torch.setSeed(4);
    generator.initialize(manager);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private GleadDiscriminator discriminator(int resolution, Head head) {
    var network = new GleadDiscriminator(SIZES, new Decoder(resolution, 1, head));
    network.initialize(manager);
    return network;
  }

  private static GleadDiscriminator.Reconstruction heads() {
    return new GleadDiscriminator.Reconstruction(SIZES.channelsAt(START));
  }

  private NDArray images() {
    return manager.randomUniform(-1, 1, new Shape(2, 3, 32, 32));
  }

  /** Whether each parameter has a gradient: absent, zero or another. */
  private static Map<String, String> reached(NDArray loss, TorchBlock network) {
    var reached = new TreeMap<String, String>();
    for (var pair : network.getParameters()) {
      if (pair.getValue().requiresGradient()) {
        reached.put(pair.getKey(), gradient(loss, pair.getValue().getArray()));
      }
    }
    return reached;
  }

  private static String gradient(NDArray loss, NDArray parameter) {
    try {
      NDArray gradient = Autograd.grad(loss, new NDList(parameter), true).singletonOrThrow();
      return gradient.abs().max().getFloat() > 0 ? "learns" : "zero";
    } catch (TorchScriptException e) {
      return "absent";
    }
  }

  /** The features and the branch learn the task; what only the logit is made of does not. */
  private static void assertTheTaskTeaches(GleadDiscriminator network, NDArray loss) {
    reached(loss, network)
        .forEach(
            (name, state) ->
                assertThat(state).as(name).isEqualTo(name.startsWith("b4.") ? "absent" : "learns"));
  }

  @Test
  void makingRealImagesAgainTeachesTheFeaturesAndTheBranchAndNotTheLogit() {
    var network = discriminator(START, heads());
    var leading = new GeneratorLeading(START, new Reconstruction(new Pixels(), 10), null);
    NDArray x = images();
    try (var recording = Autograd.record()) {
      Judgement judged = network.judge(x, null);
      NDArray loss = leading.real(judged, x, generator.synthesis());
      assertTheTaskTeaches(network, loss);
    }
  }

  @Test
  void makingGeneratedImagesAgainTeachesTheSameAndNothingToTheGeneratorsMapping() {
    var network = discriminator(2 * START, heads());
    var leading = new GeneratorLeading(START, null, new Reconstruction(new Cosine(), 3));
    try (var recording = Autograd.record()) {
      StyleGan2Synthesis.Result made = Autograd.noGrad(this::make);
      Judgement judged = network.judge(made.images(), null);
      NDArray loss = leading.fake(judged, made, generator.synthesis());
      assertTheTaskTeaches(network, loss);
      // G only decodes: its first blocks and its mapping are not even part of it.
      reached(loss, generator)
          .forEach(
              (name, state) -> {
                if (!name.startsWith("synthesis.b16") && !name.startsWith("synthesis.b32")) {
                  assertThat(state).as(name).isEqualTo("absent");
                }
              });
    }
  }

  @Test
  void matchingFeaturesTeachesTheBranchAndNothingToTheGenerator() {
    var network = discriminator(START, new GleadDiscriminator.Plain());
    var leading = new GeneratorLeading(START, null, new Features(new Cosine(), 10));
    try (var recording = Autograd.record()) {
      StyleGan2Synthesis.Result made = Autograd.noGrad(this::make);
      Judgement judged = network.judge(made.images(), null);
      NDArray loss = leading.fake(judged, made, generator.synthesis());
      assertTheTaskTeaches(network, loss);
      reached(loss, generator)
          .forEach((name, state) -> assertThat(state).as(name).isEqualTo("absent"));
    }
  }

  private StyleGan2Synthesis.Result make() {
    NDArray z = generator.sampleLatents(manager, 2);
    NDArray ws = generator.mapping().copies(generator.styles(z, null, false));
    return generator.synthesis().forward(ws, NoiseMode.RANDOM, true);
  }

  @Test
  void headsHaveThePublishedNames() {
    assertThat(discriminator(16, heads()).stateDict())
        .containsKeys(
            "b8_dec.weight",
            "b16_dec.resample_filter",
            "img_proj.weight",
            "feat_proj1.bias",
            "feat_proj2.weight")
        .doesNotContainKeys("b32_dec.weight", "final_proj.weight");
    assertThat(discriminator(8, new GleadDiscriminator.Projection(7)).stateDict())
        .containsKey("final_proj.weight");
    assertThat(discriminator(8, new GleadDiscriminator.Plain()).stateDict())
        .doesNotContainKeys("final_proj.weight", "img_proj.weight");
    assertThatThrownBy(() -> discriminator(64, heads()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The decoder ends at 8, 16, ... or 32 pixels, not at 64");
  }

  @Test
  void lpipsCallsTheUsersNetworkAndPassesGradientsOn() {
    Path file =
        ScriptFiles.write(
            folder.resolve("lpips.pt"),
            """
            def forward(self, x: Tensor, y: Tensor) -> Tensor:
              return torch.mean(torch.square(torch.sub(x, y)), [1, 2, 3], True)
            """);
    var lpips = new ImageDistance.Lpips(file.toString());
    NDArray x = images();
    NDArray y = images();
    try (var recording = Autograd.record()) {
      x.setRequiresGradient(true);
      NDArray distance = lpips.of(x, y);
      assertThat(distance.getFloat()).isCloseTo(new Pixels().of(x, y).getFloat(), within(1e-5f));
      NDArray gradient = Autograd.grad(distance, new NDList(x)).singletonOrThrow();
      NDArray expected = x.sub(y).mul(2f / x.size());
      assertThat(gradient.sub(expected).abs().max().getFloat()).isLessThan(1e-6f);
    }
    NDArray grey = manager.zeros(new Shape(2, 1, 8, 8));
    assertThat(lpips.of(grey, grey.add(1)).getFloat()).isCloseTo(1, within(1e-6f));
  }

  @Test
  void distances() {
    NDArray a = manager.create(new float[] {1, 0, 0, 2}, new Shape(1, 2, 1, 2));
    NDArray b = manager.create(new float[] {3, 0, 0, -1}, new Shape(1, 2, 1, 2));
    assertThat(new Pixels().of(a, b).getFloat()).isCloseTo(13 / 4f, within(1e-6f));
    // The vectors over the channels are (1, 0), (3, 0) and (0, 2), (0, -1).
    assertThat(new Cosine().of(a, b).getFloat()).isCloseTo(1f, within(1e-6f));
    var lpips = new ImageDistance.Lpips("/nowhere/lpips.pt");
    assertThatThrownBy(() -> lpips.of(a, b))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("There is no file /nowhere/lpips.pt");
    assertThat(a.getDevice()).isEqualTo(Device.cpu());
  }
}
