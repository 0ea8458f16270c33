package org.adversaria.data;

import org.adversaria.torch.Text;

/**
 * Data that are unusable or unavailable: a damaged file, a wrong checksum, a failed download.
 *
 * <p>The message has the file, the problem and the remedy. Control characters of names in it are
 * escaped, see {@link Text#visible}.
 */
public final class DataException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message the file, the problem and the remedy
   */
  public DataException(String message) {
    super(Text.visibleLines(message));
  }

  /**
   * Creates the exception.
   *
   * @param message the file, the problem and the remedy
   * @param cause the original exception
   */
  public DataException(String message, Throwable cause) {
    super(Text.visibleLines(message), cause);
  }
}
