package org.adversaria.metrics;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.util.stream.IntStream;
import org.adversaria.augmentations.RandomViews;
import org.adversaria.data.Batch;
import org.adversaria.data.Datasets;
import org.adversaria.data.ImageData;
import org.adversaria.data.NearestNeighbours;
import org.adversaria.losses.ContrastiveLoss;
import org.adversaria.losses.Embeddings;
import org.adversaria.models.SmallClassifier;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Text;
import org.adversaria.torch.Torch;

/**
 * An extractor that learns from the images themselves, without their labels: two views of one image
 * are to have similar vectors, views of different images are not.
 *
 * <p>It needs no download and trains in half a minute on a CPU at 32 pixels. Features of IC-GAN's
 * instances come from it where there is no better network, such as a self-supervised ResNet-50 in
 * {@link ScriptFeatures}.
 *
 * <p>The network is a {@link SmallClassifier}; its 128 features are the vectors, and what would be
 * its logits are 64 numbers that only the loss compares. Views are {@link RandomViews#standard}. It
 * learns by {@link ContrastiveLoss.NtXent} at the temperature 0.2 and Adam, in batches of 64
 * images, at a rate that falls linearly from 3e-3 to 0, on nine tenths of the images, drawn at
 * random; the last tenth tells how well it knows images again ({@link #heldOutAccuracy}). It learns
 * for two epochs, but for 400 steps at least and 2,000 at most.
 *
 * <p>Equal data, steps and seed on an equal machine give an equal encoder. Training seeds PyTorch's
 * random numbers and leaves them in the same state whether an encoder was trained or found in the
 * cache.
 *
 * <p>Source: Chen et al., "A Simple Framework for Contrastive Learning of Visual Representations",
 * 2020.
 */
public final class ContrastiveEncoder implements FeatureExtractor {

  /** To be counted up whenever the network or its training changes: stored encoders expire. */
  private static final int VERSION = 1;

  private static final int BATCH = 64;
  private static final int EPOCHS = 2;
  private static final int FEWEST_STEPS = 400;
  private static final int MOST_STEPS = 2000;
  private static final double LEARNING_RATE = 3e-3;
  private static final double TEMPERATURE = 0.2;
  private static final int PROJECTION = 64;
  private static final long SEED = 0;

  private final TrainedNetwork trained;

  private ContrastiveEncoder(TrainedNetwork trained) {
    this.trained = trained;
  }

  /**
   * Returns the encoder of a data set, trained now or in an earlier process.
   *
   * <p>It is kept as {@code encoders/NAME-DIGEST.safetensors} in {@link Datasets#folder()}. A
   * damaged file is replaced, and a folder that cannot be written is done without, both with a
   * logged warning.
   *
   * @param data images; labels are not looked at
   * @return the encoder, on the default device
   * @throws IllegalArgumentException if there are fewer than twenty images
   */
  public static ContrastiveEncoder of(ImageData data) {
    int epochs = (int) Math.min((long) EPOCHS * data.size() / BATCH, MOST_STEPS);
    var settings = new ClassifierSettings(Math.max(FEWEST_STEPS, epochs), SEED);
    var cache =
        new NetworkCache(
            Datasets.folder().resolve("encoders"),
            name(data),
            settings.provenance(data, "contrast " + VERSION));
    return make(
        data,
        settings,
        (network, manager) ->
            cache.loadOrTrain(network, manager, () -> learn(network, manager, data, settings)));
  }

  /**
   * Trains an encoder by settings of one's own; it is not stored.
   *
   * @param data images; labels are not looked at
   * @param steps batches of 64 images to learn from
   * @param seed of the first weights, the order of the images, the views and the choice of the
   *     held-out tenth
   * @return the encoder, on the default device
   * @throws IllegalArgumentException if there are fewer than twenty images, or no step
   */
  public static ContrastiveEncoder train(ImageData data, int steps, long seed) {
    if (steps < 1) {
      throw new IllegalArgumentException("An encoder learns for 1 step at least, not " + steps);
    }
    var settings = new ClassifierSettings(steps, seed);
    return make(data, settings, (network, manager) -> learn(network, manager, data, settings));
  }

  private static String name(ImageData data) {
    return data.name() + "-encoder";
  }

  private static ContrastiveEncoder make(
      ImageData data, ClassifierSettings settings, TrainedNetwork.Teacher teacher) {
    if (data.size() < 20) {
      throw new IllegalArgumentException(
          Text.format(
              "'%s' has %d images; an encoder learns from 20 at least, whose views it compares",
              data.name(), data.size()));
    }
    return new ContrastiveEncoder(
        TrainedNetwork.make(
            data,
            name(data),
            PROJECTION,
            (network, manager) -> seeded(network, manager, settings.seed(), teacher)));
  }

  /** Initialises and teaches with PyTorch's random numbers of a seed, and leaves them so. */
  private static double seeded(
      SmallClassifier network, NDManager manager, long seed, TrainedNetwork.Teacher teacher) {
    double accuracy =
        Torch.seeded(
            seed,
            () -> {
              network.initialize(manager);
              return teacher.teach(network, manager);
            });
    Torch.setSeed(seed);
    return accuracy;
  }

  private static double learn(
      SmallClassifier network, NDManager manager, ImageData data, ClassifierSettings settings) {
    ClassifierSettings.Parts parts = settings.split(data);
    new NetworkTraining(settings.steps(), BATCH, LEARNING_RATE, settings.seed())
        .run(network, manager, parts.training(), batch -> loss(network, batch));
    return accuracy(network, manager, parts.heldOut());
  }

  /** NT-Xent of two views of each image. */
  private static NDArray loss(SmallClassifier network, Batch batch) {
    NDList views = network.forward(twoViews(batch.images()), true).split(2);
    var embeddings = new Embeddings(null, views.get(0), null, null, () -> views.get(1));
    return new ContrastiveLoss.NtXent().of(embeddings, TEMPERATURE);
  }

  /** A view of each of N images, and then another of each, {@code (2N, C, H, W)}. */
  private static NDArray twoViews(NDArray images) {
    var views = RandomViews.standard();
    return views.apply(images).concat(views.apply(images));
  }

  /** The share of images whose two views are nearest to each other in their batch. */
  private static double accuracy(SmallClassifier network, NDManager manager, ImageData images) {
    var found = new long[1];
    DataSource.forEachBatch(
        images,
        manager.getDevice(),
        BATCH,
        (batch, labels) -> {
          try (var scope = new NDScope();
              var paused = Autograd.pause()) {
            NDList views = network.features(twoViews(batch), false).split(2);
            NDArray first = NearestNeighbours.unit(views.get(0));
            NDArray second = NearestNeighbours.unit(views.get(1));
            long[] nearest = first.matMul(second.transpose()).argMax(1).toLongArray();
            found[0] += IntStream.range(0, nearest.length).filter(i -> nearest[i] == i).count();
          }
        });
    return (double) found[0] / images.size();
  }

  /** {@inheritDoc} The data's name and the word encoder. */
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
   * Returns how well it knows images again that it has not learned from.
   *
   * @return the share of held-out images whose view is nearer to their second view than to those of
   *     up to 63 other images, 0 to 1
   */
  public double heldOutAccuracy() {
    return trained.heldOutAccuracy();
  }

  /**
   * {@inheritDoc} There are no logits.
   *
   * @throws IllegalArgumentException if the images have not the channels and the size of the data
   */
  @Override
  public Features extract(NDArray images) {
    trained.requireImages(images);
    try (var scope = new NDScope();
        var paused = Autograd.pause()) {
      NDArray vectors = trained.network().features(images, false);
      NDScope.unregister(vectors);
      vectors.attach(images.getManager());
      return new Features(vectors, null);
    }
  }

  /** Frees the encoder. */
  @Override
  public void close() {
    trained.close();
  }
}
