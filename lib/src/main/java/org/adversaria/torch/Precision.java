package org.adversaria.torch;

import java.util.function.Supplier;

/** The precision of convolutions and matrix products in a traced function. */
public enum Precision {

  /** Everything in float32. */
  FP32,

  /**
   * Convolutions, matrix products and the elementwise operations between them in bfloat16;
   * parameters, normalisation statistics, spectral norms, sums and results in float32, as with
   * PyTorch's autocast.
   */
  BF16;

  /**
   * Finds a precision by its name in settings.
   *
   * @param name {@code fp32} or {@code bf16}
   * @return the precision
   * @throws IllegalArgumentException if there is none of that name
   */
  public static Precision named(String name) {
    for (Precision precision : values()) {
      if (precision.toString().equals(name)) {
        return precision;
      }
    }
    throw new IllegalArgumentException(
        Text.format("There is no precision '%s'; there are fp32 and bf16", name));
  }

  /**
   * Computes in float32 within a network of another precision, as PyTorch's {@code autocast(enabled
   * = False)}; for the last layers before a loss, which have few outputs.
   *
   * @param <T> the type of the result
   * @param code the computation
   * @return its result
   */
  public static <T> T fp32(Supplier<T> code) {
    Tracer tracer = Tracer.current();
    return tracer == null ? code.get() : tracer.in(FP32, code);
  }

  /** The name in settings: {@code fp32} or {@code bf16}. */
  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
