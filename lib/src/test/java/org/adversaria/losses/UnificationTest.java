package org.adversaria.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.adversaria.losses.AdversarialLoss.Hinge;
import org.adversaria.losses.AdversarialLoss.LeastSquares;
import org.adversaria.losses.AdversarialLoss.NonSaturating;
import org.adversaria.losses.AdversarialLoss.Wasserstein;
import org.adversaria.losses.ClassifierLoss.AcGan;
import org.adversaria.losses.ClassifierLoss.EcGan;
import org.adversaria.losses.ClassifierLoss.Form;
import org.adversaria.models.Projection;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.TorchOps;
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
    var conditional = new EcGan(0, 0);
    var learning = new NDList(real, fake, psi, bias, vectors);
    sameObjective(
        learning,
        () -> discriminator(loss, conditional, projected(real), projected(fake)),
        () -> loss.discriminator(projection(real, realLabels), projection(fake, fakeLabels)));
    sameObjective(
        learning,
        () -> loss.generator(conditional.logits(classes(projected(fake), fakeLabels))),
        () -> loss.generator(projection(fake, fakeLabels)));
  }

  /**
   * Classification is no further term: log p(y | x) is the conditional logit without the
   * unconditional one.
   */
  @Test
  void classificationIsTheDifferenceOfBothLogits() {
    sameObjective(
        new NDList(real, vectors),
        () -> new EcGan(1, 1).discriminator(classes(energies(real), realLabels), null),
        () -> {
          NDArray f = energies(real);
          return Energies.unconditional(f).sub(Energies.conditional(f, realLabels)).mean();
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
    var acGan = new AcGan(Form.CROSS_ENTROPY, LAMBDA, LAMBDA, false);
    sameObjective(
        new NDList(real, fake, vectors),
        () -> {
          NDArray f = energies(real);
          NDArray g = energies(fake);
          // The joint logit f[y] + h without f[y].
          NDArray onReal =
              Energies.joint(f, realLabels, 1).sub(Energies.conditional(f, realLabels));
          NDArray onFake =
              Energies.joint(g, fakeLabels, 1).sub(Energies.conditional(g, fakeLabels));
          NDArray classified =
              new EcGan(1, LAMBDA).discriminator(classes(f, realLabels), classes(g, fakeLabels));
          return loss.discriminator(onReal, onFake).add(classified);
        },
        () -> {
          NDArray f = energies(real);
          NDArray g = energies(fake);
          ClassLogits onReal = classes(f, realLabels);
          return loss.discriminator(Energies.unconditional(f), Energies.unconditional(g))
              .add(acGan.discriminator(onReal, classes(g, fakeLabels)));
        });
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
      var acGan = new AcGan(Form.CROSS_ENTROPY, lambda, lambda, false);
      var hinge = new Hinge();
      sameObjective(
          new NDList(fake, vectors),
          () -> {
            NDArray g = energies(fake);
            NDArray conditional = new EcGan(0, 0).logits(classes(g, fakeLabels));
            NDArray logP = conditional.sub(Energies.unconditional(g)).mean();
            return hinge.generator(conditional).sub(TorchOps.scale(logP, lambda - 1));
          },
          () -> {
            NDArray g = energies(fake);
            return hinge
                .generator(Energies.unconditional(g))
                .add(acGan.generator(classes(g, fakeLabels)));
          });
    }
  }

  /**
   * What AC-GAN's D has beyond that, where it classifies generated images too, is exactly their
   * cross-entropy.
   */
  @Test
  void classifyingGeneratedImagesIsTheTermThatEcGanLeavesOut() {
    var both = new AcGan(Form.CROSS_ENTROPY, LAMBDA, LAMBDA, true);
    sameObjective(
        new NDList(real, fake, vectors),
        () -> {
          NDArray g = energies(fake);
          NDArray dropped =
              Energies.unconditional(g).sub(Energies.conditional(g, fakeLabels)).mean();
          ClassLogits onReal = classes(energies(real), realLabels);
          return new EcGan(1, LAMBDA)
              .discriminator(onReal, null)
              .add(TorchOps.scale(dropped, LAMBDA));
        },
        () ->
            both.discriminator(
                classes(energies(real), realLabels), classes(energies(fake), fakeLabels)));
  }

  /**
   * ContraGAN is ECGAN's unconditional term and contrast, without the conditional term and the
   * classification; it approximates the unconditional logit by a layer psi(h), as AC-GAN does.
   */
  @ParameterizedTest
  @MethodSource("losses")
  void contraGanIsTheUnconditionalTermAndContrast(AdversarialLoss loss) {
    var published = new ContrastiveLoss.TwoC(0, true, true);
    sameObjective(
        new NDList(real, fake, vectors),
        () -> {
          NDArray f = energies(real);
          NDArray g = energies(fake);
          NDArray onReal =
              Energies.joint(f, realLabels, 1).sub(Energies.conditional(f, realLabels));
          NDArray onFake =
              Energies.joint(g, fakeLabels, 1).sub(Energies.conditional(g, fakeLabels));
          return loss.discriminator(onReal, onFake).add(contrast(published, 1));
        },
        () ->
            loss.discriminator(
                    Energies.unconditional(energies(real)), Energies.unconditional(energies(fake)))
                .add(contrast(ContrastiveLoss.TwoC.paper(), 1)));
  }

  /**
   * In the published code the two adversarial terms meet in one logit. For a loss that is linear,
   * which Wasserstein's is, that is the sum of both terms in the paper.
   */
  @Test
  void oneLogitIsTwoTermsForALinearLoss() {
    var wasserstein = new Wasserstein();
    sameObjective(
        new NDList(real, fake, vectors),
        () -> discriminator(wasserstein, new EcGan(0.5, 0), energies(real), energies(fake)),
        () -> {
          NDArray f = energies(real);
          NDArray g = energies(fake);
          NDArray conditional =
              wasserstein.discriminator(
                  Energies.conditional(f, realLabels), Energies.conditional(g, fakeLabels));
          NDArray unconditional =
              wasserstein.discriminator(Energies.unconditional(f), Energies.unconditional(g));
          return conditional.add(TorchOps.scale(unconditional, 0.5));
        });
  }

  /** ECGAN's objective of D, but for the contrast. */
  private NDArray discriminator(AdversarialLoss loss, EcGan ecGan, NDArray f, NDArray g) {
    ClassLogits onReal = classes(f, realLabels);
    ClassLogits onFake = classes(g, fakeLabels);
    return loss.discriminator(ecGan.logits(onReal), ecGan.logits(onFake))
        .add(ecGan.discriminator(onReal, onFake));
  }

  private NDArray contrast(ContrastiveLoss loss, double temperature) {
    return loss.of(Embeddings.of(realLabels, real, vectors.get(realLabels)), temperature);
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

  private static ClassLogits classes(NDArray f, NDArray labels) {
    return ClassLogits.of(labels, f);
  }

  /** Both objectives have one value and one gradient; an absent part of a gradient counts as 0. */
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
      NDArray total = value;
      for (NDArray variable : learning) {
        total = total.add(TorchOps.scale(variable.sum(), 0));
      }
      NDList gradients = Autograd.grad(total, learning);
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
