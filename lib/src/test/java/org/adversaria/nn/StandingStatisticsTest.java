package org.adversaria.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.adversaria.torch.Torch;
import org.adversaria.torch.TorchOps;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StandingStatisticsTest {

  private static final int PASSES = 7;

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** Another layer with statistics: no scale, a momentum of its own, two uses in a row if asked. */
  private static final class Whitening extends Layer implements RunningStatistics {

    private static final TorchOps.BatchNorm CONSTANTS = new TorchOps.BatchNorm(0.25, 1e-5);

    private final Parameter mean;
    private final Parameter variance;
    private final Parameter seen;
    private final int uses;

    Whitening(int channels, int uses) {
      var shape = new Shape(channels);
      mean = buffer("stored_mean", Parameter.Type.OTHER, Initializer.ZEROS, shape);
      variance = buffer("stored_var", Parameter.Type.OTHER, Initializer.ONES, shape);
      Initializer zero = (m, s, type) -> m.zeros(s, DataType.INT64);
      seen = buffer("seen", Parameter.Type.OTHER, zero, new Shape());
      this.uses = uses;
    }

    @Override
    public NDArray forward(NDArray x, boolean training) {
      NDArray ones = runningMean().onesLike();
      NDArray zeros = runningMean().zerosLike();
      for (int i = 0; i < uses; i++) {
        if (training) {
          batchesTracked().addi(1);
        }
        x =
            TorchOps.batchNorm(
                x.mul(i + 1f), ones, zeros, runningMean(), runningVariance(), training, CONSTANTS);
      }
      return x;
    }

    @Override
    public NDArray runningMean() {
      return mean.getArray();
    }

    @Override
    public NDArray runningVariance() {
      return variance.getArray();
    }

    @Override
    public NDArray batchesTracked() {
      return seen.getArray();
    }

    @Override
    public double momentum() {
      return CONSTANTS.momentum();
    }
  }

  private List<NDArray> batches(int channels) {
    Torch.setSeed(4);
    return IntStream.range(0, PASSES)
        .mapToObj(i -> manager.randomNormal(i, 1 + i, new Shape(9, channels), DataType.FLOAT32))
        .toList();
  }

  /** Runs a layer on the next batch each time. */
  private static Runnable passes(Layer layer, List<NDArray> batches) {
    var next = batches.iterator();
    return () -> layer.forward(next.next(), true);
  }

  private static Map<String, float[]> values(TorchBlock network) {
    var values = new LinkedHashMap<String, float[]>();
    network
        .stateDict()
        .forEach(
            (name, array) -> values.put(name, array.toType(DataType.FLOAT32, true).toFloatArray()));
    return values;
  }

  private static void assertClose(NDArray actual, NDArray expected) {
    assertThat(actual.sub(expected).abs().max().getFloat()).isLessThan(1e-4f);
  }

  private static NDArray averageMean(List<NDArray> batches) {
    return average(batches.stream().map(x -> x.mean(new int[] {0})).toList());
  }

  /** The plain average of the unbiased variances. */
  private static NDArray averageVariance(List<NDArray> batches) {
    return average(
        batches.stream()
            .map(x -> x.sub(x.mean(new int[] {0}, true)).square().sum(new int[] {0}).div(8f))
            .toList());
  }

  private static NDArray average(List<NDArray> arrays) {
    return arrays.stream().reduce(NDArray::add).orElseThrow().div((float) arrays.size());
  }

  @Test
  void areThePlainAverageOverPassesAsInPyTorchWithoutMomentum() {
    var layer = new BatchNorm(3);
    layer.initialize(manager);
    List<NDArray> batches = batches(3);
    try (var standing = StandingStatistics.collect(layer, passes(layer, batches), PASSES)) {
      assertClose(layer.runningMean(), averageMean(batches));
      assertClose(layer.runningVariance(), averageVariance(batches));
      assertThat(layer.batchesTracked().getLong()).isEqualTo(PASSES);

      NDArray x = batches.get(0);
      NDArray scale = averageVariance(batches).add(1e-5f).sqrt();
      assertClose(layer.forward(x, false), x.sub(averageMean(batches)).div(scale));
    }
  }

  @Test
  void computesPyTorchsNumbers() {
    // What torch.nn.BatchNorm1d(1, momentum=None) holds after these three batches.
    var layer = new BatchNorm(1);
    layer.initialize(manager);
    List<NDArray> batches =
        List.of(
            manager.create(new float[] {1, 2, 6}, new Shape(3, 1)),
            manager.create(new float[] {-1, 0, 4}, new Shape(3, 1)),
            manager.create(new float[] {5, 5, 5}, new Shape(3, 1)));
    try (var standing = StandingStatistics.collect(layer, passes(layer, batches), 3)) {
      assertThat(layer.runningMean().toFloatArray()[0]).isCloseTo(3f, within(1e-6f));
      assertThat(layer.runningVariance().toFloatArray()[0]).isCloseTo(14 / 3f, within(1e-5f));
    }
  }

  @Test
  void closingLeavesTheNetworkAsItWas() {
    var norm = new BatchNorm(4);
    var network = new Sequential(List.of(new Linear(2, 4), norm, Elementwise.relu()));
    network.initialize(manager);
    List<NDArray> batches = batches(2);
    network.forward(batches.get(0), true);
    Map<String, float[]> before = values(network);
    try (var standing = StandingStatistics.collect(network, passes(network, batches), PASSES)) {
      assertThat(values(network).get("1.running_mean")).isNotEqualTo(before.get("1.running_mean"));
      standing.close();
      assertThat(values(network)).usingRecursiveComparison().isEqualTo(before);
      // Training goes on, and closing once more changes nothing.
      network.forward(batches.get(1), true);
    }
    assertThat(norm.batchesTracked().getLong()).isEqualTo(2);
  }

  @Test
  void servesEveryLayerWithStatisticsWhateverItsMomentumAndNames() {
    var inner = new Whitening(2, 1);
    var network = new Sequential(List.of(new Sequential(List.of(inner)), new BatchNorm(2)));
    network.initialize(manager);
    List<NDArray> batches = batches(2);
    try (var standing = StandingStatistics.collect(network, passes(network, batches), PASSES)) {
      assertClose(inner.runningMean(), averageMean(batches));
      assertClose(inner.runningVariance(), averageVariance(batches));
    }
  }

  @Test
  void servesBigGansLayersWhoseStateDictCountsNoBatches() {
    var layer = new StoredBatchNorm(2);
    layer.initialize(manager);
    assertThat(layer.stateDict().keySet())
        .containsExactly("gain", "bias", "stored_mean", "stored_var");
    List<NDArray> batches = batches(2);
    layer.forward(batches.get(0), true);
    Map<String, float[]> before = values(layer);
    try (var standing = StandingStatistics.collect(layer, passes(layer, batches), PASSES)) {
      assertClose(layer.runningMean(), averageMean(batches));
      assertClose(layer.runningVariance(), averageVariance(batches));
    }
    assertThat(values(layer)).usingRecursiveComparison().isEqualTo(before);
  }

  @Test
  void aLayerCalledTwiceInAPassWeighsTheLaterCallByItsMomentum() {
    var layer = new Whitening(2, 2);
    layer.initialize(manager);
    List<NDArray> batches = batches(2);
    try (var standing = StandingStatistics.collect(layer, passes(layer, batches), PASSES)) {
      // The second call sees twice a whitened batch: mean 0 and variance 4 * 9 / 8.
      float first = 0.75f * 0.25f / (1 - 0.75f * 0.75f);
      assertClose(layer.runningMean(), averageMean(batches).mul(first));
      assertClose(
          layer.runningVariance(),
          averageVariance(batches).mul(first).add((1 - first) * 4f * 9f / 8f));
    }
  }

  @Test
  void aFailingPassLeavesTheNetworkAsItWas() {
    var layer = new BatchNorm(2);
    layer.initialize(manager);
    Map<String, float[]> before = values(layer);
    Runnable failsAtTheSecondPass = passes(layer, batches(2).subList(0, 1));
    assertThatThrownBy(() -> StandingStatistics.collect(layer, failsAtTheSecondPass, 2))
        .isInstanceOf(NoSuchElementException.class);
    assertThat(values(layer)).usingRecursiveComparison().isEqualTo(before);

    NDArray x = manager.ones(new Shape(3, 2));
    assertThatThrownBy(() -> StandingStatistics.collect(layer, () -> layer.forward(x, false), 2))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("did not reach a BatchNorm")
        .hasMessageContaining("training = true");
    assertThat(values(layer)).usingRecursiveComparison().isEqualTo(before);
    assertThatThrownBy(() -> StandingStatistics.collect(layer, () -> {}, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one pass, not 0");
  }

  @Test
  void freesWhatThePassesMake() {
    var layer = new BatchNorm(2);
    layer.initialize(manager);
    NDArray x = manager.randomNormal(new Shape(5, 2));
    var made = new NDList();
    try (var standing =
        StandingStatistics.collect(layer, () -> made.add(layer.forward(x, true)), 3)) {
      assertThat(made).hasSize(3).allMatch(NDArray::isReleased);
    }
  }

  @Test
  void aNetworkWithoutStatisticsIsLeftAlone() {
    var layer = new Linear(2, 2);
    layer.initialize(manager);
    try (var standing =
        StandingStatistics.collect(
            layer,
            () -> {
              throw new AssertionError("there is nothing to gather");
            },
            3)) {
      assertThat(layer.forward(manager.ones(new Shape(1, 2)), false).getShape())
          .isEqualTo(new Shape(1, 2));
    }
  }
}
