package org.adversaria.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.adversaria.augmentations.Ada;
import org.adversaria.augmentations.AdaController;
import org.adversaria.augmentations.AdaTransforms;
import org.adversaria.data.ImageData;
import org.adversaria.data.Shapes;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.models.stylegan2.StyleGan2Sizes;
import org.adversaria.regularizers.R1;
import org.adversaria.training.Method;
import org.adversaria.training.Run;
import org.adversaria.training.SavedRun;
import org.adversaria.training.Training;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trains methods with ADA for a few steps. */
@Tag("slow")
class AdaTrainingTest {

  private static final ImageData SMALL = Shapes.builder().resolution(16).size(40).build();
  private static final ImageData DATA = Shapes.builder().size(40).build();

  /** p rises by 0.4, 12 of 30 images, every third step: r_t is always above this target. */
  private static final Ada FAST =
      new Ada(AdaTransforms.preset("bgc"), 0.1, new AdaController(-1.1, 3, 0.03));

  @TempDir Path folder;

  private static Method<?> method(String name) {
    return switch (name) {
      case "stylegan2" -> tiny(StyleGan2.builder(SMALL)).build();
      case "glead" -> tiny(Glead.builder(SMALL)).build();
      case "adc-gan" -> narrow(AdcGan.builder(DATA).regularizer(new R1(1))).build();
      case "am-gan" -> narrow(AmGan.builder(DATA)).build();
      case "ecgan" -> narrow(EcGan.builder(DATA)).build();
      case "gan" -> narrow(Gan.builder(DATA)).loss(new AdversarialLoss.LeastSquares()).build();
      case "u-net-gan" ->
          narrow(UNetGan.builder(DATA)).objective(UNetGan.Objective::withoutMixing).build();
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static <M extends Method<?>> StyleGanBuilder<M, ?> tiny(StyleGanBuilder<M, ?> builder) {
    return builder
        .sizes(StyleGan2Sizes.of(16).withChannels(64, 6).withMapping(5, 4, 2))
        .batchSize(4)
        .augmentation(FAST);
  }

  private static <M extends Method<?>, T extends Record> GanBuilder<M, T> narrow(
      GanBuilder<M, T> builder) {
    return builder.channels(4).batchSize(4).augmentation(FAST);
  }

  private Training training(Method<?> method, String name, int steps) {
    ImageData data = method instanceof StyleBasedGan ? SMALL : DATA;
    return Training.of(method).on(data).steps(steps).seed(1).directory(folder.resolve(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"stylegan2", "adc-gan"})
  void aResumedRunHasTheStrengthOfAnUninterruptedOne(String name) throws IOException {
    training(method(name), "whole", 7).start().close();
    training(method(name), "parts", 4).start().close();
    try (SavedRun saved = SavedRun.open(folder.resolve("parts"))) {
      assertThat(saved.method().settings()).isEqualTo(method(name).settings());
      training(saved.method(), "parts", 7).resume().close();
    }
    for (String file :
        new String[] {"augmentation.safetensors", "discriminator.safetensors", "log.csv"}) {
      Path path = Path.of("checkpoints", "step-00000007", file);
      assertThat(folder.resolve("parts").resolve(path))
          .hasSameBinaryContentAs(folder.resolve("whole").resolve(path));
    }
    try (SavedRun saved = SavedRun.open(folder.resolve("parts"))) {
      float p =
          saved.network("augmentation", SavedRun.Weights.TRAINED).stateDict().get("p").getFloat();
      // Twice 0.4 in seven steps.
      assertThat(p).isGreaterThan(0.85f);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"glead", "am-gan", "ecgan", "gan", "u-net-gan"})
  void everyMethodAdaptsTheStrengthAndLogsIt(String name) throws IOException {
    try (Run run = training(method(name), name, 4).compiled(false).start()) {
      double[] p = run.log().doubleColumn("augmentation_p").asDoubleArray();
      assertThat(p[0]).isEqualTo(0.1f);
      assertThat(p[3]).isGreaterThan(0.4f);
      for (double sign : run.log().doubleColumn("sign_real").asDoubleArray()) {
        assertThat(sign).isBetween(-1.0, 1.0);
      }
    }
  }

  @Test
  void withAFixedStrengthNothingIsAddedToLogAndCheckpoint() throws IOException {
    Method<?> method =
        WGan.builder(DATA).channels(4).batchSize(4).augmentation(Ada.fixed("bgc", 0.5)).build();
    try (Run run = training(method, "fixed", 1).start()) {
      assertThat(run.log().columnNames()).doesNotContain("augmentation_p");
    }
    assertThat(folder.resolve("fixed/checkpoints/step-00000001/augmentation.safetensors"))
        .doesNotExist();
  }

  @Test
  void aCriticHasNoVerdictsToFollow() {
    Supplier<Object> wgan = () -> WGan.builder(DATA).augmentation(FAST).build();
    assertThatThrownBy(wgan::get)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Wasserstein")
        .hasMessageContaining("Ada.fixed");
  }
}
