package org.adversaria.metrics;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.adversaria.data.ImageData;
import org.adversaria.models.SmallClassifier;
import org.adversaria.torch.Text;

/**
 * A network that was trained on a data set to measure: what a {@link DataClassifier} and a {@link
 * ContrastiveEncoder} have in common.
 *
 * @param manager the owner of the weights
 * @param network the network
 * @param name of the extractor
 * @param imageShape of the images that it takes, {@code (C, H, W)}
 * @param heldOutAccuracy on images that it has not learned from, 0 to 1
 * @param fingerprint SHA-256 of the weights
 */
record TrainedNetwork(
    NDManager manager,
    SmallClassifier network,
    String name,
    Shape imageShape,
    double heldOutAccuracy,
    String fingerprint)
    implements AutoCloseable {

  /** Initialises a network, gives it its weights and returns their accuracy on held-out images. */
  @FunctionalInterface
  interface Teacher {

    double teach(SmallClassifier network, NDManager manager);
  }

  /** Makes a network on the default device. */
  static TrainedNetwork make(ImageData data, String name, int outputs, Teacher teacher) {
    Device device = Engine.getEngine("PyTorch").defaultDevice();
    NDManager manager = NDManager.newBaseManager(device, "PyTorch");
    try {
      var network = new SmallClassifier(data.imageShape(), outputs);
      double accuracy = teacher.teach(network, manager);
      String fingerprint = NetworkCache.digest(network.stateDict());
      return new TrainedNetwork(manager, network, name, data.imageShape(), accuracy, fingerprint);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  Device device() {
    return manager.getDevice();
  }

  /** Fails for images of other channels or another size. */
  void requireImages(NDArray images) {
    Shape shape = images.getShape();
    if (shape.dimension() != 4 || !shape.slice(1).equals(imageShape)) {
      throw new IllegalArgumentException(
          Text.format(
              "The %s takes images (N, %d, %d, %d), but these are %s: train one on images of their"
                  + " size",
              name, imageShape.get(0), imageShape.get(1), imageShape.get(2), shape));
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
