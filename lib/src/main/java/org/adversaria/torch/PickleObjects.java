package org.adversaria.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.adversaria.torch.Pickle.Global;
import org.adversaria.torch.Pickle.Tuple;

/**
 * The functions and classes that a pickle of weights may name, and what is made instead of them.
 * Any other name is refused.
 *
 * <p>Modules of NVIDIA's networks become {@link SavedModule}s, of which the source text in the file
 * is not even looked at.
 */
final class PickleObjects {

  private static final String ORDERED_DICT = "collections.OrderedDict";
  private static final String EASY_DICT = "dnnlib.util.EasyDict";

  /** Names that only stand in arguments. */
  private static final Set<String> TYPES =
      Set.of(
          "torch.Tensor", "torch.nn.parameter.Parameter", "numpy.ndarray", EASY_DICT, ORDERED_DICT);

  /** A call of a function with its arguments. */
  private interface Call {
    Object of(List<Object> arguments);
  }

  /** Storages that a pickle names by persistent ids. */
  interface Storages {

    /**
     * @param key the storage's name
     * @param type of its elements; empty for bytes
     * @param elements their number
     */
    Storage storage(String key, Optional<StoredType> type, long elements);
  }

  /**
   * Elements in a row.
   *
   * @param type of the elements; empty for bytes, whose type a tensor has
   */
  static final class Storage {
    final Optional<StoredType> type;
    final long size;
    private StoredBytes bytes;

    /**
     * @param size in bytes
     * @param bytes null until their place is known
     */
    Storage(Optional<StoredType> type, long size, StoredBytes bytes) {
      this.type = type;
      this.size = size;
      this.bytes = bytes;
    }

    void setBytes(StoredBytes place) {
      bytes = place;
    }

    StoredBytes bytes() {
      return bytes;
    }
  }

  /** A class of storages; empty for bytes. */
  private record StorageClass(Optional<StoredType> type) {}

  /** A type of NumPy before and after its byte order is known. */
  private static final class NumpyType {
    private final StoredType type;

    private NumpyType(StoredType type) {
      this.type = type;
    }
  }

  /** An array of NumPy before and after it has its elements. */
  static final class NumpyArray {
    private SavedTensor tensor;

    /** The array as a tensor; null if it was never filled. */
    SavedTensor tensor() {
      return tensor;
    }
  }

  private final ScriptEntry entry;
  private final FileChannel channel;
  private final PickleBudget budget;
  private final Storages storages;
  private final boolean nested;
  private final Map<String, Call> calls = new LinkedHashMap<>();

  /**
   * @param storages of the file; null if its pickle names none
   * @param nested whether the pickle lies in another
   */
  PickleObjects(
      ScriptEntry entry,
      FileChannel channel,
      PickleBudget budget,
      Storages storages,
      boolean nested) {
    this.entry = entry;
    this.channel = channel;
    this.budget = budget;
    this.storages = storages;
    this.nested = nested;
    calls.put(ORDERED_DICT, this::orderedDict);
    calls.put("torch._utils._rebuild_tensor", in -> tensor(in, 4, 4));
    calls.put("torch._utils._rebuild_tensor_v2", in -> tensor(in, 6, 7));
    calls.put("torch._utils._rebuild_tensor_v3", this::tensorOfBytes);
    calls.put("torch._utils._rebuild_parameter", in -> first(in, SavedTensor.class, 3));
    calls.put("torch._utils._rebuild_parameter_with_state", in -> first(in, SavedTensor.class, 4));
    calls.put("torch._tensor._rebuild_from_type_v2", this::tensorOfType);
    calls.put("torch.storage._load_from_bytes", this::nestedStorage);
    calls.put("torch.Size", in -> new ArrayList<>(first(in, Tuple.class, 1).values()));
    calls.put("torch.device", in -> first(in, String.class, 2));
    calls.put("torch_utils.persistence._reconstruct_persistent_obj", this::module);
    calls.put("_codecs.encode", this::encoded);
    for (String module : List.of("builtins.", "__builtin__.")) {
      calls.put(module + "set", in -> first(in, List.class, 1));
      calls.put(module + "frozenset", in -> first(in, List.class, 1));
      calls.put(module + "bytearray", in -> first(in, StoredBytes.class, 1));
    }
    calls.put("numpy.dtype", this::numpyType);
    for (String core : List.of("numpy.core.", "numpy._core.")) {
      calls.put(core + "multiarray._reconstruct", in -> new NumpyArray());
      calls.put(core + "multiarray.scalar", this::numpyScalar);
      calls.put(core + "numeric._frombuffer", this::numpyFromBuffer);
    }
  }

  /** The values within a value; null for one without. */
  static Iterable<?> parts(Object value) {
    if (value instanceof List<?> list) {
      return list;
    } else if (value instanceof Tuple tuple) {
      return tuple.values();
    } else if (value instanceof Map<?, ?> map) {
      return map.values();
    }
    return value instanceof SavedModule module ? List.of(module.state()) : null;
  }

  /** A dictionary's key. */
  Object key(Object value) {
    if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      return value;
    }
    throw entry.damaged("a dictionary in it has a key that is neither a text nor a number");
  }

  // ---- names ------------------------------------------------------------------------------------

  /** What a name stands for. */
  Object global(String module, String name) {
    String full = module + "." + name;
    if (calls.containsKey(full) || TYPES.contains(full)) {
      return new Global(full);
    }
    if (module.equals("torch.storage") || module.equals("torch") || module.equals("torch.cuda")) {
      if (name.equals("UntypedStorage")) {
        return new StorageClass(Optional.empty());
      }
      Optional<StoredType> storage = StoredType.ofStorage(name);
      if (storage.isPresent()) {
        return new StorageClass(storage);
      }
    }
    if (module.equals("torch")) {
      return StoredType.ofTorch(name).orElseThrow(() -> refusedOfTorch(name));
    }
    throw refused(full);
  }

  private RuntimeException refusedOfTorch(String name) {
    if (name.matches(
        "(Complex|Q)[A-Za-z0-9]*Storage|complex[0-9]+|q?u?int[0-9x]+|float8_.*|float4_.*")) {
      return entry.exception(
          Text.format("it has tensors of torch.%s, a type that is not read", Text.visible(name)),
          "In Python save them as float32, or int64: x.float(), torch.view_as_real(x)");
    }
    return refused("torch." + name);
  }

  private RuntimeException refused(String name) {
    String shown = ScriptEntry.printable(name);
    if (name.startsWith("dnnlib.tflib.")) {
      return entry.exception(
          Text.format("'%s' is a network of TensorFlow", shown),
          "NVIDIA's stylegan2-ada-pytorch converts it: python legacy.py --source=... --dest=...");
    }
    if (name.startsWith("__torch__.")) {
      return entry.exception(
          Text.format("'%s' is code of TorchScript", shown), "ScriptFile.load reads such files");
    }
    return entry.refused(Text.format("it names '%s', which is not read", shown));
  }

  /** The value of a function of these arguments. */
  Object call(Object function, List<Object> arguments) {
    Call call = function instanceof Global global ? calls.get(global.name()) : null;
    if (call == null) {
      throw entry.damaged("it calls what is no function of PyTorch or NumPy");
    }
    return call.of(arguments);
  }

  /** An object of a class, before it is filled. */
  Object create(Object type, List<Object> arguments) {
    boolean dictionary =
        type instanceof Global global
            && (global.name().equals(EASY_DICT) || global.name().equals(ORDERED_DICT));
    require(dictionary && arguments.isEmpty());
    return new LinkedHashMap<>();
  }

  /** Gives an object its state. */
  void build(Object target, Object state) {
    if (target instanceof NumpyArray array) {
      fill(array, state);
    } else if (target instanceof NumpyType) {
      requireByteOrder(state);
    } else if (!(target instanceof Map<?, ?>) || parts(state) == null && state != Pickle.NONE) {
      throw entry.damaged("it gives a state to what has none");
    }
    // A state dict's attributes, such as _metadata, hold no tensors.
  }

  private void require(boolean condition) {
    if (!condition) {
      throw entry.damaged("a call in it has other arguments than PyTorch writes");
    }
  }

  private <T> T first(List<Object> arguments, Class<T> type, int most) {
    require(!arguments.isEmpty() && arguments.size() <= most && type.isInstance(arguments.get(0)));
    return type.cast(arguments.get(0));
  }

  /** Python 2 gives the items as pairs. */
  private Object orderedDict(List<Object> arguments) {
    var map = new LinkedHashMap<Object, Object>();
    if (arguments.isEmpty()) {
      return map;
    }
    for (Object pair : first(arguments, List.class, 1)) {
      List<?> both =
          pair instanceof Tuple tuple ? tuple.values() : pair instanceof List<?> l ? l : List.of();
      require(both.size() == 2);
      budget.value();
      map.put(key(both.get(0)), both.get(1));
    }
    return map;
  }

  /** Protocol 2 writes bytes as a text of characters up to 255. */
  private Object encoded(List<Object> arguments) {
    String text = first(arguments, String.class, 2);
    require(arguments.size() == 2 && arguments.get(1).equals("latin1"));
    require(text.chars().allMatch(c -> c < 256));
    return latin1(text);
  }

  private StoredBytes latin1(String text) {
    budget.takeMemory(text.length());
    return new StoredBytes.OnHeap(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private Object module(List<Object> arguments) {
    Map<?, ?> meta = first(arguments, Map.class, 1);
    if (!"class".equals(meta.get("type"))
        || !(meta.get("class_name") instanceof String name)
        || !(meta.get("state") instanceof Map<?, ?> state)) {
      throw entry.damaged("a module in it is described otherwise than NVIDIA's code does");
    }
    return new SavedModule(name, state);
  }

  // ---- tensors ----------------------------------------------------------------------------------

  /** {@code ("storage", class, key, device, elements)}, and in old files what it is a view of. */
  Object persistent(Object id) {
    List<Object> values = id instanceof Tuple tuple ? tuple.values() : List.of();
    if (!values.isEmpty() && values.get(0).equals("module")) {
      throw entry.refused("it holds a whole network with its source");
    }
    boolean plain =
        storages != null
            && (values.size() == 5 || values.size() == 6 && values.get(5) == Pickle.NONE)
            && values.get(0).equals("storage")
            && values.get(1) instanceof StorageClass
            && values.get(2) instanceof String
            && values.get(4) instanceof Long elements
            && elements >= 0
            && elements <= Long.MAX_VALUE / 16;
    if (!plain) {
      throw entry.damaged("it names a storage otherwise than PyTorch does");
    }
    return storages.storage(
        (String) values.get(2), ((StorageClass) values.get(1)).type(), (Long) values.get(4));
  }

  /** {@code (storage, offset, sizes, strides)}, then whether it has a gradient, and hooks. */
  private Object tensor(List<Object> arguments, int least, int most) {
    require(arguments.size() >= least && arguments.size() <= most);
    require(arguments.get(0) instanceof Storage storage && storage.type.isPresent());
    var storage = (Storage) arguments.get(0);
    return tensor(storage, storage.type.orElseThrow(), arguments);
  }

  /** The same with the type of the elements behind. */
  private Object tensorOfBytes(List<Object> arguments) {
    require(arguments.size() >= 7 && arguments.size() <= 8);
    require(arguments.get(0) instanceof Storage && arguments.get(6) instanceof StoredType);
    return tensor((Storage) arguments.get(0), (StoredType) arguments.get(6), arguments);
  }

  private SavedTensor tensor(Storage storage, StoredType type, List<Object> arguments) {
    require(arguments.get(1) instanceof Long);
    long[] sizes = numbers(arguments.get(2));
    long[] strides = numbers(arguments.get(3));
    return tensor(storage, new TensorLayout(type, (Long) arguments.get(1), sizes, strides));
  }

  private SavedTensor tensor(Storage storage, TensorLayout layout) {
    String fault = layout.fault(storage.size);
    if (fault != null) {
      throw entry.damaged(fault);
    }
    budget.tensor(layout.arrayBytes());
    return new SavedTensor(layout, storage);
  }

  private long[] numbers(Object value) {
    List<?> values =
        value instanceof Tuple tuple ? tuple.values() : value instanceof List<?> l ? l : null;
    require(values != null && values.size() <= TensorLayout.MAXIMAL_DIMENSIONS);
    require(values.stream().allMatch(each -> each instanceof Long number && number >= 0));
    return values.stream().mapToLong(each -> (Long) each).toArray();
  }

  /** {@code (function, class, arguments, state)} of tensors with attributes. */
  private Object tensorOfType(List<Object> arguments) {
    require(arguments.size() == 4);
    boolean known =
        arguments.get(0) instanceof Global function
            && function.name().startsWith("torch._utils._rebuild_")
            && arguments.get(1) instanceof Global type
            && (type.name().equals("torch.Tensor")
                || type.name().equals("torch.nn.parameter.Parameter"))
            && arguments.get(2) instanceof Tuple;
    require(known);
    return call(arguments.get(0), ((Tuple) arguments.get(2)).values());
  }

  /** A storage as {@code torch.save} writes it, whose bytes lie in the pickle. */
  private Object nestedStorage(List<Object> arguments) {
    StoredBytes bytes = first(arguments, StoredBytes.class, 1);
    require(!nested);
    Object value = new LegacyFile(entry, channel, bytes, budget, true).read();
    require(value instanceof Storage || value instanceof SavedTensor);
    return value;
  }

  // ---- NumPy ------------------------------------------------------------------------------------

  private Object numpyType(List<Object> arguments) {
    String code = first(arguments, String.class, 3);
    return new NumpyType(
        StoredType.ofNumpy(code)
            .orElseThrow(
                () ->
                    entry.exception(
                        Text.format(
                            "it has an array of NumPy of type '%s', which is not read",
                            ScriptEntry.printable(code)),
                        "Store it as a tensor, or leave it out")));
  }

  /** {@code (version, byte order, ...)}. */
  private void requireByteOrder(Object state) {
    require(
        state instanceof Tuple tuple
            && tuple.values().size() >= 2
            && tuple.values().get(1) instanceof String);
    String order = (String) ((Tuple) state).values().get(1);
    if (order.equals(">")) {
      throw entry.exception(
          "it has an array of NumPy whose numbers are big-endian",
          "Convert it in Python: x.astype(x.dtype.newbyteorder('<'))");
    }
    require(order.equals("<") || order.equals("|") || order.equals("="));
  }

  /** {@code (version, shape, type, whether in Fortran's order, bytes)}. */
  private void fill(NumpyArray array, Object state) {
    require(array.tensor == null && state instanceof Tuple);
    List<Object> values = ((Tuple) state).values();
    require(
        values.size() == 5
            && values.get(2) instanceof NumpyType
            && values.get(3) instanceof Boolean);
    Object content = values.get(4);
    StoredBytes bytes = content instanceof String text ? latin1(text) : null;
    if (content instanceof StoredBytes stored) {
      bytes = stored;
    }
    require(bytes != null);
    array.tensor =
        ofNumpy((NumpyType) values.get(2), values.get(1), bytes, (Boolean) values.get(3));
  }

  /** {@code (bytes, type, shape, order)}. */
  private Object numpyFromBuffer(List<Object> arguments) {
    StoredBytes bytes = first(arguments, StoredBytes.class, 4);
    require(arguments.size() == 4 && arguments.get(1) instanceof NumpyType);
    var array = new NumpyArray();
    array.tensor =
        ofNumpy(
            (NumpyType) arguments.get(1), arguments.get(2), bytes, arguments.get(3).equals("F"));
    return array;
  }

  private SavedTensor ofNumpy(NumpyType type, Object shape, StoredBytes bytes, boolean fortran) {
    long[] sizes = numbers(shape);
    long[] strides = fortran ? TensorLayout.columns(sizes) : TensorLayout.rows(sizes);
    var storage = new Storage(Optional.of(type.type), bytes.size(), bytes);
    return tensor(storage, new TensorLayout(type.type, 0, sizes, strides));
  }

  /** A number of NumPy as one of Python. */
  private Object numpyScalar(List<Object> arguments) {
    NumpyType type = first(arguments, NumpyType.class, 2);
    require(arguments.size() == 2);
    Object content = arguments.get(1) instanceof String text ? latin1(text) : arguments.get(1);
    require(content instanceof StoredBytes bytes && bytes.size() == type.type.bytes);
    ByteBuffer buffer = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try {
      ((StoredBytes) content).read(channel, 0, buffer.limit(type.type.bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    buffer.clear();
    return switch (type.type) {
      case FLOAT64 -> buffer.getDouble();
      case FLOAT32 -> (double) buffer.getFloat();
      case BOOL -> buffer.get() != 0;
      case INT32 -> (long) buffer.getInt();
      case INT16 -> (long) buffer.getShort();
      case INT8 -> (long) buffer.get();
      case FLOAT16 -> (double) TensorLayout.half(buffer.getShort());
      default -> buffer.getLong();
    };
  }

  /** Whether a value is a plain number, text or truth value. */
  static boolean isPlain(Object value) {
    return value instanceof String
        || value instanceof Long
        || value instanceof BigInteger
        || value instanceof Double
        || value instanceof Boolean;
  }
}
