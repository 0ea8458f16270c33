package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.adversaria.nn.BatchNorm;
import org.adversaria.nn.Conv2d;
import org.adversaria.nn.Elementwise;
import org.adversaria.nn.Layer;
import org.adversaria.nn.Linear;
import org.adversaria.nn.Sequential;

/**
 * A convolutional classifier that learns a small data set in seconds on a CPU.
 *
 * <p>Four 3x3 convolutions of 16, 32, 64 and 128 channels with stride 2, batch normalisation and
 * ReLU; the mean over all positions, which makes 128 features; one affine map to the classes'
 * logits. The first convolution is repeated until no side is longer than 24 pixels, so that the
 * rest of the network has inputs of the same size for images of 32, 64 or 128 pixels.
 */
public final class SmallClassifier extends Layer {

  /** The width of the feature vectors. */
  public static final int FEATURES = 128;

  private static final int FIRST_CHANNELS = 16;
  private static final int MOST_PIXELS = 24;

  private final Sequential convolutions;
  private final Linear logits;

  /**
   * Creates the network.
   *
   * @param imageShape {@code (C, H, W)}
   * @param numClasses the number of classes
   */
  public SmallClassifier(Shape imageShape, int numClasses) {
    List<Layer> layers = new ArrayList<>();
    int channels = (int) imageShape.get(0);
    long side = Math.max(imageShape.get(1), imageShape.get(2));
    do {
      channels = add(layers, channels, FIRST_CHANNELS);
      side = (side + 1) / 2;
    } while (side > MOST_PIXELS);
    while (channels < FEATURES) {
      channels = add(layers, channels, 2 * channels);
    }
    convolutions = child("convolutions", new Sequential(layers));
    logits = child("logits", new Linear(FEATURES, numClasses));
  }

  private static int add(List<Layer> layers, int in, int out) {
    layers.add(new Conv2d(in, out, 3, 2, 1, false));
    layers.add(new BatchNorm(out));
    layers.add(Elementwise.relu());
    return out;
  }

  /**
   * Computes the features of the last layer.
   *
   * @param images {@code (N, C, H, W)} in [-1, 1]
   * @param training true in training
   * @return {@code (N, 128)}, not negative
   */
  public NDArray features(NDArray images, boolean training) {
    return convolutions.forward(images, training).flatten(2, 3).mean(new int[] {2});
  }

  /**
   * Computes logits from features.
   *
   * @param features {@code (N, 128)}
   * @return {@code (N, numClasses)}
   */
  public NDArray logits(NDArray features) {
    return logits.forward(features, false);
  }

  /**
   * Classifies images.
   *
   * @param images {@code (N, C, H, W)} in [-1, 1]
   * @return logits {@code (N, numClasses)}
   */
  @Override
  public NDArray forward(NDArray images, boolean training) {
    return logits(features(images, training));
  }
}
