package org.adversaria.metrics;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.util.List;
import org.adversaria.data.Datasets;
import org.adversaria.data.ImageData;
import org.adversaria.models.SmallClassifier;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Text;
import org.adversaria.torch.Torch;

/**
 * The default extractor: a small classifier trained on the real images themselves.
 *
 * <p>It needs no download, suits any labelled data set, and trains in less than a minute on a CPU
 * at 32 pixels. Its scores compare generators of the same data with each other; they cannot be
 * compared with published ones, and their names say so. Its verdict is worth as much as its own
 * accuracy on images it has not seen ({@link #heldOutAccuracy}).
 *
 * <p>The classifier is a {@link SmallClassifier}, trained on cross-entropy by Adam, in batches of
 * 100, at a rate that falls linearly from 2e-3 to 0, on nine tenths of the images, drawn at random;
 * the last tenth tells its accuracy. It learns for five epochs, but for 400 steps at least and
 * 3,000 at most. Its vectors are the 128 features before the last affine map.
 *
 * <p>Equal data, steps and seed on an equal machine give an equal classifier. Training seeds
 * PyTorch's random numbers and leaves them in the same state whether a classifier was trained or
 * found in the cache.
 */
public final class DataClassifier implements FeatureExtractor {

  private static final int BATCH = 100;
  private static final long SEED = 0;

  private final TrainedNetwork trained;
  private final List<String> classNames;

  private DataClassifier(TrainedNetwork trained, List<String> classNames) {
    this.trained = trained;
    this.classNames = classNames;
  }

  /**
   * Returns the classifier of a data set, trained now or in an earlier process.
   *
   * <p>It is kept as {@code classifiers/NAME-DIGEST.safetensors} in {@link Datasets#folder()}. A
   * damaged file is replaced, and a folder that cannot be written is done without, both with a
   * logged warning.
   *
   * @param data real images with labels
   * @return the classifier, on the default device
   * @throws IllegalArgumentException if there are fewer than ten images or two classes
   */
  public static DataClassifier of(ImageData data) {
    requireLearnable(data);
    var settings = ClassifierSettings.standard(data, SEED);
    var cache =
        new NetworkCache(
            Datasets.folder().resolve("classifiers"), name(data), settings.provenance(data));
    return make(
        data,
        settings.seed(),
        (network, manager) ->
            cache.loadOrTrain(network, manager, () -> learn(network, manager, data, settings)));
  }

  /**
   * Trains a classifier by settings of one's own; it is not stored.
   *
   * @param data real images with labels
   * @param steps batches of 100 images to learn from
   * @param seed of the first weights, the order of the images and the choice of the held-out tenth
   * @return the classifier, on the default device
   * @throws IllegalArgumentException if there are fewer than ten images or two classes, or no step
   */
  public static DataClassifier train(ImageData data, int steps, long seed) {
    if (steps < 1) {
      throw new IllegalArgumentException("A classifier learns for 1 step at least, not " + steps);
    }
    return train(data, new ClassifierSettings(steps, seed));
  }

  static DataClassifier train(ImageData data, ClassifierSettings settings) {
    requireLearnable(data);
    return make(
        data, settings.seed(), (network, manager) -> learn(network, manager, data, settings));
  }

  /**
   * Requires that a classifier can learn from data.
   *
   * @throws IllegalArgumentException if it cannot
   */
  static void requireLearnable(ImageData data) {
    if (data.size() < 10 || data.numClasses() < 2) {
      throw new IllegalArgumentException(
          Text.format(
              """
              '%s' has %d images in %d classes; a classifier needs at least 10 images in 2 classes. \
              Without classes take InceptionFeatures or ScriptFeatures""",
              data.name(), data.size(), data.numClasses()));
    }
  }

  private static DataClassifier make(ImageData data, long seed, TrainedNetwork.Teacher teacher) {
    var trained =
        TrainedNetwork.make(
            data,
            name(data),
            data.numClasses(),
            (network, manager) -> {
              Torch.seeded(seed, () -> network.initialize(manager));
              return teacher.teach(network, manager);
            });
    return new DataClassifier(trained, data.classNames());
  }

  private static double learn(
      SmallClassifier network, NDManager manager, ImageData data, ClassifierSettings settings) {
    ClassifierSettings.Parts parts = settings.split(data);
    settings.train(network, manager, parts.training());
    return count(network, manager, parts.heldOut()).top1();
  }

  /** The family of the data: neither the part nor the resolution is in the name. */
  private static String name(ImageData data) {
    return data.name().replaceFirst("-test$", "").replaceFirst("-" + data.height() + "$", "")
        + "-classifier";
  }

  /** {@inheritDoc} The data's name without its part and its resolution, and the word classifier. */
  @Override
  public String name() {
    return trained.name();
  }

  /** {@inheritDoc} It is the SHA-256 of the weights. */
  @Override
  public String fingerprint() {
    return trained.fingerprint();
  }

  @Override
  public Device device() {
    return trained.device();
  }

  /**
   * Returns the classes.
   *
   * @return the class names of the data, in the order of the logits
   */
  public List<String> classNames() {
    return classNames;
  }

  /**
   * Returns the share of the held-out tenth of the data whose class is found.
   *
   * @return the accuracy, 0 to 1
   */
  public double heldOutAccuracy() {
    return trained.heldOutAccuracy();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the images have not the channels and the size of the data
   */
  @Override
  public Features extract(NDArray images) {
    trained.requireImages(images);
    try (var scope = new NDScope();
        var paused = Autograd.pause()) {
      NDArray vectors = trained.network().features(images, false);
      NDArray logits = trained.network().logits(vectors);
      NDScope.unregister(vectors, logits);
      vectors.attach(images.getManager());
      logits.attach(images.getManager());
      return new Features(vectors, logits);
    }
  }

  /**
   * Returns the most likely class of each image.
   *
   * @param images float32 {@code (N, C, H, W)} in [-1, 1]
   * @return N labels
   * @throws IllegalArgumentException if the images have not the channels and the size of the data
   */
  public long[] classify(NDArray images) {
    try (var scope = new NDScope()) {
      return extract(images).logits().argMax(1).toLongArray();
    }
  }

  /**
   * Returns the share of images whose class is found.
   *
   * @param data real images with labels
   * @return the accuracy, 0 to 1
   * @throws IllegalArgumentException if the images have another size, or there are other classes
   */
  public double accuracy(ImageData data) {
    return conditionalAccuracy(data).top1();
  }

  /** Whether it takes images of a data set's size and tells their classes apart. */
  boolean knows(ImageData data) {
    return data.imageShape().equals(trained.imageShape()) && data.classNames().equals(classNames);
  }

  /**
   * Counts whose class is found.
   *
   * @param data images with the labels they are to be recognised by
   * @return the shares
   * @throws IllegalArgumentException if the images have another size, or there are other classes
   */
  ConditionalAccuracy conditionalAccuracy(ImageData data) {
    if (!data.imageShape().equals(trained.imageShape()) || data.numClasses() != classNames.size()) {
      throw new IllegalArgumentException(
          Text.format(
              "The %s knows %d classes of %s images, but '%s' has %d classes of %s images",
              trained.name(),
              classNames.size(),
              trained.imageShape(),
              data.name(),
              data.numClasses(),
              data.imageShape()));
    }
    return count(trained.network(), trained.manager(), data);
  }

  private static ConditionalAccuracy count(
      SmallClassifier network, NDManager manager, ImageData data) {
    var counter = new ConditionalAccuracy.Counter(data.classNames());
    DataSource.forEachBatch(
        data,
        manager.getDevice(),
        BATCH,
        (images, labels) -> {
          try (var scope = new NDScope();
              var paused = Autograd.pause()) {
            counter.add(network.forward(images, false), labels);
          }
        });
    return counter.result();
  }

  /** Frees the classifier. */
  @Override
  public void close() {
    trained.close();
  }
}
