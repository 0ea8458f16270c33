package org.adversaria.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.TorchScriptException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The reference cases hold the numbers; here are the forms by hand and what follows from them. */
class MultiClassLossTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void theFormsByHand() {
    // Against class 1 the others have margins 1 + 2 - 1 = 2 and 1 - 3 - 1 < 0.
    NDArray y = manager.create(new long[] {1});
    NDArray s = manager.create(new float[][] {{2, 1, -3}});
    assertThat(MultiClassLoss.HINGE.discriminator(s, y).getFloat()).isEqualTo((2 + 0) / 2f);
    assertThat(MultiClassLoss.HINGE.generator(s, y).getFloat()).isEqualTo((1 - 4) / 2f);
    assertThat(MultiClassLoss.HINGE_OVER_ALL.discriminator(s, y).getFloat())
        .isEqualTo((1 + 2 + 0) / 3f);
    assertThat(MultiClassLoss.HINGE_OVER_ALL.generator(s, y).getFloat())
        .isEqualTo((2 + 1 - 3) / 3f);
    assertThat(MultiClassLoss.CRAMMER_SINGER.discriminator(s, y).getFloat()).isEqualTo(2);
    assertThat(MultiClassLoss.CRAMMER_SINGER.generator(s, y).getFloat()).isEqualTo(2);
    double logSum = Math.log(Math.exp(2) + Math.exp(1) + Math.exp(-3));
    assertThat(MultiClassLoss.CROSS_ENTROPY.generator(s, y).getFloat())
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
      NDArray wrong = MultiClassLoss.HINGE.discriminator(logits, labels);
      NDArray all = MultiClassLoss.HINGE_OVER_ALL.discriminator(logits, labels);
      assertThat(all.getFloat())
          .isEqualTo(((classes - 1) * wrong.getFloat() + 1) / classes, within(1e-6f));
      NDArray ofAll = slope(MultiClassLoss.HINGE_OVER_ALL.generator(logits, labels), logits);
      NDArray ofWrong = slope(MultiClassLoss.HINGE.generator(logits, labels), logits);
      assertThat(ofAll.sub(ofWrong.mul((classes - 1f) / classes)).abs().max().getFloat())
          .isLessThan(1e-6f);
    }
  }

  private static NDArray slope(NDArray value, NDArray logits) {
    return Autograd.grad(value, new NDList(logits)).get(0);
  }

  @ParameterizedTest
  @EnumSource(MultiClassLoss.class)
  void theFormsAreMeansOverTheBatch(MultiClassLoss form) {
    long[] labels = {0, 2, 1};
    float[][] rows = {{0.5f, -1, 2}, {3, 0, -1}, {0.25f, 0, -0.5f}};
    NDArray logits = manager.create(rows);
    NDArray y = manager.create(labels);
    float sumOfD = 0;
    float sumOfG = 0;
    for (int i = 0; i < 3; i++) {
      NDArray one = manager.create(new float[][] {rows[i]});
      NDArray label = manager.create(new long[] {labels[i]});
      sumOfD += form.discriminator(one, label).getFloat();
      sumOfG += form.generator(one, label).getFloat();
    }
    assertThat(form.discriminator(logits, y).getFloat()).isEqualTo(sumOfD / 3, within(1e-6f));
    assertThat(form.generator(logits, y).getFloat()).isEqualTo(sumOfG / 3, within(1e-6f));
  }

  @ParameterizedTest
  @EnumSource(MultiClassLoss.class)
  void aLabelBeyondTheLogitsIsRefused(MultiClassLoss form) {
    NDArray y = manager.create(new long[] {2});
    NDArray s = manager.create(new float[][] {{0, 0}});
    assertThatThrownBy(() -> form.generator(s, y)).isInstanceOf(TorchScriptException.class);
    assertThatThrownBy(() -> form.discriminator(s, y)).isInstanceOf(TorchScriptException.class);
  }
}
