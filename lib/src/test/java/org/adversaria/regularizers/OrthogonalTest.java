package org.adversaria.regularizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.adversaria.models.DcganGenerator;
import org.adversaria.nn.Initializers;
import org.adversaria.regularizers.Orthogonal.Form;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.TorchScriptException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OrthogonalTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void byHand() {
    // W W^T is (5 4; 4 5) and, of the other weight, (9).
    NDArray w = manager.create(new float[][] {{2, 1}, {1, 2}}).reshape(2, 1, 2, 1);
    var weights = new NDList(w, manager.create(new float[][] {{3}}));
    assertThat(new Orthogonal(0.5, Form.MODIFIED).penalty(weights).getFloat())
        .isEqualTo((16 + 16) / 2f);
    assertThat(new Orthogonal(0.5, Form.ORIGINAL).penalty(weights).getFloat())
        .isEqualTo((16 + 16 + 16 + 16 + 64) / 2f);
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void theGradientIsThatOfThePublishedCode(Form form) {
    NDArray w = manager.randomNormal(new Shape(4, 3, 2, 2));
    w.setRequiresGradient(true);
    NDArray slope;
    try (var recording = Autograd.record()) {
      slope =
          Autograd.grad(new Orthogonal(0.05, form).penalty(new NDList(w)), new NDList(w)).get(0);
    }
    // 2 strength (W W^T - I) W, or with (W W^T * (1 - I)); the strength is 2 beta.
    NDArray rows = w.reshape(4, 12).stopGradient();
    NDArray eye = manager.eye(4);
    NDArray products = rows.matMul(rows.transpose());
    NDArray kept = form == Form.ORIGINAL ? products.sub(eye) : products.mul(eye.neg().add(1));
    NDArray expected = kept.matMul(rows).mul(2 * 0.1f);
    assertThat(slope.getShape()).isEqualTo(w.getShape());
    assertThat(slope.toFloatArray()).containsExactly(expected.toFloatArray(), within(1e-4f));
  }

  @Test
  void perpendicularFiltersOfAnyLengthPassTheModifiedForm() {
    NDArray w = Initializers.orthogonal(1).initialize(manager, new Shape(6, 9), DataType.FLOAT32);
    assertThat(new Orthogonal(1, Form.ORIGINAL).penalty(new NDList(w)).getFloat())
        .isEqualTo(0, within(1e-10f));
    NDArray longer = w.mul(3f);
    assertThat(new Orthogonal(1, Form.MODIFIED).penalty(new NDList(longer)).getFloat())
        .isEqualTo(0, within(1e-8f));
    assertThat(new Orthogonal(1, Form.ORIGINAL).penalty(new NDList(longer)).getFloat())
        .isEqualTo(6 * 64, within(1e-2f));
  }

  @Test
  void weightsAreThoseWithRowsOutsideOfWhatIsSkipped() {
    var network = new DcganGenerator(4, 2, 1, 16);
    network.initialize(manager);
    NDList weights = Orthogonal.weights(network);
    long matrices =
        network.trainable().stream().filter(array -> array.getShape().dimension() == 4).count();
    assertThat(weights).hasSize((int) matrices);
    assertThat(weights).allMatch(array -> array.getShape().dimension() == 4);
    assertThat(Orthogonal.weights(network, "main.0", "main.1")).hasSize((int) matrices - 1);
    assertThat(Orthogonal.weights(network, "main.0.weight")).hasSize((int) matrices - 1);
    assertThat(Orthogonal.weights(network, "main.")).hasSize((int) matrices);
    assertThat(Orthogonal.weights(network, "main")).isEmpty();
  }

  @Test
  void aVectorIsRefused() {
    var weights = new NDList(manager.ones(new Shape(3)));
    assertThatThrownBy(() -> new Orthogonal(1, Form.MODIFIED).penalty(weights))
        .isInstanceOf(TorchScriptException.class);
  }
}
