package org.adversaria.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tech.tablesaw.api.Table;

@Tag("slow")
class ShapesTest {

  private static byte[] image(ImageData data, int index) {
    var image = new byte[data.imageLength()];
    data.copyImage(index, image, 0);
    return image;
  }

  private static int[] unsigned(byte[] image) {
    return IntStream.range(0, image.length).map(i -> Byte.toUnsignedInt(image[i])).toArray();
  }

  @Test
  void bytesAreTheSameOnEveryPlatform() {
    assertThat(Shapes.builder().size(20).build().checksum())
        .isEqualTo("5383e242f885a865c75cfdc089e637365e8503af113a03fd81556a966ea21c04");
    assertThat(Shapes.builder().size(20).resolution(16).channels(1).build().checksum())
        .isEqualTo("bb8b0a77b814283f890802f8338197a16535ccc2749be93ee22729f7192e9b83");
    var far = Shapes.builder().size(20).resolution(128).variation(1).seed(7).split(Split.TEST);
    assertThat(far.build().checksum())
        .isEqualTo("783fdb135b1eefe8e2e4d5fb22acc000b254008c3bdd6dc0c7b1e8d67554996a");
    assertThat(Shapes.builder().size(20).resolution(28).channels(1).variation(0).build().checksum())
        .isEqualTo("166f87e6a868a2e1c0fa47d14c232f63864a898d6d59eb9e52f7ae247cd52a90");
  }

  @Test
  void aRowThroughTheFirstDiskIsDarkBrightDarkWithSoftEdges() {
    int[] row = new int[16];
    int[] image = unsigned(image(Shapes.builder().resolution(16).channels(1).build(), 0));
    System.arraycopy(image, 8 * 16, row, 0, 16);
    assertThat(row)
        .containsExactly(29, 32, 36, 39, 147, 183, 189, 191, 191, 191, 191, 191, 159, 36, 32, 29);
  }

  @Test
  void anImageDoesNotDependOnWhatWasDrawnBefore() {
    Shapes forwards = Shapes.builder().resolution(16).size(50).seed(3).build();
    Shapes backwards = Shapes.builder().resolution(16).size(200).seed(3).build();
    for (int i = 49; i >= 0; i--) {
      image(backwards, i);
    }
    for (int i = 0; i < 50; i++) {
      assertThat(image(forwards, i)).isEqualTo(image(backwards, i));
    }
  }

  @Test
  void sizesAndLabelsAreAsDescribed() {
    Shapes train = Shapes.builder().build();
    Shapes test = Shapes.builder().split(Split.TEST).channels(1).resolution(28).build();
    assertThat(train.size()).isEqualTo(10_000);
    assertThat(test.size()).isEqualTo(2_000);
    assertThat(train.name()).isEqualTo("shapes-32");
    assertThat(test.name()).isEqualTo("shapes-grey-28-test");
    assertThat(train.imageLength()).isEqualTo(3 * 32 * 32);
    assertThat(test.imageLength()).isEqualTo(28 * 28);
    assertThat(train.classNames())
        .containsExactly(
            "disk",
            "ring",
            "square",
            "triangle",
            "star",
            "cross",
            "crescent",
            "heart",
            "bar",
            "hourglass");
    assertThat(train.label(0)).isZero();
    assertThat(train.label(9_999)).isEqualTo(9);
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> test.label(2_000));
  }

  @Test
  void trainingAndTestImagesAreAllDifferent() {
    Shapes train = Shapes.builder().resolution(16).size(2_000).build();
    Shapes test = Shapes.builder().resolution(16).size(2_000).split(Split.TEST).build();
    Set<ByteBuffer> seen = new HashSet<>();
    for (int i = 0; i < 2_000; i++) {
      seen.add(ByteBuffer.wrap(image(train, i)));
      seen.add(ByteBuffer.wrap(image(test, i)));
    }
    assertThat(seen).hasSize(4_000);
  }

  @Test
  void factorsAreTheSameAtEveryResolutionAndInGrey() {
    Table small = Shapes.builder().resolution(16).channels(1).size(30).build().factors();
    Table large = Shapes.builder().resolution(128).size(30).build().factors();
    assertThat(small.columnNames())
        .containsExactly(
            "index",
            "class",
            "x",
            "y",
            "size",
            "rotation",
            "hue",
            "lightness",
            "texture",
            "phase",
            "background",
            "background hue",
            "background lightness",
            "background angle");
    assertThat(small.printAll().lines().skip(1))
        .isEqualTo(large.printAll().lines().skip(1).toList());
  }

  @Test
  void factorsVaryInsideTheirRanges() {
    Table factors = Shapes.builder().variation(1).size(5_000).build().factors();
    assertThat(factors.doubleColumn("rotation").min()).isBetween(-28.0, -27.0);
    assertThat(factors.doubleColumn("rotation").max()).isBetween(27.0, 28.0);
    assertThat(factors.doubleColumn("size").min()).isBetween(0.44, 0.45);
    assertThat(factors.doubleColumn("size").max()).isBetween(0.83, 0.84);
    assertThat(factors.doubleColumn("hue").min()).isBetween(0.0, 0.01);
    assertThat(factors.doubleColumn("hue").max()).isBetween(0.99, 1.0);
    assertThat(factors.stringColumn("texture").asSet())
        .containsExactlyInAnyOrder("stripes", "checks", "dots");
    assertThat(factors.stringColumn("background").asSet())
        .containsExactlyInAnyOrder("gradient", "glow");
  }

  @Test
  void halfOfTheShapesArePlainUnlessSetOtherwise() {
    Table factors = Shapes.builder().build().factors();
    assertThat(factors.stringColumn("texture").isEqualTo("plain").size()).isBetween(4_800, 5_200);
    assertThat(factors.stringColumn("background").isEqualTo("plain").size())
        .isBetween(4_800, 5_200);
    assertThat(factors.stringColumn("class").isEqualTo("heart").size()).isEqualTo(1_000);
  }

  @Test
  void theShapeLiesWhereTheFactorsSay() {
    Shapes disks = Shapes.builder().channels(1).resolution(64).size(200).variation(0.9).build();
    Table factors = disks.factors();
    for (int i = 0; i < 200; i += 10) {
      int[] image = unsigned(image(disks, i));
      double sum = 0;
      double x = 0;
      double y = 0;
      for (int p = 0; p < image.length; p++) {
        if (image[p] > 100) {
          sum++;
          x += (2 * (p % 64) + 1) / 64.0 - 1;
          y += (2 * (p / 64) + 1) / 64.0 - 1;
        }
      }
      double radius = 0.86 * factors.doubleColumn("size").get(i);
      assertThat(x / sum).isCloseTo(factors.doubleColumn("x").get(i), within(0.02));
      assertThat(y / sum).isCloseTo(factors.doubleColumn("y").get(i), within(0.02));
      assertThat(sum / (32 * 32)).isCloseTo(Math.PI * radius * radius, within(0.06));
    }
  }

  @Test
  void withoutVariationAClassIsOneImage() {
    Shapes still = Shapes.builder().variation(0).resolution(16).size(100).build();
    for (int i = 10; i < 100; i++) {
      assertThat(image(still, i)).isEqualTo(image(still, i % 10));
    }
    assertThat(image(still, 0)).isNotEqualTo(image(still, 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 28, 64})
  void greyShapesStandOutFromTheirBackground(int resolution) {
    Shapes grey =
        Shapes.builder().channels(1).resolution(resolution).variation(1).size(500).build();
    for (int i = 0; i < 500; i++) {
      int[] image = unsigned(image(grey, i));
      int brightest = IntStream.of(image).max().orElseThrow();
      int last = resolution - 1;
      int corner =
          IntStream.of(0, last, resolution * last, resolution * last + last)
              .map(p -> image[p])
              .max()
              .orElseThrow();
      assertThat(corner).isLessThan(90);
      assertThat(brightest - corner).isGreaterThan(60);
    }
  }

  @Test
  void refusesSettingsOutOfRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shapes.builder().resolution(15).build())
        .withMessage("Shapes is drawn at 16 to 128 pixels, not at 15");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shapes.builder().resolution(129).build())
        .withMessageContaining("129");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shapes.builder().channels(2).build())
        .withMessageContaining("1 channel (grey) or 3 (colour), not 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shapes.builder().variation(1.5).build())
        .withMessageContaining("between 0 and 1, but is 1.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shapes.builder().variation(Double.NaN).build())
        .withMessageContaining("NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shapes.builder().size(0))
        .withMessageContaining("at least one image");
  }
}
