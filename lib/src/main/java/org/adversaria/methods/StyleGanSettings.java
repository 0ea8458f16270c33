package org.adversaria.methods;

import org.adversaria.augmentations.Augmentation;
import org.adversaria.models.stylegan2.StyleGan2Sizes;
import org.adversaria.regularizers.PathLength;
import org.adversaria.regularizers.R1;
import org.adversaria.regularizers.StyleMixing;

/**
 * The settings of a method on StyleGAN2's networks.
 *
 * @param preset the name of the preset that the settings started from
 * @param sizes of the networks
 * @param regularization of both players
 * @param objective the weights of the method's own terms
 * @param augmentation applied to all images that D is given
 * @param conditions the distribution of the conditions of generated images; not used without
 * @param recipe the training settings, with the optimizers as they are without lazy regularisation
 * @param <T> the method's objective
 */
public record StyleGanSettings<T extends Record>(
    String preset,
    StyleGan2Sizes sizes,
    Regularization regularization,
    T objective,
    Augmentation augmentation,
    ConditionSampling conditions,
    Recipe recipe) {

  /**
   * The regularisation of both players. Terms of weight 0 are left out; Adam's rate and decays are
   * adapted to the intervals in any case, as in the published code.
   *
   * @param mixing of styles; with probability 0 there is none
   * @param r1 the penalty on the gradient of D
   * @param r1Interval steps between two updates by R1, at least 1; 16 in the paper
   * @param pathLength the penalty on G
   * @param pathLengthInterval steps between two updates by the path length, at least 1; 4 in the
   *     paper
   * @param pathLengthShrink the divisor of the batch size for the path length, at least 1; 2 in the
   *     paper
   */
  public record Regularization(
      StyleMixing mixing,
      R1 r1,
      int r1Interval,
      PathLength pathLength,
      int pathLengthInterval,
      int pathLengthShrink) {

    /**
     * The intervals of the paper.
     *
     * @param mixing of styles
     * @param r1 the penalty on the gradient of D
     * @param pathLength the penalty on G
     * @return the regularization
     */
    public static Regularization of(StyleMixing mixing, R1 r1, PathLength pathLength) {
      return new Regularization(mixing, r1, 16, pathLength, 4, 2);
    }

    Regularization withMixing(StyleMixing value) {
      return new Regularization(
          value, r1, r1Interval, pathLength, pathLengthInterval, pathLengthShrink);
    }

    Regularization withR1(R1 value) {
      return new Regularization(
          mixing, value, r1Interval, pathLength, pathLengthInterval, pathLengthShrink);
    }

    Regularization withPathLength(PathLength value) {
      return new Regularization(
          mixing, r1, r1Interval, value, pathLengthInterval, pathLengthShrink);
    }
  }
}
