package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.BiConsumer;
import org.adversaria.data.ImageData;
import org.adversaria.models.Condition;
import org.adversaria.models.Generator;
import org.adversaria.models.Sampling;
import org.adversaria.nn.StateDict;
import org.adversaria.torch.Text;

/**
 * Samples of a generator: of classes in the proportions of the data they will be compared with, or
 * of given conditions, each as often as any other.
 *
 * @param name the name in tables
 * @param generator an initialised generator
 * @param plan how to draw
 * @param real the data
 * @param conditions values or instances {@code (M, ...)}; null for classes
 */
record GeneratorSource(
    String name, Generator generator, Sampling plan, ImageData real, NDArray conditions)
    implements SampleSource {

  @Override
  public Shape imageShape() {
    return generator.imageShape();
  }

  @Override
  public int numClasses() {
    return generator.numClasses();
  }

  @Override
  public String sampling() {
    var words = new StringBuilder("batches of " + plan.batchSize());
    if (conditions != null) {
      words.append(Text.format(", %d conditions", conditions.getShape().get(0)));
    }
    if (plan.truncation() < Sampling.UNTRUNCATED) {
      words.append(", truncation ").append(plan.truncation());
    }
    if (plan.standingPasses() > 0) {
      words.append(Text.format(", standing statistics of %d batches", plan.standingPasses()));
    }
    return words.toString();
  }

  @Override
  public String fingerprint() {
    return StateDict.digest(generator.stateDict());
  }

  /** The classes of a number of samples, in the proportions of the data. */
  long[] labels(int count) {
    return Sampling.labels(real.classCounts(), count, plan.seed());
  }

  @Override
  public int batchSize() {
    return plan.batchSize();
  }

  @Override
  public void forEachBatch(int count, int first, int end, BiConsumer<NDArray, NDArray> consumer) {
    int classes = generator.numClasses();
    if (classes > 0 && classes != real.numClasses()) {
      throw new IllegalArgumentException(
          Text.format(
              "%s has %d classes, but %s has %d: evaluate against data of its own classes",
              name, classes, real.name(), real.numClasses()));
    }
    if (conditions == null) {
      long[] labels = labels(count);
      plan.forEachBatch(
          generator,
          labels,
          first,
          end,
          (images, y) -> consumer.accept(eightBit(images), labels(y)));
    } else {
      long[] rows = Sampling.rows((int) conditions.getShape().get(0), count, plan.seed());
      plan.forEachBatch(
          generator,
          conditions,
          rows,
          first,
          end,
          (images, y) -> consumer.accept(eightBit(images), labels(y)));
    }
  }

  /** The labels among conditions; null where there are none. */
  private NDArray labels(NDArray y) {
    if (generator.condition() instanceof Condition.Instances instances) {
      return instances.labels(y);
    }
    return generator.condition() instanceof Condition.Classes ? y : null;
  }

  /** As an image file would hold them, like the real ones. */
  private static NDArray eightBit(NDArray images) {
    return images.add(1f).mul(127.5f).round().clip(0, 255).div(127.5f).sub(1f);
  }
}
