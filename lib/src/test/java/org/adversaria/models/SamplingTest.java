package org.adversaria.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.adversaria.torch.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SamplingTest {

  private static final CganGenerator.Sizes SMALL = new CganGenerator.Sizes(4, 8, 8, 8, 0.5, true);

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** An image is its latent with its label added. */
  private static final class Echo extends Generator {

    Echo(int classes) {
      super(6, classes, new Shape(1, 2, 3));
    }

    @Override
    protected NDArray compute(NDArray z, NDArray labels, boolean training) {
      NDArray images = z.reshape(-1, 1, 2, 3);
      return labels == null
          ? images
          : images.add(labels.toType(DataType.FLOAT32, true).reshape(-1, 1, 1, 1));
    }
  }

  private <G extends Generator> G initialised(G generator) {
    Torch.setSeed(7);
    generator.initialize(manager);
    return generator;
  }

  private static List<float[]> batches(Sampling sampling, Generator generator, long[] labels) {
    var batches = new ArrayList<float[]>();
    sampling.forEachBatch(generator, labels, (images, asked) -> batches.add(images.toFloatArray()));
    return batches;
  }

  @Test
  void everyLabelGetsItsImageInBatches() {
    var sizes = new ArrayList<Long>();
    var asked = new ArrayList<Long>();
    long[] labels = Sampling.labels(3, 25, 0);
    Sampling.ofSeed(1)
        .batches(10)
        .forEachBatch(
            new Echo(3),
            labels,
            (images, of) -> {
              assertThat(images.getShape()).isEqualTo(new Shape(of.size(), 1, 2, 3));
              assertThat(images.hasGradient()).isFalse();
              sizes.add(of.size());
              Arrays.stream(of.toLongArray()).forEach(asked::add);
            });
    assertThat(sizes).containsExactly(10L, 10L, 5L);
    assertThat(asked).containsExactlyElementsOf(Arrays.stream(labels).boxed().toList());
  }

  @Test
  void aBatchDependsOnTheSeedAndItsPlaceAlone() {
    var generator = new Echo(0);
    var sampling = Sampling.ofSeed(5).batches(4);
    List<float[]> all = batches(sampling, generator, new long[12]);
    assertThat(all).hasSize(3).doesNotHaveDuplicates();
    assertThat(all.get(0)).isNotEqualTo(all.get(1));

    var disturbed = new ArrayList<float[]>();
    sampling.forEachBatch(
        generator,
        new long[10],
        (images, labels) -> {
          disturbed.add(images.toFloatArray());
          images.getManager().randomNormal(new Shape(disturbed.size()));
          Torch.setSeed(0);
        });
    assertThat(disturbed.get(0)).isEqualTo(all.get(0));
    assertThat(disturbed.get(1)).isEqualTo(all.get(1));
    assertThat(disturbed.get(2)).hasSize(2 * 6);
    assertThat(batches(Sampling.ofSeed(6).batches(4), generator, new long[4]).get(0))
        .isNotEqualTo(all.get(0));
  }

  @Test
  void someBatchesAreThoseOfTheWhole() {
    var generator = initialised(new CganGenerator(SMALL, 3, new Shape(1, 2, 2)));
    var sampling = Sampling.ofSeed(5).batches(4).standing(2, 6);
    long[] labels = Sampling.labels(3, 22, 1);
    assertThat(sampling.numBatches(22)).isEqualTo(6);
    assertThat(sampling.numBatches(24)).isEqualTo(6);
    assertThat(sampling.numBatches(0)).isZero();
    List<float[]> all = batches(sampling, generator, labels);
    var parts = new ArrayList<float[]>();
    for (int first : new int[] {0, 1, 4}) {
      int end = first == 0 ? 1 : first == 1 ? 4 : 6;
      sampling.forEachBatch(
          generator, labels, first, end, (images, asked) -> parts.add(images.toFloatArray()));
    }
    assertThat(parts).hasSize(6).containsExactly(all.toArray(float[][]::new));
    assertThatThrownBy(() -> sampling.forEachBatch(generator, labels, 5, 7, (images, y) -> {}))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void laterBatchesNeedTheirLabelsOnly() {
    var generator = initialised(new CganGenerator(SMALL, 3, new Shape(1, 2, 2)));
    var sampling = Sampling.ofSeed(3).batches(4);
    long[] labels = Sampling.labels(3, 22, 5);
    List<float[]> all = batches(sampling, generator, labels);
    var later = new ArrayList<float[]>();
    sampling.forEachBatchFrom(
        generator,
        4,
        Arrays.copyOfRange(labels, 16, 22),
        (images, asked) -> later.add(images.toFloatArray()));
    assertThat(later).hasSize(2).containsExactly(all.get(4), all.get(5));
    assertThatThrownBy(
            () -> sampling.standing(1, 4).forEachBatchFrom(generator, 4, labels, (images, y) -> {}))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("forEachBatch");
  }

  @Test
  void ascendingLabelsHaveEqualNumbers() {
    assertThat(Sampling.ascendingLabels(3, 7)).containsExactly(0, 0, 0, 1, 1, 2, 2);
    assertThat(Sampling.ascendingLabels(0, 2)).containsExactly(0, 0);
    assertThat(Sampling.ascendingLabels(3, 7, 2, 6)).containsExactly(0, 1, 1, 2);
    assertThat(Sampling.ascendingLabels(3, 7, 7, 7)).isEmpty();
    assertThatThrownBy(() -> Sampling.ascendingLabels(3, 7, 2, 8))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void arraysAreFreedBatchByBatch() {
    var seen = new ArrayList<NDArray>();
    Sampling.ofSeed(1)
        .batches(2)
        .forEachBatch(
            initialised(new CganGenerator(SMALL, 3, new Shape(1, 2, 2))),
            new long[8],
            (images, labels) -> {
              assertThat(seen).allMatch(NDArray::isReleased);
              seen.addAll(List.of(images, labels, images.mul(2)));
            });
    assertThat(seen).hasSize(12).allMatch(NDArray::isReleased);
  }

  @Test
  void anUnconditionalGeneratorHasNoLabelsAndIsEvaluated() {
    var generator = initialised(new DcganGenerator(8, 4, 1, 8));
    float[] before = generator.stateDict().get("main.1.running_mean").toFloatArray();
    Sampling.ofSeed(1)
        .forEachBatch(
            generator,
            new long[7],
            (images, labels) -> {
              assertThat(images.getShape()).isEqualTo(new Shape(7, 1, 8, 8));
              assertThat(labels).isNull();
            });
    assertThat(generator.stateDict().get("main.1.running_mean").toFloatArray()).isEqualTo(before);
    assertThat(generator.stateDict().get("main.1.num_batches_tracked").getLong()).isZero();
  }

  @Test
  void truncationBoundsTheLatents() {
    for (float[] batch : batches(Sampling.ofSeed(2).truncated(0.25), new Echo(0), new long[300])) {
      for (float value : batch) {
        assertThat(Math.abs(value)).isLessThanOrEqualTo(0.25f);
      }
    }
    var uniform = initialised(new CganGenerator(SMALL, 3, new Shape(1, 2, 2)));
    var truncated = Sampling.ofSeed(2).truncated(0.5);
    assertThatThrownBy(() -> batches(truncated, uniform, new long[3]))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void standingStatisticsServeTheSamplesAndAreTakenBack() {
    var generator = initialised(new CganGenerator(SMALL, 3, new Shape(1, 2, 2)));
    NDArray mean = generator.stateDict().get("y_norm.running_mean");
    NDArray tracked = generator.stateDict().get("y_norm.num_batches_tracked");
    long[] labels = {1, 1, 1, 1, 1};
    List<float[]> own = batches(Sampling.ofSeed(3), generator, labels);
    var standing = Sampling.ofSeed(3).standing(9, 16);
    standing.forEachBatch(
        generator,
        labels,
        (images, asked) -> {
          assertThat(tracked.getLong()).isEqualTo(9);
          // Only class 1 is asked for, so a unit of the label's hidden layer has one value.
          NDArray y = generator.stateDict().get("y_layer.weight").get(":, 1");
          NDArray unit = y.add(generator.stateDict().get("y_layer.bias"));
          assertThat(mean.sub(unit).abs().max().getFloat()).isLessThan(1e-6f);
        });
    assertThat(tracked.getLong()).isZero();
    assertThat(mean.toFloatArray()).containsOnly(0f);
    List<float[]> once = batches(standing, generator, labels);
    assertThat(once.get(0)).isNotEqualTo(own.get(0));
    assertThat(batches(standing, generator, labels).get(0)).isEqualTo(once.get(0));
  }

  @Test
  void labelsHaveTheProportionsOfTheClasses() {
    assertThat(counts(Sampling.labels(new long[] {50, 30, 20}, 10, 0), 3)).containsExactly(5, 3, 2);
    // Shares 4.2, 2.1 and 0.7: the one label missing goes to the largest remainder.
    assertThat(counts(Sampling.labels(new long[] {6, 3, 1}, 7, 0), 3)).containsExactly(4, 2, 1);
    assertThat(counts(Sampling.labels(new long[] {1, 0, 1}, 5, 0), 3)).containsExactly(3, 0, 2);
    assertThat(counts(Sampling.labels(3, 11, 0), 3)).containsExactly(4, 4, 3);
    assertThat(Sampling.labels(0, 4, 0)).containsExactly(0, 0, 0, 0);
    assertThat(Sampling.labels(5, 0, 0)).isEmpty();
  }

  private static int[] counts(long[] labels, int classes) {
    var counts = new int[classes];
    for (long label : labels) {
      counts[(int) label]++;
    }
    return counts;
  }

  @Test
  void labelsAreShuffledBySeed() {
    long[] labels = Sampling.labels(10, 10_000, 4);
    assertThat(Sampling.labels(10, 10_000, 4)).isEqualTo(labels);
    assertThat(Sampling.labels(10, 10_000, 5)).isNotEqualTo(labels);
    for (int part = 0; part < 5; part++) {
      long[] some = Arrays.copyOfRange(labels, 2000 * part, 2000 * (part + 1));
      assertThat(Arrays.stream(counts(some, 10)).boxed()).allMatch(n -> n > 140 && n < 260);
    }
  }

  @Test
  void refusesWhatCannotBe() {
    assertThatThrownBy(() -> batches(Sampling.ofSeed(1), new Echo(3), new long[] {0, 3}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("class 3")
        .hasMessageContaining("classes 0 to 2");
    assertThatThrownBy(() -> Sampling.ofSeed(1).batches(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one image, not 0");
    assertThatThrownBy(() -> Sampling.ofSeed(1).truncated(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not at 0.0");
    assertThatThrownBy(() -> Sampling.ofSeed(1).standing(-1, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
    assertThatThrownBy(() -> Sampling.ofSeed(1).standing(3, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one image, not 0");
    assertThatThrownBy(() -> Sampling.labels(new long[] {0, 0}, 5, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("proportions [0, 0]");
    assertThatThrownBy(() -> Sampling.labels(new long[] {3, -1}, 5, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("proportions [3, -1]");
  }

  @Test
  void rowsAreEquallyOftenUpToOneTime() {
    assertThat(counts(Sampling.rows(4, 10, 0), 4)).containsOnly(2, 3);
    assertThat(counts(Sampling.rows(4, 8, 0), 4)).containsOnly(2);
    long[] some = Sampling.rows(1000, 100, 1);
    assertThat(some).doesNotHaveDuplicates().hasSize(100);
    // Of all of them, not the first ones.
    assertThat(Arrays.stream(some).max().orElseThrow()).isGreaterThan(500);
    assertThat(Sampling.rows(1000, 100, 1)).isEqualTo(some);
    assertThat(Sampling.rows(1000, 100, 2)).isNotEqualTo(some);
  }
}
