package org.adversaria.data;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.adversaria.torch.Text;

/**
 * Images of a data set by index, in any order. The images are not copied.
 *
 * <pre>{@code
 * Subset shuffled = Subset.shuffled(data, seed);
 * ImageData test = shuffled.part(0, 100);
 * ImageData train = shuffled.part(100, shuffled.size());
 * }</pre>
 */
public final class Subset implements ImageData {

  private static final long STREAM = 3;

  private final ImageData data;
  private final int[] indices;
  private volatile String checksum;

  private Subset(ImageData data, int[] indices) {
    this.data = data;
    this.indices = indices;
  }

  /**
   * Returns the images of given indices.
   *
   * @param data the data set
   * @param indices the images in {@code data}, at least one, in the order of the subset
   * @return the subset
   * @throws IllegalArgumentException if no index is given
   * @throws IndexOutOfBoundsException if an index is not in the data set
   */
  public static Subset of(ImageData data, int... indices) {
    if (indices.length == 0) {
      throw new IllegalArgumentException(
          Text.format(
              "A subset of '%s' needs at least one image, but none was chosen", data.name()));
    }
    for (int index : indices) {
      Objects.checkIndex(index, data.size());
    }
    return new Subset(data, indices.clone());
  }

  /**
   * Returns all images in a random order, the same for every equal size and seed.
   *
   * @param data the data set
   * @param seed of the order
   * @return the data set, shuffled
   */
  public static Subset shuffled(ImageData data, long seed) {
    return new Subset(data, new SplitMix(seed, STREAM).permutation(data.size()));
  }

  /**
   * Returns a range of this subset's images.
   *
   * @param from the first index
   * @param to the index after the last
   * @return the part
   * @throws IndexOutOfBoundsException if the range is not in the subset
   * @throws IllegalArgumentException if the range is empty
   */
  public Subset part(int from, int to) {
    Objects.checkFromToIndex(from, to, size());
    return of(data, Arrays.copyOfRange(indices, from, to));
  }

  /** {@inheritDoc} The name of the whole data set. */
  @Override
  public String name() {
    return data.name();
  }

  @Override
  public int size() {
    return indices.length;
  }

  @Override
  public int channels() {
    return data.channels();
  }

  @Override
  public int height() {
    return data.height();
  }

  @Override
  public int width() {
    return data.width();
  }

  @Override
  public List<String> classNames() {
    return data.classNames();
  }

  @Override
  public int label(int index) {
    return data.label(indices[index]);
  }

  @Override
  public void copyImage(int index, byte[] target, int offset) {
    data.copyImage(indices[index], target, offset);
  }

  /** {@inheritDoc} Those of the whole data set, too. */
  @Override
  public List<String> notes() {
    return Stream.concat(data.notes().stream(), Notes.emptyClasses(this).stream())
        .distinct()
        .toList();
  }

  @Override
  public String checksum() {
    if (checksum == null) {
      checksum = Checksums.of(this);
    }
    return checksum;
  }

  @Override
  public String toString() {
    return Text.format("%d images of %s", size(), data);
  }
}
