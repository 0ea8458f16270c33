package org.adversaria.training;

import java.util.function.Function;
import org.adversaria.torch.Text;

/**
 * A part of a player's objective that is minimised at every k-th step only, in an update of its own
 * after the player's. Its gradient is multiplied by k.
 *
 * <p>Source: lazy regularisation, Karras et al., "Analyzing and Improving the Image Quality of
 * StyleGAN", 2020, section 3.1 and appendix B.
 *
 * @param interval k, at least 1: the steps whose number it divides
 * @param objective computes the terms to minimise
 */
public record LazyTerm(int interval, Function<Step, Terms> objective) {

  /**
   * Checks the interval.
   *
   * @param interval k, at least 1
   * @param objective computes the terms to minimise
   * @throws IllegalArgumentException if it is less than 1
   */
  public LazyTerm {
    if (interval < 1) {
      throw new IllegalArgumentException(
          Text.format("The interval of a lazy term has to be at least 1, but is %d", interval));
    }
  }
}
