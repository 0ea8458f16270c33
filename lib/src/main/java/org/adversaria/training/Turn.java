package org.adversaria.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.function.Supplier;
import org.adversaria.data.Batch;
import org.adversaria.models.Discriminator;
import org.adversaria.models.FeatureDiscriminator;
import org.adversaria.models.Generator;
import org.adversaria.nn.Compiled;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.Precision;

/** What a player has at hand when it is its turn. All arrays made in a turn are freed after it. */
public final class Turn {

  private final long step;
  private final int batchSize;
  private final NDManager manager;
  private final Supplier<Batch> source;
  private final Supplier<NDArray> labels;
  private final Networks networks;
  private Batch batch;

  /**
   * Creates a turn; the training loop does, and tests of methods may.
   *
   * @param step the training step, from 0
   * @param batchSize how many images a turn uses
   * @param manager the owner of new arrays
   * @param source gives the turn's batch of real images
   * @param labels gives the labels of all images of the data, int64 {@code (size)}
   */
  public Turn(
      long step,
      int batchSize,
      NDManager manager,
      Supplier<Batch> source,
      Supplier<NDArray> labels) {
    this(step, batchSize, manager, source, labels, new Networks(false, Precision.FP32));
  }

  Turn(
      long step,
      int batchSize,
      NDManager manager,
      Supplier<Batch> source,
      Supplier<NDArray> labels,
      Networks networks) {
    this.step = step;
    this.batchSize = batchSize;
    this.manager = manager;
    this.source = source;
    this.labels = labels;
    this.networks = networks;
  }

  /**
   * Returns a generator as the run computes it: compiled, in the run's precision.
   *
   * @param generator one of the method's networks
   * @return a generator with its parameters; itself where the run does not compile
   */
  public Generator compiled(Generator generator) {
    return networks.of(generator);
  }

  /**
   * Returns a discriminator as the run computes it: compiled, in the run's precision.
   *
   * @param discriminator one of the method's networks
   * @return a discriminator with its parameters; itself where the run does not compile
   */
  public Discriminator compiled(Discriminator discriminator) {
    return networks.of(discriminator);
  }

  /**
   * Returns a discriminator as the run computes it: compiled, in the run's precision.
   *
   * @param discriminator one of the method's networks
   * @return a discriminator with its parameters; itself where the run does not compile
   */
  public FeatureDiscriminator compiled(FeatureDiscriminator discriminator) {
    return networks.of(discriminator);
  }

  /**
   * Returns a computation with a network's parameters compiled, if the run compiles, in the run's
   * precision. It is compiled once for each network and name.
   *
   * @param network one of the method's networks
   * @param name of the computation, one of its own for each that a network is used for
   * @param code the computation, the same at every turn
   * @return the code, faster; itself where the run does not compile
   */
  public Compiled.Code compiled(TorchBlock network, String name, Compiled.Code code) {
    return networks.of(network, name, code);
  }

  /**
   * Returns the training step.
   *
   * @return the step, from 0
   */
  public long step() {
    return step;
  }

  /**
   * Returns how many images a turn uses.
   *
   * @return the batch size
   */
  public int batchSize() {
    return batchSize;
  }

  /**
   * Returns the owner of new arrays, on the device of the run.
   *
   * @return the manager
   */
  public NDManager manager() {
    return manager;
  }

  /**
   * Returns the turn's real images and their labels, copied to the device when first asked for.
   *
   * @return images {@code (batchSize, C, H, W)} in [-1, 1] and int64 labels {@code (batchSize)}
   */
  public Batch batch() {
    if (batch == null) {
      batch = source.get();
    }
    return batch;
  }

  /**
   * Draws labels uniformly.
   *
   * @param numClasses the number of classes
   * @return int64 {@code (batchSize)} in [0, numClasses)
   */
  public NDArray randomLabels(int numClasses) {
    return randomLabels(numClasses, batchSize);
  }

  /**
   * Draws labels uniformly.
   *
   * @param numClasses the number of classes
   * @param count how many
   * @return int64 {@code (count)} in [0, numClasses)
   */
  public NDArray randomLabels(int numClasses, int count) {
    return manager.randomInteger(0, numClasses, new Shape(count), DataType.INT64);
  }

  /**
   * Draws images of the data, with replacement, and returns their labels.
   *
   * @param count how many
   * @return int64 {@code (count)}
   */
  public NDArray dataLabels(int count) {
    NDArray all = labels.get();
    return all.get(randomLabels((int) all.size(), count));
  }
}
