package org.adversaria.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.Arrays;
import java.util.Objects;

/** The arguments of a call in PyTorch's inference mode, to be closed after it. */
final class ScriptArguments implements AutoCloseable {

  private final IValue[] values;

  /**
   * Converts the arguments.
   *
   * @param method the called method, for messages
   * @param arguments NDArray, non-empty NDList, Double, Float, Long, Integer, Boolean
   */
  ScriptArguments(String method, Object... arguments) {
    values = new IValue[arguments.length];
    try {
      for (int i = 0; i < arguments.length; i++) {
        values[i] = toIValue(method, i, arguments[i]);
      }
    } catch (IllegalArgumentException e) {
      close();
      throw e;
    }
  }

  IValue[] values() {
    return values;
  }

  private static IValue toIValue(String method, int index, Object argument) {
    if (argument instanceof PtNDArray array) {
      return IValue.from(array);
    } else if (argument instanceof NDList list) {
      requireNotEmpty(method, index, list);
      return IValue.listFrom(list.stream().toArray(PtNDArray[]::new));
    } else if (argument instanceof Double || argument instanceof Float) {
      return IValue.from(((Number) argument).doubleValue());
    } else if (argument instanceof Long || argument instanceof Integer) {
      return IValue.from(((Number) argument).longValue());
    } else if (argument instanceof Boolean flag) {
      return IValue.from(flag);
    }
    throw new IllegalArgumentException(
        "Argument " + index + " of '" + method + "' has a type no script takes: " + argument);
  }

  static void requireNotEmpty(String method, int index, NDList list) {
    if (list.isEmpty()) {
      throw new IllegalArgumentException(
          "Argument " + index + " of '" + method + "' is an empty list; a script needs one array");
    }
  }

  /** The first array among arguments, whose manager owns the results; null if there is none. */
  static NDArray firstArray(Object... arguments) {
    for (Object argument : arguments) {
      if (argument instanceof NDArray array) {
        return array;
      } else if (argument instanceof NDList list && !list.isEmpty()) {
        return list.get(0);
      }
    }
    return null;
  }

  @Override
  public void close() {
    Arrays.stream(values).filter(Objects::nonNull).forEach(IValue::close);
  }
}
