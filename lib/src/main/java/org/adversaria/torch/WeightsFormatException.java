package org.adversaria.torch;

/** A file that cannot be read as weights; {@link TorchFile} makes an {@code IOException} of it. */
final class WeightsFormatException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  WeightsFormatException(String message) {
    super(message);
  }
}
