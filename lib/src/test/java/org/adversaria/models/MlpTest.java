package org.adversaria.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Map;
import org.adversaria.nn.Embedding;
import org.adversaria.nn.Linear;
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
    NDArray points = generator.forward(z, manager.create(new long[] {0, 2}), false);
    assertThat(points.getShape()).isEqualTo(new Shape(2, 1));

    float[] embed = state.get("embed.weight").toFloatArray();
    double[] h = tanh(affine(state, "decode.0", new double[] {2, 0.1, embed[4], embed[5]}));
    h = affine(state, "decode.4", tanh(affine(state, "decode.2", h)));
    double expected = affine(state, "decode.5", h)[0];
    assertThat((double) points.getFloat(1, 0)).isCloseTo(expected, within(1e-5));
  }

  /** What a discriminator with every head returns. */
  private record Outputs(NDArray logit, NDArray classifier, NDArray twin) {}

  @Test
  void discriminatorsHeadsReadTheSameFeatures() {
    var body = new MlpBody(1, 10);
    Linear psi = body.linear("logit", 1);
    Embedding v = body.embedding("class_embedding", 3, 10);
    Linear classes = body.linear("classifier", 6);
    Linear twins = body.linear("twin", 3);
    var discriminator =
        new HeadedDiscriminator<>(
            body,
            (h, y, training) ->
                new Outputs(
                    Projection.logits(psi.forward(h, training), v.forward(y, training), h),
                    classes.forward(h, training),
                    twins.forward(h, training)));
    discriminator.initialize(manager);
    Map<String, NDArray> state = discriminator.stateDict();
    NDArray x = manager.create(new float[] {0.5f, -1}, new Shape(2, 1));
    Outputs outputs = discriminator.forward(x, manager.create(new long[] {0, 2}), false);
    assertThat(outputs.logit().getShape()).isEqualTo(new Shape(2));
    assertThat(outputs.classifier().getShape()).isEqualTo(new Shape(2, 6));
    assertThat(outputs.twin().getShape()).isEqualTo(new Shape(2, 3));

    double[] features = tanh(affine(state, "encode.0", new double[] {-1}));
    features = affine(state, "encode.4", tanh(affine(state, "encode.2", features)));
    double logit = affine(state, "gan_linear", features)[0];
    float[] projection = state.get("projection.weight").toFloatArray();
    for (int i = 0; i < 10; i++) {
      logit += features[i] * projection[20 + i];
    }
    assertThat((double) outputs.logit().getFloat(1)).isCloseTo(logit, within(1e-5));
    assertThat((double) outputs.classifier().getFloat(1, 5))
        .isCloseTo(affine(state, "aux_linear", features)[5], within(1e-5));
    assertThat((double) outputs.twin().getFloat(1, 2))
        .isCloseTo(affine(state, "mi_linear", features)[2], within(1e-5));
  }

  @Test
  void aHeadThatIsNotAskedForHasNoParameters() {
    var body = new MlpBody(2, 10);
    Linear adc = body.linear("adc", 6);
    var classifier = new HeadedDiscriminator<>(body, (h, y, training) -> adc.forward(h, training));
    classifier.initialize(manager);
    assertThat(classifier.stateDict())
        .containsKey("aux_linear.weight")
        .doesNotContainKeys("gan_linear.weight", "mi_linear.weight", "projection.weight");
    NDArray labels = manager.create(new long[4]);
    NDArray x = manager.ones(new Shape(4, 2));
    NDArray outputs = classifier.forward(x, labels, false);
    assertThat(outputs.getShape()).isEqualTo(new Shape(4, 6));
    NDList present = classifier.forward(new NDList(x, labels), false);
    assertThat(present.singletonOrThrow()).isEqualTo(outputs);
  }

  private static double[] relu(double[] x) {
    return Arrays.stream(x).map(v -> Math.max(0, v)).toArray();
  }

  @Test
  void reluGeneratorIsItsFormula() {
    var backbone = new Backbone.ReluMlp(2, 0, 2, 8, 3);
    Generator generator = backbone.newGenerator();
    generator.initialize(manager);
    Map<String, NDArray> state = generator.stateDict();
    assertThat(state)
        .containsOnlyKeys(
            "main.0.weight",
            "main.0.bias",
            "main.2.weight",
            "main.2.bias",
            "main.4.weight",
            "main.4.bias",
            "main.6.weight",
            "main.6.bias");
    NDArray z = manager.create(new float[] {0.5f, -1, 2, 0.1f, 0, 1}, new Shape(3, 2));
    NDArray points = generator.forward(z, null, false);
    assertThat(points.getShape()).isEqualTo(new Shape(3, 2));
    double[] h = relu(affine(state, "main.0", new double[] {2, 0.1}));
    h = relu(affine(state, "main.4", relu(affine(state, "main.2", h))));
    double expected = affine(state, "main.6", h)[1];
    assertThat((double) points.getFloat(1, 1)).isCloseTo(expected, within(1e-5));
    assertThat(generator.sampleLatents(manager, 5).getShape()).isEqualTo(new Shape(5, 2));
  }

  @Test
  void reluGeneratorIsToldTheClass() {
    Generator generator = new Backbone.ReluMlp(2, 0, 1, 8, 1).withClasses(3).newGenerator();
    generator.initialize(manager);
    Map<String, NDArray> state = generator.stateDict();
    assertThat(state.get("main.0.weight").getShape()).isEqualTo(new Shape(8, 4));
    NDArray z = manager.create(new float[] {0.5f, -1, 0.5f, -1}, new Shape(2, 2));
    NDArray points = generator.forward(z, manager.create(new long[] {0, 2}), false);
    float[] embed = state.get("embed.weight").toFloatArray();
    double[] h = relu(affine(state, "main.0", new double[] {0.5, -1, embed[4], embed[5]}));
    assertThat((double) points.getFloat(1, 0))
        .isCloseTo(affine(state, "main.2", h)[0], within(1e-5));
  }

  @Test
  void reluFeaturesAreTheLastHiddenActivations() {
    Body body = new Backbone.ReluMlp(2, 0, 2, 8, 2).newBody();
    Discriminator<NDArray> discriminator = HeadedDiscriminator.plain(body);
    discriminator.initialize(manager);
    Map<String, NDArray> state = discriminator.stateDict();
    assertThat(state)
        .containsOnlyKeys(
            "main.0.weight",
            "main.0.bias",
            "main.2.weight",
            "main.2.bias",
            "logit.weight",
            "logit.bias");
    NDArray x = manager.create(new float[] {0.5f, -1, 3, 1}, new Shape(2, 2));
    assertThat(body.featureWidth()).isEqualTo(8);
    assertThat(body.features(x, false).getShape()).isEqualTo(new Shape(2, 8));
    double[] h = relu(affine(state, "main.2", relu(affine(state, "main.0", new double[] {3, 1}))));
    NDArray logits = discriminator.forward(x, null, false);
    assertThat(logits.getShape()).isEqualTo(new Shape(2));
    assertThat((double) logits.getFloat(1)).isCloseTo(affine(state, "logit", h)[0], within(1e-5));
  }

  @Test
  void reluMlpSaysWhatItMakes() {
    var backbone = new Backbone.ReluMlp(2, 0, 2, 8, 3);
    assertThat(backbone.condition()).isEqualTo(new Condition.None());
    assertThat(backbone.withClasses(4).condition()).isEqualTo(new Condition.Classes(4));
    assertThat(backbone.withWidth(16)).isEqualTo(new Backbone.ReluMlp(2, 0, 2, 16, 3));
    assertThat(backbone.sampleShape()).isEqualTo(new Shape(2));
    assertThatThrownBy(() -> new Backbone.ReluMlp(2, 0, 2, 8, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("layers 0");
  }

  /** He et al.: the mean square of a layer's input is that of the next one's. */
  @Test
  void reluWeightsKeepTheScale() {
    Body body = new Backbone.ReluMlp(2, 0, 64, 512, 3).newBody();
    body.initialize(manager);
    NDArray x = manager.randomNormal(new Shape(256, 64));
    double square = body.features(x, false).square().mean().getFloat() * 2;
    assertThat(square).isBetween(1.0, 4.0);
  }
}
