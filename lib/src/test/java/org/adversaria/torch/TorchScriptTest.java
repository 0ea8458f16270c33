package org.adversaria.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TorchScriptTest {

  private static final String SOURCE =
      """
      def weighted(self, x: Tensor, w: Tensor) -> Tensor:
        return torch.mul(x, w)

      def total(self, xs: List[Tensor], w: Tensor) -> Tensor:
        sum = torch.zeros_like(xs[0])
        for x in xs:
          sum = torch.add(sum, x)
        return torch.mul(sum, w)

      def both(self, x: Tensor) -> Tuple[Tensor, Tensor]:
        return (torch.neg(x), torch.mul(x, 2))

      def scale(self, xs: List[Tensor], factor: float, times: int, really: bool) -> None:
        if really:
          for i in range(times):
            torch._foreach_mul_(xs, factor)
      """;

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void callsWithTensorsAndLists() {
    NDArray x = manager.create(new float[] {1, 2});
    NDArray w = manager.create(new float[] {3, 5});
    TorchScript script = TorchScript.of(SOURCE);

    assertThat(script.method("weighted").call(x, w).toFloatArray()).containsExactly(3, 10);
    assertThat(script.method("total").call(new NDList(x, w), x).toFloatArray())
        .containsExactly(4, 14);
    NDList both = script.method("both").callList(x);
    assertThat(both.get(0).toFloatArray()).containsExactly(-1, -2);
    assertThat(both.get(1).toFloatArray()).containsExactly(2, 4);
  }

  @Test
  void updatesInPlaceWithNumbers() {
    NDArray x = manager.create(new float[] {1, 2});
    TorchScript script = TorchScript.of(SOURCE);

    script.method("scale").update(new NDList(x), 3.0, 2, true);
    script.method("scale").update(new NDList(x), 3.0, 2L, false);

    assertThat(x.toFloatArray()).containsExactly(9, 18);
  }

  @Test
  void compilesEqualTextsOnce() {
    assertThat(TorchScript.of(SOURCE)).isSameAs(TorchScript.of(new String(SOURCE)));
  }

  @Test
  void outlivesTheScopeItWasCompiledIn() {
    String source = "def once(self, x: Tensor) -> Tensor:\n  return torch.neg(x)\n";
    NDArray x = manager.create(2f);
    try (var scope = new NDScope()) {
      TorchScript.of(source).method("once").call(x);
    }
    assertThat(TorchScript.of(source).method("once").call(x).getFloat()).isEqualTo(-2);
  }

  @Test
  void leavesArgumentsUnnamed() {
    NDArray x = manager.create(1f);
    x.setName("layer.weight");
    TorchScript.of(SOURCE).method("weighted").call(x, x);
    TorchScript.of(SOURCE).method("total").call(new NDList(x), x);
    assertThat(x.getName()).isNull();
  }

  @Test
  void namesTheLineThatDoesNotCompile() {
    String source =
        """
        def f(self, x: Tensor) -> Tensor:
          y = torch.neg(x)
          return torch.nonsense(y)
        """;
    assertThatThrownBy(() -> TorchScript.of(source))
        .isInstanceOf(TorchScriptException.class)
        .hasMessageContaining("script of 'f' does not compile")
        .hasMessageContaining("aten::nonsense")
        .hasMessageContaining("line 3");
  }

  @Test
  void namesTheLineThatFails() {
    String source =
        """
        def g(self, x: Tensor) -> Tensor:
          y = torch.neg(x)
          return torch.matmul(y, y)
        """;
    NDArray x = manager.ones(new ai.djl.ndarray.types.Shape(2, 3));
    assertThatThrownBy(() -> TorchScript.of(source).method("g").call(x))
        .isInstanceOf(TorchScriptException.class)
        .hasMessageContaining("failed in 'g'")
        .hasMessageContaining("line 3")
        .hasMessageContaining("2x3 and 2x3");
  }

  @Test
  void refusesWhatNoScriptTakes() {
    TorchScript script = TorchScript.of(SOURCE);
    NDArray x = manager.create(1f);
    assertThatThrownBy(() -> script.method("missing"))
        .hasMessageContaining("'missing'")
        .hasMessageContaining("weighted");
    assertThatThrownBy(() -> script.method("weighted").call(x, 2.0))
        .hasMessageContaining("Argument 1 of 'weighted' is a Double");
    assertThatThrownBy(() -> script.method("total").call(new NDList(), x))
        .hasMessageContaining("Argument 0 of 'total' is an empty list");
    assertThatThrownBy(() -> TorchScript.of("return x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("needs at least one method");
  }
}
