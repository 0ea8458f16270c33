package org.adversaria.metrics;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.adversaria.data.Batch;
import org.adversaria.data.ImageData;
import org.adversaria.data.Loader;
import org.adversaria.models.Generator;
import org.adversaria.models.Sampler;
import org.adversaria.models.SmallClassifier;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.FusedUpdates;
import org.adversaria.torch.FusedUpdates.AdamSettings;
import org.adversaria.torch.Torch;

/**
 * A classifier trained on real images, which then says whether generated images belong to the class
 * they were asked for. Its verdict is worth as much as its own accuracy on held-out images: state
 * both.
 *
 * <p>The classifier is a {@link SmallClassifier}, trained on cross-entropy by Adam, batches of 100,
 * with a rate that falls linearly from 2e-3. Equal data, steps and seed give an equal judge.
 */
public final class Judge implements AutoCloseable {

  private static final int BATCH = 100;
  private static final double LEARNING_RATE = 2e-3;

  private final NDManager manager;
  private final SmallClassifier classifier;
  private final List<String> classNames;

  private Judge(ImageData data, Device device) {
    manager = NDManager.newBaseManager(device, "PyTorch");
    classNames = data.classNames();
    classifier =
        new SmallClassifier(
            new Shape(data.channels(), data.height(), data.width()), data.numClasses());
  }

  /**
   * Trains a judge.
   *
   * @param data real images with labels
   * @param steps batches of 100 to learn from
   * @param seed of all random numbers
   * @return the judge
   */
  public static Judge train(ImageData data, int steps, long seed) {
    var judge = new Judge(data, Engine.getEngine("PyTorch").defaultDevice());
    Torch.setSeed(seed);
    judge.classifier.initialize(judge.manager);
    try (var loader = Loader.builder(data).batchSize(BATCH).seed(seed).build()) {
      var learner = new Learner(judge.manager, judge.classifier);
      for (int step = 0; step < steps; step++) {
        double rate = LEARNING_RATE * (steps - step) / steps;
        learner.step(loader.batch(step, judge.manager), rate);
      }
    }
    return judge;
  }

  /** Adam on the cross-entropy of one classifier. */
  private record Learner(
      SmallClassifier classifier, NDList parameters, NDList first, NDList second, NDList counts) {

    Learner(NDManager manager, SmallClassifier classifier) {
      this(
          classifier,
          classifier.trainable(),
          zeros(classifier),
          zeros(classifier),
          counts(manager, classifier));
    }

    private static NDList zeros(TorchBlock network) {
      return new NDList(network.trainable().stream().map(NDArray::zerosLike).toList());
    }

    private static NDList counts(NDManager manager, TorchBlock network) {
      return new NDList(network.trainable().stream().map(p -> manager.create(0f)).toList());
    }

    void step(Batch batch, double rate) {
      try (var scope = new NDScope();
          var recording = Autograd.record()) {
        NDArray logProbabilities = classifier.forward(batch.images(), true).logSoftmax(1);
        NDArray mask =
            batch.labels().oneHot((int) logProbabilities.getShape().get(1), DataType.FLOAT32);
        NDArray loss = logProbabilities.mul(mask).sum(new int[] {1}).mean().neg();
        NDList gradients = Autograd.grad(loss, parameters);
        FusedUpdates.adam(
            parameters,
            gradients,
            first,
            second,
            counts,
            new AdamSettings(rate, 0.9, 0.999, 1e-8, 0));
      } finally {
        batch.images().close();
        batch.labels().close();
      }
    }
  }

  /**
   * Returns the most likely class of each image.
   *
   * @param images {@code (N, C, H, W)} in [-1, 1]
   * @return N labels
   */
  public long[] classify(NDArray images) {
    try (var scope = new NDScope();
        var paused = Autograd.pause()) {
      return classifier.forward(images, false).argMax(1).toLongArray();
    }
  }

  /**
   * Returns the share of images whose class is found.
   *
   * @param data real images with labels that the judge has not learned from
   * @return the accuracy, 0 to 1
   */
  public double accuracy(ImageData data) {
    int right = 0;
    for (int start = 0; start < data.size(); start += BATCH) {
      int[] indices = IntStream.range(start, Math.min(start + BATCH, data.size())).toArray();
      try (NDManager scratch = manager.newSubManager()) {
        long[] found = classify(Batch.of(data, scratch, indices).images());
        for (int i = 0; i < found.length; i++) {
          right += found[i] == data.label(indices[i]) ? 1 : 0;
        }
      }
    }
    return (double) right / data.size();
  }

  /**
   * Judges a conditional generator.
   *
   * @param generator a generator of the judge's classes
   * @param perClass images of each class
   * @param seed of the samples
   * @return for each class the share of images in which it is found
   * @throws IllegalArgumentException if the generator has other classes
   */
  public ConditionalAccuracy judge(Generator generator, int perClass, long seed) {
    if (generator.numClasses() != classNames.size()) {
      throw new IllegalArgumentException(
          "The judge knows %d classes, the generator has %d: train the judge on the generator's data"
              .formatted(classNames.size(), generator.numClasses()));
    }
    List<Double> shares = new ArrayList<>();
    for (int label = 0; label < classNames.size(); label++) {
      shares.add(share(generator, label, perClass, seed));
    }
    return new ConditionalAccuracy(classNames, shares);
  }

  private double share(Generator generator, int label, int perClass, long seed) {
    try (NDManager scratch = manager.newSubManager()) {
      NDArray labels = scratch.full(new Shape(perClass), label, DataType.INT64);
      long[] found = classify(Sampler.draw(generator, scratch, labels, seed + label));
      int right = 0;
      for (long each : found) {
        right += each == label ? 1 : 0;
      }
      return (double) right / perClass;
    }
  }

  /** Frees the classifier. */
  @Override
  public void close() {
    manager.close();
  }
}
