package org.adversaria.metrics;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.EnumSet;
import org.adversaria.data.ImageData;
import org.adversaria.torch.Text;

/**
 * From images to the feature vectors and class logits that scores are computed from.
 *
 * <p>A score is comparable only with scores from the same extractor. So an extractor has a name,
 * which every score carries ({@link #label}), and a fingerprint, which every stored statistic
 * carries.
 */
public interface FeatureExtractor extends AutoCloseable {

  /**
   * Returns the extractor's short name, such as {@code shapes-classifier}.
   *
   * @return the name
   */
  String name();

  /**
   * Returns what tells this extractor from every other: equal fingerprints give equal features.
   *
   * @return lower-case hexadecimal digits
   */
  String fingerprint();

  /**
   * Returns the device the extractor computes on; images have to be there.
   *
   * @return the device
   */
  Device device();

  /**
   * Looks at images. Nothing is recorded for gradients.
   *
   * @param images float32 {@code (N, C, H, W)} in [-1, 1], 1 or 3 channels
   * @return the features, attached to the images' manager
   * @throws IllegalArgumentException if the extractor cannot take images of this shape
   */
  Features extract(NDArray images);

  /**
   * Looks at images for their vectors alone, which may take half the time of {@link #extract}.
   * Nothing is recorded for gradients.
   *
   * @param images as for {@link #extract}
   * @return the vectors, attached to the images' manager
   * @throws IllegalArgumentException if the extractor cannot take images of this shape
   */
  default NDArray vectors(NDArray images) {
    Features features = extract(images);
    if (features.logits() != null) {
      features.logits().close();
    }
    return features.vectors();
  }

  /**
   * Looks at all images of a data set for their vectors, batch by batch.
   *
   * @param data images of a shape that the extractor takes
   * @param manager the owner of the result
   * @return the vectors in the order of the images, float32 {@code (size, width)}, on the device of
   *     the extractor
   * @throws IllegalArgumentException if the extractor cannot take images of this shape
   */
  default NDArray vectors(ImageData data, NDManager manager) {
    try (var collector = new FeatureCollector(this, EnumSet.of(FeatureCollector.Need.VECTORS))) {
      DataSource.forEachBatch(data, device(), 100, (images, labels) -> collector.add(images, null));
      NDArray vectors = collector.vectors();
      vectors.attach(manager);
      return vectors;
    }
  }

  /**
   * Returns the name under which a score from this extractor is printed. Scores from anything but
   * the field's standard network say so, for nobody is to compare them with published ones.
   *
   * @param score such as {@code FID}
   * @return such as {@code FID[shapes-classifier]}
   */
  default String label(String score) {
    return Text.format("%s[%s]", score, name());
  }

  /** Frees the extractor's networks. */
  @Override
  void close();
}
