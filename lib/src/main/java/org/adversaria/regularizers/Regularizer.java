package org.adversaria.regularizers;

import java.util.function.Consumer;
import org.adversaria.config.OpenType;
import org.adversaria.training.GanStep;
import org.adversaria.training.Terms;

/**
 * Terms that are added to the objectives of a GAN of one generator and one discriminator. Each is a
 * file with its equation; methods do not depend on any of them. Other records may implement it.
 *
 * <p>The methods are called before D's pass, to which they add samples by {@link
 * GanStep#discriminate}. The consumers they return add the terms after it.
 */
@OpenType
public interface Regularizer {

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
