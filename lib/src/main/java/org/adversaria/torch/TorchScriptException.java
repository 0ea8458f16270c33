package org.adversaria.torch;

/**
 * A TorchScript text that does not compile, or a call of it that failed.
 *
 * <p>The message has the script's name, the line in its text, and PyTorch's explanation.
 */
public final class TorchScriptException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what failed and where
   * @param cause the engine's exception
   */
  public TorchScriptException(String message, Throwable cause) {
    super(message, cause);
  }
}
