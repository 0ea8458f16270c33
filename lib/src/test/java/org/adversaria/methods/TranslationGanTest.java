package org.adversaria.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.adversaria.data.Batch;
import org.adversaria.data.ImagePairs;
import org.adversaria.data.Shapes;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.Torch;
import org.adversaria.training.Method;
import org.adversaria.training.Optimizer;
import org.adversaria.training.Run;
import org.adversaria.training.SavedRun;
import org.adversaria.training.Step;
import org.adversaria.training.Training;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class TranslationGanTest {

  private static final Shapes SHAPES = Shapes.builder().resolution(16).size(12).build();
  private static final ImagePairs PAIRS = ImagePairs.of(SHAPES.sketches(), SHAPES);

  @TempDir Path folder;
  private final NDManager manager = NDManager.newBaseManager();

  @BeforeEach
  void oneThread() {
    Torch.setThreads(1);
  }

  @AfterEach
  void close() {
    manager.close();
    Torch.setThreads(Runtime.getRuntime().availableProcessors());
  }

  private static <M extends Method<?>> TranslationBuilder<M, ?> tiny(
      TranslationBuilder<M, ?> builder) {
    return builder
        .sizes(sizes -> sizes.withGenerators(4, 1).withDiscriminators(4, 1))
        .batchSize(2)
        .pool(3);
  }

  private Training training(Method<?> method, String directory, long steps) {
    return Training.of(method)
        .on(PAIRS)
        .steps(steps)
        .seed(3)
        .flip(true)
        .directory(folder.resolve(directory));
  }

  private static Map<String, float[]> arrays(Run run) {
    var arrays = new TreeMap<String, float[]>();
    for (String name :
        new String[] {
          "generator-ab", "generator-ba", "discriminator-a", "discriminator-b", "pool-a", "pool-b"
        }) {
      run.network(name)
          .stateDict()
          .forEach(
              (key, array) ->
                  arrays.put(
                      name + "/" + key, array.toType(DataType.FLOAT32, true).toFloatArray()));
    }
    return arrays;
  }

  private static void assertSame(Map<String, float[]> actual, Map<String, float[]> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach((name, values) -> assertThat(actual.get(name)).as(name).isEqualTo(values));
  }

  @Test
  void aResumedRunHasThePoolsOfAnUninterruptedOne() throws IOException {
    CsGan method = tiny(CsGan.builder(PAIRS)).build();
    Map<String, float[]> whole;
    try (Run run = training(method, "whole", 6).start()) {
      whole = arrays(run);
      assertThat(whole.get("pool-a/count")).containsExactly(3);
    }
    training(method, "parts", 3).start().close();
    try (Run run = training(method, "parts", 6).resume()) {
      assertSame(arrays(run), whole);
    }
  }

  @Test
  void withoutTheCyclicSynthesizedLossItIsCycleGan() throws IOException {
    CsGan csGan = tiny(CsGan.builder(PAIRS).objective(o -> o.withMu(0))).build();
    CycleGan cycleGan = tiny(CycleGan.builder(PAIRS)).build();
    try (Run one = training(csGan, "csgan", 3).start();
        Run other = training(cycleGan, "cyclegan", 3).start()) {
      assertThat(one.log().columnNames())
          .containsExactly(
              "step",
              "gan_ab",
              "gan_ba",
              "cycle_a",
              "cycle_b",
              "discriminator_a",
              "discriminator_b");
      assertSame(arrays(other), arrays(one));
    }
  }

  @Test
  void aSavedRunTranslates() throws IOException {
    CsGan method = tiny(CsGan.builder(PAIRS)).build();
    try (Run run = training(method, "run", 2).start();
        SavedRun saved = SavedRun.open(folder.resolve("run"))) {
      assertThat(saved.method().settings()).isEqualTo(method.settings());
      NDArray sketches = Batch.of(PAIRS.a(), manager, 0, 1, 2).images();
      TranslationNetworks networks = TranslationNetworks.of(run::network);
      NDArray shapes = networks.generatorAB().forward(sketches, false);
      assertThat(shapes.getShape()).isEqualTo(new Shape(3, 3, 16, 16));
      assertThat(networks.generatorBA().forward(shapes, false).getShape())
          .isEqualTo(sketches.getShape());
      assertThat(networks.discriminatorB().forward(shapes, null, false).getShape())
          .isEqualTo(new Shape(3, 1, 6, 6));
      TorchBlock again = saved.network(TranslationNetworks.GENERATOR_AB, SavedRun.Weights.AVERAGED);
      NDArray reopened = again.forward(new NDList(sketches), false).singletonOrThrow();
      assertThat(reopened.sub(shapes).abs().max().getFloat()).isLessThan(1e-5f);
    }
  }

  /** Images whose pixels are all their number. */
  private NDArray images(int first, int count) {
    return manager.arange((float) first, first + count, 1f).reshape(count, 1, 1, 1).repeat(3, 2);
  }

  @Test
  void thePoolShowsHalfOfTheImagesLater() {
    int batch = 4;
    int size = 6;
    var pool = new ImagePool(size, batch, new Shape(1, 1, 2));
    pool.initialize(manager);
    int itself = 0;
    Set<Float> shown = new HashSet<>();
    int batches = 150;
    for (int number = 0; number < batches; number++) {
      NDArray images = images(batch * number, batch);
      var step = new Step(number, batch, manager, () -> null, () -> null);
      Torch.seeded(
          number,
          () -> {
            pool.add(images, step);
            return null;
          });
      float[] pixels = pool.shown().toFloatArray();
      for (int i = 0; i < batch; i++) {
        float image = pixels[2 * i];
        assertThat(pixels[2 * i + 1]).isEqualTo(image);
        assertThat(image).isLessThanOrEqualTo(batch * number + batch - 1f);
        if (batch * number + i < size) {
          assertThat(image).isEqualTo(batch * number + i);
        } else {
          itself += image == batch * number + i ? 1 : 0;
          // What fills the pool has been shown; everything else is shown once.
          assertThat(shown.add(image) || image < size).isTrue();
        }
      }
    }
    double share = itself / (double) (batch * batches - size);
    assertThat(share).isBetween(0.4, 0.6);
  }

  @Test
  void aPoolOfNoneShowsTheNewest() {
    var pool = new ImagePool(0, 2, new Shape(1, 1, 2));
    pool.initialize(manager);
    for (int number = 0; number < 3; number++) {
      NDArray images = images(10 * number, 2);
      pool.add(images, new Step(number, 2, manager, () -> null, () -> null));
      assertThat(pool.shown().toFloatArray()).isEqualTo(images.toFloatArray());
    }
  }

  @Test
  void settingsThatDoNotFitAreRefused() {
    ImagePairs unpaired = ImagePairs.unpaired(SHAPES.sketches(), SHAPES);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CsGan.builder(unpaired))
        .withMessageContaining("the images are not paired");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> tiny(CycleGan.builder(unpaired).objective(o -> o.withIdentity(1))).build())
        .withMessageContaining("A has 1 channels and B has 3: set its weight to 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CsGan.builder(PAIRS).recipe(r -> r.withDiscriminatorUpdates(2)).build())
        .withMessageContaining("set both to 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CsGan.builder(PAIRS).preset("cuhk"))
        .withMessage("There is no preset 'cuhk'; the presets are paper, small");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CsGan.builder(PAIRS).sizes(s -> s.withDiscriminators(4, 3)).build())
        .withMessageContaining("no logit for 16x16 pixels");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CsGan.builder(PAIRS).sizes(s -> s.withDiscriminators(4, 0)))
        .withMessageContaining("layers from 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CsGan.builder(PAIRS.cropped(14)))
        .withMessageContaining("multiple of 4 from 8 on, but is 14");
  }

  @Test
  void thePublishedRateFallsLinearlyFromTheMiddleOn() {
    Recipe recipe =
        CsGan.builder(PAIRS)
            .preset("paper")
            .sizes(s -> s.withDiscriminators(4, 1))
            .build()
            .settings()
            .recipe();
    var adam = (Optimizer.Adam) recipe.generator();
    assertThat(adam.learningRate().at(1199)).isEqualTo(2e-4);
    assertThat(adam.learningRate().at(1800)).isEqualTo(1e-4);
    assertThat(adam.learningRate().at(2400)).isZero();
  }
}
