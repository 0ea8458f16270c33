package org.adversaria.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.initializer.Initializer;
import java.util.List;
import org.adversaria.nn.Compiled;
import org.adversaria.nn.Initializers;
import org.adversaria.nn.Layer;
import org.adversaria.nn.Linear;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A call that the engine does not survive is refused before it is made. */
class DataTypesTest {

  private static final Shape SHAPE = new Shape(2, 2);

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @EnumSource(
      names = {"BFLOAT16", "INT16", "UINT16", "UINT32", "UINT64", "COMPLEX64", "STRING", "UNKNOWN"},
      mode = EnumSource.Mode.EXCLUDE)
  void ofTheTypesThatPassTheEngineMakesArrays(DataType type) {
    assertThat(DataTypes.require(type)).isSameAs(type);
    assertThat(manager.zeros(SHAPE, type).getDataType()).isSameAs(type);
    assertThat(manager.ones(SHAPE).toType(type, true).getDataType()).isSameAs(type);
    assertThat(manager.create(SHAPE, type).zerosLike().getDataType()).isSameAs(type);
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "INT16", "UINT16", "UINT32", "UINT64", "COMPLEX64", "STRING"})
  void aNetworkOfAnotherTypeIsRefused(DataType type) {
    var network = new Linear(2, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> network.initialize(manager, type, SHAPE))
        .withMessageContaining("makes no arrays of " + type)
        .withMessageContaining("float32, float64");
    assertThat(network.getDirectParameters().get("weight").isInitialized()).isFalse();
    List<Initializer> initializers =
        List.of(
            Initializers.normal(1),
            Initializers.heUniform(0),
            Initializers.orthogonal(1),
            Initializers.xavierNormal(1));
    for (Initializer initializer : initializers) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> initializer.initialize(manager, SHAPE, type))
          .withMessageContaining("makes no arrays of " + type);
    }
  }

  /** An array in bfloat16, for which DJL has the name unknown. */
  private NDArray low(NDArray array) {
    return TorchScript.of("def low(self, x: Tensor) -> Tensor:\n  return torch.to(x, 15)\n")
        .method("low")
        .call(array);
  }

  @Test
  void aCompiledNetworkComputesUncompiledWhatItCannotRecord() {
    var network =
        new Layer() {
          @Override
          public NDArray forward(NDArray x, boolean training) {
            return x.toType(DataType.FLOAT32, false);
          }
        };
    network.initialize(manager);
    NDArray x = manager.ones(SHAPE);
    NDList result = Compiled.of(network).forward(new NDList(low(x)), false);
    assertThat(result.singletonOrThrow().toFloatArray()).isEqualTo(x.toFloatArray());
  }
}
