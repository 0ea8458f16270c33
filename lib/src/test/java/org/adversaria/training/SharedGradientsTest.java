package org.adversaria.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.adversaria.data.ArrayData;
import org.adversaria.nn.TorchBlock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gradients of p and q of p + q are one array in PyTorch, which no update may change twice. */
class SharedGradientsTest {

  @TempDir Path folder;

  private static final class Sum extends TorchBlock {

    private final Parameter p =
        parameter("p", Parameter.Type.WEIGHT, Initializer.ZEROS, new Shape(2));
    private final Parameter q =
        parameter("q", Parameter.Type.WEIGHT, Initializer.ZEROS, new Shape(2));

    @Override
    public NDList forward(NDList inputs, boolean training) {
      return new NDList(p.getArray().add(q.getArray()));
    }
  }

  private record Sums(Sum sum) implements Networks {

    @Override
    public Map<String, TorchBlock> byName() {
      return Map.of("sum", sum);
    }
  }

  private record Settings(int accumulations, int interval) {}

  /** Descends |x - (p + q)|^2 / 2 at the rate 1, in an update or in a lazy one. */
  private record Fit(Settings settings) implements Method<Sums> {

    @Override
    public String name() {
      return "fit";
    }

    @Override
    public int batchSize() {
      return 4;
    }

    @Override
    public int accumulations() {
      return settings.accumulations();
    }

    @Override
    public Sums newNetworks() {
      return new Sums(new Sum());
    }

    @Override
    public List<Player> players(Sums networks) {
      var descent = new Optimizer.Sgd(new Schedule.Constant(1), new Schedule.Constant(0), 0, false);
      Player fit = Player.of("fit", networks.sum(), descent, step -> terms(networks.sum(), step));
      return List.of(
          settings.interval() == 0
              ? fit
              : fit.updates(step -> 0)
                  .lazily(
                      1, new LazyTerm(settings.interval(), step -> terms(networks.sum(), step))));
    }

    private static Terms terms(Sum sum, Step step) {
      NDArray off = step.real().x().sub(sum.forward(new NDList(), true).singletonOrThrow());
      return new Terms().add("off", off.square().mean());
    }
  }

  private float[] fitted(int accumulations, int interval) throws IOException {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray x = manager.ones(new Shape(16, 2));
      try (Run run =
          Training.of(new Fit(new Settings(accumulations, interval)))
              .on(new ArrayData("ones", x, x))
              .steps(1)
              .directory(folder.resolve(accumulations + "-" + interval))
              .start()) {
        return run.network("sum").trainable().get(1).toFloatArray();
      }
    }
  }

  @Test
  void accumulatedGradientsAreMeans() throws IOException {
    assertThat(fitted(1, 0)).containsExactly(1, 1);
    assertThat(fitted(2, 0)).containsExactly(1, 1);
    assertThat(fitted(4, 0)).containsExactly(1, 1);
  }

  @Test
  void lazyGradientsAreMultipliedOnce() throws IOException {
    assertThat(fitted(1, 3)).containsExactly(3, 3);
    assertThat(fitted(2, 4)).containsExactly(4, 4);
    assertThat(fitted(4, 4)).containsExactly(4, 4);
  }
}
