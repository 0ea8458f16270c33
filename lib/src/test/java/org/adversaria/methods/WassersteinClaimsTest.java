package org.adversaria.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.adversaria.data.GaussianMixture;
import org.adversaria.data.GaussianMixture.Component;
import org.adversaria.data.TrainingData;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.metrics.ModeCoverage;
import org.adversaria.metrics.WassersteinDistance;
import org.adversaria.models.Backbone;
import org.adversaria.models.Discriminator;
import org.adversaria.models.HeadedDiscriminator;
import org.adversaria.regularizers.GradientPenalty;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Torch;
import org.adversaria.training.Averaging;
import org.adversaria.training.Optimizer;
import org.adversaria.training.Run;
import org.adversaria.training.Schedule;
import org.adversaria.training.Training;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What theory says of WGAN-GP, on distributions whose distance and modes are known. */
@Tag("slow")
class WassersteinClaimsTest {

  private static final int UPDATES = 400;
  private static final int BATCH = 128;

  private final NDManager manager = NDManager.newBaseManager();

  @TempDir private Path folder;

  private final int threads = Torch.threads();

  /** For networks of 64 units a second thread is no faster. */
  @BeforeEach
  void takeOneThread() {
    Torch.setThreads(1);
  }

  @AfterEach
  void close() {
    Torch.setThreads(threads);
    manager.close();
  }

  private static GaussianMixture line(double std, Double... means) {
    return GaussianMixture.of(
        List.of(means).stream().map(mean -> new Component(0, 1, List.of(mean), std)).toList());
  }

  private NDArray points(GaussianMixture mixture, int count, long seed) {
    return mixture.sample(count, seed).batch(manager).x(); // (count, 1)
  }

  /**
   * Trains a critic alone. On a line a slope of -1 has no penalty, and a critic that has it where 1
   * is better has to pass through 0 to change it; the first quarter has a weight that lets it.
   */
  private Discriminator<NDArray> critic(GaussianMixture p, GaussianMixture q, double lambda) {
    Torch.setSeed(1);
    var d = HeadedDiscriminator.plain(new Backbone.ReluMlp(1, 0, 1, 64, 2).newBody());
    d.initialize(manager);
    var adam = new Optimizer.Adam(new Schedule.Linear(5e-3, 0, UPDATES), 0, 0.9, 1e-8, 0);
    Optimizer.Updates updates = adam.bind(d);
    for (int i = 0; i < UPDATES; i++) {
      try (var scope = new NDScope();
          var recording = Autograd.record()) {
        NDArray x = points(p, BATCH, 2 * i + 10);
        NDArray y = points(q, BATCH, 2 * i + 11);
        NDArray e = manager.randomUniform(0, 1, new Shape(BATCH));
        NDArray between = GradientPenalty.between(x, y, e);
        var penalty = new GradientPenalty(i < UPDATES / 4 ? 0.1 : lambda);
        NDArray loss =
            new AdversarialLoss.Wasserstein()
                .discriminator(d.forward(x, null, true), d.forward(y, null, true))
                .add(penalty.penalty(d.forward(between, null, true), between));
        updates.apply(Autograd.grad(loss, d.trainable()), i);
      }
    }
    return d;
  }

  private double estimate(Discriminator<NDArray> d, NDArray x, NDArray y) {
    return Autograd.noGrad(
            () -> d.forward(x, null, false).mean().sub(d.forward(y, null, false).mean()))
        .getFloat();
  }

  @Test
  void theCriticMeasuresTheEarthMoverDistance() {
    GaussianMixture p = line(0.3, -1.0, 1.0);
    GaussianMixture q = line(0.6, 0.5);
    NDArray x = points(p, 20_000, 1);
    NDArray y = points(q, 20_000, 2);
    double exact = WassersteinDistance.between(x, y);
    assertThat(exact).isCloseTo(0.55, within(0.02));
    assertThat(estimate(critic(p, q, 10), x, y)).isCloseTo(exact, within(0.1 * exact));
  }

  /**
   * A slope s between two distributions gains s W and costs lambda (s - 1)^2, so that the best is 1
   * + W / (2 lambda).
   */
  @Test
  void theEstimateIsTooLargeByWhatThePenaltyAllows() {
    GaussianMixture p = line(0.1, 2.0);
    GaussianMixture q = line(0.1, 0.0);
    NDArray x = points(p, 20_000, 1);
    NDArray y = points(q, 20_000, 2);
    assertThat(WassersteinDistance.between(x, y)).isCloseTo(2, within(0.01));
    assertThat(estimate(critic(p, q, 10), x, y)).isCloseTo(2 * (1 + 2 / 20.0), within(0.03));
  }

  @Test
  void wGanGpCoversTheGridWhereGanLosesModes() throws IOException {
    GaussianMixture grid = GaussianMixture.grid(5, 2, 0.05);
    TrainingData data = grid.sample(20_000, 1).data("grid", manager);
    int steps = 2000;
    var adam = new Optimizer.Adam(new Schedule.Linear(8e-3, 0, steps), 0, 0.9, 1e-8, 0);
    var recipe = new Recipe(BATCH, 1, 5, adam, adam, new Averaging(0.99, 100));
    var networks = new Backbone.ReluMlp(2, 0, 2, 64, 3);
    var wGanGp =
        WGanGp.builder(data)
            .backbone(networks)
            .recipe(recipe)
            .regularizers(new GradientPenalty(0.3))
            .build();
    var gan = Gan.builder(data).backbone(networks).recipe(recipe).build();

    int covered = covered(wGanGp, data, grid, steps);
    assertThat(covered).isGreaterThanOrEqualTo(24);
    assertThat(covered(gan, data, grid, steps)).isLessThan(covered);
  }

  private int covered(SingleLogitGan method, TrainingData data, GaussianMixture mixture, int steps)
      throws IOException {
    Path runFolder = folder.resolve(method.name());
    try (Run run = Training.of(method).on(data).steps(steps).seed(1).directory(runFolder).start()) {
      return ModeCoverage.of(mixture, run.samples(manager, 10_000, 1)).covered();
    }
  }
}
