package org.adversaria.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.adversaria.losses.ClassifierLoss.AcGan;
import org.adversaria.losses.ClassifierLoss.AdcGan;
import org.adversaria.losses.ClassifierLoss.AmGan;
import org.adversaria.losses.ClassifierLoss.Form;
import org.adversaria.losses.ClassifierLoss.TacGan;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.TorchScriptException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The reference cases hold the numbers; here are the forms by hand and what follows from them. */
class ClassifierLossTest {

  private static final double LOG_2 = Math.log(2);

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void theFormsByHand() {
    // Against class 1 the others have margins 1 + 2 - 1 = 2 and 1 - 3 - 1 < 0.
    ClassLogits fake = batch(new long[] {1}, new float[][] {{2, 1, -3}});
    assertThat(acGan(Form.HINGE).discriminator(fake, fake).getFloat()).isEqualTo(2 * (2 + 0) / 2f);
    assertThat(acGan(Form.HINGE).generator(fake).getFloat()).isEqualTo((1 - 4) / 2f);
    assertThat(acGan(Form.HINGE_OVER_ALL).discriminator(fake, fake).getFloat())
        .isEqualTo(2 * (1 + 2 + 0) / 3f);
    assertThat(acGan(Form.HINGE_OVER_ALL).generator(fake).getFloat()).isEqualTo((2 + 1 - 3) / 3f);
    assertThat(acGan(Form.CRAMMER_SINGER).discriminator(fake, fake).getFloat()).isEqualTo(2 * 2);
    assertThat(acGan(Form.CRAMMER_SINGER).generator(fake).getFloat()).isEqualTo(2);
    double logSum = Math.log(Math.exp(2) + Math.exp(1) + Math.exp(-3));
    assertThat(acGan(Form.CROSS_ENTROPY).generator(fake).getFloat())
        .isEqualTo((float) (logSum - 1), within(1e-6f));
  }

  /** TAC-GAN's hinge_multi and ADC-GAN's mean over the wrong classes. */
  @Test
  void theTwoHingesDifferByTheRightClass() {
    int classes = 4;
    NDArray labels = manager.create(new long[] {0, 3, 1});
    NDArray logits = manager.randomNormal(new Shape(3, classes));
    logits.setRequiresGradient(true);
    try (var recording = Autograd.record()) {
      ClassLogits fake = ClassLogits.of(labels, logits);
      NDArray wrong = new AcGan(Form.HINGE, 1, 1, false).discriminator(fake, null);
      NDArray all = new AcGan(Form.HINGE_OVER_ALL, 1, 1, false).discriminator(fake, null);
      assertThat(all.getFloat())
          .isEqualTo(((classes - 1) * wrong.getFloat() + 1) / classes, within(1e-6f));
      NDArray ofAll =
          Autograd.grad(acGan(Form.HINGE_OVER_ALL).generator(fake), new NDList(logits)).get(0);
      NDArray ofWrong = Autograd.grad(acGan(Form.HINGE).generator(fake), new NDList(logits)).get(0);
      assertThat(ofAll.sub(ofWrong.mul((classes - 1f) / classes)).abs().max().getFloat())
          .isLessThan(1e-6f);
    }
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void theFormsAreMeansOverTheBatch(Form form) {
    long[] labels = {0, 2, 1};
    float[][] rows = {{0.5f, -1, 2}, {3, 0, -1}, {0.25f, 0, -0.5f}};
    float mean = acGan(form).generator(batch(labels, rows)).getFloat();
    float sum = 0;
    for (int i = 0; i < 3; i++) {
      ClassLogits one = batch(new long[] {labels[i]}, new float[][] {rows[i]});
      sum += acGan(form).generator(one).getFloat();
    }
    assertThat(mean).isEqualTo(sum / 3, within(1e-6f));
  }

  @Test
  void acGanLeavesGeneratedImagesOutOfTheClassifierOnRequest() {
    ClassLogits real = batch(new long[] {0}, new float[][] {{0, 0}});
    ClassLogits fake = batch(new long[] {1}, new float[][] {{0, 0}});
    var both = new AcGan(Form.CROSS_ENTROPY, 0.5, 3, true);
    var realOnly = new AcGan(Form.CROSS_ENTROPY, 0.5, 3, false);
    assertThat(both.discriminator(real, fake).getFloat()).isEqualTo((float) LOG_2, within(1e-6f));
    assertThat(realOnly.discriminator(real, null).getFloat())
        .isEqualTo((float) (0.5 * LOG_2), within(1e-6f));
    assertThat(both.generator(fake).getFloat()).isEqualTo((float) (3 * LOG_2), within(1e-6f));
  }

  @Test
  void tacGanSetsTheGeneratorAgainstTheTwin() {
    var loss = new TacGan(Form.CROSS_ENTROPY, 1, 1);
    NDArray labels = manager.create(new long[] {0, 1});
    NDArray sure = manager.create(new float[][] {{60, 0}, {0, 60}});
    NDArray even = manager.create(new float[][] {{0, 0}, {0, 0}});
    // What C says of generated images and T of real ones is nobody's concern.
    float trained =
        loss.discriminator(new ClassLogits(labels, sure, even), new ClassLogits(labels, even, sure))
            .getFloat();
    assertThat(trained).isZero();
    assertThat(loss.generator(new ClassLogits(labels, sure, even)).getFloat())
        .isEqualTo((float) -LOG_2, within(1e-6f));
  }

  @Test
  void amGanTakesTheLastClassForGenerated() {
    var loss = new AmGan(Form.CROSS_ENTROPY, 1, 1);
    ClassLogits real = batch(new long[] {0, 1}, new float[][] {{60, 0, 0}, {0, 60, 0}});
    ClassLogits seenThrough = batch(new long[] {0, 1}, new float[][] {{0, 0, 60}, {0, 0, 60}});
    assertThat(loss.discriminator(real, seenThrough).getFloat()).isZero();
    assertThat(loss.generator(seenThrough).getFloat()).isEqualTo(60);
    assertThat(loss.generator(real).getFloat()).isZero();
  }

  @Test
  void adcGanPutsRealBesideGenerated() {
    var loss = new AdcGan(Form.CROSS_ENTROPY, 1, 0.5);
    ClassLogits real = batch(new long[] {1}, new float[][] {{0, 0, 60, 0}});
    ClassLogits fake = batch(new long[] {1}, new float[][] {{0, 0, 0, 60}});
    assertThat(loss.discriminator(real, fake).getFloat()).isZero();
    assertThat(loss.generator(fake).getFloat()).isEqualTo(30);
  }

  @Test
  void theGeneratorOfAdcGanSeesTheDifferenceOfTwoLogits() {
    NDArray logits =
        manager.create(new float[][] {{0.5f, -1, 2, 1, 0, 3}, {1, 0, -1, 2, 0.5f, 0.25f}});
    logits.setRequiresGradient(true);
    try (var recording = Autograd.record()) {
      ClassLogits fake = ClassLogits.of(manager.create(new long[] {2, 0}), logits);
      NDArray value = new AdcGan(Form.CROSS_ENTROPY, 1, 1).generator(fake);
      assertThat(value.getFloat()).isEqualTo((3 - 1) / 2f, within(1e-6f));
      float[] slope = Autograd.grad(value, new NDList(logits)).get(0).toFloatArray();
      assertThat(slope)
          .containsExactly(
              new float[] {0, 0, 0, 0, -0.5f, 0.5f, -0.5f, 0.5f, 0, 0, 0, 0}, within(1e-7f));
    }
  }

  @Test
  void headsAreAsWideAsTheLossNeeds() {
    assertThat(acGan(Form.HINGE).outputs(10)).isEqualTo(10);
    assertThat(new TacGan(Form.HINGE, 1, 1).outputs(10)).isEqualTo(10);
    assertThat(new AmGan(Form.HINGE, 1, 1).outputs(10)).isEqualTo(11);
    assertThat(new AdcGan(Form.HINGE, 1, 1).outputs(10)).isEqualTo(20);
    assertThat(new TacGan(Form.HINGE, 1, 1).twin()).isTrue();
    assertThat(new AdcGan(Form.HINGE, 1, 1).twin()).isFalse();
    assertThat(new AmGan(Form.HINGE, 1, 1).standsAlone()).isTrue();
    assertThat(new AdcGan(Form.HINGE, 1, 1).standsAlone()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void aLabelBeyondTheLogitsIsRefused(Form form) {
    ClassLogits fake = batch(new long[] {2}, new float[][] {{0, 0}});
    assertThatThrownBy(() -> acGan(form).generator(fake)).isInstanceOf(TorchScriptException.class);
  }

  @Test
  void settingsTravelAsJson() throws JsonProcessingException {
    var mapper = new ObjectMapper();
    for (ClassifierLoss loss :
        List.of(
            new AcGan(Form.HINGE, 0.2, 0.1, false),
            new TacGan(Form.CROSS_ENTROPY, 1, 2),
            new AmGan(Form.CRAMMER_SINGER, 1, 1),
            new AdcGan(Form.CROSS_ENTROPY, 0.5, 0.5))) {
      String json = mapper.writeValueAsString(loss);
      assertThat(mapper.readValue(json, ClassifierLoss.class)).isEqualTo(loss);
    }
  }

  private static AcGan acGan(Form form) {
    return new AcGan(form, 1, 1, true);
  }

  private ClassLogits batch(long[] labels, float[][] logits) {
    return ClassLogits.of(manager.create(labels), manager.create(logits));
  }
}
