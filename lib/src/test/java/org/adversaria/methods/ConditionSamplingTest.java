package org.adversaria.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.adversaria.data.ImageBytes;
import org.adversaria.data.ImageData;
import org.adversaria.models.Condition;
import org.adversaria.models.stylegan2.StyleGan2Sizes;
import org.adversaria.torch.Torch;
import org.adversaria.training.GanNetworks;
import org.adversaria.training.Method;
import org.adversaria.training.Run;
import org.adversaria.training.SavedRun;
import org.adversaria.training.Step;
import org.adversaria.training.Training;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Labels of generated images on data of which three quarters are of one class. */
@Tag("slow")
class ConditionSamplingTest {

  private static final int DRAWS = 8000;

  /** Eight images: six of class 0, two of class 2, none of class 1. */
  private static final long[] LABELS = {0, 0, 2, 0, 0, 2, 0, 0};

  @TempDir private Path folder;

  @Test
  void frequenciesAreThoseOfTheDataOrAllAlike() {
    Torch.setSeed(5);
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray all = manager.create(LABELS);
      var step = new Step(0, 4, manager, () -> null, () -> all);
      var classes = new Condition.Classes(3);
      double[] data = frequencies(ConditionSampling.DATA.draw(step, classes, DRAWS));
      double[] uniform = frequencies(ConditionSampling.UNIFORM.draw(step, classes, DRAWS));
      // Six standard deviations of a frequency are at most 6 sqrt(1 / 4 / 8000) = 0.034.
      assertThat(data).containsExactly(new double[] {0.75, 0, 0.25}, within(0.034));
      assertThat(data[1]).isZero();
      assertThat(uniform).containsExactly(new double[] {1 / 3., 1 / 3., 1 / 3.}, within(0.034));
    }
  }

  /** Values are those of rows of the data, however they are to be drawn. */
  @ParameterizedTest
  @EnumSource(ConditionSampling.class)
  void valuesAreTakenFromTheData(ConditionSampling sampling) {
    Torch.setSeed(5);
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray tags = manager.create(new float[][] {{1, 2}, {3, 4}, {5, 6}});
      var step = new Step(0, 4, manager, () -> null, () -> tags);
      NDArray drawn = sampling.draw(step, new Condition.Values(new Shape(2)), 50);
      assertThat(drawn.getShape()).isEqualTo(new Shape(50, 2));
      float[] values = drawn.toFloatArray();
      for (int i = 0; i < values.length; i += 2) {
        assertThat(values[i]).isIn(1f, 3f, 5f);
        assertThat(values[i + 1]).isEqualTo(values[i] + 1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(ConditionSampling.class)
  void nothingIsDrawnWithoutAConditionNorAreTheDataAsked(ConditionSampling sampling) {
    var step =
        new Step(
            0,
            4,
            null,
            () -> null,
            () -> {
              throw new IllegalStateException();
            });
    assertThat(sampling.draw(step, new Condition.None(), 7)).isNull();
  }

  private static double[] frequencies(NDArray labels) {
    assertThat(labels.getShape()).isEqualTo(new Shape(DRAWS));
    assertThat(labels.getDataType()).isEqualTo(DataType.INT64);
    var frequencies = new double[3];
    for (long label : labels.toLongArray()) {
      frequencies[(int) label] += 1.0 / DRAWS;
    }
    return frequencies;
  }

  /** The embedding of a class that no generated image is asked of gets no gradient. */
  @ParameterizedTest
  @EnumSource(ConditionSampling.class)
  void aClassThatTheDataLacksIsAskedOfStyleGan2OnlyWhereLabelsAreUniform(ConditionSampling labels)
      throws IOException {
    ImageData data = unbalanced(16);
    StyleGan2 method =
        StyleGan2.builder(data)
            .sizes(StyleGan2Sizes.of(16).withChannels(64, 4).withMapping(5, 4, 2))
            .batchSize(8)
            .conditional()
            .labels(labels)
            .build();
    assertThat(method.settings().conditions()).isEqualTo(labels);
    Map<String, byte[]> whole = trained(method, data, "whole", 6, 6);
    Map<String, byte[]> halves = trained(method, data, "halves", 3, 6);
    whole.forEach((name, bytes) -> assertThat(halves.get(name)).as(name).isEqualTo(bytes));
    try (var saved = SavedRun.open(folder.resolve("whole"))) {
      assertThat(saved.method().settings()).isEqualTo(method.settings());
    }

    Training training = Training.of(method).on(data).seed(1);
    try (Run one = training.steps(1).directory(folder.resolve("one")).start();
        Run two = training.steps(2).directory(folder.resolve("two")).start()) {
      assertThat(moved(one, two, 0)).isTrue();
      assertThat(moved(one, two, 1)).isEqualTo(labels == ConditionSampling.UNIFORM);
    }
  }

  private static boolean moved(Run before, Run after, int label) {
    return !embedding(before, label).contentEquals(embedding(after, label));
  }

  private static NDArray embedding(Run run, int label) {
    NDArray embeddings = run.network(GanNetworks.GENERATOR).stateDict().get("mapping.embed.weight");
    return embeddings.get(":, {}", label);
  }

  private Map<String, byte[]> trained(
      Method<?> method, ImageData data, String name, int first, int steps) throws IOException {
    Training training =
        Training.of(method).on(data).seed(1).checkpointEvery(3).directory(folder.resolve(name));
    if (first < steps) {
      training.steps(first).start().close();
    }
    training.steps(steps);
    try (Run run = first < steps ? training.resume() : training.start()) {
      var bytes = new TreeMap<String, byte[]>();
      run.generator().stateDict().forEach((key, array) -> bytes.put(key, array.toByteArray()));
      return bytes;
    }
  }

  @Test
  void presetsDrawLabelsAsTheirPublishedCode() {
    ImageData data = unbalanced(32);
    assertThat(StyleGan2.builder(data).preset("cifar10").build().settings().conditions())
        .isEqualTo(ConditionSampling.DATA);
    assertThat(Glead.builder(data).preset("cifar10").build().settings().conditions())
        .isEqualTo(ConditionSampling.DATA);
    for (String preset : List.of("small", "cifar10")) {
      assertThat(BigGan.builder(data).preset(preset).build().settings().conditions())
          .isEqualTo(ConditionSampling.UNIFORM);
      assertThat(ContraGan.builder(data).preset(preset).build().settings().conditions())
          .isEqualTo(ConditionSampling.UNIFORM);
    }
    AdcGan chosen = AdcGan.builder(data).labels(ConditionSampling.DATA).build();
    assertThat(chosen.settings().conditions()).isEqualTo(ConditionSampling.DATA);
  }

  private static ImageData unbalanced(int resolution) {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray images =
          manager.randomUniform(-1, 1, new Shape(LABELS.length, 3, resolution, resolution));
      return ImageBytes.of("unbalanced", images, manager.create(LABELS), List.of("a", "b", "c"));
    }
  }
}
