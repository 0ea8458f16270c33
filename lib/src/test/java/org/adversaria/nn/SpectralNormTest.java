package org.adversaria.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The conventions on closed forms; their numbers, call by call, are reference cases. */
@Tag("slow")
class SpectralNormTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  static SpectralNorm[] conventions() {
    return new SpectralNorm[] {
      SpectralNorm.hook(), SpectralNorm.bigGan(), new SpectralNorm.Mimicry(1e-12)
    };
  }

  /** A layer of 3 x 2 whose singular values are 3 and 2. */
  private Linear stretching(SpectralNorm norm) {
    Torch.setSeed(5);
    var layer = new Linear(2, 3, false, norm);
    layer.initialize(manager);
    weight(layer).set(new float[] {0, 2, 3, 0, 0, 0});
    return layer;
  }

  private static NDArray weight(Linear layer) {
    return layer.trainable().singletonOrThrow();
  }

  private static Map<String, float[]> values(TorchBlock network) {
    var values = new LinkedHashMap<String, float[]>();
    network.stateDict().forEach((name, array) -> values.put(name, array.toFloatArray()));
    return values;
  }

  private static void converge(Linear layer, NDArray x) {
    for (int i = 0; i < 40; i++) {
      layer.forward(x, true);
    }
  }

  @ParameterizedTest
  @MethodSource("conventions")
  void dividesByTheLargestSingularValue(SpectralNorm norm) {
    Linear layer = stretching(norm);
    NDArray identity = manager.eye(2);
    converge(layer, identity);
    float[] expected = {0, 1, 0, 2f / 3, 0, 0};
    assertThat(layer.forward(identity, true).toFloatArray())
        .containsExactly(expected, within(1e-5f));
    assertThat(layer.forward(identity, false).toFloatArray())
        .containsExactly(expected, within(1e-5f));
    assertThat(weight(layer).toFloatArray()).containsExactly(0, 2, 3, 0, 0, 0);
  }

  @Test
  void storesWhatItsNamesSay() {
    Linear hooked = stretching(SpectralNorm.hook());
    converge(hooked, manager.eye(2));
    assertThat(hooked.stateDict().keySet()).containsExactly("weight_orig", "weight_u", "weight_v");
    NDArray u = hooked.stateDict().get("weight_u");
    NDArray v = hooked.stateDict().get("weight_v");
    assertThat(u.abs().toFloatArray()).containsExactly(new float[] {0, 1, 0}, within(1e-5f));
    assertThat(v.abs().toFloatArray()).containsExactly(new float[] {1, 0}, within(1e-5f));

    Linear bigGan = stretching(SpectralNorm.bigGan());
    converge(bigGan, manager.eye(2));
    assertThat(bigGan.stateDict().keySet()).containsExactly("weight", "u0", "sv0");
    assertThat(bigGan.stateDict().get("u0").getShape()).isEqualTo(new Shape(1, 3));
    assertThat(bigGan.stateDict().get("sv0").toFloatArray())
        .containsExactly(new float[] {3}, within(1e-5f));
  }

  @ParameterizedTest
  @MethodSource("conventions")
  void evaluationChangesNothing(SpectralNorm norm) {
    Linear layer = stretching(norm);
    Map<String, float[]> before = values(layer);
    layer.forward(manager.eye(2), false);
    assertThat(values(layer)).usingRecursiveComparison().isEqualTo(before);
    layer.forward(manager.eye(2), true);
    assertThat(values(layer)).usingRecursiveComparison().isNotEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("conventions")
  void gradientsFlowThroughSigma(SpectralNorm norm) {
    Linear layer = stretching(norm);
    NDArray identity = manager.eye(2);
    converge(layer, identity);
    try (var recording = Autograd.record()) {
      // f = sum(W / sigma) = (2 + 3) / 3; df/dW = 1 / sigma - (5 / sigma^2) u v'.
      NDArray loss = layer.forward(identity, true).sum();
      float[] gradient = Autograd.grad(loss, layer.trainable()).get(0).toFloatArray();
      float third = 1f / 3;
      assertThat(gradient)
          .containsExactly(
              new float[] {third, third, third - 5f / 9, third, third, third}, within(1e-4f));
    }
  }

  @ParameterizedTest
  @MethodSource("conventions")
  void laterCallsLeaveEarlierGraphsAlone(SpectralNorm norm) {
    NDArray x = manager.create(new float[] {1, 2, -1, 1}, new Shape(2, 2));
    Linear layer = stretching(norm);
    Linear twin = stretching(norm);
    try (var recording = Autograd.record()) {
      NDArray first = layer.forward(x, true).square().sum();
      NDArray evaluated = layer.forward(x, false).square().sum();
      layer.forward(x, true);
      NDArray alone = twin.forward(x, true).square().sum();
      assertThat(Autograd.grad(first, layer.trainable()).get(0).toFloatArray())
          .isEqualTo(Autograd.grad(alone, twin.trainable()).get(0).toFloatArray());
      assertThat(Autograd.grad(evaluated, layer.trainable()).get(0).isNaN().any().getBoolean())
          .isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("conventions")
  void gradientPenaltiesReachTheWeight(SpectralNorm norm) {
    Linear layer = stretching(norm);
    NDArray x = manager.create(new float[] {1, 2}, new Shape(1, 2));
    x.setRequiresGradient(true);
    converge(layer, manager.eye(2));
    try (var recording = Autograd.record()) {
      // The gradient of sum(Wx) / sigma in x is (1, 2/3): its square's gradient is that of
      // (9 + 4) / sigma^2, where only W of the row of sums is free: 2 * (3, 2) / 9 - 2 * 13 / 27
      // uv'.
      NDArray slope = Autograd.grad(layer.forward(x, true).sum(), new NDList(x), true).get(0);
      NDArray penalty = slope.square().sum();
      float[] gradient = Autograd.grad(penalty, layer.trainable()).get(0).toFloatArray();
      float a = 6f / 9;
      float b = 4f / 9;
      assertThat(gradient)
          .containsExactly(new float[] {a, b, a - 26f / 27, b, a, b}, within(1e-4f));
    }
  }

  @ParameterizedTest
  @MethodSource("conventions")
  void whatACallMakesBelongsToTheCall(SpectralNorm norm) {
    var network =
        new Sequential(List.of(new Conv2d(2, 8, 3, 1, 1, true, norm), new SelfAttention(8, norm)));
    network.initialize(manager);
    int before = manager.getManagedArrays().size();
    try (NDManager step = manager.newSubManager()) {
      network.forward(step.ones(new Shape(1, 2, 4, 4)), true);
      network.forward(step.ones(new Shape(1, 2, 4, 4)), false);
    }
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void embeddingsLookUpNormalisedVectors() {
    var layer = new Embedding(3, 2, SpectralNorm.bigGan());
    layer.initialize(manager);
    layer.trainable().get(0).set(new float[] {0, 2, 4, 0, 0, 0});
    NDArray labels = manager.create(new long[] {1, 0, 1});
    for (int i = 0; i < 40; i++) {
      layer.forward(labels, true);
    }
    assertThat(layer.forward(labels, false).toFloatArray())
        .containsExactly(new float[] {1, 0, 0, 0.5f, 1, 0}, within(1e-5f));
  }
}
