package org.adversaria.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.adversaria.data.ArrayData;
import org.adversaria.data.Shapes;
import org.adversaria.data.TaggedImages;
import org.adversaria.data.TrainingData;
import org.adversaria.data.WordVectors;
import org.adversaria.models.Backbone;
import org.adversaria.models.Generator;
import org.adversaria.models.HeadedDiscriminator;
import org.adversaria.models.TagDiscriminator;
import org.adversaria.models.TagGenerator;
import org.adversaria.torch.Torch;
import org.adversaria.training.GanNetworks;
import org.adversaria.training.Report;
import org.adversaria.training.Run;
import org.adversaria.training.SavedRun;
import org.adversaria.training.Training;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TagGanTest {

  private static ArrayData data(NDManager manager, int rows, int features, int dimension) {
    return Torch.seeded(
        1,
        () ->
            new ArrayData(
                "tags",
                manager.randomNormal(new Shape(rows, dimension)),
                manager.randomNormal(new Shape(rows, features))));
  }

  @Test
  void thePaperPresetHasThePapersSizes() {
    try (NDManager manager = NDManager.newBaseManager()) {
      var backbone =
          (Backbone.Tags)
              TagGan.builder(data(manager, 2, 4096, 200))
                  .preset("paper")
                  .build()
                  .settings()
                  .backbone();
      var generator = backbone.newGenerator();
      generator.initialize(manager);
      // 100 to 500, 4096 to 2000, both to 200.
      assertThat(count(generator.trainable()))
          .isEqualTo(100 * 500 + 500 + 4096 * 2000 + 2000 + 2500 * 200 + 200);
      HeadedDiscriminator<NDArray> discriminator = backbone.newDiscriminator();
      discriminator.initialize(manager);
      // 200 to 500, 4096 to 1200, both to 1000 units of 3 pieces, to 1.
      assertThat(count(discriminator.trainable()))
          .isEqualTo(200 * 500 + 500 + 4096 * 1200 + 1200 + 1700 * 3000 + 3000 + 1000 + 1);
    }
  }

  private static long count(NDList arrays) {
    return arrays.stream().mapToLong(NDArray::size).sum();
  }

  /** D = w . maxout(relu(x), relu(y)) by hand. */
  @Test
  void theDiscriminatorJoinsWordAndFeaturesByMaxout() {
    try (NDManager manager = NDManager.newBaseManager()) {
      var d = TagDiscriminator.of(new TagDiscriminator.Sizes(1, 1, 1, 2, 0.5), 1, 1);
      d.initialize(manager);
      set(d, "x_layer.weight", 2);
      set(d, "x_layer.bias", 1);
      set(d, "y_layer.weight", -1);
      set(d, "y_layer.bias", 0);
      set(d, "joint_layer.weight", 1, 1, -1, 3); // pieces (1, 1) and (-1, 3) of (h(x), h(y))
      set(d, "joint_layer.bias", 0, 0.5f);
      set(d, "out_layer.weight", 10);
      set(d, "out_layer.bias", 7);
      NDArray x = manager.create(new float[] {1, 1, -3}, new Shape(3, 1)); // h(x) = 3, 3, 0
      NDArray y = manager.create(new float[] {1, -4, 2}, new Shape(3, 1)); // h(y) = 0, 4, 0
      // max(3, -2.5), max(7, 9.5), max(0, 0.5)
      assertThat(d.forward(x, y, false).toFloatArray()).containsExactly(37, 102, 12);
    }
  }

  private static void set(HeadedDiscriminator<NDArray> network, String name, float... values) {
    NDArray array = network.stateDict().get(name);
    array.set(FloatBuffer.wrap(values));
  }

  /** Without a joint hidden layer what z does is the same for all features. */
  @Test
  void thePapersGeneratorIsASumAndTheJointOneIsNot() {
    try (NDManager manager = NDManager.newBaseManager()) {
      assertThat(interaction(manager, 0)).isCloseTo(0, within(1e-4f));
      assertThat(interaction(manager, 16)).isGreaterThan(0.05f);
    }
  }

  private static float interaction(NDManager manager, int joint) {
    return Torch.seeded(
        1,
        () -> {
          var g = new TagGenerator(new TagGenerator.Sizes(4, 16, 16, joint, 0), 3, 5);
          g.initialize(manager);
          NDArray z = manager.randomNormal(new Shape(2, 4));
          NDArray y = manager.randomNormal(new Shape(2, 3));
          NDArray swapped = y.flip(0);
          NDArray own = g.forward(z, y, false);
          NDArray other = g.forward(z, swapped, false);
          // G(z0, y0) - G(z0, y1) - (G(z1, y0) - G(z1, y1))
          NDArray first = own.get(0).sub(other.get(0));
          NDArray second = other.get(1).sub(own.get(1));
          return first.sub(second).abs().max().getFloat();
        });
  }

  @Test
  void aRunIsOpenedAgain(@TempDir Path folder) throws IOException {
    try (NDManager manager = NDManager.newBaseManager()) {
      ArrayData data = data(manager, 8, 3, 2);
      TagGan method =
          TagGan.builder(data)
              .backbone(
                  new Backbone.Tags(
                      3,
                      2,
                      new TagGenerator.Sizes(2, 4, 4, 4, 0.5),
                      new TagDiscriminator.Sizes(4, 4, 4, 2, 0.5)))
              .batchSize(4)
              .build();
      Path directory = folder.resolve("run");
      float[] expected;
      NDArray y = manager.ones(new Shape(2, 3));
      try (Run run = Training.of(method).on(data).steps(2).seed(1).directory(directory).start()) {
        NDArray z = manager.ones(new Shape(2, 2));
        expected =
            ((Generator) run.network(GanNetworks.GENERATOR)).forward(z, y, false).toFloatArray();
      }
      try (SavedRun saved = SavedRun.open(directory)) {
        assertThat(saved.method().settings()).isEqualTo(method.settings());
        assertThat(saved.generator().condition()).isEqualTo(data.condition());
        NDArray z = manager.ones(new Shape(2, 2));
        assertThat(saved.generator(SavedRun.Weights.TRAINED).forward(z, y, false).toFloatArray())
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void arraysOfAStepAreFreedWithIt(@TempDir Path folder) throws IOException {
    var words = new WordVectors(List.of("east", "north"), new float[] {1, 0, 0, 1});
    var tagged =
        new TaggedImages(
            Shapes.builder().size(4).build(),
            List.of(List.of("east"), List.of("north", "east"), List.of("north"), List.of("east")));
    List<Integer> live = new ArrayList<>();
    try (NDManager manager = NDManager.newBaseManager()) {
      TrainingData data = tagged.pairs(words, manager.ones(new Shape(4, 3)));
      Training.of(TagGan.builder(data).batchSize(2).build())
          .on(data)
          .steps(4)
          .seed(1)
          .directory(folder.resolve("run"))
          .reportEvery(1, report -> live.add(liveArrays(report)))
          .start()
          .close();
    }
    assertThat(live.subList(1, live.size())).containsOnly(live.get(1));
  }

  private static int liveArrays(Report report) {
    NDManager owner = report.generator().trainable().get(0).getManager();
    return owner.getManagedArrays().size();
  }

  @Test
  void dataOfClassesAreRefused() {
    var images = Shapes.builder().size(4).build();
    assertThatThrownBy(() -> TagGan.builder(images)).hasMessageContaining("TaggedImages.pairs");
  }

  @Test
  void otherNetworksAreRefused() {
    try (NDManager manager = NDManager.newBaseManager()) {
      TagGan method =
          TagGan.builder(data(manager, 2, 3, 2))
              .backbone(new Backbone.ReluMlp(2, 0, 2, 4, 1))
              .build();
      assertThatThrownBy(method::newNetworks).hasMessageContaining("Backbone.Tags");
    }
  }

  @Test
  void namesAreThoseOfTheSibling() {
    try (NDManager manager = NDManager.newBaseManager()) {
      var d = TagDiscriminator.of(new TagDiscriminator.Sizes(1, 1, 1, 2, 0.5), 1, 1);
      d.initialize(manager);
      assertThat(d.stateDict().keySet())
          .containsExactlyInAnyOrderElementsOf(
              List.of("x_layer", "y_layer", "joint_layer", "out_layer").stream()
                  .flatMap(layer -> List.of(layer + ".weight", layer + ".bias").stream())
                  .toList());
    }
  }
}
