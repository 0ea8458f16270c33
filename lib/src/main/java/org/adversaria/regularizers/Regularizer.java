package org.adversaria.regularizers;

import ai.djl.ndarray.NDArray;
import java.util.function.Consumer;
import org.adversaria.config.OpenType;
import org.adversaria.training.GanStep;
import org.adversaria.training.Player;
import org.adversaria.training.Terms;

/**
 * Terms that are added to the objectives of a GAN of one generator and one discriminator. Each is a
 * file with its equation; methods do not depend on any of them. Other records may implement it.
 *
 * <p>The methods {@link #discriminator} and {@link #generator} are called before D's pass, to which
 * they add samples by {@link GanStep#discriminate}. The consumers they return add the terms after
 * it.
 */
@OpenType
public interface Regularizer {

  /**
   * Latents, and terms that go with them.
   *
   * @param z {@code (N, latentSize)}
   * @param terms adds the terms
   */
  record Latents(NDArray z, Consumer<Terms> terms) {

    /**
     * Latents without terms.
     *
     * @param z {@code (N, latentSize)}
     * @return z
     */
    public static Latents of(NDArray z) {
      return new Latents(z, terms -> {});
    }
  }

  /**
   * Changes the latents that samples are generated from, for both players. Where the result has a
   * graph, gradients of D's update flow through it too.
   *
   * @param step the update, without samples
   * @param z {@code (N, latentSize)}
   * @param c the conditions of the samples; null without
   * @return the latents to use; z unless overridden
   */
  default Latents latents(GanStep<?> step, NDArray z, NDArray c) {
    return Latents.of(z);
  }

  /**
   * Changes D's player, as the clipping of its weights does.
   *
   * @param player D with its updates
   * @return the player to train; the same unless overridden
   */
  default Player discriminatorPlayer(Player player) {
    return player;
  }

  /**
   * Adds samples to D's pass and returns its additional terms.
   *
   * @param step the update, with real and generated samples
   * @return adds the terms; none unless overridden
   */
  default Consumer<Terms> discriminator(GanStep<?> step) {
    return terms -> {};
  }

  /**
   * Adds samples to D's pass and returns G's additional terms.
   *
   * @param step the update, with generated samples
   * @return adds the terms; none unless overridden
   */
  default Consumer<Terms> generator(GanStep<?> step) {
    return terms -> {};
  }
}
