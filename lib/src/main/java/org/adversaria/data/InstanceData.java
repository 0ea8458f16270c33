package org.adversaria.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import org.adversaria.models.Condition;
import org.adversaria.torch.Text;

/**
 * Images for IC-GAN: a sample is a neighbour of an instance, its condition the instance's features.
 *
 * <p>Every image is an instance once in an epoch. The real image of instance i is drawn from its k
 * nearest neighbours by cosine, to which i does not belong, with equal probability. With {@link
 * #withClasses classes} the label of a pair is the neighbour's, as in the published code.
 *
 * <p>Source: Casanova et al., "Instance-Conditioned GAN", 2021, section 2.2 and 2.3.
 */
public final class InstanceData implements TrainingData {

  private static final long NEIGHBOUR_STREAM = 4;

  private final ImageData images;
  private final NDArray features;
  private final NearestNeighbours neighbours;
  private final boolean classes;

  private InstanceData(
      ImageData images, NDArray features, NearestNeighbours neighbours, boolean classes) {
    this.images = images;
    this.features = features;
    this.neighbours = neighbours;
    this.classes = classes;
  }

  /**
   * Finds the neighbours of every image.
   *
   * @param images the instances, which are the real images too
   * @param features of the images, {@code (size, F)}, in any length; their manager must stay open
   *     while the data are in use
   * @param k the number of neighbours; 50 on ImageNet and 5 on COCO-Stuff in the paper
   * @return pairs of features and images, without classes
   * @throws IllegalArgumentException if there is not one row for each image, k is out of range, or
   *     a row is 0 or not finite
   */
  public static InstanceData of(ImageData images, NDArray features, int k) {
    requireRows(images, features);
    NDArray unit = NearestNeighbours.unit(features);
    return new InstanceData(images, unit, NearestNeighbours.ofUnit(unit, k), false);
  }

  private static void requireRows(ImageData images, NDArray features) {
    if (features.getShape().dimension() != 2 || features.getShape().get(0) != images.size()) {
      throw new IllegalArgumentException(
          Text.format(
              "%s has %d images, but the features are %s: one row for each image is needed",
              images.name(), images.size(), features.getShape()));
    }
  }

  /**
   * Adds the labels of the neighbours to the conditions: class-conditional IC-GAN.
   *
   * @return the same pairs with classes
   * @throws IllegalArgumentException if the images have no classes
   */
  public InstanceData withClasses() {
    if (images.numClasses() == 0) {
      throw new IllegalArgumentException(images.name() + " has no classes: train without them");
    }
    return new InstanceData(images, features, neighbours, true);
  }

  /**
   * Returns the images.
   *
   * @return the instances, by their number
   */
  public ImageData images() {
    return images;
  }

  /**
   * Returns who is whose neighbour.
   *
   * @return the neighbours of every image
   */
  public NearestNeighbours neighbours() {
    return neighbours;
  }

  /**
   * Returns the features of the instances.
   *
   * @return float32 {@code (size, F)}, rows of length 1; not a copy
   */
  public NDArray features() {
    return features;
  }

  /** {@inheritDoc} Features, and classes where there are. */
  @Override
  public Condition.Instances condition() {
    return new Condition.Instances((int) features.getShape().get(1), numClasses());
  }

  /** {@inheritDoc} That of the images. */
  @Override
  public String name() {
    return images.name();
  }

  @Override
  public int size() {
    return images.size();
  }

  @Override
  public Shape sampleShape() {
    return images.imageShape();
  }

  /** {@inheritDoc} 0 without {@link #withClasses}, whatever the images have. */
  @Override
  public int numClasses() {
    return classes ? images.numClasses() : 0;
  }

  /**
   * {@inheritDoc} SHA-256 of that of the images, the features, k, and whether there are classes.
   */
  @Override
  public String checksum() {
    return Checksums.of(
        Text.format("%s, k = %d, classes %s", images.checksum(), neighbours.k(), classes),
        features);
  }

  /**
   * {@inheritDoc} Features and the neighbour's label are those of the image before it is mirrored.
   */
  @Override
  public BatchSource batches(int batchSize, long seed, boolean flip) {
    var shuffled = new ShuffledRows(this, batchSize, seed);
    return (number, manager) -> {
      var random = new SplitMix(seed, NEIGHBOUR_STREAM, number);
      return pairs(shuffled.batch(number), random, flip, manager);
    };
  }

  /**
   * {@inheritDoc}
   *
   * <p>Features, float32 {@code (size, F)}; with classes {@code (size, F + 1)}, and the label is
   * that of the instance itself.
   */
  @Override
  public NDArray conditions(NDManager manager) {
    return conditions(IntStream.range(0, size()).toArray(), manager);
  }

  /**
   * Returns the conditions of some instances.
   *
   * @param instances their numbers
   * @param manager the owner of the result
   * @return {@code (n, F)}; with classes {@code (n, F + 1)}, and the label is that of the instance
   *     itself
   * @throws IndexOutOfBoundsException if there is no such instance
   */
  public NDArray conditions(int[] instances, NDManager manager) {
    IntStream.of(instances).forEach(i -> Objects.checkIndex(i, size()));
    return conditions(instances, instances, manager);
  }

  /** The features of instances, and with classes the labels of other images. */
  private NDArray conditions(int[] instances, int[] labelled, NDManager manager) {
    try (NDManager scratch = manager.newSubManager()) {
      NDArray rows = scratch.create(instances).toDevice(features.getDevice(), false);
      NDArray h = features.get(rows);
      h.attach(scratch);
      NDArray y = h.toDevice(manager.getDevice(), false);
      if (classes) {
        y = y.concat(labels(IntStream.of(labelled), labelled.length, scratch), 1);
      }
      y.attach(manager);
      return y;
    }
  }

  /** {@inheritDoc} Random instances; with classes the label is that of a random neighbour. */
  @Override
  public ConditionSource conditionSource(NDManager manager) {
    NDArray h = features.toDevice(manager.getDevice(), false);
    NDScope.unregister(h);
    if (!classes) {
      return ConditionSource.of(h);
    }
    IntStream all = IntStream.range(0, size()).flatMap(i -> IntStream.of(neighbours.of(i)));
    NDArray labels = labels(all, Math.multiplyExact(size(), k()), manager);
    NDScope.unregister(labels);
    NDManager owner = labels.getManager();
    return count -> {
      var shape = new Shape(count);
      NDArray instances = owner.randomInteger(0, size(), shape, DataType.INT64);
      NDArray places = owner.randomInteger(0, k(), shape, DataType.INT64);
      NDArray chosen = labels.get(instances.mul(k()).add(places));
      return h.get(instances).concat(chosen, 1);
    };
  }

  /** x of random neighbours, and h of the instances, with the neighbours' labels. */
  private Batch pairs(int[] instances, SplitMix random, boolean flip, NDManager manager) {
    var chosen = new int[instances.length];
    Arrays.setAll(chosen, i -> neighbours.of(instances[i])[random.nextInt(k())]);
    NDArray x = images(chosen, random, flip, manager); // (N, C, H, W)
    return new Batch(x, conditions(instances, chosen, manager)); // (N, F) or (N, F + 1)
  }

  private NDArray images(int[] chosen, SplitMix random, boolean flip, NDManager manager) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(chosen.length * images.imageLength());
    var image = new byte[images.imageLength()];
    for (int index : chosen) {
      images.copyImage(index, image, 0);
      if (flip && random.nextLong() < 0) {
        Loader.mirror(image, images.width());
      }
      bytes.put(image);
    }
    long n = chosen.length;
    var shape = new Shape(n, images.channels(), images.height(), images.width());
    return Batch.images(bytes.flip(), shape, manager);
  }

  private int k() {
    return neighbours.k();
  }

  /** The labels of images as a column, float32 {@code (count, 1)}. */
  private NDArray labels(IntStream indices, int count, NDManager manager) {
    var labels = FloatBuffer.allocate(count);
    indices.forEach(index -> labels.put(images.label(index)));
    return manager.create(labels.array(), new Shape(count, 1));
  }

  @Override
  public String toString() {
    return Text.format("%s with %d neighbours of each", images, k());
  }
}
