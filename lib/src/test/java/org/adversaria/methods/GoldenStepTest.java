package org.adversaria.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.adversaria.augmentations.Ada;
import org.adversaria.augmentations.AdaController;
import org.adversaria.augmentations.AdaTransforms;
import org.adversaria.augmentations.DiffAugment;
import org.adversaria.data.ArrayData;
import org.adversaria.data.Batch;
import org.adversaria.data.BatchSource;
import org.adversaria.data.Datasets;
import org.adversaria.data.GaussianMixture;
import org.adversaria.data.ImageData;
import org.adversaria.data.ImagePairs;
import org.adversaria.data.Shapes;
import org.adversaria.data.Split;
import org.adversaria.data.TrainingData;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.losses.ContrastiveLoss;
import org.adversaria.losses.MultiClassLoss;
import org.adversaria.models.Condition;
import org.adversaria.models.stylegan2.StyleGan2Sizes;
import org.adversaria.nn.TorchBlock;
import org.adversaria.regularizers.Bcr;
import org.adversaria.regularizers.Cr;
import org.adversaria.regularizers.Dragan;
import org.adversaria.regularizers.LatentOptimisation;
import org.adversaria.regularizers.Orthogonal;
import org.adversaria.regularizers.PathLength;
import org.adversaria.regularizers.StyleMixing;
import org.adversaria.regularizers.Zcr;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Torch;
import org.adversaria.training.LazyTerm;
import org.adversaria.training.Method;
import org.adversaria.training.Networks;
import org.adversaria.training.Player;
import org.adversaria.training.Schedule;
import org.adversaria.training.Step;
import org.adversaria.training.Terms;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One update of every player of every method, at weights, data and random numbers that are fixed:
 * all terms, their sum and the norm of its gradient.
 *
 * <p>The numbers of {@code golden/steps.json} were computed by the methods' first implementation,
 * whose parts had passed the reference cases of the papers' code. They hold what no part shows:
 * which batch goes where, which heads are read, which terms are added, and who is trained by them.
 * Those of LOGAN were computed in double precision with BigGAN's published PyTorch networks, those
 * of U-Net GAN, CSGAN and CycleGAN in double precision with PyTorch, as were those of TagGan's
 * small preset; those of IC-GAN were computed once more with its published networks.
 */
@Tag("slow")
class GoldenStepTest {

  private static final double RELATIVE = 5e-4;
  private static final double ABSOLUTE = 2e-6;

  private static final Shapes SHAPES = Shapes.builder().size(40).build();
  private static final ImageData SHAPES_32 = SHAPES;
  private static final ImageData SHAPES_16 = Shapes.builder().resolution(16).size(40).build();

  private static final NDManager MANAGER = NDManager.newBaseManager(Device.cpu());
  private static final ArrayData POINTS =
      GaussianMixture.ring(8, 2, 0.1).sample(40, 1).data("ring-8", MANAGER);

  /** Shapes, of which each is a neighbour of a random instance. */
  private static final ArrayData INSTANCES_32 = instances(SHAPES_32, 0);

  private static final ArrayData CLASS_INSTANCES_32 = instances(SHAPES_32, 10);
  private static final ArrayData CLASS_INSTANCES_16 = instances(SHAPES_16, 10);

  /** Word vectors on the condition of features. */
  private static final ArrayData TAGS = new ArrayData("tags", rows(1, 40, 5), rows(2, 40, 6));

  private static final StyleGan2Sizes TINY =
      StyleGan2Sizes.of(16).withChannels(64, 6).withMapping(5, 4, 2);

  /** A method and its data. */
  private record Case(Method<?> method, TrainingData data) {}

  private static Map<String, Case> cases() {
    var cases = new LinkedHashMap<String, Case>();
    ImageData grey = Datasets.byName("shapes-grey-28", Split.TEST);
    for (String preset : new String[] {"paper", "quick"}) {
      cases.put(
          "conditional-gan " + preset,
          new Case(ConditionalGan.builder(grey).preset(preset).build(), grey));
    }
    put(cases, "gan", Gan.builder(SHAPES_32));
    cases.put("gan mnist", new Case(Gan.builder(grey).preset("mnist").batchSize(8).build(), grey));
    cases.put(
        "gan points, minimax",
        new Case(
            Gan.builder(POINTS)
                .channels(8)
                .batchSize(8)
                .loss(new AdversarialLoss.Minimax())
                .build(),
            POINTS));
    put(cases, "ac-gan", AcGan.builder(SHAPES_32));
    put(
        cases,
        "ac-gan with generated images",
        AcGan.builder(SHAPES_32)
            .objective(new AcGan.Objective(MultiClassLoss.CRAMMER_SINGER, 1, 0.7, 0.7, 0.3)));
    put(cases, "ac-gan cifar10", AcGan.builder(SHAPES_32).preset("cifar10"));
    put(cases, "tac-gan", TacGan.builder(SHAPES_32));
    put(cases, "am-gan", AmGan.builder(SHAPES_32));
    put(cases, "adc-gan", AdcGan.builder(SHAPES_32));
    put(
        cases,
        "adc-gan with cr, zcr, orthogonal",
        AdcGan.builder(SHAPES_32)
            .regularizer(new Cr(10))
            .regularizer(new Zcr(5, 0.5, 0.05))
            .regularizer(new Orthogonal(1e-2, Orthogonal.Form.MODIFIED)));
    put(
        cases,
        "adc-gan with bcr, DiffAugment, hinge",
        AdcGan.builder(SHAPES_32)
            .augmentation(new DiffAugment(true, true, true))
            .regularizer(new Bcr(10, 7))
            .objective(new AdcGan.Objective(MultiClassLoss.HINGE, 1, 0.5, 0.25)));
    put(cases, "projection-gan", ProjectionGan.builder(SHAPES_32));
    put(cases, "biggan", BigGan.builder(SHAPES_32).preset("cifar10"));
    put(cases, "ic-gan", IcGan.builder(INSTANCES_32), INSTANCES_32);
    put(cases, "ic-gan with classes", IcGan.builder(CLASS_INSTANCES_32), CLASS_INSTANCES_32);
    put(
        cases,
        "logan",
        LoGan.builder(SHAPES_32)
            .regularizers(
                new LatentOptimisation(new LatentOptimisation.NaturalGradient(0.9, 5))
                    .withCost(3)
                    .withMask(LatentOptimisation.Mask.VECTORS, 0.8)));
    putStudio(cases, "sagan", SaGan.builder(SHAPES_32));
    put(cases, "sagan unconditional", SaGan.builder(SHAPES_32).preset("cifar10").unconditional());
    put(cases, "contragan", ContraGan.builder(SHAPES_32));
    putStudio(cases, "contragan cifar10", ContraGan.builder(SHAPES_32));
    put(
        cases,
        "contragan proxy-nca",
        ContraGan.builder(SHAPES_32)
            .objective(Contrast.of(new ContrastiveLoss.ProxyNca(), 0.5, 1, 64)));
    put(cases, "reacgan", ReAcGan.builder(SHAPES_32));
    putStudio(cases, "ecgan uc", EcGan.builder(SHAPES_32));
    putStudio(cases, "ecgan uce", EcGan.builder(SHAPES_32, EcGan.Variant.UCE));
    put(cases, "ecgan base", EcGan.builder(SHAPES_32, EcGan.Variant.BASE));
    for (String preset : new String[] {"paper", "small"}) {
      cases.put(
          "tag-gan " + preset,
          new Case(TagGan.builder(TAGS).preset(preset).batchSize(8).build(), TAGS));
    }
    put(cases, "wgan", WGan.builder(SHAPES_32));
    put(cases, "wgan-gp", WGanGp.builder(SHAPES_32));
    put(
        cases,
        "wgan-gp cifar10 with classes",
        WGanGp.builder(SHAPES_32).preset("cifar10").conditional());
    put(
        cases,
        "wgan-gp cifar10 with dragan",
        WGanGp.builder(SHAPES_32).preset("cifar10").regularizers(new Dragan()));
    put(cases, "ac-gan wgan-gp-cifar10", AcGan.builder(SHAPES_32).preset("wgan-gp-cifar10"));
    put(cases, "u-net-gan", UNetGan.builder(SHAPES_32));
    put(
        cases,
        "u-net-gan of mixed images",
        UNetGan.builder(SHAPES_32).objective(UNetGan.Objective.of(new Schedule.Constant(1))));
    put(
        cases,
        "u-net-gan unconditional, all terms",
        UNetGan.builder(SHAPES_32)
            .unconditional()
            .objective(
                new UNetGan.Objective(
                    0.5,
                    1,
                    3,
                    new UNetGan.Mixing(
                        new Schedule.Constant(1), false, new Schedule.Constant(0.7)))));
    putStyle(
        cases,
        "stylegan2",
        StyleGan2.builder(SHAPES_16).mixing(new StyleMixing(1)).pathLength(new PathLength()));
    putStyle(
        cases,
        "stylegan2 conditional, DiffAugment",
        StyleGan2.builder(SHAPES_16)
            .pathLength(new PathLength())
            .augmentation(new DiffAugment(true, true, true)));
    putStyle(
        cases,
        "stylegan2 with ADA",
        StyleGan2.builder(SHAPES_16)
            .augmentation(new Ada(AdaTransforms.preset("bgc"), 0.5, AdaController.PAPER)));
    cases.put(
        "stylegan2 of instances with classes",
        new Case(
            StyleGan2.builder(CLASS_INSTANCES_16)
                .sizes(TINY)
                .conditional()
                .batchSize(4)
                .mixing(new StyleMixing(1))
                .pathLength(new PathLength())
                .build(),
            CLASS_INSTANCES_16));
    putStyle(cases, "glead", Glead.builder(SHAPES_16).pathLength(new PathLength()));
    putStyle(
        cases,
        "glead matching features",
        Glead.builder(SHAPES_16).objective(Glead.Objective::matchingFeatures));
    putStyle(cases, "ggdr", Glead.builder(SHAPES_16).objective(Glead.Objective::ggdr));
    putTranslations(cases);
    return cases;
  }

  /** Normal numbers {@code (count, width)}. */
  private static NDArray rows(long seed, int count, int width) {
    var random = new Random(seed);
    var values = new float[count * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return MANAGER.create(values, new Shape(count, width));
  }

  private static void put(
      Map<String, Case> cases, String name, GanBuilder<? extends Method<?>, ?> builder) {
    put(cases, name, builder, SHAPES_32);
  }

  private static void put(
      Map<String, Case> cases,
      String name,
      GanBuilder<? extends Method<?>, ?> builder,
      TrainingData data) {
    cases.put(name, new Case(builder.channels(4).batchSize(8).build(), data));
  }

  /** Images with vectors of length 1 for features; the labels are those of the images. */
  private static ArrayData instances(ImageData images, int classes) {
    Batch all = Batch.of(images, MANAGER, IntStream.range(0, images.size()).toArray());
    var random = new Random(7);
    var values = new float[images.size() * 6];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    NDArray h = MANAGER.create(values, new Shape(images.size(), 6));
    h = h.div(h.norm(new int[] {1}, true));
    NDArray y =
        classes == 0 ? h : h.concat(all.y().toType(DataType.FLOAT32, false).reshape(-1, 1), 1);
    return new ArrayData("instances", all.x(), y, new Condition.Instances(6, classes));
  }

  private static void putStudio(
      Map<String, Case> cases, String name, GanBuilder<? extends Method<?>, ?> builder) {
    Method<?> method = builder.preset("cifar10").channels(16).batchSize(8).build();
    cases.put(name, new Case(method, SHAPES_32));
  }

  private static void putStyle(
      Map<String, Case> cases, String name, StyleGanBuilder<? extends Method<?>, ?> builder) {
    StyleGan2Sizes sizes = name.contains("conditional") ? TINY.withImages(3, 10) : TINY;
    cases.put(name, new Case(builder.sizes(sizes).batchSize(4).build(), SHAPES_16));
  }

  private static void putTranslations(Map<String, Case> cases) {
    ImagePairs pairs = ImagePairs.of(SHAPES.sketches(), SHAPES);
    cases.put("csgan", new Case(tiny(CsGan.builder(pairs).preset("paper")), pairs));
    cases.put(
        "csgan as published",
        new Case(
            tiny(CsGan.builder(pairs).preset("paper").objective(CsGan.Objective::published)),
            pairs));
    Shapes grey = Shapes.builder().channels(1).size(40).build();
    ImagePairs unpaired = ImagePairs.unpaired(grey.sketches(), grey);
    cases.put("cycle-gan", new Case(tiny(CycleGan.builder(unpaired).preset("paper")), unpaired));
  }

  private static <M extends Method<?>> M tiny(TranslationBuilder<M, ?> builder) {
    return builder
        .sizes(sizes -> sizes.withGenerators(4, 2).withDiscriminators(4, 2))
        .batchSize(4)
        .build();
  }

  static Stream<String> names() {
    return cases().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyUpdateIsThatOfTheFirstImplementation(String name) throws IOException {
    Case golden = cases().get(name);
    Map<String, Map<String, Double>> found = updates(golden.method, golden.data);
    Map<String, Map<String, Double>> expected = expected().get(name);
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (update, scalars) ->
            scalars.forEach(
                (scalar, value) ->
                    assertThat(found.get(update).get(scalar))
                        .as("%s of %s", scalar, update)
                        .isNotNull()
                        .isCloseTo(value, within(ABSOLUTE + RELATIVE * Math.abs(value)))));
  }

  private static Map<String, Map<String, Map<String, Double>>> expected() throws IOException {
    try (InputStream file = GoldenStepTest.class.getResourceAsStream("/golden/steps.json")) {
      return new ObjectMapper().readValue(file, new TypeReference<>() {});
    }
  }

  private static <N extends Networks> Map<String, Map<String, Double>> updates(
      Method<N> method, TrainingData data) {
    var found = new LinkedHashMap<String, Map<String, Double>>();
    try (NDManager manager = NDManager.newBaseManager(Device.cpu());
        BatchSource batches = data.batches(method.batchSize(), 5, false)) {
      N networks = Torch.seeded(1, method::newNetworks);
      networks
          .byName()
          .forEach(
              (name, network) -> {
                Torch.seeded(2, () -> network.initialize(manager));
                fill(name, network, method instanceof StyleBasedGan);
              });
      for (Player player : method.players(networks)) {
        found.put(
            player.name(), update(player, player.objective(), method, data, batches, manager));
        for (LazyTerm term : player.lazy()) {
          found.put(
              player.name() + " lazily",
              update(player, term.objective(), method, data, batches, manager));
        }
      }
    }
    return found;
  }

  private static Map<String, Double> update(
      Player player,
      Function<Step, Terms> objective,
      Method<?> method,
      TrainingData data,
      BatchSource batches,
      NDManager manager) {
    return Torch.seeded(
        3,
        () -> {
          try (var scope = new NDScope();
              var recording = Autograd.record()) {
            var step =
                new Step(
                    0,
                    method.batchSize(),
                    manager,
                    () -> batches.batch(0, manager),
                    () -> data.conditions(manager));
            Terms terms = objective.apply(step);
            var scalars = new LinkedHashMap<String, Double>();
            scalars.put("total", (double) terms.total().getFloat());
            terms.logged().forEach((name, value) -> scalars.put(name, (double) value.getFloat()));
            NDList gradients = Autograd.grad(terms.total(), player.network().trainable());
            scalars.put("gradient norm", norm(gradients));
            return scalars;
          }
        });
  }

  private static double norm(NDList gradients) {
    double sum = 0;
    for (NDArray gradient : gradients) {
      for (float value : gradient.toFloatArray()) {
        sum += (double) value * value;
      }
    }
    return Math.sqrt(sum);
  }

  /**
   * Values that follow from names, so that the order in which networks are made has no part.
   *
   * @param equalized true for layers that scale their weights themselves
   */
  private static void fill(String network, TorchBlock block, boolean equalized) {
    for (Pair<String, Parameter> pair : block.getParameters()) {
      String name = pair.getKey();
      NDArray array = pair.getValue().getArray();
      boolean vector = name.matches(".*(\\.|^)(u\\d*|weight_u|weight_v)");
      if (pair.getValue().requiresGradient()
          || vector
          || name.matches(".*(\\.|^)(sv\\d*|noise_const)")) {
        array.set(FloatBuffer.wrap(values(network + "/" + name, name, array, vector, equalized)));
      }
    }
  }

  /** Weights of the size that initialisers give them, gains about 1, vectors of length 1. */
  private static float[] values(
      String seed, String name, NDArray array, boolean vector, boolean equalized) {
    var random = new Random(seed.hashCode());
    var values = new float[(int) array.size()];
    boolean matrix = array.getShape().dimension() >= 2;
    double fanIn = matrix ? (double) array.size() / array.getShape().get(0) : 1;
    double scale = !equalized ? 1 / Math.sqrt(fanIn) : name.contains("mapping") ? 100 : 1;
    double centre = name.endsWith("weight") || name.endsWith("gain") ? 1 : 0;
    double squares = 0;
    for (int i = 0; i < values.length; i++) {
      double normal = random.nextGaussian();
      values[i] = (float) (matrix ? scale * normal : centre + 0.1 * normal);
      squares += (double) values[i] * values[i];
    }
    for (int i = 0; vector && i < values.length; i++) {
      values[i] /= (float) Math.sqrt(squares);
    }
    return values;
  }
}
