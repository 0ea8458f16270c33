package org.adversaria.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.adversaria.data.Batch;
import org.adversaria.data.DataException;
import org.adversaria.data.ImageBytes;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.ScriptFiles;
import org.adversaria.torch.TorchScriptException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InceptionFeaturesTest {

  /**
   * The signature of NVIDIA's network. The features are the bytes themselves and the flags; the
   * probabilities are 0, 1/4 and 3/4, in an order that tells the flag.
   */
  private static final String STAND_IN =
      """
      def forward(self, img: Tensor, return_features: bool=False, use_fp16: bool=False,
                  no_output_bias: bool=False) -> Tensor:
        if torch.ne(torch.size(img, 1), 3):
          ops.prim.RaiseException("not three channels")
        if use_fp16:
          ops.prim.RaiseException("half precision")
        if return_features:
          bytes = torch.flatten(img, 1, -1)
          kind = torch.mul(torch.ones_like(bytes), int(torch.eq(ops.prim.dtype(img), 0)))
          y = torch.to(torch.cat([bytes, kind], 1), 6)
        else:
          row = torch.tensor([0.0, 0.25, 0.75])
          if no_output_bias:
            row = torch.tensor([0.75, 0.25, 0.0])
          y = torch.repeat(row, [torch.size(img, 0), 1])
        return y
      """;

  @TempDir Path folder;
  private final NDManager manager = NDManager.newBaseManager();
  private Path file;

  @BeforeEach
  void write() {
    file = ScriptFiles.write(folder.resolve("stand-in.pt"), STAND_IN);
  }

  @AfterEach
  void close() {
    System.clearProperty("adversaria.data");
    manager.close();
  }

  private static String sha256(Path file) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    return HexFormat.of().formatHex(digest);
  }

  @Test
  void showsTheNetworkTruncatedBytes() {
    // 127.5 x + 128 of these is 0.5, 128, 255.5, 10.9, 11.1, -40 and 400.
    float[] pixels = {
      -1, 0, 1, (10.9f - 128) / 127.5f, (11.1f - 128) / 127.5f, -1.32f, 2.13f, 0, 0
    };
    NDArray images = manager.create(pixels, new Shape(1, 3, 1, 3));
    try (var inception = InceptionFeatures.of(file, Device.cpu())) {
      float[] seen = inception.vectors(images).toFloatArray();
      assertThat(seen).startsWith(0, 128, 255, 10, 11, 0, 255, 128, 128);
      // What follows says that they came as bytes.
      assertThat(seen).endsWith(1, 1, 1, 1, 1, 1, 1, 1, 1).hasSize(18);
    }
  }

  @Test
  void bytesOfDataSetsReachTheNetworkUnchanged() {
    var image = new byte[256];
    for (int i = 0; i < 256; i++) {
      image[i] = (byte) i;
    }
    var data = new ImageBytes("all", 1, 16, 16, List.of("a"), new byte[][] {image}, new int[1]);
    try (var inception = InceptionFeatures.of(file, Device.cpu())) {
      NDArray seen = inception.vectors(Batch.of(data, manager, 0).images());
      for (int channel = 0; channel < 3; channel++) {
        for (int i = 0; i < 256; i++) {
          assertThat(seen.getFloat(0, 256 * channel + i)).isEqualTo(i);
        }
      }
    }
  }

  @Test
  void logitsAreLogarithmsOfTheProbabilitiesWithoutBias() {
    NDArray images = manager.zeros(new Shape(2, 1, 4, 4));
    try (var inception = InceptionFeatures.of(file, Device.cpu());
        var recording = Autograd.record()) {
      Features seen = inception.extract(images);
      assertThat(seen.logits().getShape()).isEqualTo(new Shape(2, 3));
      assertThat(seen.logits().getFloat(1, 0)).isCloseTo((float) Math.log(0.75), within(1e-6f));
      assertThat(seen.logits().softmax(1).toFloatArray())
          .containsExactly(new float[] {0.75f, 0.25f, 0, 0.75f, 0.25f, 0}, within(1e-6f));
      // Also where a probability is 0, for the inception score sums p log p.
      assertThat(seen.logits().isInfinite().any().getBoolean()).isFalse();
      assertThat(seen.vectors().toFloatArray())
          .containsExactly(inception.vectors(images).toFloatArray());
      assertThat(seen.vectors().getManager()).isSameAs(manager);
      assertThat(seen.logits().getManager()).isSameAs(manager);
      assertThat(seen.vectors().hasGradient()).isFalse();
    }
  }

  @Test
  void onlyThePublishedFileGivesScoresTheirPlainNames() throws Exception {
    String digest = sha256(file);
    try (var other = InceptionFeatures.of(file, Device.cpu());
        var published = InceptionFeatures.of(file, Device.cpu(), digest)) {
      assertThat(other.fingerprint()).isEqualTo(digest);
      assertThat(other.name()).isEqualTo("inception-" + digest.substring(0, 8));
      assertThat(other.label("FID")).isEqualTo("FID[" + other.name() + "]");
      assertThat(published.name()).isEqualTo("inception");
      assertThat(published.label("FID")).isEqualTo("FID");
      assertThat(published.device()).isEqualTo(Device.cpu());
    }
  }

  @Test
  void theStandardNetworkHasNoSubstitute() throws Exception {
    System.setProperty("adversaria.data", folder.toString());
    Path placed = folder.resolve("networks/inception-2015-12-05.pt");
    Files.createDirectories(placed.getParent());
    Files.copy(file, placed);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> InceptionFeatures.standard(Device.cpu()))
        .withMessageContaining(placed + " is not the published file");
  }

  @Test
  void saysWhatIsWrong() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InceptionFeatures.of(folder.resolve("none.pt"), Device.cpu()))
        .withMessageContaining("There is no file");
    try (var inception = InceptionFeatures.of(file, Device.cpu())) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> inception.extract(manager.zeros(new Shape(2, 2, 4, 4))))
          .withMessageContaining("but these are (2, 2, 4, 4)");
    }
    Path other =
        ScriptFiles.write(
            folder.resolve("other.pt"), "def forward(self, x: Tensor) -> Tensor:\n  return x\n");
    try (var inception = InceptionFeatures.of(other, Device.cpu())) {
      assertThatExceptionOfType(TorchScriptException.class)
          .isThrownBy(() -> inception.extract(manager.zeros(new Shape(2, 3, 4, 4))))
          .withMessageContaining("'forward' of " + other);
    }
  }
}
