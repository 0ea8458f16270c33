package org.adversaria.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.adversaria.augmentations.Augmentation;
import org.adversaria.data.ArrayData;
import org.adversaria.data.Batch;
import org.adversaria.data.BatchSource;
import org.adversaria.data.TrainingData;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.methods.ConditionSampling;
import org.adversaria.methods.GanSettings;
import org.adversaria.methods.Recipe;
import org.adversaria.methods.SingleLogitGan;
import org.adversaria.methods.Updates;
import org.adversaria.models.Backbone;
import org.adversaria.models.Body;
import org.adversaria.models.Condition;
import org.adversaria.models.Discriminator;
import org.adversaria.models.Generator;
import org.adversaria.models.HeadedDiscriminator;
import org.adversaria.models.Projection;
import org.adversaria.models.Sampler;
import org.adversaria.nn.Linear;
import org.adversaria.nn.TorchBlock;
import org.adversaria.regularizers.Regularizer;
import org.adversaria.regularizers.WeightClip;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Precision;
import org.adversaria.torch.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the interfaces allow beyond one generator and one discriminator of images of classes. */
@Tag("slow")
class AnyNetworksTest {

  private static final int SIZE = 24;

  @TempDir Path folder;
  private final NDManager manager = NDManager.newBaseManager();
  private ArrayData pairs;
  private ArrayData tagged;

  @BeforeEach
  void makeData() {
    Torch.setSeed(1);
    NDArray x = manager.randomNormal(new Shape(SIZE, 2));
    pairs = new ArrayData("pairs", x, x.mul(2).add(1));
    NDArray tags = manager.randomUniform(0, 1, new Shape(SIZE, 3));
    tagged = new ArrayData("tagged", tags.get(":, :2").sub(0.5f), tags);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /** Points of one domain to points of another. */
  private static final class Translator extends TorchBlock {

    private final Linear first = child("first", new Linear(2, 6));
    private final Linear second = child("second", new Linear(6, 2));

    NDArray forward(NDArray x, boolean training) {
      return compiled(
          "forward", new NDList(x), training, inputs -> compute(inputs.get(0), training));
    }

    private NDArray compute(NDArray x, boolean training) {
      return second.forward(first.forward(x, training).tanh(), training);
    }

    @Override
    public NDList forward(NDList inputs, boolean training) {
      return new NDList(compute(inputs.singletonOrThrow(), training));
    }
  }

  /** Two networks under one optimizer. */
  private static final class Both extends TorchBlock {

    Both(TorchBlock one, TorchBlock two) {
      child("one", one);
      child("two", two);
    }

    @Override
    public NDList forward(NDList inputs, boolean training) {
      throw new UnsupportedOperationException();
    }
  }

  /** Two translators and a discriminator of each domain. */
  public record Translators(
      Translator toB, Translator toA, Discriminator<NDArray> ofA, Discriminator<NDArray> ofB)
      implements Networks {

    @Override
    public Map<String, TorchBlock> byName() {
      var networks = new LinkedHashMap<String, TorchBlock>();
      networks.put("a-to-b", toB);
      networks.put("b-to-a", toA);
      networks.put("discriminator-a", ofA);
      networks.put("discriminator-b", ofB);
      return networks;
    }

    @Override
    public Map<String, TorchBlock> averaged() {
      return Map.of("a-to-b", toB);
    }
  }

  /** A translation with cycles, as a paper of it would be one file. */
  public record Translation(Settings settings) implements Method<Translators> {

    /** Everything it depends on. */
    public record Settings(
        AdversarialLoss loss, double cycle, Optimizer optimizer, int batchSize) {}

    @Override
    public String name() {
      return "translation";
    }

    @Override
    public int batchSize() {
      return settings.batchSize();
    }

    @Override
    public Averaging averaging() {
      return new Averaging(0.5, 0);
    }

    @Override
    public Translators newNetworks() {
      return new Translators(
          new Translator(),
          new Translator(),
          HeadedDiscriminator.plain(new Backbone.Mlp(1, 1, 2, 6).newBody()),
          HeadedDiscriminator.plain(new Backbone.Mlp(1, 1, 2, 6).newBody()));
    }

    @Override
    public List<Player> players(Translators all) {
      Optimizer optimizer = settings.optimizer();
      return List.of(
          Player.of(
              "translators",
              new Both(all.toB(), all.toA()),
              optimizer,
              step -> translatorTerms(step, all)),
          Player.of(
              "discriminator-a",
              all.ofA(),
              optimizer,
              step -> judge("a", all.ofA(), step.real().x(), step.real().y(), all.toA())),
          Player.of(
              "discriminator-b",
              all.ofB(),
              optimizer,
              step -> judge("b", all.ofB(), step.real().y(), step.real().x(), all.toB())));
    }

    private Terms translatorTerms(Step step, Translators all) {
      NDArray a = step.real().x();
      NDArray b = step.real().y();
      NDArray fakeB = all.toB().forward(a, true);
      NDArray fakeA = all.toA().forward(b, true);
      return new Terms()
          .add("deceive_a", settings.loss().generator(all.ofA().forward(fakeA, null, true)))
          .add("deceive_b", settings.loss().generator(all.ofB().forward(fakeB, null, true)))
          .add(
              "cycle",
              settings.cycle(),
              () ->
                  all.toA()
                      .forward(fakeB, true)
                      .sub(a)
                      .abs()
                      .mean()
                      .add(all.toB().forward(fakeA, true).sub(b).abs().mean()));
    }

    private Terms judge(
        String name, Discriminator<NDArray> d, NDArray real, NDArray other, Translator translator) {
      NDArray fake = Autograd.noGrad(() -> translator.forward(other, true));
      NDArray onReal = d.forward(real, null, true);
      NDArray onFake = d.forward(fake, null, true);
      return new Terms()
          .add("discriminator_" + name, settings.loss().discriminator(onReal, onFake));
    }
  }

  private static Translation translation() {
    return new Translation(
        new Translation.Settings(
            new AdversarialLoss.LeastSquares(), 10, new Optimizer.Adam(1e-2, 0.5, 0.999), 4));
  }

  private Training training(Method<?> method, TrainingData data, String directory, long steps) {
    return Training.of(method)
        .on(data)
        .steps(steps)
        .seed(5)
        .checkpointEvery(2)
        .directory(folder.resolve(directory));
  }

  /** The files of a checkpoint, but those with the time that it took. */
  private Map<String, byte[]> checkpoint(String directory, long step) throws IOException {
    Path path = folder.resolve(directory).resolve("checkpoints/step-0000000" + step);
    var bytes = new TreeMap<String, byte[]>();
    try (Stream<Path> files = Files.list(path)) {
      for (Path file : files.toList()) {
        bytes.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    bytes.keySet().removeAll(Set.of("run.json", "checksums.json"));
    return bytes;
  }

  /** Two steps, then one more by another process's loop: every file is that of three steps. */
  private void assertGoesOnToTheSameBits(Method<?> method, TrainingData data) throws IOException {
    training(method, data, "whole", 3).start().close();
    training(method, data, "half", 2).start().close();
    training(method, data, "half", 3).resume().close();
    Map<String, byte[]> expected = checkpoint("whole", 3);
    Map<String, byte[]> actual = checkpoint("half", 3);
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach((name, bytes) -> assertThat(actual.get(name)).as(name).isEqualTo(bytes));
    // Something was learned in the third step, in every file but the counts of what is done.
    checkpoint("half", 2)
        .forEach((name, bytes) -> assertThat(expected.get(name)).as(name).isNotEqualTo(bytes));
  }

  @Test
  void fourNetworksTrainAndGoOnToTheSameBits() throws IOException {
    assertGoesOnToTheSameBits(translation(), pairs);
    assertThat(checkpoint("whole", 3))
        .containsOnlyKeys(
            "a-to-b.safetensors",
            "a-to-b-average.safetensors",
            "b-to-a.safetensors",
            "discriminator-a.safetensors",
            "discriminator-b.safetensors",
            "translators-optimizer.safetensors",
            "discriminator-a-optimizer.safetensors",
            "discriminator-b-optimizer.safetensors",
            "log.csv");
  }

  @Test
  void fourNetworksAreLookedIntoAndTheirMethodIsMadeAgain() throws IOException {
    List<Long> reported = new ArrayList<>();
    Training training =
        training(translation(), pairs, "seen", 3)
            .reportEvery(
                1,
                report -> {
                  reported.add(report.step());
                  assertThat(report.network("b-to-a")).isInstanceOf(Translator.class);
                  assertThatThrownBy(report::generator)
                      .isInstanceOf(IllegalStateException.class)
                      .hasMessageContaining("The method has no one generator")
                      .hasMessageContaining("[a-to-b, b-to-a, discriminator-a, discriminator-b]");
                });
    Map<String, byte[]> trained = new HashMap<>();
    try (Run run = training.start()) {
      List<String> columns = run.log().columnNames();
      assertThat(columns)
          .containsExactly(
              "step", "deceive_a", "deceive_b", "cycle", "discriminator_a", "discriminator_b");
      for (String name : List.of("a-to-b", "b-to-a", "discriminator-a", "discriminator-b")) {
        assertThat(run.network(name).ranCompiled(Precision.FP32)).as(name).isTrue();
      }
      assertThatThrownBy(run::generator).isInstanceOf(IllegalStateException.class);
      run.network("discriminator-a")
          .stateDict()
          .forEach((name, array) -> trained.put(name, array.toByteArray()));
    }
    assertThat(reported).containsExactly(0L, 1L, 2L, 3L);
    try (SavedRun saved = SavedRun.open(folder.resolve("seen"))) {
      assertThat(saved.method()).isEqualTo(translation());
      assertThat(saved.record().type()).isEqualTo(Translation.class.getName());
      assertThat(saved.checkpoints()).containsExactly(2L, 3L);
      assertThatThrownBy(saved::generator)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "translation has no network 'generator'; there are"
                  + " [a-to-b, b-to-a, discriminator-a, discriminator-b]");
      saved
          .network("discriminator-a", SavedRun.Weights.TRAINED)
          .stateDict()
          .forEach(
              (name, array) ->
                  assertThat(array.toByteArray()).as(name).isEqualTo(trained.get(name)));
    }
  }

  @Test
  void aGanWithoutCompiledNetworksIsTheSameWithinRounding() throws IOException {
    try (Run fast = training(translation(), pairs, "fast", 2).start();
        Run plain = training(translation(), pairs, "plain", 2).compiled(false).start()) {
      for (String term : List.of("cycle", "discriminator_a", "deceive_b")) {
        assertThat(fast.log().doubleColumn(term).get(1))
            .isCloseTo(
                plain.log().doubleColumn(term).get(1),
                org.assertj.core.api.Assertions.within(1e-4));
      }
    }
  }

  /** Networks of points, told of tags. */
  public record TagBackbone(int latentSize, int tags, int width) implements Backbone {

    @Override
    public Generator newGenerator() {
      return new TagGenerator(latentSize, tags, width);
    }

    @Override
    public Body newBody() {
      return new Backbone.Mlp(1, 1, 2, width).newBody();
    }

    @Override
    public Condition condition() {
      return new Condition.Values(new Shape(tags));
    }

    @Override
    public Shape sampleShape() {
      return new Shape(2);
    }
  }

  /** z and tags to a point. */
  private static final class TagGenerator extends Generator {

    private final Linear first;
    private final Linear second;

    TagGenerator(int latentSize, int tags, int width) {
      super(latentSize, new Condition.Values(new Shape(tags)), new Shape(2));
      first = child("first", new Linear(latentSize + tags, width));
      second = child("second", new Linear(width, 2));
    }

    @Override
    protected NDArray compute(NDArray z, NDArray y, boolean training) {
      return second.forward(first.forward(z.concat(y, 1), training).tanh(), training);
    }
  }

  /** A GAN of tags: psi(h(x)) + (V y) . h(x). */
  public static class TagGan extends SingleLogitGan {

    /** Creates the method from its settings. */
    public TagGan(GanSettings<Objective> settings) {
      this("tag-gan", settings);
    }

    TagGan(String name, GanSettings<Objective> settings) {
      super(name, settings);
    }

    @Override
    protected Discriminator<NDArray> newDiscriminator(Backbone backbone) {
      Body body = backbone.newBody();
      int tags = (int) ((Condition.Values) backbone.condition()).shape().get(0);
      Linear psi = body.linear("logit", 1);
      Linear v = body.head("tags", new Linear(tags, body.featureWidth()));
      return new HeadedDiscriminator<>(
          body,
          (h, y, training) ->
              Projection.logits(psi.forward(h, training), v.forward(y, training), h));
    }
  }

  private static GanSettings<SingleLogitGan.Objective> settings(
      int accumulations, Updates updates, Regularizer... regularizers) {
    var adam = new Optimizer.Adam(1e-2, 0, 0.99);
    return new GanSettings<>(
        "tags",
        new TagBackbone(3, 3, 6),
        new AdversarialLoss.NonSaturating(),
        new SingleLogitGan.Objective(),
        List.of(regularizers),
        new Augmentation.None(),
        ConditionSampling.UNIFORM,
        new Recipe(4, accumulations, updates, adam, adam, new Averaging(0.5, 1)));
  }

  private static GanSettings<SingleLogitGan.Objective> settings(int accumulations) {
    return settings(accumulations, Updates.of(1));
  }

  /** D learns much at first, as in the published code of WGAN, and little later. */
  private static TagGan eagerAtFirst(int accumulations) {
    return new TagGan(settings(accumulations, new Updates(1, 5, 1, 0)));
  }

  private static TagGan clipped() {
    return new TagGan(settings(1, Updates.of(3), new WeightClip(0.01)));
  }

  @Test
  void aGanOfTagsTrainsAndGoesOnToTheSameBits() throws IOException {
    assertGoesOnToTheSameBits(new TagGan(settings(1)), tagged);
    try (SavedRun saved = SavedRun.open(folder.resolve("half"))) {
      assertThat(saved.method()).isInstanceOf(TagGan.class);
      assertThat(saved.method().settings()).isEqualTo(settings(1));
      Generator generator = saved.generator();
      assertThat(generator.numClasses()).isZero();
      assertThat(generator.condition()).isEqualTo(new Condition.Values(new Shape(3)));
      NDArray z = generator.sampleLatents(manager, 5);
      NDArray y = manager.ones(new Shape(5, 3));
      assertThat(generator.forward(z, y, false).getShape()).isEqualTo(new Shape(5, 2));
      // There is no label to draw samples for.
      assertThatThrownBy(() -> Sampler.byClass(generator, manager, 2, 0))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("is told values (3), not labels");
    }
  }

  /** A mean of points; it may leave its network out of the checkpoints, or have a player twice. */
  private record Careless(boolean stored, List<String> names) implements Method<Careless.One> {

    private record Settings() {}

    private record One(Linear linear, boolean stored) implements Networks {

      @Override
      public Map<String, TorchBlock> byName() {
        return stored ? Map.of("linear", linear) : Map.of();
      }
    }

    @Override
    public String name() {
      return "careless";
    }

    @Override
    public Record settings() {
      return new Settings();
    }

    @Override
    public int batchSize() {
      return 4;
    }

    @Override
    public One newNetworks() {
      return new One(new Linear(2, 2), stored);
    }

    @Override
    public List<Player> players(One networks) {
      Linear linear = networks.linear();
      return names.stream()
          .map(name -> Player.of(name, linear, new Optimizer.RmsProp(1e-3), s -> terms(linear, s)))
          .toList();
    }

    private static Terms terms(Linear linear, Step step) {
      NDArray off = linear.forward(step.real().x(), true).sub(step.real().y());
      return new Terms().add("off", off.square().mean());
    }
  }

  @Test
  void whatACheckpointCouldNotHoldIsRefused() throws IOException {
    assertGoesOnToTheSameBits(new Careless(true, List.of("fit")), pairs);
    assertThatThrownBy(
            () -> training(new Careless(false, List.of("fit")), pairs, "lost", 1).start())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "The network of the player 'fit' is not among those of byName(), [], which checkpoints"
                + " hold");
    assertThatThrownBy(
            () -> training(new Careless(true, List.of("a", "a")), pairs, "twice", 1).start())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Two players are named 'a'");
    for (String name : new String[] {"A", "../a", "a/b", "a\n"}) {
      Method<?> careless = new Careless(true, List.of("a", name));
      assertThatThrownBy(() -> training(careless, pairs, "unnamed", 1).start())
          .as(name)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("'" + name + "-optimizer' cannot be a file of a checkpoint");
    }
  }

  /** Notes which batches were asked for. */
  private record Noted(TrainingData data, List<Long> numbers) implements TrainingData {

    @Override
    public String name() {
      return data.name();
    }

    @Override
    public int size() {
      return data.size();
    }

    @Override
    public Shape sampleShape() {
      return data.sampleShape();
    }

    @Override
    public int numClasses() {
      return data.numClasses();
    }

    @Override
    public String checksum() {
      return data.checksum();
    }

    @Override
    public BatchSource batches(int batchSize, long seed, boolean flip) {
      BatchSource source = data.batches(batchSize, seed, flip);
      return new BatchSource() {

        @Override
        public Batch batch(long number, NDManager owner) {
          numbers.add(number);
          return source.batch(number, owner);
        }

        @Override
        public void close() {
          source.close();
        }
      };
    }

    @Override
    public NDArray conditions(NDManager owner) {
      return data.conditions(owner);
    }
  }

  @Test
  void updatesThatDependOnTheStepGoOnToTheSameBits() throws IOException {
    assertGoesOnToTheSameBits(eagerAtFirst(1), tagged);
  }

  @Test
  void everyUpdateHasABatchOfItsOwn() throws IOException {
    var whole = new Noted(tagged, new ArrayList<>());
    training(eagerAtFirst(1), whole, "noted", 3).start().close();
    assertThat(whole.numbers()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L);
    var later = new Noted(tagged, new ArrayList<>());
    training(eagerAtFirst(1), later, "noted", 5).resume().close();
    assertThat(later.numbers()).containsExactly(7L, 8L);

    // In two parts each.
    var parts = new Noted(tagged, new ArrayList<>());
    training(eagerAtFirst(2), parts, "parts", 2).start().close();
    assertThat(parts.numbers()).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L);
  }

  @Test
  void aNetworkIsChangedAfterEachUpdate() throws IOException {
    assertGoesOnToTheSameBits(clipped(), tagged);
    List<Integer> live = new ArrayList<>();
    Training training =
        training(clipped(), tagged, "clipped", 12)
            .reportEvery(3, report -> live.add(arrays(report)));
    try (Run run = training.start()) {
      for (NDArray weight : run.network(GanNetworks.DISCRIMINATOR).trainable()) {
        assertThat(weight.abs().max().getFloat()).isLessThanOrEqualTo(0.01f);
      }
      float largest = 0;
      for (NDArray weight : run.network(GanNetworks.GENERATOR).trainable()) {
        largest = Math.max(largest, weight.abs().max().getFloat());
      }
      assertThat(largest).isGreaterThan(0.01f);
    }
    // What is made while clipping is freed with the step.
    assertThat(live.subList(1, live.size())).containsOnly(live.get(1));
  }

  private static int arrays(Report report) {
    return report
        .network(GanNetworks.DISCRIMINATOR)
        .trainable()
        .get(0)
        .getManager()
        .getManagedArrays()
        .size();
  }

  @Test
  void dataThatDoNotFitTheNetworksAreRefusedWithBothShapes() {
    NDArray x = manager.ones(new Shape(SIZE, 2));
    NDArray y = manager.ones(new Shape(SIZE, 3));
    var wide = new ArrayData("wide", y, y);
    var precise = new ArrayData("precise", x, y.toType(DataType.FLOAT64, true));
    assertThatThrownBy(() -> training(new TagGan(settings(1)), wide, "wide", 1).start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "The networks of tag-gan are for samples (2) of float32, but the data have (3) of"
                + " float32");
    assertThatThrownBy(() -> training(new TagGan(settings(1)), precise, "precise", 1).start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("conditions (3) of float32, but the data have (3) of float64");
  }

  @Test
  void countsOfARecipeAreAtLeastOne() {
    assertThatThrownBy(() -> settings(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("accumulations of a recipe has to be at least 1, but is 0");
    assertThatThrownBy(() -> new LazyTerm(0, step -> new Terms()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The interval of a lazy term has to be at least 1, but is 0");
  }
}
