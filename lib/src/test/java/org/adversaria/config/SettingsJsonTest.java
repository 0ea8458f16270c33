package org.adversaria.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.adversaria.augmentations.Augmentation;
import org.adversaria.augmentations.DiffAugment;
import org.adversaria.data.ImageBytes;
import org.adversaria.data.ImageData;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.losses.ContrastiveLoss;
import org.adversaria.losses.MultiClassLoss;
import org.adversaria.methods.AcGan;
import org.adversaria.methods.AdcGan;
import org.adversaria.methods.AmGan;
import org.adversaria.methods.BigGan;
import org.adversaria.methods.ConditionSampling;
import org.adversaria.methods.ConditionalGan;
import org.adversaria.methods.ContraGan;
import org.adversaria.methods.Contrast;
import org.adversaria.methods.EcGan;
import org.adversaria.methods.Gan;
import org.adversaria.methods.GanSettings;
import org.adversaria.methods.Glead;
import org.adversaria.methods.ProjectionGan;
import org.adversaria.methods.ReAcGan;
import org.adversaria.methods.Recipe;
import org.adversaria.methods.SaGan;
import org.adversaria.methods.StyleGan2;
import org.adversaria.methods.TacGan;
import org.adversaria.models.Backbone;
import org.adversaria.models.Body;
import org.adversaria.models.Condition;
import org.adversaria.models.Generator;
import org.adversaria.regularizers.Bcr;
import org.adversaria.regularizers.Cr;
import org.adversaria.regularizers.Orthogonal;
import org.adversaria.regularizers.R1;
import org.adversaria.regularizers.Regularizer;
import org.adversaria.regularizers.Zcr;
import org.adversaria.training.Averaging;
import org.adversaria.training.Method;
import org.adversaria.training.Optimizer;
import org.adversaria.training.RunRecord;
import org.adversaria.training.Schedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SettingsJsonTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String HERE = "org.adversaria.config.SettingsJsonTest$";

  private static boolean touched;

  /** A loss that the library does not know. */
  record OwnLoss(double margin, List<Integer> powers) implements AdversarialLoss {

    @Override
    public NDArray discriminator(NDArray real, NDArray fake) {
      return fake.mean();
    }

    @Override
    public NDArray generator(NDArray fake) {
      return fake.mean();
    }
  }

  /** A regularizer that the library does not know, with a part that is open itself. */
  record OwnRegularizer(Schedule weight) implements Regularizer {}

  /** An augmentation that the library does not know. */
  record OwnAugmentation() implements Augmentation {

    @Override
    public NDArray apply(NDArray images) {
      return images;
    }
  }

  /** Networks that the library does not know. */
  record OwnBackbone(String name, int width) implements Backbone {

    @Override
    public Generator newGenerator() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Body newBody() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Condition condition() {
      return new Condition.Classes(2);
    }

    @Override
    public Shape sampleShape() {
      return new Shape(1);
    }
  }

  /** No regularizer; whoever initialises it is noticed. */
  private record Loud() {

    static {
      touched = true;
    }
  }

  /** Through text, as a run's record goes. */
  private static Map<String, Object> throughText(Map<String, Object> values) {
    try {
      return JSON.readValue(JSON.writeValueAsString(values), new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Type settingsOf(Class<?> method) {
    return method.getConstructors()[0].getGenericParameterTypes()[0];
  }

  private static GanSettings<AcGan.Objective> own() {
    return new GanSettings<>(
        "own",
        new OwnBackbone("mine", 3),
        new OwnLoss(0.5, List.of(1, 2)),
        new AcGan.Objective(MultiClassLoss.HINGE, 1, 0.2, 0, 0.1),
        List.of(new OwnRegularizer(new Schedule.Linear(0, 1, 10)), new Cr(10)),
        new OwnAugmentation(),
        ConditionSampling.DATA,
        Recipe.adam(8, 1e-3, 0, 0.99));
  }

  @Test
  void ownTypesAreWrittenWithTheirFullNamesAndReadBack() {
    Map<String, Object> values = SettingsJson.write(own());
    assertThat(type(values.get("backbone"))).isEqualTo(HERE + "OwnBackbone");
    assertThat(type(values.get("loss"))).isEqualTo(HERE + "OwnLoss");
    assertThat(type(values.get("augmentation"))).isEqualTo(HERE + "OwnAugmentation");
    var regularizers = (List<?>) values.get("regularizers");
    assertThat(type(regularizers.get(0))).isEqualTo(HERE + "OwnRegularizer");
    assertThat(type(((Map<?, ?>) regularizers.get(0)).get("weight"))).isEqualTo("Linear");
    assertThat(type(regularizers.get(1))).isEqualTo("Cr");
    assertThat(SettingsJson.read(throughText(values), settingsOf(AcGan.class))).isEqualTo(own());
  }

  private static Object type(Object value) {
    return ((Map<?, ?>) value).get("type");
  }

  /** Everything that the library has where a setting is open. */
  static Stream<GanSettings<AcGan.Objective>> openSettings() {
    Backbone backbone = new Backbone.Mlp(2, 3, 1, 8);
    List<Regularizer> regularizers =
        List.of(
            new Cr(10),
            new Bcr(10, 7),
            new Zcr(5, 0.5, 0.05),
            new R1(0.2),
            new Orthogonal(1e-4, Orthogonal.Form.ORIGINAL));
    List<AdversarialLoss> losses =
        List.of(
            new AdversarialLoss.Minimax(),
            new AdversarialLoss.NonSaturating(),
            new AdversarialLoss.Hinge(),
            new AdversarialLoss.Wasserstein(),
            new AdversarialLoss.LeastSquares());
    Schedule schedule = new Schedule.Exponential(0.1, 1.5, 1e-6);
    List<Optimizer> optimizers =
        List.of(
            new Optimizer.Adam(schedule, 0, 0.9, 1e-6, 0.1),
            new Optimizer.RmsProp(1e-3),
            new Optimizer.Sgd(
                new Schedule.Linear(0, 1, 5), new Schedule.Stairs(1, 0.5, 2, 10), 0.1, true));
    List<GanSettings<AcGan.Objective>> all = new ArrayList<>();
    for (AdversarialLoss loss : losses) {
      for (Optimizer optimizer : optimizers) {
        all.add(
            new GanSettings<>(
                "all",
                backbone,
                loss,
                AcGan.Objective.of(1),
                regularizers,
                new DiffAugment(true, false, true),
                ConditionSampling.UNIFORM,
                new Recipe(4, 2, 3, optimizer, optimizer, new Averaging(0.9, 10, 0.05))));
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("openSettings")
  void theLibrarysTypesAreReadBack(GanSettings<AcGan.Objective> settings) {
    Map<String, Object> values = SettingsJson.write(settings);
    assertThat(SettingsJson.read(throughText(values), settingsOf(AcGan.class))).isEqualTo(settings);
  }

  @Test
  void reluNetworksOfPointsAreReadBack() {
    var settings =
        GanSettings.of(
            "points",
            new Backbone.ReluMlp(2, 0, 1, 8, 3),
            new AdversarialLoss.Hinge(),
            AcGan.Objective.of(1),
            Recipe.adam(4, 1e-3, 0.5, 0.999));
    assertThat(SettingsJson.read(SettingsJson.write(settings), settingsOf(AcGan.class)))
        .isEqualTo(settings);
  }

  @Test
  void everyContrastIsReadBack() {
    for (ContrastiveLoss loss :
        List.of(
            new ContrastiveLoss.TwoC(0.1, false, true),
            new ContrastiveLoss.ProxyNca(),
            new ContrastiveLoss.NtXent(),
            new ContrastiveLoss.D2dCe(0.98))) {
      var objective = Contrast.of(loss, 0.5, 0.25, 64);
      assertThat(SettingsJson.read(SettingsJson.write(objective), Contrast.class))
          .isEqualTo(objective);
    }
  }

  /** A record of settings from elsewhere cannot have any class loaded that it likes. */
  @Test
  void aNameThatIsNoSubtypeOfTheDeclaredTypeIsRefusedAndNotInitialised() {
    touched = false;
    for (String name :
        new String[] {"java.lang.String", "java.util.ArrayList", HERE + "Loud", "Hinge"}) {
      Map<String, Object> values = SettingsJson.write(own());
      values.put("regularizers", List.of(Map.of("type", name)));
      assertThatThrownBy(() -> SettingsJson.read(values, settingsOf(AcGan.class)))
          .as(name)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("There is no Regularizer named '" + name + "'.");
    }
    assertThat(touched).isFalse();
    new Loud();
    assertThat(touched).isTrue();
  }

  @Test
  void whatIsMissingUnknownOrNullIsNamed() {
    Map<String, Object> fewer = SettingsJson.write(own());
    fewer.remove("conditions");
    assertThatThrownBy(() -> SettingsJson.read(fewer, settingsOf(AcGan.class)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("conditions");
    Map<String, Object> more = SettingsJson.write(own());
    more.put("magic", 3);
    assertThatThrownBy(() -> SettingsJson.read(more, settingsOf(AcGan.class)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("magic");
    Map<String, Object> none = SettingsJson.write(own());
    none.put("backbone", Map.of("type", HERE + "OwnBackbone", "name", "mine"));
    assertThatThrownBy(() -> SettingsJson.read(none, settingsOf(AcGan.class)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("width");
    Map<String, Object> untyped = SettingsJson.write(own());
    untyped.put("loss", Map.of());
    assertThatThrownBy(() -> SettingsJson.read(untyped, settingsOf(AcGan.class)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("type");
  }

  /** The presets of a method, with images of their size. */
  private static Stream<Arguments> presets(
      BiFunction<ImageData, String, Method<?>> maker, Map<String, Integer> sizes) {
    return sizes.entrySet().stream()
        .map(each -> maker.apply(blank(each.getValue()), each.getKey()))
        .map(method -> Arguments.of(method.name(), method));
  }

  static Stream<Arguments> everyPreset() {
    Map<String, Integer> gan =
        Map.of(
            "cifar10", 32, "cifar100", 32, "tiny-imagenet", 64, "imagenet-128", 128, "small", 32);
    Map<String, Integer> style =
        Map.of(
            "ffhq-256",
            256,
            "lsun-church-256",
            256,
            "lsun-bedroom-256",
            256,
            "cifar10",
            32,
            "small",
            16);
    return Stream.of(
            presets((d, p) -> AcGan.builder(d).preset(p).build(), gan),
            presets((d, p) -> AdcGan.builder(d).preset(p).build(), gan),
            presets((d, p) -> AmGan.builder(d).preset(p).build(), gan),
            presets((d, p) -> BigGan.builder(d).preset(p).build(), gan),
            presets((d, p) -> ContraGan.builder(d).preset(p).build(), gan),
            presets((d, p) -> EcGan.builder(d).preset(p).build(), gan),
            presets((d, p) -> EcGan.builder(d, EcGan.Variant.UCE).preset(p).build(), gan),
            presets((d, p) -> Gan.builder(d).preset(p).build(), Map.of("mnist", 28, "small", 28)),
            presets((d, p) -> ProjectionGan.builder(d).preset(p).build(), gan),
            presets((d, p) -> ReAcGan.builder(d).preset(p).build(), gan),
            presets(
                (d, p) -> SaGan.builder(d).preset(p).build(),
                Map.of("cifar10", 32, "imagenet-128", 128, "small", 32)),
            presets((d, p) -> TacGan.builder(d).preset(p).build(), gan),
            presets((d, p) -> StyleGan2.builder(d).preset(p).conditional().build(), style),
            presets((d, p) -> Glead.builder(d).preset(p).build(), style),
            presets(
                (d, p) ->
                    Glead.builder(d).preset(p).objective(Glead.Objective::matchingFeatures).build(),
                style),
            presets(
                (d, p) -> ConditionalGan.builder(d).preset(p).build(),
                Map.of("paper", 28, "quick", 28)))
        .flatMap(each -> each);
  }

  @ParameterizedTest(name = "{0} [{index}]")
  @MethodSource("everyPreset")
  void everyPresetOfEveryMethodIsReadBack(String name, Method<?> method) {
    Map<String, Object> values = throughText(SettingsJson.write(method.settings()));
    String type = Types.name(Method.class, method.getClass());
    var data = new RunRecord.Data("blank", 1, "", false, List.of(), Map.of());
    var record =
        new RunRecord(
            name, type, values, data, 0, 1, "cpu()", "fp32", true, null, Map.of(), "", 0, "", 0);
    Method<?> again = record.newMethod();
    assertThat(again).isInstanceOf(method.getClass());
    assertThat(again.settings()).isEqualTo(method.settings());
    assertThat(SettingsJson.write(again.settings())).isEqualTo(values);
  }

  private static ImageData blank(int resolution) {
    try (NDManager manager = NDManager.newBaseManager()) {
      return ImageBytes.of(
          "blank",
          manager.zeros(new Shape(1, 3, resolution, resolution)),
          manager.zeros(new Shape(1), DataType.INT64),
          List.of("a", "b", "c"));
    }
  }

  /** A loss whose weight is no component. */
  private static final class Weighted implements AdversarialLoss {

    private final double weight;

    Weighted(double weight) {
      this.weight = weight;
    }

    @Override
    public NDArray discriminator(NDArray real, NDArray fake) {
      return real.sub(fake).mean().mul(weight);
    }

    @Override
    public NDArray generator(NDArray fake) {
      return fake.mean().mul(weight);
    }
  }

  private record WithLoss(AdversarialLoss loss) {}

  private record WithAugmentation(Augmentation augmentation) {}

  @Test
  void whatIsNoRecordIsRefusedSinceItsValuesWouldBeLost() {
    assertThatThrownBy(() -> SettingsJson.write(new WithLoss(new Weighted(2))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(HERE + "Weighted is not a record");
    assertThatThrownBy(() -> SettingsJson.write(new WithAugmentation(images -> images.neg())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not a record")
        .hasMessageContaining("a lambda becomes a record without components");
    // Nor is it read: Jackson would call constructors and setters of any class.
    Map<String, Object> loss = Map.of("type", Weighted.class.getName(), "weight", 2.0);
    assertThatThrownBy(() -> SettingsJson.read(Map.of("loss", loss), WithLoss.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(HERE + "Weighted is not a record, and settings are records");
  }

  private enum Turn implements Augmentation {
    LEFT {
      @Override
      public NDArray apply(NDArray images) {
        return images;
      }
    },
    RIGHT {
      @Override
      public NDArray apply(NDArray images) {
        return images.neg();
      }
    }
  }

  /** With methods that look like a bean's properties. */
  private record Sized(int side, Augmentation turn) {

    public int getArea() {
      return side * side;
    }

    public boolean isLarge() {
      return side > 100;
    }
  }

  @Test
  void onlyComponentsAreSettings() {
    var sized = new Sized(3, Turn.RIGHT);
    Map<String, Object> written = throughText(SettingsJson.write(sized));
    assertThat(written).containsOnlyKeys("side", "turn");
    assertThat(SettingsJson.read(written, Sized.class)).isEqualTo(sized);
  }

  @Test
  void anInterfaceIsNoSetting() {
    assertThatThrownBy(
            () ->
                SettingsJson.read(
                    Map.of("loss", Map.of("type", "AdversarialLoss")), WithLoss.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("There is no AdversarialLoss named 'AdversarialLoss'");
  }
}
