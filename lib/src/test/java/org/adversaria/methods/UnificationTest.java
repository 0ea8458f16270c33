package org.adversaria.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.losses.AdversarialLoss.Hinge;
import org.adversaria.losses.AdversarialLoss.LeastSquares;
import org.adversaria.losses.AdversarialLoss.NonSaturating;
import org.adversaria.losses.AdversarialLoss.Wasserstein;
import org.adversaria.losses.ContrastiveLoss;
import org.adversaria.losses.Energies;
import org.adversaria.losses.MultiClassLoss;
import org.adversaria.models.Backbone;
import org.adversaria.models.EmbeddingHead;
import org.adversaria.models.Projection;
import org.adversaria.nn.ArrayTree;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.TorchOps;
import org.adversaria.training.GanStep;
import org.adversaria.training.GanStep.Samples;
import org.adversaria.training.Step;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The unified view, in double precision: with which settings ECGAN's objective is that of another
 * conditional GAN, on random features h and for the gradients with respect to everything that
 * learns, and which term is dropped where it is not.
 */
class UnificationTest {

  private static final int BATCH = 7;
  private static final int CLASSES = 4;
  private static final int WIDTH = 5;
  private static final double LAMBDA = 0.3;
  private static final Backbone LINE = new Backbone.Mlp(2, CLASSES, 1, WIDTH);
  private static final Recipe RECIPE = Recipe.adam(BATCH, 1e-3, 0, 0.99);

  private final NDManager manager = NDManager.newBaseManager();
  private final Random random = new Random(1);

  private final NDArray real = variable(BATCH, WIDTH);
  private final NDArray fake = variable(BATCH, WIDTH);
  private final NDArray realLabels = labels();
  private final NDArray fakeLabels = labels();

  /** The weights of psi (1, WIDTH) and of the classes' vectors (CLASSES, WIDTH). */
  private final NDArray psi = variable(1, WIDTH);

  private final NDArray bias = variable(1, 1);
  private final NDArray vectors = variable(CLASSES, WIDTH);

  static Stream<AdversarialLoss> losses() {
    return Stream.of(new Hinge(), new NonSaturating(), new Wasserstein(), new LeastSquares());
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /** ECGAN with alpha = lambda_clf = lambda_c = 0, and f(x)[y] = psi(h) + v_y h. */
  @ParameterizedTest
  @MethodSource("losses")
  void projectionGanIsTheConditionalTermAlone(AdversarialLoss loss) {
    EcGan conditional = ecGan(loss, 0, 0, 0);
    var projection =
        new ProjectionGan(GanSettings.of("", LINE, loss, new SingleLogitGan.Objective(), RECIPE));
    var learning = new NDList(real, fake, psi, bias, vectors);
    sameObjective(
        learning,
        () -> conditional.discriminatorTerms(energyStep(projected(real), projected(fake))).total(),
        () -> projection.discriminatorTerms(projectionStep()).total());
    sameObjective(
        learning,
        () -> conditional.generatorTerms(energyStep(projected(real), projected(fake))).total(),
        () -> projection.generatorTerms(projectionStep()).total());
  }

  /**
   * Classification is no further term: log p(y | x) is the conditional logit without the
   * unconditional one.
   */
  @Test
  void classificationIsTheDifferenceOfBothLogits() {
    NDList learning = new NDList(real, fake, vectors);
    EcGan without = ecGan(new Hinge(), 1, 0, 0);
    sameObjective(
        learning,
        () -> ecGan(new Hinge(), 1, 1, 0).discriminatorTerms(energyStep()).total(),
        () -> {
          NDArray f = energies(real);
          NDArray difference =
              Energies.unconditional(f).sub(Energies.conditional(f, realLabels)).mean();
          return without.discriminatorTerms(energyStep()).total().add(difference);
        });
  }

  /**
   * AC-GAN without classification of generated images, as far as D is concerned: ECGAN without the
   * conditional term, whose discriminator is the unconditional logit, that is of the same network
   * as its classifier. AC-GAN approximates that logit by a layer psi(h) of its own; here psi is it.
   */
  @ParameterizedTest
  @MethodSource("losses")
  void acGansDiscriminatorIsTheUnconditionalTermAndClassification(AdversarialLoss loss) {
    AcGan acGan = acGan(loss, 0, LAMBDA);
    sameObjective(
        new NDList(real, fake, vectors),
        () -> unconditional(loss).add(classified(LAMBDA)),
        () -> acGan.discriminatorTerms(classStep()).total());
  }

  /**
   * AC-GAN's generator maximises h(x) + lambda log p(y | x). With the linear generator loss, which
   * hinge and Wasserstein have, and lambda = 1 that is f(x)[y], ECGAN's conditional term: what
   * AC-GAN drops is nothing. With another lambda it differs by (1 - lambda) log p(y | x): AC-GAN
   * pays for easily classified images by as much as its weight is above 1.
   */
  @Test
  void acGansGeneratorDiffersByTheClassifiersTermBeyondWeightOne() {
    for (double lambda : new double[] {1, 0.3, 2}) {
      AcGan acGan = acGan(new Hinge(), 0, lambda);
      EcGan ecGan = ecGan(new Hinge(), 0, 0, 0);
      sameObjective(
          new NDList(fake, vectors),
          () -> {
            NDArray g = energies(fake);
            NDArray logP =
                Energies.conditional(g, fakeLabels).sub(Energies.unconditional(g)).mean();
            return ecGan.generatorTerms(energyStep()).total().sub(TorchOps.scale(logP, lambda - 1));
          },
          () -> acGan.generatorTerms(classStep()).total());
    }
  }

  /**
   * What AC-GAN's D has beyond that, where it classifies generated images too, is exactly their
   * cross-entropy.
   */
  @Test
  void classifyingGeneratedImagesIsTheTermThatEcGanLeavesOut() {
    var loss = new NonSaturating();
    AcGan both = acGan(loss, LAMBDA, LAMBDA);
    sameObjective(
        new NDList(real, fake, vectors),
        () -> {
          NDArray g = energies(fake);
          NDArray dropped =
              Energies.unconditional(g).sub(Energies.conditional(g, fakeLabels)).mean();
          return unconditional(loss).add(classified(LAMBDA)).add(TorchOps.scale(dropped, LAMBDA));
        },
        () -> both.discriminatorTerms(classStep()).total());
  }

  /**
   * ContraGAN is ECGAN's unconditional term and contrast, without the conditional term and the
   * classification; it approximates the unconditional logit by a layer psi(h), as AC-GAN does.
   */
  @ParameterizedTest
  @MethodSource("losses")
  void contraGanIsTheUnconditionalTermAndContrast(AdversarialLoss loss) {
    EcGan with = ecGan(loss, 1, 0, 1);
    EcGan without = ecGan(loss, 1, 0, 0);
    var objective = Contrast.of(ContrastiveLoss.TwoC.paper(), 1, 1, WIDTH);
    var contraGan = new ContraGan(GanSettings.of("", LINE, loss, objective, RECIPE));
    sameObjective(
        new NDList(real, fake, vectors),
        () -> {
          NDArray contrast =
              with.discriminatorTerms(energyStep())
                  .total()
                  .sub(without.discriminatorTerms(energyStep()).total());
          return unconditional(loss).add(contrast);
        },
        () -> contraGan.discriminatorTerms(contrastStep()).total());
    sameObjective(
        new NDList(real, fake, vectors),
        () -> {
          NDArray contrast =
              with.generatorTerms(energyStep())
                  .total()
                  .sub(without.generatorTerms(energyStep()).total());
          return loss.generator(Energies.unconditional(energies(fake))).add(contrast);
        },
        () -> contraGan.generatorTerms(contrastStep()).total());
  }

  /**
   * In the published code the two adversarial terms meet in one logit. For a loss that is linear,
   * which Wasserstein's is, that is the sum of both terms in the paper.
   */
  @Test
  void oneLogitIsTwoTermsForALinearLoss() {
    var wasserstein = new Wasserstein();
    EcGan ecGan = ecGan(wasserstein, 0.5, 0, 0);
    EcGan conditional = ecGan(wasserstein, 0, 0, 0);
    sameObjective(
        new NDList(real, fake, vectors),
        () -> ecGan.discriminatorTerms(energyStep()).total(),
        () ->
            conditional
                .discriminatorTerms(energyStep())
                .total()
                .add(TorchOps.scale(unconditional(wasserstein), 0.5)));
  }

  private static EcGan ecGan(
      AdversarialLoss loss, double alpha, double classification, double contrast) {
    var objective =
        new EcGan.Objective(
            alpha,
            classification,
            Contrast.of(new ContrastiveLoss.TwoC(0, true, true), contrast, 1, WIDTH));
    return new EcGan(GanSettings.of("", LINE, loss, objective, RECIPE));
  }

  private static AcGan acGan(AdversarialLoss loss, double ofFake, double lambda) {
    var objective = new AcGan.Objective(MultiClassLoss.CROSS_ENTROPY, 1, lambda, ofFake, lambda);
    return new AcGan(GanSettings.of("", LINE, loss, objective, RECIPE));
  }

  /** ECGAN's adversarial term of D where the joint logit f[y] + h is without f[y]. */
  private NDArray unconditional(AdversarialLoss loss) {
    NDArray f = energies(real);
    NDArray g = energies(fake);
    NDArray onReal = Energies.joint(f, realLabels, 1).sub(Energies.conditional(f, realLabels));
    NDArray onFake = Energies.joint(g, fakeLabels, 1).sub(Energies.conditional(g, fakeLabels));
    return loss.discriminator(onReal, onFake);
  }

  /** ECGAN's classification of real images, times a weight. */
  private NDArray classified(double weight) {
    NDArray with = ecGan(new Hinge(), 1, weight, 0).discriminatorTerms(energyStep()).total();
    return with.sub(ecGan(new Hinge(), 1, 0, 0).discriminatorTerms(energyStep()).total());
  }

  private static <O> GanStep<O> step() {
    var first = new Step(0, BATCH, null, () -> null, () -> null);
    return new GanStep<>(first, null, x -> x, ArrayTree::flatten);
  }

  private GanStep<EcGan.Output> energyStep() {
    return energyStep(energies(real), energies(fake));
  }

  private GanStep<EcGan.Output> energyStep(NDArray f, NDArray g) {
    return UnificationTest.<EcGan.Output>step()
        .with(
            Samples.of(realLabels, new EcGan.Output(f, Optional.of(embedding(real, realLabels)))),
            Samples.of(fakeLabels, new EcGan.Output(g, Optional.of(embedding(fake, fakeLabels)))));
  }

  private GanStep<NDArray> projectionStep() {
    return UnificationTest.<NDArray>step()
        .with(
            Samples.of(realLabels, projection(real, realLabels)),
            Samples.of(fakeLabels, projection(fake, fakeLabels)));
  }

  private GanStep<AcGan.Output> classStep() {
    NDArray f = energies(real);
    NDArray g = energies(fake);
    return UnificationTest.<AcGan.Output>step()
        .with(
            Samples.of(realLabels, new AcGan.Output(Energies.unconditional(f), f)),
            Samples.of(fakeLabels, new AcGan.Output(Energies.unconditional(g), g)));
  }

  private GanStep<ContrastiveGan.Output> contrastStep() {
    return UnificationTest.<ContrastiveGan.Output>step()
        .with(
            Samples.of(realLabels, contrasted(real, realLabels)),
            Samples.of(fakeLabels, contrasted(fake, fakeLabels)));
  }

  private ContrastiveGan.Output contrasted(NDArray h, NDArray labels) {
    return new ContrastiveGan.Output(Energies.unconditional(energies(h)), embedding(h, labels));
  }

  private EmbeddingHead.Output embedding(NDArray h, NDArray labels) {
    return new EmbeddingHead.Output(h, vectors.get(labels), energies(h));
  }

  /** f(x) = V h, (N, K). */
  private NDArray energies(NDArray h) {
    return h.matMul(vectors.transpose());
  }

  /** f(x) = psi(h) + V h, (N, K). */
  private NDArray projected(NDArray h) {
    return energies(h).add(h.matMul(psi.transpose())).add(bias);
  }

  private NDArray projection(NDArray h, NDArray labels) {
    return Projection.logits(h.matMul(psi.transpose()).add(bias), vectors.get(labels), h);
  }

  /** Both objectives have one value and one gradient; what takes no part has the gradient 0. */
  private static void sameObjective(
      NDList learning, Supplier<NDArray> ecgan, Supplier<NDArray> other) {
    Result one = result(learning, ecgan);
    Result two = result(learning, other);
    assertThat(one.value()).isEqualTo(two.value(), within(1e-12));
    for (int i = 0; i < learning.size(); i++) {
      assertThat(one.gradients()[i]).containsExactly(two.gradients()[i], within(1e-12));
    }
  }

  private record Result(double value, double[][] gradients) {}

  private static Result result(NDList learning, Supplier<NDArray> objective) {
    try (var recording = Autograd.record()) {
      NDArray value = objective.get();
      NDList gradients = Autograd.grad(value, learning);
      return new Result(
          value.getDouble(),
          gradients.stream().map(NDArray::toDoubleArray).toArray(double[][]::new));
    }
  }

  private NDArray variable(int rows, int columns) {
    double[] values = random.doubles((long) rows * columns, -1, 1).toArray();
    NDArray array = manager.create(values).reshape(new Shape(rows, columns));
    array.setRequiresGradient(true);
    return array;
  }

  private NDArray labels() {
    long[] drawn = IntStream.range(0, BATCH).mapToLong(i -> random.nextInt(CLASSES)).toArray();
    return manager.create(drawn).toType(DataType.INT64, false);
  }
}
