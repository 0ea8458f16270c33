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
 * Standing statistics: while open, a network's {@link RunningStatistics} are the plain averages
 * over forward passes made for that purpose; closing puts back what was there before.
 *
 * <p>The running statistics of a generator lag behind its weights, and those of averaged weights
 * were gathered by other weights altogether. Standing statistics belong to the weights that are
 * evaluated, and samples do not depend on the batch they are drawn in.
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
 * {@code reset_running_stats()}: of the batch means and of the unbiased batch variances. Where a
 * pass calls the same layer more than once, a later call counts a little more than an earlier one,
 * by the layer's momentum.
 *
 * <p>Source: Brock et al., "Large Scale GAN Training for High Fidelity Natural Image Synthesis",
 * 2019, appendix C.1.
 */
public final class StandingStatistics implements AutoCloseable {

  private final NDManager manager;
  private final NDList buffers;
  private final NDList former;

  private StandingStatistics(TorchBlock network) {
    buffers = buffers(network);
    manager = buffers.isEmpty() ? null : buffers.get(0).getManager().newSubManager();
    former = keep(buffers.stream().map(NDArray::duplicate).toList());
  }

  /**
   * Gathers the statistics of every layer in a network that has any.
   *
   * @param network an initialised network
   * @param pass runs the network once in training mode, on another batch each time; its arrays are
   *     freed after each pass, and nothing is recorded
   * @param passes the number of passes; the paper's is 100
   * @return what to close when the network has been evaluated; its buffers, all of them, are then
   *     as they were
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

  /** Puts the network's buffers back to what they were, and frees the copies. */
  @Override
  public void close() {
    if (manager != null && manager.isOpen()) {
      FusedUpdates.copy(buffers, former);
      manager.close();
    }
  }

  /** From zeros, a layer's averages after a pass are the batch's statistics times a known share. */
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

  /** What the batches of one pass weigh together in an average that starts at zero. */
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

  /** The copies outlive a scope that the caller may have open. */
  private NDList keep(List<NDArray> arrays) {
    var kept = new NDList(arrays);
    NDScope.unregister(kept);
    kept.attach(manager);
    return kept;
  }

  private static NDList buffers(TorchBlock network) {
    return new NDList(
        network.getParameters().values().stream()
            .filter(parameter -> !parameter.requiresGradient())
            .map(Parameter::getArray)
            .toList());
  }

  /** The layers of a network that keep statistics. */
  static List<RunningStatistics> find(TorchBlock network) {
    Set<RunningStatistics> found = new LinkedHashSet<>();
    find(network, found);
    return List.copyOf(found);
  }

  private static void find(Block block, Set<RunningStatistics> found) {
    if (block instanceof RunningStatistics layer) {
      found.add(layer);
    }
    block.getChildren().values().forEach(child -> find(child, found));
  }
}
