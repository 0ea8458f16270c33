package org.adversaria.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.adversaria.models.Condition;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchOps;

/**
 * Pairs of an image and one of its tags; see {@link TaggedImages#pairs}. Word vectors and features
 * are stored once, not for each pair.
 */
final class TagPairs implements TrainingData {

  private final String name;
  private final NDArray features;

  /** {@code (words, dimension)}, of the features' manager. */
  private final NDArray vectors;

  /** The image and the word of each pair. */
  private final int[] image;

  private final int[] word;

  TagPairs(TaggedImages tagged, WordVectors words, NDArray features) {
    int size = tagged.images().size();
    if (features.getShape().dimension() != 2 || features.getShape().get(0) != size) {
      throw new IllegalArgumentException(
          Text.format(
              "'%s' has %d images, whose features are (%d, F), but they are %s",
              tagged.images().name(), size, size, features.getShape()));
    }
    name = tagged.images().name() + "-tags";
    this.features = features;
    var images = IntStream.builder();
    var numbers = IntStream.builder();
    for (int i = 0; i < size; i++) {
      for (String tag : tagged.tags().get(i)) {
        if (words.contains(tag)) {
          images.add(i);
          numbers.add(words.number(tag));
        }
      }
    }
    image = images.build().toArray();
    word = numbers.build().toArray();
    if (image.length == 0) {
      throw new IllegalArgumentException(
          Text.format(
              "No tag of '%s' is one of the %d words: learn the vectors from these tags",
              tagged.images().name(), words.size()));
    }
    vectors = words.matrix(features.getManager());
    NDScope.unregister(vectors);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int size() {
    return image.length;
  }

  @Override
  public Shape sampleShape() {
    return vectors.getShape().slice(1);
  }

  @Override
  public int numClasses() {
    return 0;
  }

  @Override
  public Condition condition() {
    return new Condition.Values(features.getShape().slice(1));
  }

  /** {@inheritDoc} SHA-256 of the numbers of images and words, the vectors and the features. */
  @Override
  public String checksum() {
    return Checksums.of(Arrays.toString(image) + Arrays.toString(word), vectors, features);
  }

  @Override
  public BatchSource batches(int batchSize, long seed, boolean flip) {
    if (flip) {
      throw new IllegalArgumentException(name + " are words and features: they are not flipped");
    }
    var shuffled = new ShuffledRows(this, batchSize, seed);
    return (number, manager) -> {
      int[] pairs = shuffled.batch(number);
      return new Batch(
          rows(vectors, IntStream.of(pairs).map(pair -> word[pair]), manager),
          rows(features, IntStream.of(pairs).map(pair -> image[pair]), manager));
    };
  }

  /** {@inheritDoc} An image's features are there for each of its tags. */
  @Override
  public NDArray conditions(NDManager manager) {
    return rows(features, IntStream.of(image), manager);
  }

  @Override
  public ConditionSource conditionSource(NDManager manager) {
    NDArray ownFeatures = features.toDevice(manager.getDevice(), false);
    NDArray images = manager.create(image);
    NDScope.unregister(ownFeatures, images);
    return count -> {
      NDArray pairs =
          images.getManager().randomInteger(0, size(), new Shape(count), DataType.INT64);
      return ownFeatures.get(images.get(pairs));
    };
  }

  private static NDArray rows(NDArray values, IntStream numbers, NDManager manager) {
    return TorchOps.rows(values, numbers.asLongStream().toArray(), manager);
  }
}
