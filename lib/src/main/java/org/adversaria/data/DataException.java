package org.adversaria.data;

/**
 * Data that are unusable or unavailable: a damaged file, a wrong checksum, a failed download.
 *
 * <p>The message has the file, the problem and the remedy.
 */
public final class DataException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message the file, the problem and the remedy
   */
  public DataException(String message) {
    super(message);
  }

  /**
   * Creates the exception.
   *
   * @param message the file, the problem and the remedy
   * @param cause the original exception
   */
  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
