package org.adversaria.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.adversaria.augmentations.DiffAugment;
import org.adversaria.data.ImageBytes;
import org.adversaria.data.ImageData;
import org.adversaria.data.Shapes;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.models.Backbone;
import org.adversaria.models.BigGanLatent;
import org.adversaria.models.Condition;
import org.adversaria.models.Generator;
import org.adversaria.models.SnganBody32;
import org.adversaria.models.SnganGenerator32;
import org.adversaria.regularizers.Bcr;
import org.adversaria.regularizers.Cr;
import org.adversaria.regularizers.Dragan;
import org.adversaria.regularizers.GradientPenalty;
import org.adversaria.regularizers.Orthogonal;
import org.adversaria.regularizers.R1;
import org.adversaria.regularizers.Regularizer;
import org.adversaria.regularizers.WeightClip;
import org.adversaria.regularizers.Zcr;
import org.adversaria.training.Averaging;
import org.adversaria.training.GanStep;
import org.adversaria.training.Run;
import org.adversaria.training.SavedRun;
import org.adversaria.training.Terms;
import org.adversaria.training.Training;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("slow")
class TwoPlayerGanTest {

  private static final ImageData DATA = Shapes.builder().size(20).build();

  @TempDir private Path folder;

  /** A builder, and the columns of the log that its terms have. */
  private record Case(
      Function<ImageData, GanBuilder<? extends TwoPlayerGan<?, ?>, ?>> builder, String... terms) {

    @Override
    public String toString() {
      return builder.apply(DATA).build().name() + " " + List.of(terms);
    }
  }

  static Stream<Case> methods() {
    return Stream.of(
        new Case(
            AcGan::builder,
            "loss_discriminator",
            "classifier_discriminator",
            "logit_real",
            "logit_fake",
            "loss_generator",
            "classifier_generator"),
        new Case(
            AdcGan::builder,
            "loss_discriminator",
            "classifier_discriminator",
            "logit_real",
            "logit_fake",
            "loss_generator",
            "classifier_generator"),
        new Case(AmGan::builder, "classifier_discriminator", "classifier_generator"),
        new Case(
            BigGan::builder, "loss_discriminator", "logit_real", "logit_fake", "loss_generator"),
        new Case(
            ContraGan::builder,
            "loss_discriminator",
            "contrast_discriminator",
            "logit_real",
            "logit_fake",
            "loss_generator",
            "contrast_generator"),
        new Case(
            EcGan::builder,
            "loss_discriminator",
            "classifier_discriminator",
            "logit_real",
            "logit_fake",
            "loss_generator"),
        new Case(
            data -> EcGan.builder(data, EcGan.Variant.UCE),
            "loss_discriminator",
            "classifier_discriminator",
            "contrast_discriminator",
            "logit_real",
            "logit_fake",
            "loss_generator",
            "contrast_generator"),
        new Case(
            LoGan::builder,
            "loss_discriminator",
            "logit_real",
            "logit_fake",
            "logit_unmoved",
            "loss_generator"),
        new Case(
            ProjectionGan::builder,
            "loss_discriminator",
            "logit_real",
            "logit_fake",
            "loss_generator"),
        new Case(
            ReAcGan::builder,
            "loss_discriminator",
            "contrast_discriminator",
            "logit_real",
            "logit_fake",
            "loss_generator",
            "contrast_generator"),
        new Case(
            SaGan::builder, "loss_discriminator", "logit_real", "logit_fake", "loss_generator"),
        new Case(
            TacGan::builder,
            "loss_discriminator",
            "classifier_discriminator",
            "logit_real",
            "logit_fake",
            "loss_generator",
            "classifier_generator"),
        new Case(
            UNetGan::builder,
            "enc_discriminator",
            "dec_discriminator",
            "logit_real",
            "logit_fake",
            "enc_generator",
            "dec_generator"),
        new Case(WGan::builder, "loss_discriminator", "logit_real", "logit_fake", "loss_generator"),
        new Case(
            WGanGp::builder,
            "loss_discriminator",
            "logit_real",
            "logit_fake",
            "gradient_penalty",
            "loss_generator"));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void trainsAndCanBeMadeAgainFromItsRecord(Case each) throws IOException {
    TwoPlayerGan<?, ?> method = each.builder().apply(DATA).channels(4).batchSize(4).build();
    try (Run run = Training.of(method).on(DATA).steps(2).seed(1).directory(folder).start();
        NDManager manager = NDManager.newBaseManager()) {
      int rows = Math.max(1, method.settings().backbone().condition().numClasses());
      assertThat(run.samples(manager, 1, 0).getShape()).isEqualTo(new Shape(rows, 3, 32, 32));
      List<String> columns = run.log().columnNames();
      assertThat(columns.subList(1, columns.size())).containsExactly(each.terms());
    }
    try (var saved = SavedRun.open(folder)) {
      assertThat(saved.method()).isInstanceOf(method.getClass());
      assertThat(saved.method().settings()).isEqualTo(method.settings());
    }
  }

  @Test
  void takesEverythingThatMayBeAdded() throws IOException {
    var method =
        AdcGan.builder(DATA)
            .channels(4)
            .batchSize(4)
            .augmentation(new DiffAugment(true, true, true))
            .regularizer(new Cr(10))
            .regularizer(new Bcr(10, 10))
            .regularizer(new Zcr(5, 0.5, 0.05))
            .regularizer(new Orthogonal(1e-4, Orthogonal.Form.MODIFIED))
            .regularizer(new R1(0.1))
            .regularizer(new GradientPenalty(10))
            .regularizer(new Dragan())
            .regularizer(new WeightClip(1))
            .build();
    try (Run run = Training.of(method).on(DATA).steps(2).seed(1).directory(folder).start()) {
      assertThat(run.log().columnNames())
          .contains("cr", "bcr", "zcr", "zcr_generator", "orthogonal", "classifier_discriminator");
      assertThat(run.log().doubleColumn("cr").get(0)).isPositive();
      assertThat(run.log().doubleColumn("zcr_generator").get(0)).isNegative();
      assertThat(run.log().doubleColumn("orthogonal").get(0)).isPositive();
      assertThat(run.log().doubleColumn("r1").get(0)).isPositive();
      assertThat(run.log().doubleColumn("gradient_penalty").get(0)).isPositive();
      assertThat(run.log().doubleColumn("dragan").get(0)).isPositive();
    }
    try (var saved = SavedRun.open(folder)) {
      assertThat(saved.method().settings()).isEqualTo(method.settings());
    }
  }

  /** The GAN of the first paper, which is told no classes. */
  public static final class PlainGan extends SingleLogitGan {

    /** Creates the method from its settings. */
    public PlainGan(GanSettings<Objective> settings) {
      super("plain-gan", settings);
    }
  }

  @Test
  void aGanWithoutClassesNeedsNoLabels() throws IOException {
    var backbone =
        new Backbone.Sngan(
            new SnganGenerator32.Settings(8, 8, 3, 0), new SnganBody32.Settings(8, 3, 0));
    var settings =
        new GanSettings<>(
            "plain",
            backbone,
            new AdversarialLoss.Minimax(),
            new SingleLogitGan.Objective(),
            List.of(new Cr(10), new Zcr(5, 0.5, 0.05), new R1(0.1)),
            new DiffAugment(true, true, true),
            ConditionSampling.UNIFORM,
            Recipe.adam(4, 1e-3, 0, 0.9));
    var method = new PlainGan(settings);
    try (Run run = Training.of(method).on(DATA).steps(2).seed(1).directory(folder).start();
        NDManager manager = NDManager.newBaseManager()) {
      assertThat(run.generator().condition()).isEqualTo(new Condition.None());
      assertThat(run.samples(manager, 3, 0).getShape()).isEqualTo(new Shape(3, 3, 32, 32));
      assertThat(run.log().doubleColumn("r1").get(0)).isPositive();
    }
    try (var saved = SavedRun.open(folder)) {
      assertThat(saved.method()).isInstanceOf(PlainGan.class);
      assertThat(saved.method().settings()).isEqualTo(settings);
      assertThat(saved.generator().numClasses()).isZero();
    }
  }

  /** A regularizer of the user's: the logits of D are kept small. */
  public record Drift(double weight) implements Regularizer {

    @Override
    public Consumer<Terms> discriminator(GanStep<?> step) {
      return terms ->
          terms.add("drift", weight, () -> step.real().compared().get(0).square().mean());
    }
  }

  @Test
  void aRegularizerOfTheUsersIsTrainedWithAndFoundAgain() throws IOException {
    var method =
        ProjectionGan.builder(DATA).channels(4).batchSize(4).regularizer(new Drift(0.1)).build();
    try (Run run = Training.of(method).on(DATA).steps(2).seed(1).directory(folder).start()) {
      assertThat(run.log().doubleColumn("drift").get(1)).isPositive();
    }
    try (var saved = SavedRun.open(folder)) {
      assertThat(saved.method().settings()).isEqualTo(method.settings());
      Training again = Training.of(saved.method()).on(DATA).steps(3).seed(1).directory(folder);
      again.resume().close();
    }
  }

  /** The classifier of AM-GAN is its discriminator: there is no logit beside it. */
  @Test
  void aClassifierThatStandsAloneHasNoLogit() throws IOException {
    var method = AmGan.builder(DATA).channels(4).batchSize(4).build();
    assertThat(headShapes(AmGan.builder(DATA))).doesNotContainKey("linear.weight");
    try (Run run = Training.of(method).on(DATA).steps(1).seed(1).directory(folder).start()) {
      assertThat(run.log().columnNames()).doesNotContain("loss_discriminator");
      assertThat(run.log().doubleColumn("classifier_discriminator").get(0)).isPositive();
    }
  }

  @Test
  void headsHaveTheNamesAndWidthsOfThePublishedCode() {
    assertThat(headShapes(AcGan.builder(DATA)))
        .containsEntry("ac.weight", new Shape(10, 64))
        .doesNotContainKey("embed.weight");
    assertThat(headShapes(TacGan.builder(DATA)))
        .containsEntry("ac.weight", new Shape(10, 64))
        .containsEntry("mi.weight", new Shape(10, 64));
    assertThat(headShapes(AmGan.builder(DATA))).containsEntry("am.weight", new Shape(11, 64));
    assertThat(headShapes(AdcGan.builder(DATA))).containsEntry("adc.weight", new Shape(20, 64));
    assertThat(headShapes(ProjectionGan.builder(DATA)))
        .containsEntry("embed.weight", new Shape(10, 64));
  }

  @Test
  void widthAndLatentAreThoseOfTheBackbone() {
    var latent = BigGanLatent.hierarchical(40, 16);
    var builder = BigGan.builder(DATA).channels(4);
    var small = (Backbone.BigGan) builder.build().settings().backbone();
    builder.backbone(small.withLatent(latent));
    try (NDManager manager = NDManager.newBaseManager()) {
      Generator generator = builder.build().newNetworks().generator();
      assertThat(generator.latentSize()).isEqualTo(40);
      generator.initialize(manager);
      assertThat(generator.stateDict().get("shared.weight").getShape())
          .isEqualTo(new Shape(10, 16));
      assertThat(generator.stateDict().get("blocks.0.0.bn1.gain.weight").getShape())
          .isEqualTo(new Shape(64, 16 + 10));
    }
    builder.backbone(
        new Backbone.Sngan(
            new SnganGenerator32.Settings(8, 8, 3, 10), new SnganBody32.Settings(8, 3, 10)));
    assertThatThrownBy(() -> builder.channels(8))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("has no channel multiplier: describe it anew by backbone(...)");
  }

  private static Map<String, Shape> headShapes(
      GanBuilder<? extends TwoPlayerGan<?, ?>, ?> builder) {
    var shapes = new TreeMap<String, Shape>();
    builder
        .channels(4)
        .build()
        .newNetworks()
        .discriminator()
        .getParameters()
        .forEach(pair -> shapes.put(pair.getKey(), pair.getValue().getShape()));
    return shapes;
  }

  @Test
  void presetsAreThoseOfThePublishedScripts() {
    ImageData cifar = blank(32, 10);
    AdcGan adc = AdcGan.builder(cifar).preset("cifar10").build();
    assertThat(adc.batchSize()).isEqualTo(50);
    assertThat(adc.players(adc.newNetworks()).get(0).updates().applyAsInt(0)).isEqualTo(4);
    assertThat(adc.averaging()).isEqualTo(new Averaging(0.9999, 1000));
    assertThat(adc.settings().objective()).isEqualTo(AdcGan.Objective.of(1));
    assertThat(AcGan.builder(cifar).preset("cifar10").build().settings().objective().generator())
        .isEqualTo(0.2);

    AdcGan tiny = AdcGan.builder(blank(64, 20)).preset("tiny-imagenet").build();
    assertThat(tiny.batchSize() * tiny.accumulations()).isEqualTo(100);
    assertThat(tiny.averaging()).isEqualTo(new Averaging(0.9999, 20_000));
    assertThat(tiny.settings().objective().generator()).isEqualTo(0.5);

    BigGan large = BigGan.builder(blank(128, 10)).preset("imagenet-128").build();
    assertThat(large.batchSize() * large.accumulations()).isEqualTo(2048);
    assertThat(large.newNetworks().generator().latentSize()).isEqualTo(120);
  }

  private static ImageData blank(int resolution, int classes) {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray images = manager.zeros(new Shape(1, 3, resolution, resolution));
      List<String> names =
          Stream.iterate(0, i -> i + 1).limit(classes).map(String::valueOf).toList();
      return ImageBytes.of("blank", images, manager.zeros(new Shape(1), DataType.INT64), names);
    }
  }

  @Test
  void saysWhatDoesNotFit() {
    assertThatThrownBy(() -> AdcGan.builder(blank(64, 3)).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "'small' makes samples (3, 32, 32), but those of blank are (3, 64, 64)");
    assertThatThrownBy(() -> AdcGan.builder(DATA).preset("celeba"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the presets are cifar10, cifar100, tiny-imagenet");
  }
}
