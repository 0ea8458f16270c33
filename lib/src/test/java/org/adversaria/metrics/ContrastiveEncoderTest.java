package org.adversaria.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.adversaria.data.Batch;
import org.adversaria.data.ImageData;
import org.adversaria.data.NearestNeighbours;
import org.adversaria.data.Shapes;
import org.adversaria.data.Subset;
import org.adversaria.nn.SafeTensors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class ContrastiveEncoderTest {

  private static final Shapes SHAPES = Shapes.builder().resolution(16).size(1000).build();

  @TempDir Path folder;
  private final NDManager manager = NDManager.newBaseManager();

  @BeforeEach
  void useFolder() {
    System.setProperty("adversaria.data", folder.toString());
  }

  @AfterEach
  void forgetFolder() {
    System.clearProperty("adversaria.data");
    manager.close();
  }

  /** The share of neighbours that have an image's class. */
  private static double purity(NDArray features, ImageData data) {
    var neighbours = NearestNeighbours.byCosine(features, 5);
    return IntStream.range(0, data.size())
        .flatMap(
            i -> IntStream.of(neighbours.of(i)).map(j -> data.label(j) == data.label(i) ? 1 : 0))
        .average()
        .orElseThrow();
  }

  @Test
  void neighboursAreOfOneClassMoreOftenThanThoseOfPixels() {
    NDArray pixels =
        Batch.of(SHAPES, manager, IntStream.range(0, 1000).toArray()).images().reshape(1000, -1);
    try (var encoder = ContrastiveEncoder.train(SHAPES, 150, 1)) {
      NDArray features = encoder.vectors(SHAPES, manager);
      assertThat(features.getShape()).isEqualTo(new Shape(1000, 128));
      assertThat(purity(features, SHAPES)).isGreaterThan(purity(pixels, SHAPES) + 0.05);
      // One of up to 64 images by chance.
      assertThat(encoder.heldOutAccuracy()).isGreaterThan(0.1);
    }
  }

  @Test
  void isTrainedOnceAndLeavesTheSameRandomNumbers() throws IOException {
    ImageData few = Subset.shuffled(SHAPES, 0).part(0, 20);
    float drawn;
    String fingerprint;
    try (var trained = ContrastiveEncoder.of(few)) {
      fingerprint = trained.fingerprint();
      drawn = manager.randomNormal(new Shape(1)).getFloat();
      assertThat(trained.name()).isEqualTo("shapes-16-encoder");
    }
    Path file = stored();
    Map<String, String> metadata = SafeTensors.metadata(file);
    assertThat(metadata).containsEntry("steps", "400").containsEntry("recipe", "contrast 1");
    var changed = new TreeMap<>(metadata);
    changed.put("accuracy", "0.25");
    SafeTensors.write(file, SafeTensors.read(file, manager), changed);
    try (var found = ContrastiveEncoder.of(few)) {
      assertThat(found.heldOutAccuracy()).isEqualTo(0.25);
      assertThat(found.fingerprint()).isEqualTo(fingerprint);
      assertThat(manager.randomNormal(new Shape(1)).getFloat()).isEqualTo(drawn);
    }
  }

  private Path stored() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("encoders"))) {
      return files.reduce((one, two) -> null).orElseThrow();
    }
  }

  @Test
  void refusesTooFewImagesAndOtherSizes() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ContrastiveEncoder.of(Subset.shuffled(SHAPES, 0).part(0, 19)))
        .withMessageContaining("has 19 images; an encoder learns from 20 at least");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ContrastiveEncoder.train(SHAPES, 0, 1))
        .withMessageContaining("not 0");
    try (var encoder = ContrastiveEncoder.train(SHAPES, 1, 1)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> encoder.extract(manager.zeros(new Shape(2, 3, 8, 8))))
          .withMessageContaining("train one on images of their size");
    }
  }
}
