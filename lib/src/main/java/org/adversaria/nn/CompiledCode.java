package org.adversaria.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.adversaria.torch.Precision;
import org.adversaria.torch.TracedFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The compiled computations of one block. The first call traces a computation to a script; later
 * calls run the script with the block's parameters and buffers.
 *
 * <p>There is one trace for each combination of mode, precision and shapes of inputs without the
 * batch size. A computation that cannot be traced runs operation by operation in float32, and the
 * log has the reason.
 */
final class CompiledCode {

  private static final Logger LOG = LoggerFactory.getLogger(CompiledCode.class);

  private final TorchBlock block;
  private final Map<Key, Optional<Traced>> traced = new ConcurrentHashMap<>();

  CompiledCode(TorchBlock block) {
    this.block = block;
  }

  /** The key of one trace. */
  private record Key(
      String name,
      boolean training,
      Precision precision,
      List<Shape> shapes,
      List<DataType> types) {}

  /** A script, and the form of its outputs, see {@link ArrayTree}. */
  private record Traced(TracedFunction function, Object form) {}

  /**
   * Runs a computation.
   *
   * @param name of the computation, unique in the block
   * @param inputs arrays of one batch
   * @param code the computation, the same at every call of this name
   * @return an array, or a tree of arrays
   */
  <T> T call(
      String name, NDList inputs, boolean training, Precision precision, Function<NDList, T> code) {
    if (!oneBatch(inputs)) {
      return code.apply(inputs);
    }
    var key = key(name, inputs, training, precision);
    Optional<Traced> entry = traced.get(key);
    if (entry == null) {
      entry = trace(inputs, precision, code);
      traced.put(key, entry);
    }
    return entry.isPresent() ? called(entry.get(), inputs) : code.apply(inputs);
  }

  /** Calls a script. The form has the type that the code of this name returned. */
  @SuppressWarnings("unchecked")
  private static <T> T called(Traced entry, NDList inputs) {
    return (T) ArrayTree.rebuild(entry.form, entry.function.call(inputs));
  }

  boolean ran(Precision precision) {
    return traced.entrySet().stream()
        .anyMatch(entry -> entry.getKey().precision == precision && entry.getValue().isPresent());
  }

  private static boolean oneBatch(NDList inputs) {
    long size = inputs.get(0).getShape().dimension() == 0 ? 0 : inputs.get(0).getShape().get(0);
    return size > 0
        && inputs.stream()
            .allMatch(x -> x.getShape().dimension() > 0 && x.getShape().get(0) == size);
  }

  private static Key key(String name, NDList inputs, boolean training, Precision precision) {
    var shapes = new ArrayList<Shape>();
    var types = new ArrayList<DataType>();
    for (NDArray input : inputs) {
      shapes.add(input.getShape().slice(1));
      types.add(input.getDataType());
    }
    return new Key(name, training, precision, shapes, types);
  }

  private <T> Optional<Traced> trace(NDList inputs, Precision precision, Function<NDList, T> code) {
    try {
      return Optional.of(trace(block, inputs, precision, code));
    } catch (RuntimeException e) {
      LOG.warn(
          "{} runs uncompiled and in fp32: {}",
          name(block),
          e.getMessage(),
          LOG.isDebugEnabled() ? e : null);
      return Optional.empty();
    }
  }

  /** The name of an anonymous class is that of the class it extends. */
  private static String name(TorchBlock block) {
    Class<?> type = block.getClass();
    return type.isAnonymousClass() ? type.getSuperclass().getSimpleName() : type.getSimpleName();
  }

  private static <T> Traced trace(
      TorchBlock block, NDList inputs, Precision precision, Function<NDList, T> code) {
    var form = new Object[1];
    TracedFunction function =
        function(
            block,
            inputs,
            precision,
            examples -> {
              form[0] = code.apply(examples);
              return ArrayTree.flatten(form[0]);
            });
    return new Traced(function, form[0]);
  }

  /** Traces a computation with a block's parameters and buffers. */
  static TracedFunction function(
      TorchBlock block, NDList inputs, Precision precision, Function<NDList, NDList> code) {
    return TracedFunction.of(precision, arrays(block), code::apply, inputs);
  }

  /** Parameters and buffers, and the counts that published state dicts lack. */
  private static Map<String, NDArray> arrays(TorchBlock block) {
    var arrays = new LinkedHashMap<String, NDArray>(block.stateDict());
    List<RunningStatistics> layers = StandingStatistics.find(block);
    for (int i = 0; i < layers.size(); i++) {
      NDArray count = layers.get(i).batchesTracked();
      if (arrays.values().stream().noneMatch(array -> array == count)) {
        arrays.put("batches_tracked." + i, count);
      }
    }
    return arrays;
  }
}
