package org.adversaria.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.adversaria.torch.ConvolutionKind.Form;
import org.adversaria.torch.ConvolutionKind.Way;
import org.adversaria.torch.EnginePanel.Setting;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConvolutionWaysTest {

  static Stream<Arguments> otherWays() {
    return ConvolutionKind.all().stream()
        .flatMap(
            kind ->
                kind.ways().stream()
                    .filter(way -> way != Way.DIRECT)
                    .map(way -> Arguments.of(kind, way)));
  }

  @ParameterizedTest
  @MethodSource("otherWays")
  void everyWayGivesTheResultsOfTheDefinition(ConvolutionKind kind, Way way) {
    var panel = new EnginePanel(new PyTorchKernels());
    ConvolutionWays ways = EngineCheck.ways().with(kind, way);
    assertThat(EnginePanel.convolutions(kind)).isNotEmpty();
    for (Precision precision : Precision.values()) {
      assertThat(panel.faults(kind, new Setting(ways, precision)))
          .as(precision.toString())
          .isEmpty();
    }
  }

  /** In double precision, which oneDNN has no part in. */
  @ParameterizedTest
  @MethodSource("otherWays")
  void biasDilationAndOutputPaddingAreKept(ConvolutionKind kind, Way way) {
    int inputs = kind.form() == Form.WHOLE ? 16 : 6;
    int groups = kind.form() == Form.DEPTHWISE ? 6 : kind.form() == Form.GROUPED ? 3 : 1;
    int outputs = kind.form() == Form.GROUPED ? 9 : inputs;
    int kernel = kind.form() == Form.POINT ? 1 : 3;
    String source =
        kind.transposed()
            ? "torch.conv_transpose2d(x, w, b, [2, 3], [1, 0], [1, 2], %d, [2, 1])"
            : "torch.conv2d(x, w, b, [2, 1], [1, 2], [1, 2], %d)";
    Shape weight =
        kind.transposed()
            ? new Shape(inputs, outputs / groups, kernel, (kernel + 1) / 2)
            : new Shape(outputs, inputs / groups, kernel, (kernel + 1) / 2);
    String script =
        "def f(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:\n  return "
            + source.replace("%d", Integer.toString(groups));
    try (NDManager manager = NDManager.newBaseManager()) {
      NDList arrays =
          new NDList(
              normal(manager, new Shape(19, inputs, 7, 5)),
              normal(manager, weight),
              normal(manager, new Shape(outputs)));
      NDList direct = withGradients(script, ConvolutionWays.DIRECT, arrays);
      NDList other = withGradients(script, ConvolutionWays.DIRECT.with(kind, way), arrays);
      for (int i = 0; i < direct.size(); i++) {
        assertThat(other.get(i).getShape()).isEqualTo(direct.get(i).getShape());
        assertThat(other.get(i).sub(direct.get(i)).abs().max().getDouble()).isLessThan(1e-12);
      }
    }
  }

  /** The output, and the gradients of its squares. */
  private static NDList withGradients(String script, ConvolutionWays ways, NDList inputs) {
    inputs.forEach(input -> input.setRequiresGradient(true));
    try (var recording = Autograd.record()) {
      NDArray y =
          TorchScript.unchecked(script, ways)
              .method("f")
              .call(inputs.get(0), inputs.get(1), inputs.get(2));
      var results = new NDList(y);
      results.addAll(Autograd.grad(y.square().sum(), inputs));
      return results;
    }
  }

  private static NDArray normal(NDManager manager, Shape shape) {
    var random = new Random(shape.size());
    return manager
        .create(random.doubles(shape.size(), -1, 1).toArray(), shape)
        .toType(DataType.FLOAT64, false);
  }

  @Test
  void argumentsLeftOutHavePyTorchsValues() {
    argumentsLeftOut(new ConvolutionKind(false, Form.RAGGED), 2);
    argumentsLeftOut(new ConvolutionKind(false, Form.POINT), 1);
    argumentsLeftOut(new ConvolutionKind(true, Form.RAGGED), 2);
    argumentsLeftOut(new ConvolutionKind(true, Form.POINT), 1);
  }

  private static void argumentsLeftOut(ConvolutionKind kind, int kernel) {
    String operation = kind.transposed() ? "conv_transpose2d" : "conv2d";
    String script =
        "def f(self, x: Tensor, w: Tensor) -> Tensor:\n  return torch." + operation + "(x, w)";
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray x = normal(manager, new Shape(1, 2, 3, 3));
      NDArray w = normal(manager, new Shape(2, 2, kernel, kernel));
      NDArray direct = TorchScript.unchecked(script, ConvolutionWays.DIRECT).method("f").call(x, w);
      for (Way way : kind.ways()) {
        NDArray y =
            TorchScript.unchecked(script, ConvolutionWays.DIRECT.with(kind, way))
                .method("f")
                .call(x, w);
        assertThat(y.sub(direct).abs().max().getDouble()).isLessThan(1e-14);
      }
    }
  }

  @Test
  void scriptsWithoutConvolutionsAndDirectWaysAreLeftAsTheyAre() {
    var padded = ConvolutionWays.DIRECT.with(new ConvolutionKind(false, Form.RAGGED), Way.PADDED);
    String without = "def f(self, x: Tensor) -> Tensor:\n  return torch.relu(x)\n";
    String with = without.replace("torch.relu(x)", "torch.conv2d(x, x)");
    assertThat(padded.applied(without)).isEqualTo(without);
    assertThat(ConvolutionWays.DIRECT.applied(with)).isEqualTo(with);
    assertThat(padded.applied(with)).contains("self.routed_conv2d(x, x)");
    assertThat(padded.with(new ConvolutionKind(false, Form.RAGGED), Way.DIRECT).direct()).isTrue();
  }

  @Test
  void kindsAreThoseOfTheirShapes() {
    assertThat(List.of(of(16, 96, 1), of(16, 48, 1), of(8, 8, 8), of(8, 16, 8), of(1, 1, 1)))
        .containsExactly(Form.WHOLE, Form.RAGGED, Form.DEPTHWISE, Form.GROUPED, Form.RAGGED);
    assertThat(ConvolutionKind.of(false, 16, 16, 1, 1).form()).isEqualTo(Form.POINT);
  }

  private static Form of(int inputs, int outputs, int groups) {
    return ConvolutionKind.of(false, inputs, outputs, 3, groups).form();
  }
}
