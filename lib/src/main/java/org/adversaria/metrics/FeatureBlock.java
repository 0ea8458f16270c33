package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.Serializable;
import org.adversaria.torch.Text;

/**
 * The feature vectors of consecutive samples, real or generated, of an {@link Evaluation}. It is
 * plain numbers, and does not change.
 *
 * @see BlockNeighbours
 */
public final class FeatureBlock implements Serializable {

  private static final long serialVersionUID = 1L;

  private final String provenance;
  private final boolean real;
  private final int first;
  private final int width;
  private final float[] values;

  private FeatureBlock(String provenance, boolean real, int first, int width, float[] values) {
    this.provenance = provenance;
    this.real = real;
    this.first = first;
    this.width = width;
    this.values = values;
  }

  /** Copies float32 vectors {@code (N, width)}. */
  static FeatureBlock of(String provenance, boolean real, int first, NDArray vectors) {
    long bytes = vectors.getShape().size() * Float.BYTES;
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalStateException(
          Text.format(
              "The features of %d samples take %,d bytes, more than the 2 GiB of one part: divide the"
                  + " evaluation into more parts",
              Samples.count(vectors), bytes));
    }
    return new FeatureBlock(
        provenance, real, first, Samples.width(vectors), vectors.toFloatArray());
  }

  /**
   * Returns whether the samples are real.
   *
   * @return true for real ones, false for generated ones
   */
  public boolean isReal() {
    return real;
  }

  /**
   * Returns the name, which no other block of the evaluation has.
   *
   * @return such as "real features from 2000"
   */
  public String name() {
    return (real ? "real" : "generated") + " features from " + first;
  }

  String provenance() {
    return provenance;
  }

  int rows() {
    return values.length / width;
  }

  /** The vectors, float32 {@code (N, width)}. */
  NDArray vectors(NDManager manager) {
    return manager.create(values, new Shape(rows(), width));
  }
}
