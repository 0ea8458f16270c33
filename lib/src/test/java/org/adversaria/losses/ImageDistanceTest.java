package org.adversaria.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import org.adversaria.losses.ImageDistance.Cosine;
import org.adversaria.losses.ImageDistance.Pixels;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.ScriptFiles;
import org.adversaria.torch.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageDistanceTest {

  @TempDir Path folder;
  private final NDManager manager = NDManager.newBaseManager();

  @BeforeEach
  void seed() {
    Torch.setSeed(4);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void lpipsCallsTheUsersNetworkAndPassesGradientsOn() {
    Path file =
        ScriptFiles.write(
            folder.resolve("lpips.pt"),
            """
            def forward(self, x: Tensor, y: Tensor) -> Tensor:
              return torch.mean(torch.square(torch.sub(x, y)), [1, 2, 3], True)
            """);
    var lpips = new ImageDistance.Lpips(file.toString());
    NDArray x = manager.randomUniform(-1, 1, new Shape(2, 3, 32, 32));
    NDArray y = manager.randomUniform(-1, 1, new Shape(2, 3, 32, 32));
    try (var recording = Autograd.record()) {
      x.setRequiresGradient(true);
      NDArray distance = lpips.of(x, y);
      assertThat(distance.getFloat()).isCloseTo(new Pixels().of(x, y).getFloat(), within(1e-5f));
      NDArray gradient = Autograd.grad(distance, new NDList(x)).singletonOrThrow();
      NDArray expected = x.sub(y).mul(2f / x.size());
      assertThat(gradient.sub(expected).abs().max().getFloat()).isLessThan(1e-6f);
    }
    NDArray grey = manager.zeros(new Shape(2, 1, 8, 8));
    assertThat(lpips.of(grey, grey.add(1)).getFloat()).isCloseTo(1, within(1e-6f));
  }

  @Test
  void distances() {
    NDArray a = manager.create(new float[] {1, 0, 0, 2}, new Shape(1, 2, 1, 2));
    NDArray b = manager.create(new float[] {3, 0, 0, -1}, new Shape(1, 2, 1, 2));
    assertThat(new Pixels().of(a, b).getFloat()).isCloseTo(13 / 4f, within(1e-6f));
    // The vectors over the channels are (1, 0), (3, 0) and (0, 2), (0, -1).
    assertThat(new Cosine().of(a, b).getFloat()).isCloseTo(1f, within(1e-6f));
    var lpips = new ImageDistance.Lpips("/nowhere/lpips.pt");
    assertThatThrownBy(() -> lpips.of(a, b))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("There is no file /nowhere/lpips.pt");
    assertThat(a.getDevice()).isEqualTo(Device.cpu());
  }
}
