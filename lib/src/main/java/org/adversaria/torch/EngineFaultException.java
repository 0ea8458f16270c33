package org.adversaria.torch;

/** Thrown in place of a computation that PyTorch would do wrong on this processor. */
public final class EngineFaultException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  EngineFaultException(String message) {
    super(message);
  }
}
