package org.adversaria.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import org.adversaria.torch.TorchOps;

/**
 * Batch normalisation with a scale and a shift for each class: out = gamma(y) x' + beta(y). Names
 * and initial values are those of PyTorch code of the projection discriminator's generator.
 *
 * <p>Children: {@code bn}, a {@link BatchNorm} without weight and bias, and {@code embed.weight
 * (classes, 2 C)}, a class's scales (initially normal with mean 1 and deviation 0.02) followed by
 * its shifts (zeros).
 *
 * <p>Source: Dumoulin et al., "A Learned Representation for Artistic Style", 2017, equation 5;
 * Miyato and Koyama, "cGANs with Projection Discriminator", 2018, section 5.
 */
public final class ClassBatchNorm extends ConditionalLayer {

  private final BatchNorm norm;
  private final Embedding embedding;

  /**
   * Creates the layer.
   *
   * @param channels the number of channels C
   * @param classes the number of classes
   */
  public ClassBatchNorm(int channels, int classes) {
    norm = child("bn", new BatchNorm(channels, false));
    embedding = child("embed", new Embedding(classes, 2 * channels));
    embedding.setInitializer(ClassBatchNorm::scalesAndShifts, Parameter.Type.WEIGHT);
  }

  private static NDArray scalesAndShifts(NDManager manager, Shape shape, DataType type) {
    var half = new Shape(shape.get(0), shape.get(1) / 2);
    NDArray scales = manager.randomNormal(1, 0.02f, half, type);
    return scales.concat(manager.zeros(half, type), 1);
  }

  /**
   * Normalises each channel as {@link BatchNorm} does, then scales and shifts each sample's.
   *
   * @param x {@code (N, C, H, W)}
   * @param y labels, int64 {@code (N)}
   * @return {@code (N, C, H, W)}
   */
  @Override
  public NDArray forward(NDArray x, NDArray y, boolean training) {
    // Two of (N, C, 1, 1).
    NDList scaleAndShift = embedding.forward(y, training).expandDims(2).expandDims(3).split(2, 1);
    return TorchOps.scaleAndShift(
        norm.forward(x, training), scaleAndShift.get(0), scaleAndShift.get(1));
  }
}
