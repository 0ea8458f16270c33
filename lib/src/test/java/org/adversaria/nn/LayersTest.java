package org.adversaria.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoopTranslator;
import java.util.List;
import java.util.Map;
import org.adversaria.torch.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each layer on values that can be worked out by hand. */
class LayersTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private <L extends Layer> L loaded(L layer, Map<String, NDArray> state) {
    layer.initialize(manager);
    StateDict.load(layer, state, "the test's values");
    return layer;
  }

  private NDArray array(Shape shape, float... values) {
    return manager.create(values, shape);
  }

  @Test
  void linearIsAffine() {
    Linear layer =
        loaded(
            new Linear(2, 2),
            Map.of(
                "weight", array(new Shape(2, 2), 1, 2, 3, 4), "bias", array(new Shape(2), 10, 20)));
    assertThat(layer.forward(array(new Shape(1, 2), 1, -1), true).toFloatArray())
        .containsExactly(9, 19);
  }

  @Test
  void aBlockIsPrintedWithTheNumberOfItsParameters() {
    var block = new Sequential(List.of(new Linear(2, 3), new BatchNorm(3)));
    assertThat(block).hasToString("Sequential with 15 parameters");
  }

  @Test
  void convolutionSumsItsWindow() {
    Conv2d layer =
        loaded(
            new Conv2d(1, 1, 2, 2, 0, true),
            Map.of(
                "weight", array(new Shape(1, 1, 2, 2), 1, 10, 100, 1000),
                "bias", array(new Shape(1), 0.5f)));
    NDArray x = manager.arange(16f).reshape(1, 1, 4, 4);
    // windows (0 1 4 5), (2 3 6 7), ...
    assertThat(layer.forward(x, true).toFloatArray())
        .containsExactly(5410.5f, 7632.5f, 14298.5f, 16520.5f);
  }

  @Test
  void transposedConvolutionDoublesTheSize() {
    ConvTranspose2d layer = new ConvTranspose2d(3, 5, 4, 2, 1, true);
    layer.initialize(manager);
    assertThat(layer.forward(manager.ones(new Shape(2, 3, 8, 8)), true).getShape())
        .isEqualTo(new Shape(2, 5, 16, 16));
  }

  @Test
  void transposedConvolutionAddsRowsAtTheFarSide() {
    ConvTranspose2d layer = new ConvTranspose2d(3, 5, 3, 2, 1, 1, true);
    layer.initialize(manager);
    assertThat(layer.forward(manager.ones(new Shape(2, 3, 8, 8)), true).getShape())
        .isEqualTo(new Shape(2, 5, 16, 16));
  }

  @Test
  void instanceNormIsOverThePixelsOfAChannel() {
    NDArray x = array(new Shape(2, 1, 1, 2), 1, 3, 10, 50);
    var plain = new InstanceNorm(1, false, 1e-9);
    plain.initialize(manager);
    assertThat(plain.forward(x, true).toFloatArray())
        .usingComparatorWithPrecision(1e-5f)
        .containsExactly(-1, 1, -1, 1);
    InstanceNorm affine =
        loaded(
            new InstanceNorm(1, true, 1e-9),
            Map.of("weight", array(new Shape(1), 3), "bias", array(new Shape(1), 5)));
    assertThat(affine.forward(x, false).toFloatArray())
        .usingComparatorWithPrecision(1e-5f)
        .containsExactly(2, 8, 2, 8);
  }

  @Test
  void maxoutTakesTheLargestPieceOfEachUnit() {
    Maxout layer =
        loaded(
            new Maxout(1, 2, 3),
            Map.of(
                "weight", array(new Shape(6, 1), 1, -1, 0, 2, 3, -5),
                "bias", array(new Shape(6), 0, 0, 0.5f, 0, -1, 0)));
    NDArray x = array(new Shape(3, 1), 2, 0, -2);
    // unit 0: max(x, -x, 0.5); unit 1: max(2 x, 3 x - 1, -5 x)
    assertThat(layer.forward(x, true).toFloatArray()).containsExactly(2, 5, 0.5f, 0, 2, 10);
  }

  @Test
  void batchNormCountsItsBatches() {
    BatchNorm layer = new BatchNorm(1);
    layer.initialize(manager);
    NDArray x = array(new Shape(2, 1), 1, 3);
    assertThat(layer.forward(x, true).toFloatArray())
        .containsExactly(new float[] {-1, 1}, within(1e-4f));
    layer.forward(x, true);
    layer.forward(x, false);

    Map<String, NDArray> state = layer.stateDict();
    assertThat(state.keySet())
        .containsExactly("weight", "bias", "running_mean", "running_var", "num_batches_tracked");
    assertThat(state.get("num_batches_tracked").toLongArray()).containsExactly(2);
    // mean 2, momentum 0.1: 0.2, then 0.38
    assertThat(state.get("running_mean").toFloatArray()[0]).isCloseTo(0.38f, within(1e-6f));
    assertThat(layer.trainable()).hasSize(2);
  }

  @Test
  void dropoutScalesWhatItKeeps() {
    Torch.setSeed(3);
    NDArray x = manager.ones(new Shape(100_000));
    Dropout layer = new Dropout(0.2);

    NDArray y = layer.forward(x, true);

    assertThat(y.mean().getFloat()).isCloseTo(1, within(0.01f));
    assertThat(y.eq(0).toType(DataType.FLOAT32, false).mean().getFloat())
        .isCloseTo(0.2f, within(0.01f));
    assertThat(y.max().getFloat()).isEqualTo(1.25f);
    assertThat(layer.forward(x, false)).isSameAs(x);
    assertThatThrownBy(() -> new Dropout(1)).hasMessageContaining("1.0");
  }

  @Test
  void activations() {
    NDArray x = array(new Shape(3), -2, 0, 3);
    assertThat(Elementwise.relu().forward(x, true).toFloatArray()).containsExactly(0, 0, 3);
    assertThat(Elementwise.leakyRelu(0.25).forward(x, true).toFloatArray())
        .containsExactly(-0.5f, 0, 3);
    assertThat(Elementwise.tanh().forward(x, true).toFloatArray()[2])
        .isCloseTo((float) Math.tanh(3), within(1e-6f));
  }

  @Test
  void namesFollowThePyTorchStateDict() {
    var net =
        new Sequential(
            List.of(
                new Conv2d(1, 2, 3, 1, 1, false),
                new BatchNorm(2),
                Elementwise.relu(),
                new Linear(4, 1)));
    net.initialize(manager);
    assertThat(net.stateDict().keySet())
        .containsExactly(
            "0.weight",
            "1.weight",
            "1.bias",
            "1.running_mean",
            "1.running_var",
            "1.num_batches_tracked",
            "3.weight",
            "3.bias");
    assertThat(net.trainable()).hasSize(5);
  }

  @Test
  void servesThroughDjlsModelAndPredictor() throws Exception {
    Linear layer = new Linear(3, 2);
    layer.initialize(manager);
    NDArray x = manager.ones(new Shape(4, 3));
    try (Model model = Model.newInstance("linear")) {
      model.setBlock(layer);
      try (Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator(null))) {
        NDArray served = predictor.predict(new NDList(x)).singletonOrThrow();
        assertThat(served.toFloatArray()).isEqualTo(layer.forward(x, false).toFloatArray());
      }
    }
    assertThat(layer.getOutputShapes(new Shape[] {new Shape(4, 3)}))
        .containsExactly(new Shape(4, 2));
  }

  @Test
  void parametersOutliveTheScopeTheyAreMadeIn() {
    Linear layer = new Linear(3, 2);
    try (var scope = new NDScope()) {
      layer.initialize(manager);
    }
    assertThat(layer.forward(manager.zeros(new Shape(1, 3)), false).getShape())
        .isEqualTo(new Shape(1, 2));
  }
}
