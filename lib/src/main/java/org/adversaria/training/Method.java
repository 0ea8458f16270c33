package org.adversaria.training;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.adversaria.models.Generator;

/**
 * What a training run asks of a method. A method is a value: its settings, and how to make its
 * networks and objectives from them. The networks belong to the run.
 */
public interface Method {

  /**
   * Returns the method's name, such as {@code conditional-gan}.
   *
   * @return the name
   */
  String name();

  /**
   * Returns every setting that the run depends on, for the record.
   *
   * @return settings by name, of types that Jackson writes
   */
  Map<String, Object> settings();

  /**
   * Returns how many images a turn uses.
   *
   * @return the batch size
   */
  int batchSize();

  /**
   * Returns over how many turns gradients are averaged before an update: a batch that does not fit
   * in memory is taken in parts. Statistics of batch normalisation are those of a part.
   *
   * @return 1 unless a method says otherwise
   */
  default int accumulations() {
    return 1;
  }

  /**
   * Makes a generator that is not initialised.
   *
   * @return a network of the method's settings
   */
  Generator newGenerator();

  /**
   * Makes the players, in the order of their turns. Networks other than the generator are new.
   *
   * @param generator the generator to train
   * @return the players
   */
  List<Player> players(Generator generator);

  /**
   * Returns how the generator's weights are averaged.
   *
   * @return empty for no averaging
   */
  default Optional<Averaging> averaging() {
    return Optional.empty();
  }

  /**
   * Exponential averaging of the generator's weights: from the start step on average = decay
   * average + (1 - decay) weight after each step; before it the average is the weight itself.
   *
   * <p>Source: Karras et al., "Progressive Growing of GANs", 2018, section 6; Brock et al., 2019,
   * appendix C, for the start step.
   *
   * <p>With a ramp the half-life of the average is at most that part of the steps done, so that the
   * first ones are soon forgotten (the published code of StyleGAN2 with adaptive augmentation).
   *
   * @param decay in [0, 1)
   * @param startStep the first step that averages
   * @param ramp the half-life's largest part of the steps done; 0 for no limit
   */
  record Averaging(double decay, long startStep, double ramp) {

    /**
     * Averaging without a ramp.
     *
     * @param decay in [0, 1)
     * @param startStep the first step that averages
     */
    public Averaging(double decay, long startStep) {
      this(decay, startStep, 0);
    }

    /**
     * Averaging by the half-life of a weight, from the first step on.
     *
     * @param halfLife in steps
     * @param ramp the half-life's largest part of the steps done; 0 for no limit
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
     * @return how much of the average stays, in [0, 1)
     */
    public double at(long step) {
      if (step < startStep) {
        return 0;
      }
      return ramp == 0 ? decay : Math.min(decay, decay(ramp * step));
    }
  }
}
