package org.adversaria.augmentations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.IntStream;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The reference cases hold the numbers of the transforms and of the controller. */
class AdaTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray images(long... shape) {
    return manager.randomUniform(-1, 1, new Shape(shape));
  }

  @Test
  void withoutProbabilityImagesStayAsTheyAre() {
    NDArray x = images(4, 3, 24, 24);
    NDArray same = Ada.fixed("bgcfnc", 0).apply(x);
    assertThat(same.toFloatArray()).containsExactly(x.toFloatArray(), within(1e-5f));
    // Of unmoved images nothing is resampled.
    assertThat(Ada.fixed("bg", 0).apply(x).toFloatArray()).isEqualTo(x.toFloatArray());
  }

  @Test
  void anUnmovedImageIsThatOfTheResampling() {
    NDArray x = images(1, 2, 9, 12);
    Matrix nearly = Matrix.translate2d(1e-9, 0);
    assertThat(GeometricWarp.apply(x, nearly).toFloatArray())
        .containsExactly(x.toFloatArray(), within(1e-5f));
  }

  @Test
  void shiftsByWholePixelsMoveThePixelsThatHaveRoom() {
    NDArray x = images(1, 1, 16, 16);
    NDArray moved = GeometricWarp.apply(x, Matrix.translate2d(-2, 1));
    assertThat(moved.get(":, :, :15, 2:").toFloatArray())
        .containsExactly(x.get(":, :, 1:, :14").toFloatArray(), within(1e-5f));
  }

  @Test
  void transformsOfEachAxisAreWhatTheyAreTogether() {
    Matrix stretched = Matrix.scale2d(-1.3, 0.8).times(Matrix.translate2d(2.3, -0.4));
    Matrix turned = Matrix.rotate2d(Math.PI / 2).times(stretched);
    // Too little to see, but enough not to be taken axis by axis.
    Matrix sheared = new Matrix(new double[][] {{1, 1e-9, 0}, {1e-9, 1, 0}, {0, 0, 1}});
    for (NDArray x : List.of(images(3, 2, 12, 12), images(3, 2, 12, 15))) {
      NDArray axes = GeometricWarp.apply(x, stretched, Matrix.identity(3), turned);
      NDArray together =
          GeometricWarp.apply(x, stretched.times(sheared), sheared, turned.times(sheared));
      assertThat(axes.toFloatArray()).containsExactly(together.toFloatArray(), within(1e-5f));
    }
  }

  @Test
  void whatIsFarBeyondTheImageIsZero() {
    NDArray x = manager.ones(new Shape(1, 1, 8, 8));
    NDArray moved = GeometricWarp.apply(x, Matrix.translate2d(500, 0));
    assertThat(moved.toFloatArray()).containsOnly(0f);
  }

  @Test
  void aSeedGivesTheSameImagesAndEachImageItsOwnTransforms() {
    NDArray x = images(1, 3, 24, 24).repeat(0, 6);
    var ada = Ada.fixed("bgcfnc", 0.8);
    float[] first = Torch.seeded(3, () -> ada.apply(x)).toFloatArray();
    assertThat(Torch.seeded(3, () -> ada.apply(x)).toFloatArray()).isEqualTo(first);
    assertThat(Torch.seeded(4, () -> ada.apply(x)).toFloatArray()).isNotEqualTo(first);
    NDArray all = manager.create(first, x.getShape());
    assertThat(all.get(0).toFloatArray()).isNotEqualTo(all.get(1).toFloatArray());
  }

  @Test
  void eachTransformActsWithItsProbability() {
    NDArray x = manager.ones(new Shape(2000, 1, 4, 4));
    // Brightness alone, with probability 1/2 * 0.6.
    var color = new AdaTransforms.Color(0.5, 0, 0, 0, 0, 0.2, 0.5, 1, 1);
    var none = AdaTransforms.preset("noise");
    var transforms =
        new AdaTransforms(
            AdaTransforms.Blitting.of(0),
            AdaTransforms.Geometry.of(0),
            color,
            none.filter(),
            AdaTransforms.Corruption.of(0, 0));
    NDArray y = Torch.seeded(1, () -> new Ada(transforms, 0.6, AdaController.NONE).apply(x));
    float[] corners = y.get(":, 0, 0, 0").toFloatArray();
    long changed = IntStream.range(0, corners.length).filter(i -> corners[i] != 1).count();
    assertThat(changed / 2000.0).isCloseTo(0.3, within(0.06));
  }

  @Test
  void greyImagesHaveNoHueAndSaturationNotEvenDraws() {
    NDArray x = images(4, 1, 12, 12);
    var without = new AdaTransforms.Color(1, 1, 1, 0, 0, 0.2, 0.5, 1, 1);
    AdaTransforms all = AdaTransforms.preset("bgcfnc");
    var grey =
        new AdaTransforms(
            AdaTransforms.Blitting.of(0),
            AdaTransforms.Geometry.of(0),
            without,
            AdaTransforms.Filter.of(0),
            all.corruption());
    var color =
        new AdaTransforms(
            grey.blitting(),
            grey.geometry(),
            AdaTransforms.Color.of(1),
            grey.filter(),
            grey.corruption());
    float[] expected =
        Torch.seeded(2, () -> new Ada(grey, 1, AdaController.NONE).apply(x)).toFloatArray();
    assertThat(Torch.seeded(2, () -> new Ada(color, 1, AdaController.NONE).apply(x)).toFloatArray())
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "bgc, 2, 32, 1 channel or 3",
    "bgc, 4, 32, have 4",
    "bgcf, 3, 21, 22 rows and columns"
  })
  void imagesThatATransformIsNotForAreRefused(
      String preset, int channels, int size, String message) {
    NDArray x = images(2, channels, size, size);
    assertThatThrownBy(() -> Ada.fixed(preset, 0.1).apply(x))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("take transforms without");
    assertThat(Ada.fixed("bg", 1).apply(x).getShape()).isEqualTo(x.getShape());
  }

  @Test
  void namesAndNumbersAreChecked() {
    assertThat(Augmentation.byName("ada")).isEqualTo(Ada.adaptive("bgc"));
    assertThat(Augmentation.byName("diffaugment")).isEqualTo(new DiffAugment(true, true, true));
    assertThat(Augmentation.byName("none")).isEqualTo(new Augmentation.None());
    assertThatThrownBy(() -> Augmentation.byName("ADA")).hasMessageContaining("ada, diffaugment");
    assertThatThrownBy(() -> Ada.adaptive("cbg")).hasMessageContaining("bgcfnc");
    assertThatThrownBy(() -> Ada.fixed("bgc", -0.1)).hasMessageContaining("-0.1");
    assertThatThrownBy(() -> AdaController.PAPER.withKimg(0)).hasMessageContaining("not 0.0");
    assertThatThrownBy(() -> new AdaTransforms.Filter(1, List.of(1.0), 1))
        .hasMessageContaining("4 bands");
    assertThatThrownBy(() -> Ada.fixed("bgc", 0.1).apply(images(3, 2)))
        .hasMessageContaining("(N, C, H, W)");
  }

  @Test
  void doublesStayDoublesAndGradientsOfBothOrdersFlow() {
    NDArray x = images(3, 3, 24, 24).toType(DataType.FLOAT64, false);
    var ada = Ada.fixed("bgcfnc", 0.9);
    try (var recording = Autograd.record()) {
      x.setRequiresGradient(true);
      NDArray y = Torch.seeded(5, () -> ada.apply(x));
      assertThat(y.getDataType()).isEqualTo(DataType.FLOAT64);
      // y = A x + b: the gradient of |y|^2 is 2 A^T y, and along a fixed g its own is 2 A^T A g.
      NDArray slope = Autograd.grad(y.square().sum(), new NDList(x), true).get(0);
      NDArray g = slope.stopGradient();
      double curvature =
          Autograd.grad(slope.mul(g).sum(), new NDList(x)).get(0).mul(g).sum().getDouble();
      NDArray moved = Torch.seeded(5, () -> ada.apply(x.add(g)));
      double expected = moved.sub(y).square().sum().getDouble() * 2;
      assertThat(curvature).isCloseTo(expected, within(1e-6 * expected));
    }
  }

  @Test
  void theControllerRaisesPWhileVerdictsAreTooSure() {
    var controller = new AdaController(0.6, 2, 1);
    var ada = new Ada(AdaTransforms.preset("bgc"), 0.1, controller);
    AugmentationState state = ada.newState();
    state.initialize(manager);
    NDArray sure = manager.ones(new Shape(10));
    assertThat(state.observe(sure)).containsOnlyKeys("augmentation_p", "sign_real");
    state.afterStep(0, 10);
    assertThat(p(state)).isEqualTo(0.1f);
    state.observe(sure);
    state.afterStep(1, 10);
    assertThat(p(state)).isCloseTo(0.12f, within(1e-6f));
    NDArray unsure = manager.create(new float[] {1, -1, 0, 2});
    for (int step = 2; step < 20; step++) {
      state.observe(unsure);
      state.afterStep(step, 10);
    }
    assertThat(p(state)).isZero();
    // D was not updated: nothing is known.
    state.afterStep(20, 0);
    state.afterStep(21, 0);
    assertThat(p(state)).isZero();
  }

  private static float p(AugmentationState state) {
    return state.stateDict().get("p").getFloat();
  }
}
