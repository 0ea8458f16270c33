package org.adversaria.reference;

/** A file that is no reference case as the reader knows them; the message names the file. */
public final class ReferenceFormatException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public ReferenceFormatException(String message) {
    super(message);
  }

  public ReferenceFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
