package org.adversaria.regularizers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.adversaria.models.Discriminator;
import org.adversaria.models.Generator;

/**
 * A trained generator that moves its latents first. The state dict is that of the generator; D is
 * not part of it.
 */
final class MovedLatentsGenerator extends Generator {

  private final LatentOptimisation optimisation;
  private final Generator generator;
  private final Discriminator<?> discriminator;

  MovedLatentsGenerator(
      LatentOptimisation optimisation, Generator generator, Discriminator<?> discriminator) {
    super(generator.latentSize(), generator.condition(), generator.imageShape());
    this.optimisation = optimisation;
    this.generator = child("", generator);
    this.discriminator = discriminator;
  }

  @Override
  protected NDArray compute(NDArray z, NDArray y, boolean training) {
    return generator.forward(optimisation.move(generator, discriminator, z, y).z(), y, training);
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
