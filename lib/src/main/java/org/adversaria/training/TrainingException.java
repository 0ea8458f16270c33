package org.adversaria.training;

/** Training failed. The message names the step, the term and the last checkpoint. */
public final class TrainingException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message the cause, the last checkpoint and possible remedies
   */
  public TrainingException(String message) {
    super(message);
  }
}
