package org.adversaria.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.FusedUpdates;

/**
 * Standing statistics: while open, a network's {@link RunningStatistics} are arithmetic means over
 * dedicated forward passes. Closing restores the previous values.
 *
 * <p>A generator's running statistics include those of earlier weights, and those of averaged
 * weights are the trained weights' statistics. Standing statistics are those of the evaluated
 * weights. Samples do not depend on the rest of their batch.
 *
 * <pre>{@code
 * try (var standing = StandingStatistics.collect(
 *     generator,
 *     () -> generator.forward(generator.sampleLatents(manager, 64), null, true),
 *     100)) {
 *   evaluate(generator);
 * }
 * }</pre>
 *
 * <p>The averages are those of PyTorch's batch normalisation with {@code momentum=None} after
 * {@code reset_running_stats()}: of the batch means and of the unbiased batch variances. If a pass
 * calls a layer more than once, later calls have larger weights, by the layer's momentum.
 *
 * <p>Source: Brock et al., "Large Scale GAN Training for High Fidelity Natural Image Synthesis",
 * 2019, appendix C.1.
 */
public final class StandingStatistics implements AutoCloseable {

  private final NDManager manager;
  private final NDList buffers;
  private final NDList savedBuffers;

  private StandingStatistics(TorchBlock network) {
    buffers = buffers(network);
    manager = buffers.isEmpty() ? null : buffers.get(0).getManager().newSubManager();
    savedBuffers = keep(buffers.stream().map(NDArray::duplicate).toList());
  }

  /**
   * Computes the standing statistics of every layer with running ones.
   *
   * @param network an initialised network
   * @param pass runs the network once in training mode, with a new batch at each call; its arrays
   *     are freed after the call, and there are no gradients
   * @param passes the number of passes, at least 1; 100 in the paper
   * @return closing it restores all buffers of the network
   * @throws IllegalArgumentException if the number of passes is not positive
   */
  public static StandingStatistics collect(TorchBlock network, Runnable pass, int passes) {
    if (passes < 1) {
      throw new IllegalArgumentException(
          "Standing statistics need at least one pass, not " + passes);
    }
    var standing = new StandingStatistics(network);
    List<RunningStatistics> layers = find(network);
    if (layers.isEmpty()) {
      return standing;
    }
    try {
      standing.gather(layers, pass, passes);
      return standing;
    } catch (RuntimeException | Error e) {
      standing.close();
      throw e;
    }
  }

  /** Restores the network's buffers and frees the copies. */
  @Override
  public void close() {
    if (manager != null && manager.isOpen()) {
      FusedUpdates.copy(buffers, savedBuffers);
      manager.close();
    }
  }

  /**
   * Starting from zero, a layer's averages after a pass are the batch's statistics times {@link
   * #share}.
   */
  private void gather(List<RunningStatistics> layers, Runnable pass, int passes) {
    var statistics = new NDList();
    for (RunningStatistics layer : layers) {
      statistics.add(layer.runningMean());
      statistics.add(layer.runningVariance());
      layer.batchesTracked().muli(0);
    }
    NDList zeros = keep(statistics.stream().map(NDArray::zerosLike).toList());
    NDList sums = keep(statistics.stream().map(NDArray::zerosLike).toList());
    for (int i = 0; i < passes; i++) {
      try (var scope = new NDScope();
          var paused = Autograd.pause()) {
        FusedUpdates.copy(statistics, zeros);
        pass.run();
        for (int k = 0; k < sums.size(); k++) {
          sums.get(k).addi(statistics.get(k));
        }
      }
    }
    for (int k = 0; k < layers.size(); k++) {
      float weight = (float) (passes * share(layers.get(k), passes));
      sums.get(2 * k).divi(weight);
      sums.get(2 * k + 1).divi(weight);
    }
    FusedUpdates.copy(statistics, sums);
  }

  /** The total weight of a pass's batches in an exponential average that starts at zero. */
  private static double share(RunningStatistics layer, int passes) {
    double callsPerPass = (double) layer.batchesTracked().getLong() / passes;
    if (callsPerPass == 0) {
      throw new IllegalStateException(
          "A pass for standing statistics did not reach a "
              + layer.getClass().getSimpleName()
              + ": let it run the whole network with training = true");
    }
    return 1 - Math.pow(1 - layer.momentum(), callsPerPass);
  }

  /** Moves copies to this object's manager, out of the caller's scope. */
  private NDList keep(List<NDArray> arrays) {
    var copies = new NDList(arrays);
    NDScope.unregister(copies);
    copies.attach(manager);
    return copies;
  }

  private static NDList buffers(TorchBlock network) {
    return new NDList(
        network.getParameters().values().stream()
            .filter(parameter -> !parameter.requiresGradient())
            .map(Parameter::getArray)
            .toList());
  }

  /** The layers of a network with running statistics. */
  static List<RunningStatistics> find(TorchBlock network) {
    Set<RunningStatistics> layers = new LinkedHashSet<>();
    find(network, layers);
    return List.copyOf(layers);
  }

  private static void find(Block block, Set<RunningStatistics> layers) {
    if (block instanceof RunningStatistics layer) {
      layers.add(layer);
    }
    block.getChildren().values().forEach(child -> find(child, layers));
  }
}
