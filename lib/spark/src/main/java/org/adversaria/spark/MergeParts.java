package org.adversaria.spark;

import org.adversaria.metrics.EvaluationPart;
import org.apache.spark.api.java.function.Function2;

/** Puts two parts of an evaluation together. */
final class MergeParts implements Function2<byte[], byte[], byte[]> {

  private static final long serialVersionUID = 1L;

  @Override
  public byte[] call(byte[] one, byte[] other) {
    return EvaluationPart.from(one).merge(EvaluationPart.from(other)).toBytes();
  }
}
