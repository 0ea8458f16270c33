package org.adversaria.methods;

import org.adversaria.torch.Text;
import org.adversaria.training.Averaging;
import org.adversaria.training.Optimizer;

/**
 * The training settings of a GAN of one generator and one discriminator: what a published
 * configuration has beside its networks and its objective.
 *
 * @param batchSize samples in a gradient, at least 1
 * @param accumulations gradients that are averaged before an update, at least 1
 * @param discriminatorUpdates updates of D for each of G ("n_critic", "num_D_steps")
 * @param generator the optimizer of G
 * @param discriminator the optimizer of D; another learning rate than that of G is TTUR
 * @param averaging of the weights of G
 */
public record Recipe(
    int batchSize,
    int accumulations,
    Updates discriminatorUpdates,
    Optimizer generator,
    Optimizer discriminator,
    Averaging averaging) {

  /**
   * A recipe with the same number of updates of D in each step.
   *
   * @param batchSize samples in a gradient, at least 1
   * @param accumulations gradients in an update, at least 1
   * @param discriminatorUpdates updates of D for each of G, at least 1
   * @param generator the optimizer of G
   * @param discriminator the optimizer of D
   * @param averaging of the weights of G
   */
  public Recipe(
      int batchSize,
      int accumulations,
      int discriminatorUpdates,
      Optimizer generator,
      Optimizer discriminator,
      Averaging averaging) {
    this(
        batchSize,
        accumulations,
        Updates.of(discriminatorUpdates),
        generator,
        discriminator,
        averaging);
  }

  /**
   * Checks the counts.
   *
   * @param batchSize samples in a gradient, at least 1
   * @param accumulations gradients in an update, at least 1
   * @param discriminatorUpdates updates of D for each of G
   * @param generator the optimizer of G
   * @param discriminator the optimizer of D
   * @param averaging of the weights of G
   * @throws IllegalArgumentException if one is less than 1; the message names it
   */
  public Recipe {
    requirePositive("batchSize", batchSize);
    requirePositive("accumulations", accumulations);
  }

  private static void requirePositive(String name, int count) {
    if (count < 1) {
      throw new IllegalArgumentException(
          Text.format("%s of a recipe has to be at least 1, but is %d", name, count));
    }
  }

  /**
   * A recipe for notebooks and tests: Adam for both players, one update of each in a step.
   *
   * @param batchSize samples in a gradient, at least 1
   * @param learningRate of both players, above 0
   * @param beta1 of both players, in [0, 1)
   * @param beta2 of both players, in [0, 1)
   * @return the recipe, without averaging
   */
  public static Recipe adam(int batchSize, double learningRate, double beta1, double beta2) {
    var adam = new Optimizer.Adam(learningRate, beta1, beta2);
    return new Recipe(batchSize, 1, 1, adam, adam, Averaging.NONE);
  }

  /**
   * The same with another batch size, without gradient accumulation.
   *
   * @param count samples in a gradient, at least 1
   * @return the recipe
   */
  public Recipe withBatchSize(int count) {
    return new Recipe(count, 1, discriminatorUpdates, generator, discriminator, averaging);
  }

  /**
   * The same with other updates of D.
   *
   * @param count for each update of G, at least 1
   * @return the recipe
   */
  public Recipe withDiscriminatorUpdates(int count) {
    return withDiscriminatorUpdates(Updates.of(count));
  }

  /**
   * The same with other updates of D, also such that depend on the step.
   *
   * @param updates for each update of G
   * @return the recipe
   */
  public Recipe withDiscriminatorUpdates(Updates updates) {
    return new Recipe(batchSize, accumulations, updates, generator, discriminator, averaging);
  }

  /**
   * The same with another average of the weights of G.
   *
   * @param value the averaging
   * @return the recipe
   */
  public Recipe withAveraging(Averaging value) {
    return new Recipe(
        batchSize, accumulations, discriminatorUpdates, generator, discriminator, value);
  }
}
