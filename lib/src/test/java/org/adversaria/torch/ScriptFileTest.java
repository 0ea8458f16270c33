package org.adversaria.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScriptFileTest {

  private static final String SOURCE =
      """
      def forward(self, x: Tensor, negate: bool=False, factor: float=1.0, shift: int=0) -> Tensor:
        y = torch.add(torch.mul(x, factor), shift)
        if negate:
          y = torch.neg(y)
        return y

      def both(self, x: Tensor) -> Tuple[Tensor, Tensor]:
        return (torch.neg(x), torch.mul(x, 2))

      def total(self, xs: List[Tensor]) -> Tensor:
        return torch.add(xs[0], xs[1])

      def count(self, x: Tensor) -> int:
        return 3

      def mode(self, x: Tensor) -> Tensor:
        if self.training:
          return torch.ones_like(x)
        return torch.zeros_like(x)
      """;

  @TempDir Path folder;
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private ScriptFile script() {
    Path file = ScriptFiles.write(folder.resolve("script.pt"), SOURCE);
    return ScriptFile.load(file, Device.cpu());
  }

  @Test
  void callsWithNumbersFlagsAndDefaults() {
    try (var script = script()) {
      NDArray x = manager.create(new float[] {1, 2});
      assertThat(script.call("forward", x).toFloatArray()).containsExactly(1, 2);
      assertThat(script.call("forward", x, true).toFloatArray()).containsExactly(-1, -2);
      assertThat(script.call("forward", x, false, 1.5, 3).toFloatArray()).containsExactly(4.5f, 6);
      assertThat(script.call("total", new NDList(x, x)).toFloatArray()).containsExactly(2, 4);
      NDList both = script.callList("both", x);
      assertThat(both.get(0).toFloatArray()).containsExactly(-1, -2);
      assertThat(both.get(1).toFloatArray()).containsExactly(2, 4);
      assertThat(both.get(1).getManager()).isSameAs(manager);
      assertThat(script.device()).isEqualTo(Device.cpu());
      assertThat(script.file()).isEqualTo(folder.resolve("script.pt"));
    }
  }

  @Test
  void computesInEvaluationMode() {
    try (var script = script()) {
      assertThat(script.call("mode", manager.ones(new Shape())).getFloat()).isZero();
    }
  }

  @Test
  void recordsNothingButItsResultsMayTakePartInGradients() {
    try (var script = script();
        var recording = Autograd.record()) {
      NDArray weight = manager.create(3f);
      weight.setRequiresGradient(true);
      NDArray result = script.call("forward", weight, true);
      assertThat(result.hasGradient()).isFalse();
      NDList gradient = Autograd.grad(result.mul(weight), new NDList(weight));
      assertThat(gradient.get(0).getFloat()).isEqualTo(-3);
    }
  }

  @Test
  void resultsOutliveTheScriptAndBelongToTheScopeOfTheCall() {
    NDArray x = manager.create(new float[] {1, 2});
    NDArray result;
    NDArray scoped;
    try (var script = script()) {
      result = script.call("forward", x);
      try (var scope = new NDScope()) {
        scoped = script.call("forward", x);
      }
    }
    assertThat(result.toFloatArray()).containsExactly(1, 2);
    assertThat(scoped.isReleased()).isTrue();
  }

  @Test
  void saysWhatIsWrongWithACall() {
    try (var script = script()) {
      NDArray x = manager.create(new float[] {1, 2});
      assertThatIllegalArgumentException()
          .isThrownBy(() -> script.call("backward", x))
          .withMessageContaining("script.pt has no method 'backward'; it has [")
          .withMessageContaining("forward");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> script.call("forward", 3.0))
          .withMessageContaining("'forward' needs at least one array");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> script.call("forward", x, "yes"))
          .withMessageContaining("Argument 1 of 'forward' has a type no script takes: yes");
      assertThatExceptionOfType(TorchScriptException.class)
          .isThrownBy(() -> script.call("forward", x, 1.5))
          .withMessageContaining("'forward' of")
          .withMessageContaining("bool");
      assertThatExceptionOfType(TorchScriptException.class)
          .isThrownBy(() -> script.call("both", x))
          .withMessageContaining("returns 2 tensors where one was expected");
      assertThatExceptionOfType(TorchScriptException.class)
          .isThrownBy(() -> script.call("count", x))
          .withMessageContaining("'count' of");
    }
  }

  @Test
  void refusesWhatIsNotATorchScriptFile() throws IOException {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ScriptFile.load(folder.resolve("none.pt"), Device.cpu()))
        .withMessageContaining("There is no file " + folder.resolve("none.pt"));

    Path text = Files.writeString(folder.resolve("text.pt"), "not a network");
    assertThatExceptionOfType(TorchScriptException.class)
        .isThrownBy(() -> ScriptFile.load(text, Device.cpu()))
        .withMessageContaining("text.pt cannot be loaded as TorchScript");

    // As torch.save writes it: a zip with a pickle and no code.
    Path weights = folder.resolve("weights.pt");
    try (OutputStream out = Files.newOutputStream(weights);
        var zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("weights/data.pkl"));
      zip.write("\u0080\u0002}q\0.".getBytes(StandardCharsets.ISO_8859_1));
      zip.putNextEntry(new ZipEntry("weights/version"));
      zip.write("3\n".getBytes(StandardCharsets.US_ASCII));
    }
    assertThatExceptionOfType(TorchScriptException.class)
        .isThrownBy(() -> ScriptFile.load(weights, Device.cpu()))
        .withMessageContaining("A state dict holds weights without code");
  }

  @Test
  void closesMoreThanOnceAndManyTimes() {
    for (int i = 0; i < 20; i++) {
      ScriptFile script = script();
      script.close();
      assertThatNoException().isThrownBy(script::close);
    }
  }
}
