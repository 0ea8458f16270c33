package org.adversaria.training;

/**
 * Exponential averaging of a network's weights.
 *
 * <pre>
 * average = decay average + (1 - decay) weight    after each step from the start step on
 * average = weight                                before it
 * </pre>
 *
 * <p>Source: Karras et al., "Progressive Growing of GANs", 2018, section 6; Brock et al., 2019,
 * appendix C, for the start step.
 *
 * <p>With a ramp the half-life of the average is at most that fraction of the steps done, so that
 * early weights have little influence (the published code of StyleGAN2 with adaptive augmentation).
 *
 * @param decay in [0, 1)
 * @param startStep the first step that averages, at least 0
 * @param ramp the largest half-life as a fraction of the steps done, at least 0; 0 for no limit
 */
public record Averaging(double decay, long startStep, double ramp) {

  /** No averaging. */
  public static final Averaging NONE = new Averaging(0, Long.MAX_VALUE, 0);

  /**
   * Averaging without a ramp.
   *
   * @param decay in [0, 1)
   * @param startStep the first step that averages, at least 0
   */
  public Averaging(double decay, long startStep) {
    this(decay, startStep, 0);
  }

  /**
   * Averaging by the half-life of a weight, from the first step on.
   *
   * @param halfLife in steps, above 0
   * @param ramp the largest half-life as a fraction of the steps done, at least 0; 0 for no limit
   * @return the averaging
   */
  public static Averaging halvingEvery(double halfLife, double ramp) {
    return new Averaging(decay(halfLife), 0, ramp);
  }

  private static double decay(double halfLife) {
    return Math.pow(0.5, 1 / Math.max(halfLife, 1e-8));
  }

  /**
   * Returns the decay after a training step.
   *
   * @param step the step, from 0
   * @return the factor of the previous average, in [0, 1)
   */
  public double at(long step) {
    if (step < startStep) {
      return 0;
    }
    return ramp == 0 ? decay : Math.min(decay, decay(ramp * step));
  }
}
