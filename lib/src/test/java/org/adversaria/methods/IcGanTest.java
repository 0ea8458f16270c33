package org.adversaria.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.adversaria.augmentations.DiffAugment;
import org.adversaria.data.ArrayData;
import org.adversaria.data.InstanceData;
import org.adversaria.data.Shapes;
import org.adversaria.models.Backbone;
import org.adversaria.models.Condition;
import org.adversaria.models.Generator;
import org.adversaria.models.Sampler;
import org.adversaria.training.Report;
import org.adversaria.training.Run;
import org.adversaria.training.SavedRun;
import org.adversaria.training.Training;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class IcGanTest {

  private final NDManager manager = NDManager.newBaseManager();

  @TempDir private Path folder;

  @AfterEach
  void close() {
    manager.close();
  }

  /** Random images of random instances of length 1. */
  private ArrayData data(int resolution, int features, int classes) {
    int count = 12;
    NDArray x = manager.randomUniform(-1, 1, new Shape(count, 3, resolution, resolution));
    NDArray y = manager.randomNormal(new Shape(count, features));
    y = y.div(y.norm(new int[] {1}, true));
    if (classes > 0) {
      NDArray labels = manager.arange(count).mod(classes).toType(DataType.FLOAT32, false);
      y = y.concat(labels.reshape(-1, 1), 1);
    }
    return new ArrayData("noise", x, y, new Condition.Instances(features, classes));
  }

  private static IcGan tiny(ArrayData data) {
    return IcGan.builder(data).channels(1).batchSize(4).build();
  }

  private Training training(ArrayData data, String name, int steps) {
    return Training.of(tiny(data)).on(data).steps(steps).seed(1).directory(folder.resolve(name));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void aRunGoesOnToTheSameBitsAndIsSampledForInstances(int classes) throws IOException {
    ArrayData data = data(32, 5, classes);
    training(data, "half", 2).start().close();
    training(data, "half", 3).resume().close();
    try (Run whole = training(data, "whole", 3).start();
        SavedRun saved = SavedRun.open(folder.resolve("half"))) {
      Map<String, NDArray> expected = whole.generator().stateDict();
      Generator generator = saved.generator();
      generator
          .stateDict()
          .forEach((name, array) -> assertThat(array).as(name).isEqualTo(expected.get(name)));
      assertThat(saved.method()).isInstanceOf(IcGan.class);
      assertThat(saved.method().settings()).isEqualTo(tiny(data).settings());
      assertThat(generator.condition()).isEqualTo(new Condition.Instances(5, classes));

      NDArray y = data.conditions(manager).get(":7");
      NDArray images = whole.samples(manager, y, 4);
      assertThat(images.getShape()).isEqualTo(new Shape(7, 3, 32, 32));
      assertThat(Sampler.draw(generator, manager, y, 4)).isEqualTo(images);
      // The same latents for other instances.
      assertThat(Sampler.draw(generator, manager, y.flip(0), 4)).isNotEqualTo(images);
      assertThatThrownBy(() -> whole.samples(manager, 1, 0))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("is told instances (" + y.size(1) + "), not labels")
          .hasMessageContaining("Sampler.draw");
      assertThatThrownBy(() -> whole.samples(manager, y.get(":, :3"), 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is told instances (" + y.size(1) + ") of float32")
          .hasMessageContaining("(7, 3)");
      if (classes > 0) {
        NDArray unknown = manager.full(new Shape(1, 6), (float) classes);
        assertThatThrownBy(() -> whole.samples(manager, unknown, 0))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("class 3 is asked for, but the generator has the classes 0 to 2");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void arraysOfAStepAreFreedWithIt(boolean classes) throws IOException {
    NDArray features = manager.randomNormal(new Shape(12, 5));
    InstanceData pairs = InstanceData.of(Shapes.builder().size(12).build(), features, 3);
    InstanceData data = classes ? pairs.withClasses() : pairs;
    List<Integer> live = new ArrayList<>();
    Training.of(IcGan.builder(data).channels(1).batchSize(4).build())
        .on(data)
        .steps(4)
        .seed(1)
        .directory(folder)
        .reportEvery(1, report -> live.add(liveArrays(report)))
        .start()
        .close();
    assertThat(live.subList(1, live.size())).containsOnly(live.get(1));
  }

  private static int liveArrays(Report report) {
    NDManager owner = report.generator().stateDict().get("linear.weight").getManager();
    return owner.getManagedArrays().size();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void compiledNetworksGiveTheSameTerms(int classes) throws IOException {
    ArrayData data = data(32, 5, classes);
    try (Run fast = training(data, "fast", 1).start();
        Run plain = training(data, "plain", 1).compiled(false).start();
        Run low = training(data, "low", 1).precision("bf16").start()) {
      for (String term : List.of("loss_discriminator", "logit_real", "loss_generator")) {
        double expected = plain.log().doubleColumn(term).get(0);
        assertThat(fast.log().doubleColumn(term).get(0)).as(term).isCloseTo(expected, within(1e-3));
        assertThat(low.log().doubleColumn(term).get(0))
            .as(term)
            .isNotEqualTo(expected)
            .isCloseTo(expected, within(0.05 + 0.02 * Math.abs(expected)));
      }
    }
  }

  @Test
  void networksHaveTheNamesAndWidthsOfThePublishedCode() {
    assertThat(shapes(data(32, 5, 0)))
        .containsEntry("shared_feat.weight", new Shape(32, 5))
        .containsEntry("blocks.0.0.bn1.gain.weight", new Shape(16, 32 + 16))
        .containsEntry("linear_feat.weight", new Shape(16, 5))
        .doesNotContainKey("shared.weight")
        .doesNotContainKey("embed.weight");
    // A half of D's features for the class, the other for the instance.
    assertThat(shapes(data(32, 5, 3)))
        .containsEntry("shared.weight", new Shape(3, 32))
        .containsEntry("shared_feat.weight", new Shape(32, 5))
        .containsEntry("blocks.0.0.bn1.gain.weight", new Shape(16, 32 + 32 + 16))
        .containsEntry("embed.weight", new Shape(3, 8))
        .containsEntry("linear_feat.weight", new Shape(8, 5));
  }

  private Map<String, Shape> shapes(ArrayData data) {
    var networks = tiny(data).newNetworks();
    var shapes = new HashMap<String, Shape>();
    networks
        .byName()
        .values()
        .forEach(
            network -> {
              network.initialize(manager);
              network
                  .stateDict()
                  .forEach((name, array) -> shapes.putIfAbsent(name, array.getShape()));
            });
    return shapes;
  }

  @Test
  void presetsAreThoseOfThePublishedCode() {
    IcGan coco = IcGan.builder(data(128, 2048, 0)).preset("coco-stuff-128").build();
    assertThat(coco.batchSize() * coco.accumulations()).isEqualTo(256);
    assertThat(coco.settings().augmentation()).isEqualTo(new DiffAugment(false, true, false));
    var backbone = (Backbone.IcGan) coco.settings().backbone();
    assertThat(backbone.sizes().width()).isEqualTo(48);
    assertThat(backbone.sharedFeatures()).isEqualTo(512);
    IcGan large = IcGan.builder(data(128, 2048, 1000)).preset("imagenet-128").build();
    assertThat(large.batchSize() * large.accumulations()).isEqualTo(2048);
    assertThat(large.settings().backbone().condition())
        .isEqualTo(new Condition.Instances(2048, 1000));
    assertThat(large.newNetworks().generator().latentSize()).isEqualTo(120);
    assertThat(large.averaging().decay()).isEqualTo(0.9999);
  }

  @Test
  void saysWhatDoesNotFit() {
    assertThatThrownBy(() -> IcGan.builder(Shapes.builder().size(8).build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("needs images with instances, but the conditions of shapes")
        .hasMessageContaining("Classes[count=10]");
    assertThatThrownBy(() -> IcGan.builder(data(64, 5, 0)).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'small' makes samples (3, 32, 32)");
    ArrayData data = data(32, 5, 0);
    NDArray x = manager.zeros(new Shape(2, 3, 32, 32));
    NDArray y = manager.zeros(new Shape(2, 5));
    assertThatThrownBy(() -> new ArrayData("short", x, y, new Condition.Instances(5, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("are (6) of float32, but y has (5) of float32");
    Training other =
        Training.of(tiny(data)).on(data(32, 4, 0)).steps(1).directory(folder.resolve("other"));
    assertThatThrownBy(other::start)
        .hasStackTraceContaining("are for conditions (5) of float32, but the data have (4)");
  }
}
