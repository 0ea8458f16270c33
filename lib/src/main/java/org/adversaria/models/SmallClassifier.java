package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.adversaria.nn.BatchNorm;
import org.adversaria.nn.Conv2d;
import org.adversaria.nn.Elementwise;
import org.adversaria.nn.Layer;
import org.adversaria.nn.Linear;
import org.adversaria.nn.Sequential;

/**
 * A convolutional classifier that learns a small data set in under a minute on a CPU.
 *
 * <p>Three 3x3 convolutions of 16, 32 and 64 channels with batch normalisation and ReLU, the second
 * and third with stride 2, then one affine map to the classes' logits.
 */
public final class SmallClassifier extends Layer {

  private static final int FEATURES = 64;

  private final Sequential features;
  private final Linear logits;

  /**
   * Creates the network.
   *
   * @param imageShape {@code (C, H, W)}
   * @param numClasses the number of classes
   */
  public SmallClassifier(Shape imageShape, int numClasses) {
    features =
        child(
            "features",
            new Sequential(
                List.of(
                    new Conv2d((int) imageShape.get(0), 16, 3, 1, 1, false),
                    new BatchNorm(16),
                    Elementwise.relu(),
                    new Conv2d(16, 32, 3, 2, 1, false),
                    new BatchNorm(32),
                    Elementwise.relu(),
                    new Conv2d(32, FEATURES, 3, 2, 1, false),
                    new BatchNorm(FEATURES),
                    Elementwise.relu())));
    int height = quarter(imageShape.get(1));
    int width = quarter(imageShape.get(2));
    logits = child("logits", new Linear(FEATURES * height * width, numClasses));
  }

  private static int quarter(long size) {
    return (int) ((size + 3) / 4);
  }

  /**
   * Classifies images.
   *
   * @param images {@code (N, C, H, W)} in [-1, 1]
   * @return logits {@code (N, numClasses)}
   */
  @Override
  public NDArray forward(NDArray images, boolean training) {
    NDArray found = features.forward(images, training);
    return logits.forward(found.reshape(images.getShape().get(0), -1), training);
  }
}
