package org.adversaria.data;

import java.util.List;
import java.util.Objects;

/**
 * Images of a data set under other classes: chosen ones, an image as often as wanted, so that
 * classes can be merged, left out or made to overlap.
 */
public final class Relabelled implements ImageData {

  private final ImageData data;
  private final String name;
  private final List<String> classNames;
  private final int[] indices;
  private final int[] labels;
  private volatile String checksum;

  private Relabelled(
      ImageData data, String name, List<String> classNames, int[] indices, int[] labels) {
    this.data = data;
    this.name = name;
    this.classNames = List.copyOf(classNames);
    this.indices = indices;
    this.labels = labels;
  }

  /**
   * Returns chosen images with labels of their own.
   *
   * @param data the data set
   * @param name of the result, which stands in a run's record
   * @param classNames the classes, in the order of the labels
   * @param indices the images in {@code data}, at least one; an index may stand more than once
   * @param labels of these images, as many
   * @return the images under the new classes
   * @throws IllegalArgumentException if there is no image or not one label for each
   * @throws IndexOutOfBoundsException if an index is not in the data set, or a label has no name
   */
  public static Relabelled of(
      ImageData data, String name, List<String> classNames, int[] indices, int[] labels) {
    if (indices.length == 0 || indices.length != labels.length) {
      throw new IllegalArgumentException(
          "'%s' needs at least one image and a label for each, but there are %d images and %d labels"
              .formatted(name, indices.length, labels.length));
    }
    for (int i = 0; i < indices.length; i++) {
      Objects.checkIndex(indices[i], data.size());
      Objects.checkIndex(labels[i], classNames.size());
    }
    return new Relabelled(data, name, classNames, indices.clone(), labels.clone());
  }

  @Override
  public String name() {
    return name;
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
    return classNames;
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public void copyImage(int index, byte[] target, int offset) {
    data.copyImage(indices[index], target, offset);
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
    return "%d images of %s, as %s".formatted(size(), data, name);
  }
}
