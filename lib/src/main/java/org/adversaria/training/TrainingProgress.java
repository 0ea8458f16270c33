package org.adversaria.training;

import java.time.Duration;
import java.util.Map;

/**
 * How far a training is.
 *
 * @param step the steps done, from 0
 * @param steps those of the whole run
 * @param stepsHere the steps done in this process; fewer than {@code step} after a resume
 * @param elapsed the time spent in this process
 * @param samplesPerSecond real samples in a second of this process, those of all updates of a step
 * @param scalars the last values of all terms by the names of the log
 */
public record TrainingProgress(
    long step,
    long steps,
    long stepsHere,
    Duration elapsed,
    double samplesPerSecond,
    Map<String, Double> scalars) {

  /**
   * Estimates the time until the last step by the mean time of the steps in this process.
   *
   * @return the time left; zero before the first step
   */
  public Duration left() {
    return stepsHere == 0
        ? Duration.ZERO
        : Duration.ofNanos((long) ((double) elapsed.toNanos() / stepsHere * (steps - step)));
  }
}
