package org.adversaria.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import org.adversaria.torch.ScriptFiles;
import org.adversaria.torch.TorchOps;
import org.adversaria.torch.TorchScriptException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScriptFeaturesTest {

  private static final String PIXELS =
      """
      def forward(self, x: Tensor) -> Tensor:
        return torch.flatten(x, 1, -1)
      """;

  @TempDir Path folder;
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private ScriptFeatures.Builder script(String source) {
    return ScriptFeatures.builder(ScriptFiles.write(folder.resolve("net.pt"), source), "net");
  }

  private NDArray images(float... pixels) {
    return manager.create(pixels, new Shape(1, pixels.length, 1, 1));
  }

  @Test
  void valuesRunFromZeroToOneUnlessSet() {
    try (var plain = script(PIXELS).build();
        var bytes = script(PIXELS).valueRange(0, 255).build();
        var same = script(PIXELS).valueRange(-1, 1).build()) {
      Features seen = plain.extract(images(-1, 0, 1));
      assertThat(seen.vectors().toFloatArray()).containsExactly(0, 0.5f, 1);
      assertThat(seen.vectors().getManager()).isSameAs(manager);
      assertThat(seen.logits()).isNull();
      assertThat(bytes.extract(images(-1, 0, 1)).vectors().toFloatArray())
          .containsExactly(0, 127.5f, 255);
      assertThat(same.extract(images(-1, 0.25f, 1)).vectors().toFloatArray())
          .containsExactly(-1, 0.25f, 1);
      assertThat(plain.label("KID")).isEqualTo("KID[net]");
    }
  }

  @Test
  void repeatsGreyImagesAndNormalisesChannels() {
    float[] means = {0.5f, 0.25f, 0};
    float[] deviations = {0.5f, 0.25f, 2};
    try (var net = script(PIXELS).channels(3).normalize(means, deviations).build()) {
      assertThat(net.extract(images(0)).vectors().toFloatArray()).containsExactly(0, 1, 0.25f);
      assertThat(net.extract(images(1, -1, 1)).vectors().toFloatArray())
          .containsExactly(1, -1, 0.5f);
    }
  }

  @Test
  void resizesWhatHasAnotherSize() {
    NDArray images = manager.randomUniform(-1, 1, new Shape(2, 1, 6, 8));
    try (var net = script(PIXELS).inputSize(3, 5).valueRange(-1, 1).build()) {
      NDArray expected = TorchOps.resize(images, 3, 5).reshape(2, 15);
      assertThat(net.extract(images).vectors().toFloatArray())
          .containsExactly(expected.toFloatArray(), within(1e-6f));
      NDArray fitting = TorchOps.resize(images, 3, 5);
      assertThat(net.extract(fitting).vectors().toFloatArray())
          .containsExactly(fitting.toFloatArray(), within(1e-6f));
    }
  }

  @Test
  void averagesMapsAndTakesLogits() {
    String source =
        """
        def forward(self, x: Tensor) -> Tuple[Tensor, Tensor]:
          return (torch.to(x, 7), torch.mul(torch.flatten(x, 1, -1), 2))
        """;
    try (var net = script(source).valueRange(-1, 1).build()) {
      NDArray images = manager.create(new float[] {1, 0, 0.5f, 0.5f}, new Shape(1, 1, 2, 2));
      Features seen = net.extract(images);
      assertThat(seen.vectors().getShape()).isEqualTo(new Shape(1, 1));
      assertThat(seen.vectors().toFloatArray()).containsExactly(0.5f);
      assertThat(seen.logits().toFloatArray()).containsExactly(2, 0, 1, 1);
      assertThat(seen.logits().getManager()).isSameAs(manager);
      assertThat(net.vectors(images).toFloatArray()).containsExactly(0.5f);
    }
  }

  @Test
  void everySettingIsInTheFingerprint() {
    String plain = fingerprint(script(PIXELS));
    assertThat(fingerprint(script(PIXELS))).isEqualTo(plain).matches("[0-9a-f]{64}");
    assertThat(
            new String[] {
              plain,
              fingerprint(script(PIXELS.replace("1, -1", "1, 3"))),
              fingerprint(script(PIXELS).channels(3)),
              fingerprint(script(PIXELS).inputSize(3, 4)),
              fingerprint(script(PIXELS).valueRange(0, 2)),
              fingerprint(script(PIXELS).normalize(new float[1], new float[] {1}))
            })
        .doesNotHaveDuplicates();
  }

  private static String fingerprint(ScriptFeatures.Builder builder) {
    try (var net = builder.build()) {
      return net.fingerprint();
    }
  }

  @Test
  void refusesImagesThatDoNotFit() {
    try (var one = script(PIXELS).channels(1).build();
        var three = script(PIXELS).normalize(new float[3], new float[] {1, 1, 1}).build()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> one.extract(images(0, 0, 0)))
          .withMessageContaining("net takes 1 channels, but the images are (1, 3, 1, 1)");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> three.extract(images(0)))
          .withMessageContaining("set channels(3)");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> one.extract(manager.zeros(new Shape(3, 3))))
          .withMessageContaining("(N, C, H, W)");
    }
  }

  @Test
  void refusesResultsThatAreNotFeatures() {
    try (var scalar =
        script("def forward(self, x: Tensor) -> Tensor:\n  return torch.mean(x)").build()) {
      assertThatIllegalStateException()
          .isThrownBy(() -> scalar.extract(images(0, 0)))
          .withMessageContaining("returns [()] for 1 images")
          .withMessageContaining("net.pt");
    }
    String three =
        "def forward(self, x: Tensor) -> List[Tensor]:\n  x = torch.flatten(x, 1, -1)\n  return [x, x, x]";
    try (var list = script(three).build()) {
      assertThatIllegalStateException().isThrownBy(() -> list.extract(images(0, 0)));
    }
    String failing = "def forward(self, x: Tensor) -> Tensor:\n  return torch.reshape(x, [-1, 5])";
    try (var net = script(failing).build()) {
      assertThatExceptionOfType(TorchScriptException.class)
          .isThrownBy(() -> net.extract(images(0, 0)))
          .withMessageContaining("'forward' of " + folder.resolve("net.pt"));
    }
  }

  @Test
  void refusesSettingsThatMakeNoSense() {
    ScriptFeatures.Builder builder = script(PIXELS);
    assertThatIllegalArgumentException().isThrownBy(() -> builder.channels(0));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.inputSize(3, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.valueRange(1, 1))
        .withMessageContaining("1.0 to 1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.normalize(new float[3], new float[2]))
        .withMessageContaining("3 means and 2 deviations");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.normalize(new float[1], new float[1]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ScriptFeatures.builder(folder.resolve("net.pt"), " ").build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ScriptFeatures.builder(folder.resolve("none.pt"), "none").build())
        .withMessageContaining("There is no file");
  }
}
