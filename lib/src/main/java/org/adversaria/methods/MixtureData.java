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
 * The points of a {@link MixtureExperiment}: batches that are seen again and again, each with the
 * same number of points of every class, class by class.
 */
final class MixtureData implements TrainingData, AutoCloseable {

  /** The first of as many streams as there are classes. */
  private static final long STREAM = 2;

  private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
  private final String checksum;
  private final int batches;
  private final NDArray points;
  private final NDArray labels;

  MixtureData(GaussianMixture mixture, int perClass, int batches, long seed) {
    this.batches = batches;
    int classes = mixture.numClasses();
    var values = new float[batches * classes * perClass];
    for (int label = 0; label < classes; label++) {
      // Classes drawn by one seed would be the same points, shifted and scaled.
      long stream = Torch.deriveSeed(seed, STREAM + label);
      float[] drawn = mixture.sampleClass(label, batches * perClass, stream).values();
      for (int batch = 0; batch < batches; batch++) {
        int target = (batch * classes + label) * perClass;
        System.arraycopy(drawn, batch * perClass, values, target, perClass);
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

  /** {@inheritDoc} The points follow from the mixture, their number and the seed. */
  @Override
  public String checksum() {
    return checksum;
  }

  /** {@inheritDoc} The size of a batch is that of the points, whatever is asked for. */
  @Override
  public BatchSource batches(int batchSize, long seed, boolean flip) {
    return new BatchSource() {

      @Override
      public Batch batch(long number, NDManager owner) {
        return new Batch(points.get(number % batches), labels.duplicate());
      }

      @Override
      public void close() {
        // There is nothing that prepares batches ahead.
      }
    };
  }

  @Override
  public NDArray conditions(NDManager owner) {
    NDArray all = labels.tile(batches);
    all.attach(owner);
    return all;
  }

  @Override
  public void close() {
    manager.close();
  }
}
