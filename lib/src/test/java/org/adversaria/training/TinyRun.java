package org.adversaria.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.adversaria.data.ArrayData;
import org.adversaria.nn.Linear;
import org.adversaria.nn.TorchBlock;
import org.adversaria.storage.DiskImage;

/** A run of a network of six numbers: six steps, a checkpoint after every second one. */
final class TinyRun implements AutoCloseable {

  static final int STEPS = 6;
  static final int CHECKPOINT_EVERY = 2;
  static final int KEEP = 2;

  /** A linear map of noisy points, with Adam and an average. */
  record Regression(Settings settings) implements Method<Regression.Maps> {

    record Settings(double learningRate, double noise) {}

    record Maps(Linear linear) implements Networks {

      @Override
      public Map<String, TorchBlock> byName() {
        return Map.of("map", linear);
      }

      @Override
      public Map<String, TorchBlock> averaged() {
        return byName();
      }
    }

    @Override
    public String name() {
      return "regression";
    }

    @Override
    public int batchSize() {
      return 4;
    }

    @Override
    public Averaging averaging() {
      return new Averaging(0.5, 0);
    }

    @Override
    public Maps newNetworks() {
      return new Maps(new Linear(2, 2));
    }

    @Override
    public List<Player> players(Maps networks) {
      var adam = new Optimizer.Adam(settings.learningRate(), 0.5, 0.999);
      return List.of(
          Player.of("map", networks.linear(), adam, step -> error(networks.linear(), step)));
    }

    private Terms error(Linear linear, Step step) {
      NDArray x = step.real().x(); // (N, 2)
      NDArray noise = step.manager().randomNormal(x.getShape()).mul(settings.noise());
      NDArray y = linear.forward(x.add(noise), true);
      return new Terms().add("error", y.sub(step.real().y()).square().mean());
    }
  }

  private final NDManager manager = NDManager.newBaseManager();
  private final ArrayData data;

  TinyRun() {
    NDArray x = manager.arange(0f, 24f).reshape(new Shape(12, 2)).div(24);
    data = new ArrayData("points", x, x.mul(2).add(1));
  }

  Training in(Path directory) {
    return Training.of(new Regression(new Regression.Settings(1e-2, 0.1)))
        .on(data)
        .steps(STEPS)
        .seed(5)
        .checkpointEvery(CHECKPOINT_EVERY)
        .keep(KEEP)
        .directory(directory);
  }

  /** The files that equal runs have to the bit; the others hold times. */
  static Map<String, ByteBuffer> results(Path directory) throws IOException {
    var files = new TreeMap<>(DiskImage.of(directory).files());
    files.keySet().removeIf(name -> name.matches("(.*/)?(run\\.json|checksums\\.json)"));
    return files;
  }

  /** Where the files of two runs differ. */
  static List<String> differences(
      Map<String, ByteBuffer> actual, Map<String, ByteBuffer> expected) {
    var names = new TreeSet<>(actual.keySet());
    names.addAll(expected.keySet());
    return names.stream()
        .filter(name -> !Objects.equals(actual.get(name), expected.get(name)))
        .map(
            name ->
                !actual.containsKey(name)
                    ? "lacks " + name
                    : expected.containsKey(name) ? "has another " + name : "has " + name)
        .toList();
  }

  @Override
  public void close() {
    manager.close();
  }
}
