package org.adversaria.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.adversaria.data.ArrayData;
import org.adversaria.data.GaussianMixture;
import org.adversaria.data.ImageBytes;
import org.adversaria.data.ImageData;
import org.adversaria.data.Shapes;
import org.adversaria.data.TrainingData;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.models.Backbone;
import org.adversaria.models.Condition;
import org.adversaria.regularizers.GradientPenalty;
import org.adversaria.regularizers.WeightClip;
import org.adversaria.training.Optimizer;
import org.adversaria.training.Player;
import org.adversaria.training.Run;
import org.adversaria.training.SavedRun;
import org.adversaria.training.Training;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WGAN and WGAN-GP: what their papers change, and the published settings. */
@Tag("slow")
class WGanTest {

  private static final ImageData SHAPES = Shapes.builder().size(20).build();

  @TempDir private Path folder;

  private final NDManager manager = NDManager.newBaseManager();

  @Test
  void weightsStayWithinTheBoundAndStatisticsDoNot() throws IOException {
    WGan method = WGan.builder(SHAPES).channels(4).batchSize(4).build();
    try (Run run = Training.of(method).on(SHAPES).steps(2).seed(1).directory(folder).start()) {
      boolean statisticsBeyond = false;
      for (Parameter parameter : run.network("discriminator").getParameters().values()) {
        float largest = parameter.getArray().toType(DataType.FLOAT32, false).abs().max().getFloat();
        if (parameter.requiresGradient()) {
          assertThat(largest).as(parameter.getName()).isLessThanOrEqualTo(0.02f);
        } else {
          statisticsBeyond |= largest > 0.02f;
        }
      }
      assertThat(statisticsBeyond).isTrue();
    }
  }

  @Test
  void aRegularizerBesideAnotherThatActsAfterUpdatesKeepsBoth() {
    WGan method = WGan.builder(SHAPES).channels(4).regularizer(new WeightClip(0.5)).build();
    var networks = method.newNetworks();
    networks.discriminator().initialize(manager);
    for (NDArray parameter : networks.discriminator().trainable()) {
      parameter.set(manager.full(parameter.getShape(), 3f).toByteBuffer());
    }
    method.players(networks).get(0).afterUpdate().accept(networks.discriminator());
    for (NDArray parameter : networks.discriminator().trainable()) {
      assertThat(parameter.max().getFloat()).isEqualTo(0.02f);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void pointsAreTrainedOnWithAndWithoutClasses(boolean conditional) throws IOException {
    TrainingData ring = GaussianMixture.ring(8, 2, 0.05).sample(64, 1).data("ring", manager);
    var builder = WGanGp.builder(ring).channels(8).batchSize(4);
    WGanGp method = conditional ? builder.conditional().build() : builder.build();
    try (Run run = Training.of(method).on(ring).steps(2).seed(1).directory(folder).start()) {
      assertThat(run.log().doubleColumn("gradient_penalty").get(1)).isPositive();
      assertThat(run.generator().condition()).isEqualTo(Condition.of(conditional ? 8 : 0));
      assertThat(run.samples(manager, 3, 0).getShape())
          .isEqualTo(new Shape(conditional ? 24 : 3, 2));
    }
    try (var saved = SavedRun.open(folder)) {
      assertThat(saved.method().settings()).isEqualTo(method.settings());
    }
  }

  @Test
  void classesAreThoseOfTheData() {
    var values =
        new ArrayData("pairs", manager.zeros(new Shape(4, 2)), manager.zeros(new Shape(4, 1)));
    assertThatThrownBy(() -> WGanGp.builder(values).conditional())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "pairs has no classes: give each sample a label, int64, or train without conditional()");
    WGan plain = WGan.builder(SHAPES).build();
    assertThat(WGan.builder(SHAPES).unconditional().build().settings()).isEqualTo(plain.settings());
  }

  @Test
  void wGansPresetIsThatOfThePublishedCode() {
    WGan wgan = WGan.builder(blank(64)).preset("lsun-bedroom-64").build();
    GanSettings<SingleLogitGan.Objective> settings = wgan.settings();
    assertThat(settings.loss()).isEqualTo(new AdversarialLoss.Wasserstein());
    assertThat(settings.regularizers()).isEqualTo(List.of(new WeightClip(0.01)));
    assertThat(settings.recipe().discriminator()).isEqualTo(new Optimizer.RmsProp(5e-5));
    assertThat(wgan.batchSize()).isEqualTo(64);
    Player critic = wgan.players(wgan.newNetworks()).get(0);
    assertThat(Stream.of(0, 24, 25, 500, 501).map(critic.updates()::applyAsInt))
        .containsExactly(100, 100, 5, 100, 5);
    assertThat(wgan.newNetworks().generator().latentSize()).isEqualTo(100);
    assertThat(settings.backbone().batchesApart()).isTrue();
    assertThatThrownBy(() -> WGan.builder(blank(64)).preset("lsun-bedroom-64").conditional())
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("describe it anew by backbone(...)");
  }

  @Test
  void wGanGpsPresetsAreThoseOfThePublishedCode() {
    GanSettings<SingleLogitGan.Objective> cifar =
        WGanGp.builder(SHAPES).preset("cifar10").build().settings();
    assertThat(cifar.backbone()).isEqualTo(new Backbone.WganGp(128, 0, 3, 128));
    assertThat(cifar.regularizers()).isEqualTo(List.of(new GradientPenalty(10)));
    assertThat(cifar.recipe().discriminatorUpdates()).isEqualTo(Updates.of(5));
    var adam = (Optimizer.Adam) cifar.recipe().generator();
    assertThat(Stream.of(0L, 50_000L, 100_000L).map(adam.learningRate()::at))
        .containsExactly(2e-4, 1e-4, 0.0);
    assertThat(adam.beta1()).isZero();
    assertThat(adam.beta2()).isEqualTo(0.9);
    assertThat(WGanGp.builder(blank(64)).preset("lsun-bedroom-64").build().settings().backbone())
        .isEqualTo(new Backbone.Dcgan(128, 64, 3, 64, false));

    GanSettings<AcGan.Objective> conditional =
        AcGan.builder(SHAPES).preset("wgan-gp-cifar10").build().settings();
    assertThat(conditional.backbone()).isEqualTo(new Backbone.WganGp(128, 10, 3, 128));
    assertThat(conditional.loss()).isEqualTo(new AdversarialLoss.Wasserstein());
    assertThat(conditional.regularizers()).isEqualTo(List.of(new GradientPenalty(10)));
    assertThat(conditional.objective().generator()).isEqualTo(0.1);
  }

  private ImageData blank(int resolution) {
    NDArray images = manager.zeros(new Shape(1, 3, resolution, resolution));
    NDArray labels = manager.zeros(new Shape(1), DataType.INT64);
    return ImageBytes.of("blank", images, labels, List.of("0"));
  }
}
