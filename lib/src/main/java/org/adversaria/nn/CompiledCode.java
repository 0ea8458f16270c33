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
 * The compiled computations of one block: each is traced at its first call, as a script that is
 * called from then on with the block's own parameters and buffers.
 *
 * <p>Training and evaluation, precisions, and inputs of other shapes are traced one by one; the
 * size of the batch may change from call to call. What cannot be traced is computed as it is, in 32
 * bits, and the log says why.
 */
final class CompiledCode {

  private static final Logger LOG = LoggerFactory.getLogger(CompiledCode.class);

  private final TorchBlock block;
  private final Map<Key, Optional<Traced>> traced = new ConcurrentHashMap<>();

  CompiledCode(TorchBlock block) {
    this.block = block;
  }

  /** What one trace is for. */
  private record Key(
      String name,
      boolean training,
      Precision precision,
      List<Shape> shapes,
      List<DataType> types) {}

  /** A script, and the form of what it returns, see {@link ArrayTree}. */
  private record Traced(TracedFunction function, Object form) {}

  /**
   * Computes.
   *
   * @param name of the computation, one of its own for each of the block
   * @param inputs arrays of one batch
   * @param code what to compute, the same at every call of this name
   * @return an array, or a tree of arrays
   */
  <T> T call(
      String name, NDList inputs, boolean training, Precision precision, Function<NDList, T> code) {
    if (!oneBatch(inputs)) {
      return code.apply(inputs);
    }
    var key = key(name, inputs, training, precision);
    Optional<Traced> known = traced.get(key);
    if (known == null) {
      known = trace(inputs, precision, code);
      traced.put(key, known);
    }
    return known.isPresent() ? called(known.get(), inputs) : code.apply(inputs);
  }

  /** The form is of the type that the code of this name returned. */
  @SuppressWarnings("unchecked")
  private static <T> T called(Traced known, NDList inputs) {
    return (T) ArrayTree.rebuild(known.form, known.function.call(inputs));
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

  /** Parameters and buffers, and the counts that published state dicts leave out. */
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
