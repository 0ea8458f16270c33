package org.adversaria.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.Map;
import org.adversaria.nn.Initializers;
import org.adversaria.nn.Layer;
import org.adversaria.nn.Linear;
import org.adversaria.nn.StateDict;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeadsTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void aClassifierMayHaveATwin() {
    NDArray features = manager.randomNormal(new Shape(2, 5));
    var single = new ClassifierHead(5, 8, 0);
    single.initialize(manager);
    assertThat(single.stateDict()).containsOnlyKeys("classifier.weight", "classifier.bias");
    assertThat(single.logits(features, true).getShape()).isEqualTo(new Shape(2, 8));
    assertThat(single.twin(features, true)).isNull();
    var both = new ClassifierHead(5, 4, 3);
    both.initialize(manager);
    assertThat(both.stateDict())
        .containsOnlyKeys("classifier.weight", "classifier.bias", "twin.weight", "twin.bias");
    assertThat(both.forward(new NDList(features), false).getShapes())
        .containsExactly(new Shape(2, 4), new Shape(2, 3));
  }

  @Test
  void projectionAddsTheInnerProductWithTheClass() {
    var head = new ProjectionHead(new Linear(2, 1), new Vectors(3, 2));
    head.initialize(manager);
    Map<String, NDArray> state =
        Map.of(
            "linear.weight", manager.create(new float[][] {{1, -1}}),
            "linear.bias", manager.create(new float[] {0.5f}),
            "embed.weight", manager.create(new float[][] {{1, 2}, {3, 4}, {5, 6}}));
    StateDict.load(head, state, "here");
    NDArray features = manager.create(new float[][] {{1, 10}, {2, 20}});
    NDArray labels = manager.create(new long[] {2, 0});
    NDArray logits = head.forward(features, labels, true);
    assertThat(logits.toFloatArray())
        .containsExactly(1 - 10 + 0.5f + 5 + 60, 2 - 20 + 0.5f + 2 + 40);
    assertThat(head.forward(new NDList(features, labels), true).singletonOrThrow())
        .isEqualTo(logits);
  }

  /** A table of vectors. */
  private static final class Vectors extends Layer {

    private final Parameter weight;

    Vectors(int classes, int width) {
      weight =
          parameter(
              "weight", Parameter.Type.WEIGHT, Initializers.normal(1), new Shape(classes, width));
    }

    @Override
    public NDArray forward(NDArray labels, boolean training) {
      return weight.getArray().get(labels);
    }
  }
}
