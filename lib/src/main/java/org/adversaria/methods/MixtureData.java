package org.adversaria.methods;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.adversaria.data.Batch;
import org.adversaria.data.BatchSource;
import org.adversaria.data.GaussianMixture;
import org.adversaria.data.TrainingData;
import org.adversaria.torch.Text;
import org.adversaria.torch.Torch;

/**
 * The points of a {@link MixtureExperiment}: a fixed number of batches, repeated cyclically, each
 * with the same number of points of every class, ordered by class.
 */
final class MixtureData implements TrainingData, AutoCloseable {

  /** The stream of class 0; class k has the stream STREAM + k. */
  private static final long STREAM = 2;

  private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
  private final String checksum;
  private final int batches;
  private final int numClasses;
  private final NDArray points;
  private final NDArray labels;

  MixtureData(GaussianMixture mixture, int perClass, int batches, long seed) {
    this.batches = batches;
    int classes = mixture.numClasses();
    numClasses = classes;
    var values = new float[batches * classes * perClass];
    for (int label = 0; label < classes; label++) {
      // With one seed for all classes their points would be equal up to shift and scale.
      long stream = Torch.deriveSeed(seed, STREAM + label);
      float[] points = mixture.sampleClass(label, batches * perClass, stream).values();
      for (int batch = 0; batch < batches; batch++) {
        int target = (batch * classes + label) * perClass;
        System.arraycopy(points, batch * perClass, values, target, perClass);
      }
    }
    points = manager.create(values, new Shape(batches, (long) classes * perClass, 1));
    labels = manager.arange(classes).repeat((long) perClass).toType(DataType.INT64, false);
    checksum = Text.format("%s, %d points of each class, seed %d", mixture, perClass, seed);
  }

  @Override
  public String name() {
    return "gaussian-mixture";
  }

  @Override
  public int size() {
    return (int) points.size();
  }

  @Override
  public Shape sampleShape() {
    return new Shape(1);
  }

  @Override
  public int numClasses() {
    return numClasses;
  }

  /** {@inheritDoc} The points follow from the mixture, their number and the seed. */
  @Override
  public String checksum() {
    return checksum;
  }

  /** {@inheritDoc} The batch size is fixed by the points; the parameter is not used. */
  @Override
  public BatchSource batches(int batchSize, long seed, boolean flip) {
    return (number, owner) -> new Batch(points.get(number % batches), labels.duplicate());
  }

  @Override
  public NDArray conditions(NDManager owner) {
    NDArray allLabels = labels.tile(batches);
    allLabels.attach(owner);
    return allLabels;
  }

  @Override
  public void close() {
    manager.close();
  }
}
