package org.adversaria.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.internal.NDArrayEx;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Set;

/**
 * A variable of a script during a trace, with the interface of an array. An operation on it runs on
 * an example array, and the {@link Tracer} writes it to the script.
 */
final class TracedArray implements InvocationHandler {

  private static final Set<String> EXAMPLE_PROPERTIES =
      Set.of("getShape", "getDataType", "getDevice", "getManager", "getSparseFormat", "size");

  private static final Set<String> IGNORED =
      Set.of("attach", "tempAttach", "detach", "close", "setName", "setRequiresGradient");

  /** Default methods of DJL's interface that its PyTorch engine overrides. */
  private static final Set<String> OVERRIDDEN_BY_ENGINE = Set.of("oneHot", "split");

  private final Tracer tracer;
  private final String name;
  private final NDArray example;
  private final NDArray array;
  private final NDArrayEx internal;

  /** True if the variable is bfloat16. */
  private final boolean reduced;

  /** True if its images have channels last in memory. */
  private final boolean channelsLast;

  private String otherPrecision;

  TracedArray(Tracer tracer, String name, NDArray example, boolean reduced, boolean channelsLast) {
    this.tracer = tracer;
    this.name = name;
    this.example = example;
    this.reduced = reduced;
    this.channelsLast = channelsLast;
    array = proxy(NDArray.class);
    internal = proxy(NDArrayEx.class);
  }

  private <T> T proxy(Class<T> type) {
    ClassLoader loader = TracedArray.class.getClassLoader();
    return type.cast(Proxy.newProxyInstance(loader, new Class<?>[] {type}, this));
  }

  /** The traced array of a proxy; null for a real array. */
  static TracedArray of(Object array) {
    return array instanceof Proxy && Proxy.getInvocationHandler(array) instanceof TracedArray traced
        ? traced
        : null;
  }

  String name() {
    return name;
  }

  NDArray example() {
    return example;
  }

  NDArray array() {
    return array;
  }

  boolean reduced() {
    return reduced;
  }

  boolean channelsLast() {
    return channelsLast;
  }

  boolean floating() {
    return example.getDataType().isFloating();
  }

  int dimension() {
    return example.getShape().dimension();
  }

  /** The variable in float32 or, for {@code low}, in bfloat16; cast once. */
  String in(boolean low) {
    if (low == reduced || !floating()) {
      return name;
    }
    if (otherPrecision == null) {
      otherPrecision = tracer.cast(name, low);
    }
    return otherPrecision;
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    String operation = method.getName();
    if (method.getDeclaringClass() == Object.class) {
      return switch (operation) {
        case "equals" -> proxy == arguments[0];
        case "hashCode" -> System.identityHashCode(this);
        default -> name;
      };
    } else if (EXAMPLE_PROPERTIES.contains(operation)) {
      return onExample(method, arguments);
    } else if (IGNORED.contains(operation)) {
      return null;
    } else if (operation.equals("getNDArrayInternal")) {
      return internal;
    } else if (operation.equals("getArray")) {
      return array;
    } else if (method.isDefault() && !OVERRIDDEN_BY_ENGINE.contains(operation)) {
      return InvocationHandler.invokeDefault(proxy, method, arguments);
    }
    return tracer.operation(this, method, arguments == null ? new Object[0] : arguments);
  }

  /** Runs the operation on examples. */
  Object onExample(Method method, Object... arguments) {
    Object[] examples = arguments == null ? new Object[0] : arguments.clone();
    for (int i = 0; i < examples.length; i++) {
      examples[i] = tracer.example(examples[i]);
    }
    boolean ofArray = method.getDeclaringClass().isInstance(example);
    try {
      return method.invoke(ofArray ? example : example.getNDArrayInternal(), examples);
    } catch (InvocationTargetException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new UnsupportedOperationException(e.getCause());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The first of a result's arrays. */
  static NDArray first(Object result) {
    return result instanceof NDList list ? list.get(0) : (NDArray) result;
  }
}
