package org.adversaria.regularizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.adversaria.models.Discriminator;
import org.adversaria.models.Generator;
import org.adversaria.nn.ArrayTree;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Torch;
import org.adversaria.training.GanNetworks;
import org.adversaria.training.GanStep;
import org.adversaria.training.Terms;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Regularizers beside any GAN: which samples they add to D's pass, and which terms. */
class RegularizerTest {

  private static final Shape IMAGE = new Shape(1, 8, 8);

  private final NDManager manager = NDManager.newBaseManager();
  private final Brightness discriminator = new Brightness();
  private final Glow generator = new Glow();

  /** D(x) = w times the sum of squares of the pixels, and the number of samples of each pass. */
  private static final class Brightness extends Discriminator<NDArray> {

    private final Parameter w =
        parameter("w", Parameter.Type.WEIGHT, Initializer.ONES, new Shape(1));
    private final List<Long> passes = new ArrayList<>();

    @Override
    protected NDArray compute(NDArray x, NDArray y, boolean training) {
      passes.add(x.getShape().get(0));
      return x.square().sum(new int[] {1, 2, 3}).mul(w.getArray());
    }
  }

  /** An image of one brightness, z. */
  private static final class Glow extends Generator {

    private final Parameter w =
        parameter("w", Parameter.Type.WEIGHT, Initializer.ONES, new Shape(2, 2));

    Glow() {
      super(1, 2, IMAGE);
    }

    @Override
    protected NDArray compute(NDArray z, NDArray y, boolean training) {
      NDArray ones = z.getManager().ones(new Shape(z.getShape().get(0)).addAll(IMAGE));
      return ones.mul(z.reshape(-1, 1, 1, 1)).mul(w.getArray().mean());
    }
  }

  @BeforeEach
  void initialize() {
    Torch.setSeed(3);
    discriminator.initialize(manager);
    generator.initialize(manager);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray images(int count, float brightness) {
    return manager.full(new Shape(count).addAll(IMAGE), brightness);
  }

  private NDArray labels(int count) {
    return manager.zeros(new Shape(count), DataType.INT64);
  }

  private GanStep<NDArray> update(boolean ofDiscriminator) {
    NDArray z = manager.create(new float[] {1, 2}, new Shape(2, 1));
    GanStep<NDArray> step =
        new GanStep<>(
            null, new GanNetworks<>(generator, discriminator), x -> x, ArrayTree::flatten);
    step.withFake(generator.forward(z, labels(2), true), labels(2), z);
    return ofDiscriminator ? step.withReal(images(3, 0.5f), labels(3)) : step;
  }

  /** The terms of a regularizer, and a pass for the method's own. */
  private static Terms terms(Consumer<Terms> regularizer, GanStep<NDArray> step) {
    step.fake().output();
    var terms = new Terms();
    regularizer.accept(terms);
    return terms;
  }

  @Test
  void crComparesRealImagesWithTheirViewsInDsOnePass() {
    GanStep<NDArray> step = update(true);
    Terms terms = terms(new Cr(10).discriminator(step), step);
    assertThat(discriminator.passes).containsExactly(2L + 3 + 3);
    assertThat(terms.logged()).containsOnlyKeys("cr");
    // A shift brings in pixels of 0: D is lower on a view that is shifted.
    assertThat(terms.total().getFloat()).isNotNegative();
  }

  @Test
  void bcrComparesGeneratedImagesTooAndTheirViewsAreHeldFixed() {
    try (var recording = Autograd.record()) {
      GanStep<NDArray> step = update(true);
      Terms terms = terms(new Bcr(10, 7).discriminator(step), step);
      assertThat(discriminator.passes).containsExactly(2L + 3 + 3 + 2);
      assertThat(terms.logged()).containsOnlyKeys("bcr");
    }
  }

  /** D(G(z)) = 64 z^2, and of z + e 64 (z + e)^2. */
  @Test
  void zcrComparesGeneratedImagesWithThoseOfNeighbours() {
    GanStep<NDArray> step = update(true);
    Terms terms = terms(new Zcr(5, 0.5, 1e-4).discriminator(step), step);
    assertThat(discriminator.passes).containsExactly(2L + 3 + 2);
    assertThat(terms.logged()).containsOnlyKeys("zcr");
    assertThat(terms.total().getFloat()).isPositive().isLessThan(0.1f);

    GanStep<NDArray> ofGenerator = update(false);
    Terms generated = terms(new Zcr(5, 0.5, 0.1).generator(ofGenerator), ofGenerator);
    assertThat(generated.logged()).containsOnlyKeys("zcr_generator");
    assertThat(generated.total().getFloat()).isNegative().isGreaterThan(-0.1f);
  }

  /** grad_x D = 2 w x: gamma / 2 times 64 (2 w 0.5)^2. */
  @Test
  void r1TakesTheSlopeAtTheRealImagesAlone() {
    try (var recording = Autograd.record()) {
      GanStep<NDArray> step = update(true);
      Terms terms = terms(new R1(0.25).discriminator(step), step);
      assertThat(discriminator.passes).containsExactly(2L + 3 + 3);
      assertThat(terms.logged()).containsOnlyKeys("r1");
      assertThat(terms.total().getFloat()).isEqualTo(0.125f * 64, within(1e-4f));
      NDList slope = Autograd.grad(terms.total(), discriminator.trainable());
      assertThat(slope.singletonOrThrow().getFloat()).isEqualTo(2 * 0.125f * 64, within(1e-4f));
      assertThat(step.real().x().hasGradient()).isFalse();
    }
  }

  /** The rows (1, 1) and (1, 1) have the product 2. */
  @Test
  void orthogonalReadsTheGeneratorsWeights() {
    GanStep<NDArray> step = update(false);
    var orthogonal = new Orthogonal(0.5, Orthogonal.Form.MODIFIED);
    Terms terms = terms(orthogonal.generator(step), step);
    assertThat(terms.logged()).containsOnlyKeys("orthogonal");
    assertThat(terms.total().getFloat()).isEqualTo(0.5f * (4 + 4));
    assertThat(discriminator.passes).containsExactly(2L);
  }

  static List<Regularizer> ofTheDiscriminatorOnly() {
    return List.of(new Cr(10), new Bcr(10, 7), new R1(1));
  }

  @ParameterizedTest
  @MethodSource("ofTheDiscriminatorOnly")
  void whatIsDsAddsNothingToGsObjective(Regularizer regularizer) {
    GanStep<NDArray> step = update(false);
    assertThat(terms(regularizer.generator(step), step).logged()).isEmpty();
    assertThat(discriminator.passes).containsExactly(2L);
  }

  @Test
  void aRegularizerThatSaysNothingAddsNothing() {
    var silent = new Regularizer() {};
    GanStep<NDArray> step = update(true);
    assertThat(terms(silent.discriminator(step), step).logged()).isEmpty();
    assertThat(terms(silent.generator(step), step).logged()).isEmpty();
  }

  @Test
  void whatHasWeight0IsNotComputed() {
    for (Regularizer none :
        List.of(
            new R1(0),
            new Cr(0),
            new Zcr(0, 0, 0.1),
            new Orthogonal(0, Orthogonal.Form.MODIFIED))) {
      GanStep<NDArray> step = update(true);
      discriminator.passes.clear();
      assertThat(terms(none.discriminator(step), step).logged()).as(none.toString()).isEmpty();
      assertThat(discriminator.passes).containsExactly(2L + 3);
      GanStep<NDArray> ofGenerator = update(false);
      assertThat(terms(none.generator(ofGenerator), ofGenerator).logged()).isEmpty();
    }
  }
}
