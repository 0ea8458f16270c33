package org.adversaria.torch;

import java.util.function.Supplier;

/** In which numbers a traced function computes its products. */
public enum Precision {

  /** Everything in 32 bits. */
  FP32,

  /**
   * Convolutions and matrix products in bfloat16, and what lies between them; parameters,
   * normalisation statistics, spectral norms, sums and results in 32 bits, as under PyTorch's
   * autocast.
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
   * Computes in 32 bits within a network of another precision, as PyTorch's {@code autocast(enabled
   * = False)}: the last layers before a loss, whose outputs are few.
   *
   * @param <T> the type of the result
   * @param code what to compute
   * @return what it returned
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
