package org.adversaria.regularizers;

import java.util.function.Consumer;
import org.adversaria.config.OpenType;
import org.adversaria.training.GanStep;
import org.adversaria.training.Terms;

/**
 * Terms that may stand beside the objectives of any GAN of one generator and one discriminator.
 * Each is a file with its equation; a method never names one. Other records may implement it.
 *
 * <p>A regularizer is asked before D's pass, so that it can add samples to it by {@link
 * GanStep#discriminate}; what it returns adds the terms when outputs are known.
 */
@OpenType
public interface Regularizer {

  /**
   * What is added to D's objective.
   *
   * @param step the update, with real and generated samples
   * @return adds the terms; nothing unless a regularizer says otherwise
   */
  default Consumer<Terms> discriminator(GanStep<?> step) {
    return terms -> {};
  }

  /**
   * What is added to G's objective.
   *
   * @param step the update, with generated samples
   * @return adds the terms; nothing unless a regularizer says otherwise
   */
  default Consumer<Terms> generator(GanStep<?> step) {
    return terms -> {};
  }
}
