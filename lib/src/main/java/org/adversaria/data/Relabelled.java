package org.adversaria.data;

import java.util.List;
import java.util.Objects;
import org.adversaria.torch.Text;

/**
 * Images of a data set with other labels. An image may be missing or repeated, so that classes can
 * be merged, left out or made to overlap.
 */
public final class Relabelled implements ImageData {

  private final Subset images;
  private final String name;
  private final List<String> classNames;
  private final int[] labels;
  private volatile String checksum;

  private Relabelled(Subset images, String name, List<String> classNames, int[] labels) {
    this.images = images;
    this.name = name;
    this.classNames = List.copyOf(classNames);
    this.labels = labels;
  }

  /**
   * Returns the images of given indices with new labels.
   *
   * @param data the data set
   * @param name of the result, for a run's record
   * @param classNames the classes, in the order of the labels
   * @param indices the images in {@code data}, at least one; an index may be repeated
   * @param labels of these images, one for each
   * @return the images under the new classes
   * @throws IllegalArgumentException if there is no image or not one label for each
   * @throws IndexOutOfBoundsException if an index is not in the data set, or a label has no name
   */
  public static Relabelled of(
      ImageData data, String name, List<String> classNames, int[] indices, int[] labels) {
    if (indices.length == 0 || indices.length != labels.length) {
      throw new IllegalArgumentException(
          Text.format(
              "'%s' needs at least one image and a label for each, but there are %d images and %d labels",
              name, indices.length, labels.length));
    }
    Subset images = Subset.of(data, indices);
    for (int label : labels) {
      Objects.checkIndex(label, classNames.size());
    }
    return new Relabelled(images, name, classNames, labels.clone());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int size() {
    return images.size();
  }

  @Override
  public int channels() {
    return images.channels();
  }

  @Override
  public int height() {
    return images.height();
  }

  @Override
  public int width() {
    return images.width();
  }

  @Override
  public List<String> classNames() {
    return classNames;
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public void copyImage(int index, byte[] target, int offset) {
    images.copyImage(index, target, offset);
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
    return Text.format("%s, as %s", images, name);
  }
}
