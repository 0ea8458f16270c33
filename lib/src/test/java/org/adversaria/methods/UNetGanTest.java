package org.adversaria.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.LongStream;
import org.adversaria.augmentations.DiffAugment;
import org.adversaria.data.Batch;
import org.adversaria.data.ImageBytes;
import org.adversaria.data.ImageData;
import org.adversaria.data.Shapes;
import org.adversaria.methods.UNetGan.Mixing;
import org.adversaria.methods.UNetGan.Objective;
import org.adversaria.training.Run;
import org.adversaria.training.Schedule;
import org.adversaria.training.Step;
import org.adversaria.training.Training;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tech.tablesaw.api.Table;

@Tag("slow")
class UNetGanTest {

  private static final ImageData DATA = Shapes.builder().size(40).build();
  private static final Mixing HALF = Mixing.alone(new Schedule.Constant(0.5));

  @TempDir private Path folder;

  private static GanBuilder<UNetGan, Objective> tiny() {
    return UNetGan.builder(DATA).channels(2).batchSize(4);
  }

  @Test
  void theCoinHasTheProbabilityOfItsStep() {
    long heads = LongStream.range(0, 4000).filter(HALF::at).count();
    // The standard deviation of the count is 32.
    assertThat(heads).isBetween(1850L, 2150L);
    assertThat(LongStream.range(0, 4000).filter(Mixing.NEVER::at)).isEmpty();
    var always = new Mixing(new Schedule.Constant(1), false, new Schedule.Constant(1));
    assertThat(LongStream.range(0, 4000)).allMatch(always::at);
  }

  @Test
  void presetsWarmUpAsThePublishedScripts() {
    UNetGan ffhq = UNetGan.builder(blank(256)).preset("ffhq-256").build();
    Schedule r = ffhq.settings().objective().mixing().probability();
    // An epoch is 70,000 / 20 steps, and r rises for 100 of them.
    assertThat(r.at(3499)).isZero();
    assertThat(r.at(3500)).isEqualTo(0.005);
    assertThat(r.at(349_999)).isEqualTo(0.495);
    assertThat(r.at(350_000)).isEqualTo(0.5);
    assertThat(r.at(1_000_000)).isEqualTo(0.5);
    assertThat(ffhq.settings().backbone().condition().numClasses()).isZero();

    UNetGan animals = UNetGan.builder(blank(128)).preset("coco-animals-128").build();
    assertThat(animals.settings().backbone().condition().numClasses()).isEqualTo(10);
    assertThat(animals.settings().objective().mixing().probability().at(100 * 475)).isEqualTo(0.25);
    UNetGan faces = UNetGan.builder(blank(128)).preset("celeba-128").build();
    assertThat(faces.settings().objective().mixing().at(0)).isTrue();
    assertThat(faces.settings().objective().mixing().alone()).isFalse();
  }

  /** An image of one of ten classes. */
  private static ImageData blank(int resolution) {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray images = manager.zeros(new Shape(1, 3, resolution, resolution));
      NDArray labels = manager.zeros(new Shape(1), DataType.INT64);
      return ImageBytes.of("blank", images, labels, DATA.classNames());
    }
  }

  /** A mixed image is of one class; other generated images are of any. */
  @Test
  void mixedImagesAreOfTheRealImagesClasses() {
    UNetGan method = tiny().objective(new Objective(1, 1, 1, HALF)).build();
    long mixes = LongStream.range(0, 100).filter(HALF::at).findFirst().orElseThrow();
    long other = LongStream.range(0, 100).filter(step -> !HALF.at(step)).findFirst().orElseThrow();
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray y = manager.create(new long[] {7, 7, 7, 7, 7, 7, 7, 7});
      var real = new Batch(manager.zeros(y.getShape()), y);
      var mixed = new Step(mixes, 8, manager, () -> real, () -> y);
      assertThat(method.discriminatorConditions(mixed)).isEqualTo(y);
      var plain = new Step(other, 8, manager, () -> real, () -> y);
      assertThat(method.discriminatorConditions(plain)).isNotEqualTo(y);
    }
  }

  @Test
  void aStepHasTheTermsOfMixedImagesOrTheOthers() throws IOException {
    UNetGan method = tiny().objective(new Objective(1, 1, 1, HALF)).build();
    try (Run run = Training.of(method).on(DATA).steps(6).seed(1).directory(folder).start()) {
      Table log = run.log();
      for (int i = 0; i < 6; i++) {
        boolean mixed = HALF.at(i);
        assertThat(log.column("consistency").isMissing(i)).isEqualTo(!mixed);
        assertThat(log.column("dec_mixed").isMissing(i)).isEqualTo(!mixed);
        assertThat(log.column("dec_discriminator").isMissing(i)).isEqualTo(mixed);
        assertThat(log.column("dec_generator").isMissing(i)).isFalse();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"fp32", "bf16"})
  void aRunGoesOnToTheSameBits(String precision) throws IOException {
    var all = new Mixing(new Schedule.Constant(1), false, new Schedule.Linear(0, 1, 4));
    UNetGan method = tiny().objective(new Objective(0.5, 1, 1, all)).unconditional().build();
    training(method, "halves", precision, 2).start().close();
    try (Run whole = training(method, "whole", precision, 4).start();
        Run halves = training(method, "halves", precision, 4).resume()) {
      for (String network : new String[] {"generator", "discriminator"}) {
        Map<String, NDArray> expected = whole.network(network).stateDict();
        halves
            .network(network)
            .stateDict()
            .forEach((name, array) -> assertThat(array).as(name).isEqualTo(expected.get(name)));
      }
      assertThat(whole.log().doubleColumn("consistency").get(3)).isPositive();
    }
  }

  private Training training(UNetGan method, String name, String precision, long steps) {
    return Training.of(method)
        .on(DATA)
        .steps(steps)
        .seed(2)
        .precision(precision)
        .directory(folder.resolve(name));
  }

  @Test
  void refusesWhatHasNoMeaning() {
    assertThatThrownBy(() -> tiny().augmentation(new DiffAugment(true, true, true)).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("compare maps pixel by pixel")
        .hasMessageContaining("withoutMixing");
    tiny()
        .augmentation(new DiffAugment(true, true, true))
        .objective(Objective::withoutMixing)
        .build();
    assertThatThrownBy(() -> new Objective(1, 0, 0, HALF))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("set the mixing to NEVER");
    assertThatThrownBy(() -> new Objective(1, Double.NaN, 1, HALF))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("augmentation NaN");
    assertThatThrownBy(() -> new Objective(0, 1, 1, HALF))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("adversarial 0.0");
  }
}
