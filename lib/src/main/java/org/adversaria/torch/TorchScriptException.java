package org.adversaria.torch;

/**
 * A TorchScript source that does not compile, or a call of it that PyTorch refused.
 *
 * <p>The message names the script, the line in the text that the author wrote, and PyTorch's own
 * explanation.
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
