package org.adversaria.augmentations;

import org.adversaria.torch.Text;

/**
 * The controller of p in {@link Ada}: p rises while D overfits and falls while it does not.
 *
 * <pre>
 * r_t = E sign(D(x))                             of real images x since the last change of p
 * p   = max(0, p + sign(r_t - target) n / (1000 kimg))     every few steps, n real images later
 * </pre>
 *
 * <p>r_t is 0 where D's logits of real images are as often positive as negative, and 1 where D has
 * learnt the data by heart. p is not bounded from above: from 1 on every transform of multiplier 1
 * acts.
 *
 * <p>Source: Karras et al., "Training Generative Adversarial Networks with Limited Data", 2020,
 * section 3.1 and equation 1 (r_t).
 *
 * @param target of r_t
 * @param interval steps between two changes of p, at least 0; 0 to leave p as it is
 * @param kimg thousands of real images in which p may rise from 0 to 1, above 0
 */
public record AdaController(double target, int interval, double kimg) {

  /** The paper's constants. */
  public static final AdaController PAPER = new AdaController(0.6, 4, 500);

  /** p stays as it is. */
  public static final AdaController NONE = new AdaController(0.6, 0, 500);

  /**
   * Checks the numbers.
   *
   * @param target of r_t
   * @param interval steps between two changes of p, at least 0; 0 to leave p as it is
   * @param kimg thousands of real images in which p may rise from 0 to 1, above 0
   * @throws IllegalArgumentException if one is out of range; the message names it
   */
  public AdaController {
    if (!Double.isFinite(target) || interval < 0 || !(kimg > 0)) {
      throw new IllegalArgumentException(
          Text.format(
              "The controller of ADA needs a finite target of r_t, not %s, an interval of at least 0"
                  + " steps, not %d, and more than 0 thousands of images (kimg), not %s",
              target, interval, kimg));
    }
  }

  /**
   * Returns the same constants with another speed.
   *
   * @param value thousands of real images in which p may rise from 0 to 1, above 0
   * @return the controller
   */
  public AdaController withKimg(double value) {
    return new AdaController(target, interval, value);
  }

  /**
   * Returns the same constants with another target.
   *
   * @param value of r_t
   * @return the controller
   */
  public AdaController withTarget(double value) {
    return new AdaController(value, interval, kimg);
  }

  /**
   * Computes the next p.
   *
   * @param p until now
   * @param sign r_t
   * @param images n
   * @return p from now on
   */
  double next(double p, double sign, double images) {
    return Math.max(0, p + Math.signum(sign - target) * images / (1000 * kimg));
  }
}
