package org.adversaria.regularizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Cr, Bcr and Zcr. */
class ConsistencyTest {

  private final NDManager manager = NDManager.newBaseManager();
  private final NDArray real = manager.create(new float[] {1, 2});
  private final NDArray realView = manager.create(new float[] {2, 4});
  private final NDArray fake = manager.create(new float[] {0, 0});
  private final NDArray fakeView = manager.create(new float[] {3, 1});

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void penaltiesAreWeightedMeanSquares() {
    assertThat(new Cr(10).penalty(new NDList(real), new NDList(realView)).getFloat()).isEqualTo(25);
    var balanced = new Bcr(10, 2);
    assertThat(
            balanced
                .penalty(
                    new NDList(real), new NDList(realView), new NDList(fake), new NDList(fakeView))
                .getFloat())
        .isEqualTo(25 + 10);
    var latent = new Zcr(20, 0.5, 0.05);
    assertThat(latent.discriminator(new NDList(fake), new NDList(fakeView)).getFloat())
        .isEqualTo(100);
    assertThat(latent.generator(fake, fakeView).getFloat()).isEqualTo(-2.5f);
  }

  @Test
  void termsOfSeveralOutputsAreAdded() {
    var penalty = new Cr(10).penalty(new NDList(real, fake), new NDList(realView, fakeView));
    assertThat(penalty.getFloat()).isEqualTo(25 + 50);
  }

  @Test
  void bothViewsAreTrained() {
    real.setRequiresGradient(true);
    realView.setRequiresGradient(true);
    try (var recording = Autograd.record()) {
      NDArray penalty = new Cr(10).penalty(new NDList(real), new NDList(realView));
      NDList slopes = Autograd.grad(penalty, new NDList(real, realView));
      assertThat(slopes.get(0).toFloatArray()).containsExactly(-10, -20);
      assertThat(slopes.get(1).toFloatArray()).containsExactly(10, 20);
    }
  }

  @Test
  void latentsAreMovedByNormalNoise() {
    Torch.setSeed(5);
    NDArray z = manager.ones(new Shape(500, 20));
    NDArray noise = new Zcr(20, 0.5, 0.05).perturbed(z).sub(z);
    // Of 10,000 numbers: standard errors 0.0005 and 0.00035.
    assertThat(noise.mean().getFloat()).isEqualTo(0, within(0.0025f));
    assertThat(noise.square().mean().sqrt().getFloat()).isEqualTo(0.05f, within(0.0018f));
  }
}
