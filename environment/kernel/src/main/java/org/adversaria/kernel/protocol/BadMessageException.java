package org.adversaria.kernel.protocol;

/** What came over a socket is no message of this connection; it is left out. */
final class BadMessageException extends Exception {

  private static final long serialVersionUID = 1L;

  BadMessageException(String message) {
    super(message);
  }

  BadMessageException(String message, Throwable cause) {
    super(message, cause);
  }
}
