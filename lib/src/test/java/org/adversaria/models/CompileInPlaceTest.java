package org.adversaria.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.adversaria.models.stylegan2.GleadDiscriminator;
import org.adversaria.models.stylegan2.NoiseMode;
import org.adversaria.models.stylegan2.StyleGan2Discriminator;
import org.adversaria.models.stylegan2.StyleGan2Generator;
import org.adversaria.models.stylegan2.StyleGan2Sizes;
import org.adversaria.models.stylegan2.StyleGan2Synthesis;
import org.adversaria.nn.ArrayTree;
import org.adversaria.nn.Compiled;
import org.adversaria.nn.Embedding;
import org.adversaria.nn.Linear;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Precision;
import org.adversaria.torch.ScriptFile;
import org.adversaria.torch.Torch;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A compiled network beside the same network uncompiled: compiled in place, by its own typed
 * methods, and as one script.
 */
@Tag("slow")
class CompileInPlaceTest {

  @TempDir Path folder;

  private static final int CLASSES = 5;
  private static final StudioBigGanSizes ECGAN = StudioBigGanSizes.cifar(CLASSES).withWidth(8);
  private static final SaGanSizes SAGAN = SaGanSizes.cifar(CLASSES).withWidth(4);
  private static final StyleGan2Sizes STYLES =
      StyleGan2Sizes.of(32).withMapping(8, 8, 2).withChannels(256, 16).withDiscriminator(true, 0);
  private static final Shape GREY_28 = new Shape(1, 28, 28);

  /**
   * A network of the library.
   *
   * @param name for the report
   * @param maker makes it
   * @param input without the batch
   * @param labels whether it takes labels
   * @param twice whether training differentiates its gradient again
   */
  private record Case(
      String name, Supplier<TorchBlock> maker, Shape input, boolean labels, boolean twice) {

    /** Calls the network by its own typed method, or the DJL one where it has no other. */
    NDList call(TorchBlock network, NDList inputs, boolean training) {
      NDArray x = inputs.get(0);
      NDArray y = inputs.size() > 1 ? inputs.get(1) : null;
      if (network instanceof Generator generator) {
        return new NDList(generator.forward(x, y, training));
      } else if (network instanceof Discriminator<?> discriminator) {
        return ArrayTree.flatten(discriminator.forward(x, y, training));
      } else if (network instanceof StyleGan2Synthesis synthesis) {
        return new NDList(synthesis.images(x, NoiseMode.RANDOM, training));
      }
      return network.forward(inputs, training);
    }

    @Override
    public String toString() {
      return name;
    }

    NDList inputs(NDManager manager, int batch) {
      Torch.setSeed(batch);
      NDArray x = manager.randomNormal(new Shape(batch).addAll(input));
      return labels
          ? new NDList(x, manager.arange(batch).mod(CLASSES).toType(DataType.INT64, false))
          : new NDList(x);
    }
  }

  static Stream<Case> networks() {
    BigGanSizes bigGan = BigGanSizes.of(32, CLASSES).withWidth(4);
    var attention = bigGan.withAttention(16);
    var cganG = new CganGenerator.Sizes(8, 12, 10, 16, 0.3, true);
    var cganD = new CganDiscriminator.Sizes(12, 3, 8, 2, 10, 2, 0.3);
    var image = new Shape(3, 32, 32);
    return Stream.of(
        generator(
            "BigGAN, hierarchical, attention",
            64,
            () -> new BigGanGenerator(attention, BigGanLatent.hierarchical(64, 6))),
        generator("BigGAN, plain", 16, () -> new BigGanGenerator(bigGan, BigGanLatent.plain(16))),
        generator("BigGAN-deep", 12, () -> new BigGanDeepGenerator(attention, 12, 6)),
        generator(
            "SNGAN, conditional",
            10,
            () -> new SnganGenerator32(new SnganGenerator32.Settings(10, 8, 3, CLASSES))),
        generator("cGAN", 8, () -> new CganGenerator(cganG, CLASSES, GREY_28)),
        new Case(
            "DCGAN generator", () -> new DcganGenerator(8, 4, 3, 32), new Shape(8), false, false),
        generator("WGAN-GP", 8, () -> new WganGpGenerator32(8, 4, 3, CLASSES)),
        new Case(
            "WGAN-GP, unconditional",
            () -> new WganGpGenerator32(8, 4, 3, 0),
            new Shape(8),
            false,
            false),
        new Case(
            "WGAN-GP critic",
            () -> HeadedDiscriminator.projection(new WganGpBody32(4, 3), CLASSES),
            image,
            true,
            true),
        new Case(
            "DCGAN critic without normalisation",
            () -> HeadedDiscriminator.plain(new DcganBody(4, 3, 32, false)),
            image,
            false,
            true),
        generator("SAGAN", SAGAN.latent(), () -> new SaGanGenerator(SAGAN)),
        new Case(
            "SAGAN, unconditional",
            () -> new SaGanGenerator(SAGAN.withClasses(0)),
            new Shape(SAGAN.latent()),
            false,
            false),
        new Case(
            "SAGAN discriminator",
            () -> HeadedDiscriminator.projection(new StudioBody(SAGAN), CLASSES),
            image,
            true,
            true),
        generator("ECGAN", ECGAN.latent(), () -> new StudioBigGanGenerator(ECGAN)),
        new Case(
            "ECGAN discriminator",
            () -> HeadedDiscriminator.projection(new StudioBody(ECGAN), CLASSES),
            image,
            true,
            true),
        new Case(
            "BigGAN discriminator",
            () -> HeadedDiscriminator.projection(new BigGanBody(attention), CLASSES),
            image,
            true,
            true),
        new Case(
            "BigGAN, unconditional",
            () -> new SelfModulatedGenerator(attention.withClasses(0), 6),
            new Shape(6),
            false,
            false),
        new Case("U-Net", () -> new UNetDiscriminator(attention), image, true, true),
        new Case(
            "BigGAN discriminator with classifier and vectors",
            () -> headed(new BigGanBody(attention)),
            image,
            true,
            true),
        new Case(
            "GLeaD discriminator",
            () ->
                new GleadDiscriminator(
                    STYLES.withImages(3, CLASSES),
                    new GleadDiscriminator.Decoder(
                        16, 1, new GleadDiscriminator.Reconstruction(7))),
            image,
            true,
            true),
        new Case(
            "BigGAN-deep discriminator",
            () -> HeadedDiscriminator.projection(new BigGanDeepBody(attention), CLASSES),
            image,
            true,
            true),
        new Case(
            "SNGAN discriminator",
            () ->
                HeadedDiscriminator.projection(
                    new SnganBody32(new SnganBody32.Settings(8, 3, CLASSES)), CLASSES),
            image,
            true,
            true),
        new Case(
            "cGAN discriminator",
            () -> new CganDiscriminator(cganD, CLASSES, GREY_28),
            GREY_28,
            true,
            true),
        new Case("DCGAN discriminator", () -> new DcganDiscriminator(4, 3, 32), image, false, true),
        new Case(
            "StyleGAN2 synthesis",
            () -> new StyleGan2Synthesis(STYLES),
            new Shape(new StyleGan2Generator(STYLES).copies(), STYLES.width()),
            false,
            true),
        new Case(
            "StyleGAN2 discriminator",
            () -> new StyleGan2Discriminator(STYLES.withImages(3, CLASSES)),
            image,
            true,
            true),
        new Case("classifier", () -> new SmallClassifier(image, CLASSES), image, false, false),
        new Case(
            "MLP generator", () -> new MlpGenerator(3, CLASSES, 2, 8), new Shape(3), true, false),
        new Case("MLP discriminator", () -> headed(new MlpBody(2, 8)), new Shape(2), true, true),
        new Case(
            "ReLU MLP generator",
            () -> new ReluMlpGenerator(3, CLASSES, 2, 8, 2),
            new Shape(3),
            true,
            false),
        new Case(
            "ReLU MLP discriminator",
            () -> headed(new ReluMlpBody(2, 8, 2)),
            new Shape(2),
            true,
            true));
  }

  private static Case generator(String name, int latent, Supplier<TorchBlock> maker) {
    return new Case(name + " generator", maker, new Shape(latent), true, false);
  }

  /** What a discriminator with many heads returns. */
  private record Outputs(
      NDArray logit, NDArray classes, Map<String, NDArray> more, Optional<NDArray> absent) {}

  private static Discriminator<Outputs> headed(Body body) {
    Linear psi = body.linear("logit", 1);
    Linear classifier = body.linear("classifier", 2 * CLASSES);
    Linear twin = body.linear("twin", CLASSES);
    Embedding v = body.embedding("class_embedding", CLASSES, body.featureWidth());
    return new HeadedDiscriminator<>(
        body,
        (h, y, training) ->
            new Outputs(
                Projection.logits(psi.forward(h, training), v.forward(y, training), h),
                classifier.forward(h, training),
                Map.of("twin", twin.forward(h, training)),
                Optional.empty()));
  }

  private static TorchBlock initialized(Case network, NDManager manager) {
    TorchBlock block = network.maker().get();
    Torch.setSeed(3);
    block.initialize(manager);
    // Attention and noise begin without weight; here they have to take part.
    block
        .stateDict()
        .forEach(
            (name, array) -> {
              if (name.endsWith("gamma") || name.endsWith("noise_strength")) {
                array.addi(0.5f);
              }
            });
    return block;
  }

  /** What a training pass gives: outputs, gradients, and for some the gradients of a gradient. */
  private static List<NDArray> pass(
      Case network, TorchBlock block, BiFunction<NDList, Boolean, NDList> forward, NDList inputs) {
    try (var recording = Autograd.record()) {
      NDArray x = inputs.get(0).duplicate();
      x.setRequiresGradient(true);
      var all = new NDList(inputs);
      all.set(0, x);
      Torch.setSeed(5);
      NDList outputs = forward.apply(all, true);
      List<NDArray> results = new ArrayList<>(outputs);
      NDArray loss = outputs.stream().map(y -> y.square().mean()).reduce(NDArray::add).get();
      var wanted = new NDList(x).addAll(block.trainable());
      if (network.twice()) {
        NDList slope = Autograd.grad(loss, new NDList(x), true);
        loss = loss.add(slope.get(0).square().sum());
      }
      results.addAll(Autograd.grad(loss, wanted));
      return results;
    }
  }

  private static void assertClose(String what, NDArray actual, NDArray expected, double limit) {
    assertThat(actual.getShape()).as(what).isEqualTo(expected.getShape());
    // A bias before a normalisation has a gradient of nothing but rounding.
    float scale = expected.getDataType().isFloating() ? expected.abs().max().getFloat() : 1;
    NDArray off = actual.toType(DataType.FLOAT32, false).sub(expected).abs().max();
    assertThat((double) off.getFloat()).as(what).isLessThanOrEqualTo(limit * (scale + 1e-3));
  }

  /** Both ways to call a network compiled. */
  private enum Way {
    IN_PLACE {
      @Override
      BiFunction<NDList, Boolean, NDList> of(Case network, TorchBlock block) {
        block.compile(Precision.FP32);
        return (inputs, training) -> network.call(block, inputs, training);
      }
    },
    SCRIPT {
      @Override
      BiFunction<NDList, Boolean, NDList> of(Case network, TorchBlock block) {
        return Compiled.of(block, Precision.FP32)::forward;
      }
    };

    abstract BiFunction<NDList, Boolean, NDList> of(Case network, TorchBlock block);
  }

  private static void compare(Case network, NDManager manager, Way way, double limit) {
    try (var scope = new NDScope()) {
      TorchBlock plain = initialized(network, manager);
      TorchBlock same = initialized(network, manager);
      BiFunction<NDList, Boolean, NDList> eager =
          (inputs, training) -> network.call(plain, inputs, training);
      BiFunction<NDList, Boolean, NDList> compiled = way.of(network, same);
      for (int batch : new int[] {4, 7}) {
        NDList inputs = network.inputs(manager, batch);
        List<NDArray> expected = pass(network, plain, eager, inputs);
        List<NDArray> actual = pass(network, same, compiled, inputs);
        assertThat(actual).hasSameSizeAs(expected);
        assertClose("outputs", actual.get(0), expected.get(0), limit);
        for (int i = 1; i < expected.size(); i++) {
          // A ReLU whose input is nearly 0 may fall on the other side: more than rounding.
          String what = "gradient " + i + " of a batch of " + batch;
          assertClose(what, actual.get(i), expected.get(i), 20 * limit);
        }
        Torch.setSeed(6);
        NDList still = eager.apply(inputs, false);
        Torch.setSeed(6);
        NDList quick = compiled.apply(inputs, false);
        for (int i = 0; i < still.size(); i++) {
          assertClose("evaluation", quick.get(i), still.get(i), limit);
        }
      }
      Map<String, NDArray> state = same.stateDict();
      plain.stateDict().forEach((name, array) -> assertClose(name, state.get(name), array, limit));
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void resultsGradientsAndBuffersAreTheNetworksInPlace(Case network) {
    try (NDManager manager = NDManager.newBaseManager()) {
      compare(network, manager, Way.IN_PLACE, 2e-4);
    }
  }

  /** The classifier has no typed method of a compiled network. */
  @ParameterizedTest
  @MethodSource("networks")
  void itIsTheCompiledCodeThatRuns(Case network) {
    try (NDManager manager = NDManager.newBaseManager();
        var scope = new NDScope();
        var paused = Autograd.pause()) {
      TorchBlock block = initialized(network, manager);
      block.compile(Precision.FP32);
      assertThat(block.ranCompiled(Precision.FP32)).isFalse();
      network.call(block, network.inputs(manager, 3), true);
      boolean typed = !(block instanceof SmallClassifier);
      assertThat(block.ranCompiled(Precision.FP32)).isEqualTo(typed);
      assertThat(block.ranCompiled(Precision.BF16)).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void resultsGradientsAndBuffersAreTheNetworksAsAScript(Case network) {
    try (NDManager manager = NDManager.newBaseManager()) {
      compare(network, manager, Way.SCRIPT, 2e-4);
      // It was compiled, and did not fall back.
      Compiled compiled = Compiled.of(initialized(network, manager));
      assertThat(compiled.script(network.inputs(manager, 3), true))
          .contains("def forward(self, x0");
    }
  }

  private static void assertRecordingDrawsNothing(
      TorchBlock block, NDList inputs, NDManager manager) {
    Torch.setSeed(1);
    float expected = manager.randomNormal(new Shape(1)).getFloat();
    Torch.setSeed(1);
    Compiled.of(block).script(inputs, true);
    assertThat(manager.randomNormal(new Shape(1)).getFloat()).isEqualTo(expected);
  }

  @Test
  void recordingChangesNothing() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Case network = networks().findFirst().orElseThrow();
      TorchBlock block = initialized(network, manager);
      NDArray before = block.stateDict().get("linear.u0").duplicate();
      assertRecordingDrawsNothing(block, network.inputs(manager, 3), manager);
      assertThat(block.stateDict().get("linear.u0")).isEqualTo(before);
    }
  }

  @Test
  void recordingDrawsNoNoise() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Case network =
          networks().filter(n -> n.name().equals("StyleGAN2 synthesis")).findFirst().orElseThrow();
      TorchBlock block = initialized(network, manager);
      assertRecordingDrawsNothing(block, network.inputs(manager, 3), manager);
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void bfloat16DiffersByItsRounding(Case network) {
    try (NDManager manager = NDManager.newBaseManager();
        var scope = new NDScope();
        var paused = Autograd.pause()) {
      NDList inputs = network.inputs(manager, 16);
      // In training, where normalisations keep what an untrained network computes within bounds.
      TorchBlock block = initialized(network, manager);
      Torch.setSeed(5);
      NDArray expected = network.call(block, inputs, true).get(0);
      TorchBlock compiled = initialized(network, manager);
      compiled.compile(Precision.BF16);
      Torch.setSeed(5);
      // The classifier has no typed method of a compiled network.
      NDArray actual =
          block instanceof SmallClassifier
              ? Compiled.of(compiled, Precision.BF16).forward(inputs, true).get(0)
              : network.call(compiled, inputs, true).get(0);
      assertThat(actual.getDataType()).isEqualTo(DataType.FLOAT32);
      NDArray off = actual.sub(expected).square().mean().sqrt();
      NDArray scale = expected.square().mean().sqrt();
      assertThat(off.getFloat() / scale.getFloat()).isBetween(1e-6f, 0.05f);
    }
  }

  /** A run in bfloat16 reports and samples in 32 bits, and goes on in bfloat16. */
  @Test
  void thePrecisionMayChangeAndComeBack() {
    try (NDManager manager = NDManager.newBaseManager();
        var scope = new NDScope();
        var paused = Autograd.pause()) {
      Case network = networks().findFirst().orElseThrow();
      TorchBlock block = initialized(network, manager);
      NDList inputs = network.inputs(manager, 4);
      List<NDArray> drawn = new ArrayList<>();
      for (Precision precision :
          new Precision[] {Precision.BF16, Precision.FP32, Precision.BF16, Precision.FP32}) {
        block.compile(precision);
        drawn.add(network.call(block, inputs, false).get(0));
      }
      assertThat(drawn.get(2)).isEqualTo(drawn.get(0)).isNotEqualTo(drawn.get(1));
      assertThat(drawn.get(3)).isEqualTo(drawn.get(1));
      assertThat(block.ranCompiled(Precision.BF16)).isTrue();
    }
  }

  /** Trees come back as what they were: records, maps and what is not there. */
  @Test
  void outputsKeepTheirForm() {
    try (NDManager manager = NDManager.newBaseManager();
        var scope = new NDScope();
        var paused = Autograd.pause()) {
      Discriminator<Outputs> network = headed(new MlpBody(2, 8));
      network.initialize(manager);
      NDArray x = manager.ones(new Shape(3, 2));
      NDArray y = manager.create(new long[] {0, 4, 2});
      Outputs eager = network.forward(x, y, false);
      network.compile(Precision.FP32);
      for (int call = 0; call < 2; call++) {
        Outputs compiled = network.forward(x, y, false);
        assertThat(compiled.more()).containsOnlyKeys("twin");
        assertThat(compiled.absent()).isEmpty();
        assertClose("logit", compiled.logit(), eager.logit(), 1e-6);
        assertClose("classes", compiled.classes(), eager.classes(), 1e-6);
        assertClose("twin", compiled.more().get("twin"), eager.more().get("twin"), 1e-6);
      }
      assertThat(network.ranCompiled(Precision.FP32)).isTrue();
    }
  }

  @Test
  void aNetworkThatCannotBeTracedComputesAsItDid() {
    try (NDManager manager = NDManager.newBaseManager()) {
      var odd =
          new Generator(2, 0, new Shape(2)) {
            @Override
            protected NDArray compute(NDArray z, NDArray labels, boolean training) {
              return z.toFloatArray()[0] > 0 ? z : z.neg();
            }
          };
      NDArray z = manager.create(new float[] {-1, 2}, new Shape(1, 2));
      odd.compile(Precision.FP32);
      assertThat(odd.forward(z, null, true).toFloatArray()).containsExactly(1, -2);
      assertThat(odd.forward(z.neg(), null, true).toFloatArray()).containsExactly(1, -2);
      assertThat(odd.ranCompiled(Precision.FP32)).isFalse();
    }
  }

  @Test
  void aSavedScriptDrawsTheSameInPython() throws Exception {
    try (NDManager manager = NDManager.newBaseManager();
        var scope = new NDScope();
        var paused = Autograd.pause()) {
      var network =
          new BigGanGenerator(
              BigGanSizes.of(32, CLASSES).withWidth(4).withAttention(16),
              BigGanLatent.hierarchical(16, 6));
      network.initialize(manager);
      Path file = folder.resolve("generator.pt");
      NDArray z = manager.linspace(-1, 1, 6 * 16).reshape(6, 16);
      NDArray labels = manager.arange(6).mod(CLASSES).toType(DataType.INT64, false);
      Compiled.of(network).save(file, new NDList(z, labels), false);
      NDArray images = network.forward(z, labels, false);
      try (var script = ScriptFile.load(file, Device.cpu())) {
        assertClose("in Java", script.call("forward", z, labels), images, 1e-4);
      }
      List<String> lines = PythonTorch.run("load_script.py", file.toString(), "16", "6");
      assertThat(List.of(lines.get(0).split(",")))
          .contains("blocks.0.0.conv1.weight", "shared.weight")
          .allMatch(name -> network.stateDict().containsKey(name) || name.startsWith("batches"));
      assertThat(lines.get(1)).isEqualTo("6 3 32 32");
      String[] drawn = lines.get(2).split(" ");
      assertThat(Double.parseDouble(drawn[0]))
          .isCloseTo(images.sum().getFloat(), Offset.offset(1e-2));
      float[] pixels = images.toFloatArray();
      assertThat(Double.parseDouble(drawn[1])).isCloseTo(pixels[0], Offset.offset(1e-4));
      assertThat(Double.parseDouble(drawn[2]))
          .isCloseTo(pixels[pixels.length - 1], Offset.offset(1e-4));
    }
  }

  /** A mean over the batch, written with its size: the size is no constant of the script. */
  @Test
  void aNumberThatFollowsFromTheBatchIsThatOfTheCall() {
    try (NDManager manager = NDManager.newBaseManager()) {
      var shares =
          new Generator(2, 0, new Shape(2)) {
            @Override
            protected NDArray compute(NDArray z, NDArray labels, boolean training) {
              return z.mul(1f / z.getShape().get(0));
            }
          };
      shares.compile(Precision.FP32);
      for (int size : new int[] {4, 11, 13}) {
        NDArray z = manager.ones(new Shape(size, 2));
        assertThat(shares.forward(z, null, true).toFloatArray()).containsOnly(1f / size);
      }
    }
  }
}
