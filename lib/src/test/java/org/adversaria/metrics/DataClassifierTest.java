package org.adversaria.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.adversaria.data.Batch;
import org.adversaria.data.ImageBytes;
import org.adversaria.data.ImageData;
import org.adversaria.data.Shapes;
import org.adversaria.data.Split;
import org.adversaria.nn.SafeTensors;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("slow")
class DataClassifierTest {

  private static final ImageData TRAIN =
      Shapes.builder().resolution(16).channels(1).size(2000).build();
  private static final ImageData TEST =
      Shapes.builder().resolution(16).channels(1).size(500).split(Split.TEST).build();

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

  /** Twelve images of 8x8 pixels, black or white, which need no skill. */
  private static ImageBytes tiny(String name, int height) {
    var images = new byte[12][8 * height];
    var labels = new int[12];
    for (int i = 0; i < 12; i++) {
      labels[i] = i % 2;
      Arrays.fill(images[i], (byte) (255 * labels[i]));
    }
    return new ImageBytes(name, 1, height, 8, List.of("black", "white"), images, labels);
  }

  private List<Path> stored() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("classifiers"))) {
      return files.toList();
    }
  }

  @Test
  void learnsTheClasses() {
    try (var classifier = DataClassifier.train(TRAIN, 100, 1)) {
      assertThat(classifier.heldOutAccuracy()).isGreaterThan(0.97);
      assertThat(classifier.accuracy(TEST)).isGreaterThan(0.97);

      NDArray images = Batch.of(TEST, manager, IntStream.range(0, 100).toArray()).images();
      long[] found = classifier.classify(images);
      long right = IntStream.range(0, 100).filter(i -> found[i] == TEST.label(i)).count();
      assertThat(right).isGreaterThan(90);
      assertThat(classifier.classNames()).isEqualTo(TEST.classNames());
    }
  }

  @Test
  void featuresLeadToTheLogitsAndRecordNothing() {
    try (var classifier = DataClassifier.train(tiny("tiny", 8), 2, 0);
        var recording = Autograd.record()) {
      NDArray images = manager.randomUniform(-1, 1, new Shape(5, 1, 8, 8));
      Features all = classifier.extract(images);
      assertThat(all.vectors().getShape()).isEqualTo(new Shape(5, 128));
      assertThat(all.logits().getShape()).isEqualTo(new Shape(5, 2));
      assertThat(all.vectors().getManager()).isSameAs(manager);
      assertThat(all.logits().getManager()).isSameAs(manager);
      assertThat(all.vectors().hasGradient()).isFalse();

      // An image's features do not depend on its company.
      Features one = classifier.extract(images.get("3:4"));
      assertThat(one.vectors().toFloatArray()[17])
          .isCloseTo(all.vectors().getFloat(3, 17), within(1e-5f));
      assertThat(classifier.label("FID")).isEqualTo("FID[tiny-classifier]");
    }
  }

  @Test
  void equalSeedsGiveEqualClassifiersWhateverWasDrawnBefore() {
    try (var one = DataClassifier.train(tiny("tiny", 8), 3, 5)) {
      Torch.setSeed(99);
      manager.randomNormal(new Shape(3));
      try (var two = DataClassifier.train(tiny("tiny", 8), 3, 5);
          var other = DataClassifier.train(tiny("tiny", 8), 3, 6)) {
        assertThat(two.fingerprint()).isEqualTo(one.fingerprint()).matches("[0-9a-f]{64}");
        assertThat(other.fingerprint()).isNotEqualTo(one.fingerprint());
      }
    }
  }

  @Test
  void isTrainedOnceAndLeavesTheSameRandomNumbers() throws IOException {
    float drawn;
    String fingerprint;
    try (var trained = DataClassifier.of(tiny("tiny", 8))) {
      fingerprint = trained.fingerprint();
      drawn = manager.randomNormal(new Shape(1)).getFloat();
      assertThat(trained.heldOutAccuracy()).isEqualTo(1);
    }
    assertThat(stored()).hasSize(1);
    Path file = stored().get(0);
    assertThat(file.getFileName().toString()).matches("tiny-classifier-[0-9a-f]{12}.safetensors");
    Map<String, String> metadata = SafeTensors.metadata(file);
    assertThat(metadata)
        .containsEntry("data", "tiny")
        .containsEntry("steps", "400")
        .containsEntry("seed", "0")
        .containsEntry("accuracy", "1.0")
        .containsEntry("checksum", tiny("tiny", 8).checksum());

    // A stored classifier that says something else of itself shows that it is read.
    var changed = new TreeMap<>(metadata);
    changed.put("accuracy", "0.25");
    SafeTensors.write(file, SafeTensors.read(file, manager), changed);
    try (var found = DataClassifier.of(tiny("tiny", 8))) {
      assertThat(found.heldOutAccuracy()).isEqualTo(0.25);
      assertThat(found.fingerprint()).isEqualTo(fingerprint);
      assertThat(manager.randomNormal(new Shape(1)).getFloat()).isEqualTo(drawn);
    }
  }

  @Test
  void replacesADamagedFile() throws IOException {
    DataClassifier.of(tiny("tiny", 8)).close();
    Path file = stored().get(0);
    byte[] good = Files.readAllBytes(file);
    byte[] damaged = good.clone();
    damaged[damaged.length - 5] ^= 1;
    Files.write(file, damaged);
    try (var again = DataClassifier.of(tiny("tiny", 8))) {
      assertThat(again.heldOutAccuracy()).isEqualTo(1);
      assertThat(file).hasBinaryContent(good);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "shapes-32, 32, shapes-classifier",
    "shapes-grey-28, 28, shapes-grey-classifier",
    "mnist-test, 28, mnist-classifier",
    "cifar10-jpeg, 32, cifar10-jpeg-classifier",
    "photos-64-test, 64, photos-classifier",
    "summer-2020, 64, summer-2020-classifier"
  })
  void isNamedAfterTheFamilyOfTheData(String data, int height, String expected) {
    try (var classifier = DataClassifier.train(tiny(data, height), 1, 0)) {
      assertThat(classifier.name()).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"10, 400", "8000, 400", "10000, 450", "60000, 2700", "1000000, 3000"})
  void learnsForFiveEpochsWithinBounds(int size, int steps) {
    ImageData data = Shapes.builder().size(size).build();
    assertThat(ClassifierSettings.standard(data, 0).steps()).isEqualTo(steps);
  }

  @Test
  void holdsOutATenthOfAllClasses() {
    ClassifierSettings.Parts parts = new ClassifierSettings(1, 0).split(TRAIN);
    assertThat(parts.training().size()).isEqualTo(1800);
    assertThat(parts.heldOut().size()).isEqualTo(200);
    var counts = new int[10];
    for (int i = 0; i < 200; i++) {
      counts[parts.heldOut().label(i)]++;
    }
    assertThat(Arrays.stream(counts).min().orElseThrow()).isGreaterThan(8);
  }

  @Test
  void refusesWhatCannotBeLearnedOrSeen() {
    var one = new ImageBytes("one", 1, 1, 1, List.of("a"), new byte[20][1], new int[20]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DataClassifier.of(one))
        .withMessageContaining("'one' has 20 images in 1 classes")
        .withMessageContaining("InceptionFeatures");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DataClassifier.train(tiny("tiny", 8), 0, 0))
        .withMessageContaining("1 step at least, not 0");
    try (var classifier = DataClassifier.train(tiny("tiny", 8), 1, 0)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> classifier.extract(manager.zeros(new Shape(2, 3, 8, 8))))
          .withMessageContaining(
              "The tiny-classifier takes images (N, 1, 8, 8), but these are (2, 3, 8, 8)");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> classifier.accuracy(TEST))
          .withMessageContaining("'shapes-grey-16-test' has 10 classes");
    }
  }
}
