package org.adversaria.torch;

/** PyTorch's results are wrong on this processor, and no workaround is available. */
public final class EngineFaultException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  EngineFaultException(String message) {
    super(message);
  }
}
