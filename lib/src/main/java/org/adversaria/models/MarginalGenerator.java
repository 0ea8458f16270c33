package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * A conditional generator whose conditions are drawn from a list, as a generator without
 * conditions: the mixture of the distributions of all conditions with equal weights.
 *
 * <pre>
 * p(x) = 1/M sum_m p(x | c_m)
 * </pre>
 *
 * <p>It is what an evaluation against a data set needs where conditions are not classes, such as
 * IC-GAN's instances. The state dict is that of the generator.
 */
public final class MarginalGenerator extends Generator {

  private final Generator generator;
  private final NDArray conditions;

  /**
   * Creates the mixture of an initialised generator.
   *
   * @param generator a conditional generator
   * @param conditions {@code (M, ...)}, on its device; they must stay open
   */
  public MarginalGenerator(Generator generator, NDArray conditions) {
    super(generator.latentSize(), new Condition.None(), generator.imageShape());
    this.generator = child("", generator);
    this.conditions = conditions;
  }

  @Override
  protected NDArray compute(NDArray z, NDArray y, boolean training) {
    var count = new Shape(z.getShape().get(0));
    long size = conditions.getShape().get(0);
    NDArray rows = z.getManager().randomInteger(0, size, count, DataType.INT64);
    return generator.forward(z, conditions.get(rows), training);
  }

  @Override
  public NDArray sampleLatents(NDManager manager, int count) {
    return generator.sampleLatents(manager, count);
  }

  @Override
  public NDArray truncatedLatents(NDManager manager, int count, double threshold) {
    return generator.truncatedLatents(manager, count, threshold);
  }
}
