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
    assertThat(new Consistency.Cr(10).penalty(real, realView).getFloat()).isEqualTo(25);
    var balanced = new Consistency.Bcr(10, 2);
    assertThat(balanced.penalty(real, realView, fake, fakeView).getFloat()).isEqualTo(25 + 10);
    var latent = new Consistency.Zcr(20, 0.5, 0.05);
    assertThat(latent.discriminator(fake, fakeView).getFloat()).isEqualTo(100);
    assertThat(latent.generator(fake, fakeView).getFloat()).isEqualTo(-2.5f);
  }

  @Test
  void bothViewsAreTrained() {
    real.setRequiresGradient(true);
    realView.setRequiresGradient(true);
    try (var recording = Autograd.record()) {
      NDArray penalty = new Consistency.Cr(10).penalty(real, realView);
      NDList slopes = Autograd.grad(penalty, new NDList(real, realView));
      assertThat(slopes.get(0).toFloatArray()).containsExactly(-10, -20);
      assertThat(slopes.get(1).toFloatArray()).containsExactly(10, 20);
    }
  }

  @Test
  void latentsAreMovedByNormalNoise() {
    Torch.setSeed(5);
    NDArray z = manager.ones(new Shape(500, 20));
    NDArray noise = new Consistency.Zcr(20, 0.5, 0.05).perturbed(z).sub(z);
    // Of 10,000 numbers: standard errors 0.0005 and 0.00035.
    assertThat(noise.mean().getFloat()).isEqualTo(0, within(0.0025f));
    assertThat(noise.square().mean().sqrt().getFloat()).isEqualTo(0.05f, within(0.0018f));
  }
}
