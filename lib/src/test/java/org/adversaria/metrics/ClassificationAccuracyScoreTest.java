package org.adversaria.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.IntStream;
import org.adversaria.data.ImageBytes;
import org.adversaria.data.ImageData;
import org.adversaria.data.Shapes;
import org.adversaria.data.Split;
import org.adversaria.data.Subset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class ClassificationAccuracyScoreTest {

  private static final ImageData REAL =
      Shapes.builder().resolution(16).channels(1).size(600).build();
  private static final ImageData TEST =
      Shapes.builder().resolution(16).channels(1).size(300).split(Split.TEST).build();

  /** As a generator that draws each class well but takes class 4 for class 5. */
  private static ImageData confusingTwoClasses() {
    var images = new byte[REAL.size()][REAL.imageLength()];
    var labels = new int[REAL.size()];
    for (int i = 0; i < images.length; i++) {
      REAL.copyImage(i, images[i], 0);
      labels[i] = REAL.label(i) == 4 ? 5 : REAL.label(i);
    }
    return new ImageBytes("confused", 1, 16, 16, REAL.classNames(), images, labels);
  }

  @Test
  void losesTheClassThatTheSamplesConfuse() {
    var score =
        ClassificationAccuracyScore.of(
            confusingTwoClasses(), REAL, TEST, new ClassifierSettings(150, 1));
    assertThat(score.baselineTop1()).isGreaterThan(0.95);
    assertThat(score.top1()).isBetween(0.85, 0.9);
    assertThat(score.top5()).isGreaterThanOrEqualTo(score.top1());
    assertThat(score.baselineTop5()).isGreaterThan(0.99);
  }

  @Test
  void refusesMoreSamplesThanRealImages() {
    ImageData fewer = Subset.of(REAL, IntStream.range(0, 599).toArray());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClassificationAccuracyScore.of(REAL, fewer, TEST, 0))
        .withMessageContaining("has 599, and there are 600 samples; draw 599 at most");
  }
}
