package org.adversaria.data;

/**
 * Data that cannot be used or cannot be had: a damaged file, a wrong checksum, a failed download.
 *
 * <p>The message names the file, what is wrong with it, and the remedy.
 */
public final class DataException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message the file, what is wrong and the remedy
   */
  public DataException(String message) {
    super(message);
  }

  /**
   * Creates the exception.
   *
   * @param message the file, what is wrong and the remedy
   * @param cause what was thrown
   */
  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
