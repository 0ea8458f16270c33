package org.adversaria.training;

/** Training that cannot go on: the message names the step, the term and what is kept. */
public final class TrainingException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what happened, what is kept and what may help
   */
  public TrainingException(String message) {
    super(message);
  }
}
