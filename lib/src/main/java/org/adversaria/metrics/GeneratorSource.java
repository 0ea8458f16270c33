package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.BiConsumer;
import org.adversaria.data.ImageData;
import org.adversaria.models.Generator;
import org.adversaria.models.Sampling;
import org.adversaria.torch.Text;

/**
 * Samples of a generator, in the class proportions of the data they will be compared with.
 *
 * @param name the name in tables
 * @param generator an initialised generator
 * @param plan how to draw
 * @param real the data
 */
record GeneratorSource(String name, Generator generator, Sampling plan, ImageData real)
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
    if (plan.truncation() < Sampling.UNTRUNCATED) {
      words.append(", truncation ").append(plan.truncation());
    }
    if (plan.standingPasses() > 0) {
      words.append(Text.format(", standing statistics of %d batches", plan.standingPasses()));
    }
    return words.toString();
  }

  @Override
  public void forEachBatch(int count, BiConsumer<NDArray, NDArray> consumer) {
    int classes = generator.numClasses();
    if (classes > 0 && classes != real.numClasses()) {
      throw new IllegalArgumentException(
          Text.format(
              "%s has %d classes, but %s has %d: evaluate against data of its own classes",
              name, classes, real.name(), real.numClasses()));
    }
    plan.forEachBatch(
        generator,
        Sampling.labels(real.classCounts(), count, plan.seed()),
        (images, labels) -> consumer.accept(eightBit(images), labels));
  }

  /** As an image file would hold them, like the real ones. */
  private static NDArray eightBit(NDArray images) {
    return images.add(1f).mul(127.5f).round().clip(0, 255).div(127.5f).sub(1f);
  }
}
