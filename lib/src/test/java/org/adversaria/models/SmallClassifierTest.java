package org.adversaria.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Text;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmallClassifierTest {

  /** Three entries a block: convolution, normalisation, ReLU. */
  @ParameterizedTest
  @CsvSource({"1, 8, 8, 4", "1, 28, 28, 4", "3, 48, 48, 4", "3, 64, 40, 5", "3, 128, 128, 6"})
  void repeatsTheFirstConvolutionUntilImagesAreSmall(
      int channels, int height, int width, int blocks) {
    try (NDManager manager = NDManager.newBaseManager();
        var paused = Autograd.pause()) {
      var network = new SmallClassifier(new Shape(channels, height, width), 7);
      network.initialize(manager);
      Map<String, NDArray> state = network.stateDict();
      String last = Text.format("convolutions.%d.weight", 3 * (blocks - 1));
      assertThat(state.get("convolutions.0.weight").getShape())
          .isEqualTo(new Shape(16, channels, 3, 3));
      assertThat(state.get(last).getShape()).isEqualTo(new Shape(128, 64, 3, 3));
      assertThat(state).doesNotContainKey(Text.format("convolutions.%d.weight", 3 * blocks));

      NDArray images = manager.randomUniform(-1, 1, new Shape(2, channels, height, width));
      NDArray features = network.features(images, false);
      assertThat(features.getShape()).isEqualTo(new Shape(2, SmallClassifier.FEATURES));
      assertThat(features.min().getFloat()).isNotNegative();
      NDArray logits = network.forward(images, false);
      assertThat(logits.getShape()).isEqualTo(new Shape(2, 7));
      assertThat(network.logits(features).toFloatArray())
          .containsExactly(logits.toFloatArray(), within(1e-6f));
    }
  }
}
