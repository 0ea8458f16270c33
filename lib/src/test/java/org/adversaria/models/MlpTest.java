package org.adversaria.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Map;
import org.adversaria.models.MlpDiscriminator.Heads;
import org.adversaria.models.MlpDiscriminator.Outputs;
import org.adversaria.torch.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The small networks, held against their formulas. */
class MlpTest {

  private final NDManager manager = NDManager.newBaseManager();

  @BeforeEach
  void seed() {
    Torch.setSeed(1);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static double[] affine(Map<String, NDArray> state, String name, double[] x) {
    float[] weight = state.get(name + ".weight").toFloatArray();
    float[] bias = state.get(name + ".bias").toFloatArray();
    var y = new double[bias.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = bias[i];
      for (int j = 0; j < x.length; j++) {
        y[i] += weight[i * x.length + j] * x[j];
      }
    }
    return y;
  }

  private static double[] tanh(double[] x) {
    return Arrays.stream(x).map(Math::tanh).toArray();
  }

  @Test
  void generatorIsThePublishedOne() {
    var generator = new MlpGenerator(2, 3, 1, 10);
    generator.initialize(manager);
    Map<String, NDArray> state = generator.stateDict();
    assertThat(state)
        .containsOnlyKeys(
            "embed.weight",
            "decode.0.weight",
            "decode.0.bias",
            "decode.2.weight",
            "decode.2.bias",
            "decode.4.weight",
            "decode.4.bias",
            "decode.5.weight",
            "decode.5.bias");
    NDArray z = manager.create(new float[] {0.5f, -1, 2, 0.1f}, new Shape(2, 2));
    NDArray points = generator.forward(z, manager.create(new long[] {0, 2}));
    assertThat(points.getShape()).isEqualTo(new Shape(2, 1));

    float[] embed = state.get("embed.weight").toFloatArray();
    double[] h = tanh(affine(state, "decode.0", new double[] {2, 0.1, embed[4], embed[5]}));
    h = affine(state, "decode.4", tanh(affine(state, "decode.2", h)));
    double expected = affine(state, "decode.5", h)[0];
    assertThat((double) points.getFloat(1, 0)).isCloseTo(expected, within(1e-5));
  }

  @Test
  void discriminatorsHeadsReadTheSameFeatures() {
    var discriminator = new MlpDiscriminator(1, 3, 10, new Heads(true, true, 6, true));
    discriminator.initialize(manager);
    Map<String, NDArray> state = discriminator.stateDict();
    NDArray x = manager.create(new float[] {0.5f, -1}, new Shape(2, 1));
    Outputs outputs = discriminator.forward(x, manager.create(new long[] {0, 2}));
    assertThat(outputs.logit().getShape()).isEqualTo(new Shape(2));
    assertThat(outputs.classifier().getShape()).isEqualTo(new Shape(2, 6));
    assertThat(outputs.twin().getShape()).isEqualTo(new Shape(2, 3));

    double[] h = tanh(affine(state, "encode.0", new double[] {-1}));
    h = affine(state, "encode.4", tanh(affine(state, "encode.2", h)));
    double logit = affine(state, "gan_linear", h)[0];
    float[] projection = state.get("projection.weight").toFloatArray();
    for (int i = 0; i < 10; i++) {
      logit += h[i] * projection[20 + i];
    }
    assertThat((double) outputs.logit().getFloat(1)).isCloseTo(logit, within(1e-5));
    assertThat((double) outputs.classifier().getFloat(1, 5))
        .isCloseTo(affine(state, "aux_linear", h)[5], within(1e-5));
    assertThat((double) outputs.twin().getFloat(1, 2))
        .isCloseTo(affine(state, "mi_linear", h)[2], within(1e-5));
  }

  @Test
  void aHeadThatIsNotAskedForHasNoParameters() {
    var classifier = new MlpDiscriminator(2, 3, 10, new Heads(false, false, 3, false));
    classifier.initialize(manager);
    assertThat(classifier.stateDict())
        .containsKey("aux_linear.weight")
        .doesNotContainKeys("gan_linear.weight", "mi_linear.weight", "projection.weight");
    NDArray labels = manager.create(new long[4]);
    NDArray x = manager.ones(new Shape(4, 2));
    Outputs outputs = classifier.forward(x, labels);
    assertThat(outputs.logit()).isNull();
    assertThat(outputs.twin()).isNull();
    NDList present = classifier.forward(new NDList(x, labels), false);
    assertThat(present.singletonOrThrow()).isEqualTo(outputs.classifier());
  }
}
