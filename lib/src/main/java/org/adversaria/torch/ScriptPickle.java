package org.adversaria.torch;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads a pickle of a TorchScript file without making its objects: the part of protocol 2 that
 * PyTorch writes. It names nothing but tensors, lists and the classes of the file's code;
 * attributes have the types of their classes, and tensors lie within the bytes that are stored for
 * them.
 */
final class ScriptPickle {

  private static final int MAXIMAL_DEPTH = 100;
  private static final int MAXIMAL_VALUES = 4_000_000;
  private static final int MAXIMAL_COMPARISONS = 16_000_000;
  private static final int MAXIMAL_DIMENSIONS = 64;

  /** The bytes of an element, by the type's name in Python. */
  private static final Map<String, Integer> ELEMENT_BYTES =
      Map.ofEntries(
          Map.entry("ByteStorage", 1),
          Map.entry("CharStorage", 1),
          Map.entry("BoolStorage", 1),
          Map.entry("ShortStorage", 2),
          Map.entry("HalfStorage", 2),
          Map.entry("BFloat16Storage", 2),
          Map.entry("IntStorage", 4),
          Map.entry("FloatStorage", 4),
          Map.entry("LongStorage", 8),
          Map.entry("DoubleStorage", 8),
          Map.entry("ComplexFloatStorage", 8),
          Map.entry("ComplexDoubleStorage", 16));

  private enum Marker {
    MARK,
    NONE,
    TENSOR,
    ORDERED_DICT,
    DEVICE
  }

  /** What a global name stands for: a function or a storage's type. */
  private record Global(String name) {}

  /** An object of a class of the code, before it has its state and after. */
  private static final class Instance {
    private final ScriptClass type;
    private boolean complete;
    private int depth = 1;

    private Instance(ScriptClass type) {
      this.type = type;
    }
  }

  /** A tuple, list or dictionary (of keys and values in turn). */
  private static final class Container {
    private final char kind;
    private final List<Object> values = new ArrayList<>();
    private ScriptType type;
    private boolean closed;
    private int depth = 1;

    private Container(char kind) {
      this.kind = kind;
    }
  }

  /** A storage: its element's bytes and their number. */
  private record Storage(long elements) {}

  private final ScriptEntry entry;
  private final ScriptCode code;
  private final ByteBuffer bytes;
  private final Map<String, Long> storageBytes = new TreeMap<>();
  private final List<Object> stack = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();
  private final List<Object> memo = new ArrayList<>();
  private int values;
  private int comparisons;
  private boolean tags;

  private ScriptPickle(ScriptEntry entry, ScriptCode code, byte[] bytes) {
    this.entry = entry;
    this.code = code;
    this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Examines a pickle.
   *
   * @param module whether it has to be a module; otherwise a tuple of constants
   * @return the bytes of each storage it names
   */
  static Map<String, Long> examine(
      ScriptEntry entry, ScriptCode code, byte[] bytes, boolean module) {
    var pickle = new ScriptPickle(entry, code, bytes);
    Object result;
    try {
      result = pickle.run();
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw entry.damaged("it ends early");
    }
    boolean wanted =
        module
            ? result instanceof Instance object && object.type.base().equals("Module")
            : result instanceof Container tuple && tuple.kind == 't';
    if (!wanted) {
      throw entry.damaged(
          module
              ? "it holds no network. A state dict holds weights without code: in Python save the"
                  + " network itself, torch.jit.save(torch.jit.script(network), path)"
              : "it holds no tuple of constants");
    }
    return pickle.storageBytes;
  }

  private Object run() {
    if (bytes.get() != (byte) 0x80 || bytes.get() != 2) {
      throw entry.damaged("it is no pickle of protocol 2");
    }
    int code = bytes.get() & 0xff;
    while (code != '.') {
      step(code);
      code = bytes.get() & 0xff;
    }
    if (stack.size() != 1 || !marks.isEmpty() || bytes.hasRemaining()) {
      throw entry.damaged("it does not end with one value");
    }
    return child(stack.get(0));
  }

  private void step(int code) {
    switch (code) {
      case '(' -> marks.add(stack.size());
      case ')' -> push(tuple(List.of()));
      case 't' -> push(tuple(popMarked()));
      case 0x85 -> push(tuple(pop(1)));
      case 0x86 -> push(tuple(pop(2)));
      case 0x87 -> push(tuple(pop(3)));
      case ']', '}' -> push(new Container((char) code));
      case 'a' -> fill(']', pop(1), false);
      case 'e' -> fill(']', popMarked(), true);
      case 's' -> fill('}', pop(2), false);
      case 'u' -> fill('}', popMarked(), true);
      case 'N' -> push(Marker.NONE);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'K' -> push((long) (bytes.get() & 0xff));
      case 'M' -> push((long) (bytes.getShort() & 0xffff));
      case 'J' -> push((long) bytes.getInt());
      case 0x8a -> push(longInteger());
      case 'G' -> push(bytes.order(ByteOrder.BIG_ENDIAN).getDouble());
      case 'X' -> push(text(bytes.getInt()));
      case 'q' -> remember(bytes.get() & 0xff);
      case 'r' -> remember(bytes.getInt());
      case 'h' -> recall(bytes.get() & 0xff);
      case 'j' -> recall(bytes.getInt());
      case 'c' -> global();
      case 0x81 -> create();
      case 'b' -> build();
      case 'R' -> reduce();
      case 'Q' -> storage();
      default ->
          throw entry.damaged(
              Text.format(
                  "its byte %d is the instruction %d, which PyTorch does not write",
                  bytes.position() - 1, code));
    }
    bytes.order(ByteOrder.LITTLE_ENDIAN);
  }

  private void push(Object value) {
    if (++values > MAXIMAL_VALUES) {
      throw entry.damaged(Text.format("it has more than %d values", MAXIMAL_VALUES));
    }
    stack.add(value);
  }

  private List<Object> pop(int count) {
    return popFrom(stack.size() - count);
  }

  private List<Object> popMarked() {
    return popFrom(marks.remove(marks.size() - 1));
  }

  private List<Object> popFrom(int start) {
    if (start < 0
        || start > stack.size()
        || !marks.isEmpty() && start < marks.get(marks.size() - 1)) {
      throw entry.damaged("it takes values that are not there");
    }
    List<Object> tail = stack.subList(start, stack.size());
    List<Object> popped = List.copyOf(tail);
    tail.clear();
    return popped;
  }

  private Object top() {
    List<Object> popped = pop(1);
    return popped.get(0);
  }

  /** Closes a value that becomes a part of another: it cannot change any more. */
  private Object child(Object value) {
    if (value instanceof Container container) {
      container.closed = true;
    } else if (value instanceof Global
        || value instanceof ScriptClass
        || value instanceof Instance object && !object.complete) {
      throw entry.damaged("it has a name or a half object where a value belongs");
    }
    return value;
  }

  private int depthOf(List<Object> parts) {
    int depth = 0;
    for (Object part : parts) {
      if (part instanceof Container container) {
        depth = Math.max(depth, container.depth);
      } else if (part instanceof Instance object) {
        depth = Math.max(depth, object.depth);
      }
    }
    if (depth >= MAXIMAL_DEPTH) {
      throw entry.damaged(Text.format("its values are nested more than %d deep", MAXIMAL_DEPTH));
    }
    return depth + 1;
  }

  /** A storage's type may be in the tuple that describes the storage. */
  private Container tuple(List<Object> parts) {
    var tuple = new Container('t');
    for (Object part : parts) {
      boolean type = part instanceof Global global && ELEMENT_BYTES.containsKey(global.name);
      tuple.values.add(type ? part : child(part));
    }
    tuple.depth = depthOf(tuple.values);
    tuple.closed = true;
    return tuple;
  }

  private void fill(char kind, List<Object> parts, boolean close) {
    Object target = stack.get(stack.size() - 1);
    boolean within = !marks.isEmpty() && marks.get(marks.size() - 1) >= stack.size();
    if (!(target instanceof Container container)
        || container.kind != kind
        || container.closed
        || within
        || kind == '}' && parts.size() % 2 != 0) {
      throw entry.damaged("it fills something else than a new list or dictionary");
    }
    parts.forEach(part -> container.values.add(plain(child(part))));
    container.depth = Math.max(container.depth, depthOf(parts));
    container.closed = close;
  }

  /** A tuple with a storage's type in it is none of the network's values. */
  private Object plain(Object value) {
    if (value instanceof Container tuple && tuple.values.stream().anyMatch(Global.class::isInstance)
        || value instanceof Storage) {
      throw entry.damaged("it has a name where a value belongs");
    }
    return value;
  }

  private long longInteger() {
    if (bytes.get() != 8) {
      throw entry.damaged("it has an integer that is not of 8 bytes");
    }
    return bytes.getLong();
  }

  private String text(int length) {
    if (length < 0 || length > bytes.remaining()) {
      throw entry.damaged("it has a text that is longer than the pickle");
    }
    var content = new byte[length];
    bytes.get(content);
    // Bytes as PyTorch compares them with names of the code.
    return new String(content, StandardCharsets.ISO_8859_1);
  }

  /** PyTorch numbers what it remembers in turn, and would take memory up to any other number. */
  private void remember(int number) {
    if (number != memo.size()) {
      throw entry.damaged("it remembers values in another order than PyTorch does");
    }
    memo.add(stack.get(stack.size() - 1));
  }

  private void recall(int number) {
    Object value = memo.get(number);
    boolean open =
        value instanceof Container container && !container.closed
            || value instanceof Instance object && !object.complete;
    if (open) {
      throw entry.damaged("it has a value within itself");
    }
    push(value);
  }

  private String line() {
    int start = bytes.position();
    while (bytes.get() != '\n') {
      if (bytes.position() - start > 2000) {
        throw entry.damaged("it has a name of more than 2000 bytes");
      }
    }
    return new String(
        bytes.array(), start, bytes.position() - 1 - start, StandardCharsets.ISO_8859_1);
  }

  private void global() {
    String name = line() + "." + line();
    ScriptClass type = code.classes().get(name);
    if (type != null) {
      push(type);
      return;
    }
    boolean known =
        name.equals("torch._utils._rebuild_tensor_v2")
            || name.equals("collections.OrderedDict")
            || name.equals("torch.device")
            || name.matches(
                "torch\\.jit\\._pickle\\.(build_(int|tensor|double|bool)list|restore_type_tag)");
    String storage = name.startsWith("torch.") ? name.substring("torch.".length()) : "";
    if (ELEMENT_BYTES.containsKey(storage)) {
      push(new Global(storage));
    } else if (known) {
      push(new Global(name));
    } else {
      throw entry.refused(
          Text.format(
              "'%s' is neither a class of the file's code nor a part of a tensor",
              ScriptEntry.printable(name)));
    }
  }

  private void create() {
    Object arguments = top();
    Object type = top();
    boolean empty =
        arguments instanceof Container tuple && tuple.kind == 't' && tuple.values.isEmpty();
    if (!empty || !(type instanceof ScriptClass declared) || !declared.hasObjects()) {
      throw entry.damaged("it creates an object of no class");
    }
    push(new Instance(declared));
  }

  private void build() {
    Object state = child(top());
    if (!(stack.get(stack.size() - 1) instanceof Instance object) || object.complete) {
      throw entry.damaged("it fills something else than a new object");
    }
    ScriptType declared = object.type.state();
    if (declared == null) {
      requireAttributes(object.type, state);
    } else if (!fits(state, declared)) {
      throw entry.damaged(Text.format("the state of %s is not of its type", object.type.name()));
    }
    plain(state);
    object.depth = depthOf(List.of(state));
    object.complete = true;
  }

  private void requireAttributes(ScriptClass type, Object state) {
    if (!(state instanceof Container dictionary) || dictionary.kind != '}') {
      throw entry.damaged(Text.format("an object of %s has no attributes", type.name()));
    }
    var given = new LinkedHashMap<Object, Object>();
    for (int i = 0; i < dictionary.values.size(); i += 2) {
      given.put(dictionary.values.get(i), dictionary.values.get(i + 1));
    }
    type.attributes()
        .forEach(
            (name, declared) -> {
              if (!given.containsKey(name) || !fits(given.get(name), declared)) {
                throw entry.damaged(
                    Text.format(
                        "the attribute '%s' of %s is not of its type %s",
                        ScriptEntry.printable(name), type.name(), declared.name()));
              }
            });
  }

  private boolean fits(Object value, ScriptType type) {
    // Parts may be shared: without a bound, few bytes could ask for endless comparisons.
    if (++comparisons > MAXIMAL_COMPARISONS) {
      throw entry.damaged(Text.format("its lists have more than %d values", MAXIMAL_COMPARISONS));
    }
    List<ScriptType> parts = type.arguments();
    return switch (type.name()) {
      case "Any" -> true;
      case "Tensor" -> value == Marker.TENSOR || value == Marker.NONE;
      case "int" -> value instanceof Long;
      case "float" -> value instanceof Double;
      case "number" -> value instanceof Number;
      case "bool" -> value instanceof Boolean;
      case "str" -> value instanceof String;
      case "None", "NoneType" -> value == Marker.NONE;
      case "Device" -> value == Marker.DEVICE;
      case "Optional", "Union" ->
          value == Marker.NONE && type.name().equals("Optional")
              || parts.stream().anyMatch(part -> fits(value, part));
      case "List" -> parts.size() == 1 && holds(value, ']', parts) && isTagged(value, type);
      case "Dict" -> parts.size() == 2 && holds(value, '}', parts) && isTagged(value, type);
      case "Tuple" ->
          value instanceof Container tuple
              && tuple.values.size() == parts.size()
              && holds(value, 't', parts);
      default -> fitsClass(value, code.classes().get(type.name()));
    };
  }

  /** Whether a container has the parts' types in turn. */
  private boolean holds(Object value, char kind, List<ScriptType> parts) {
    if (!(value instanceof Container container) || container.kind != kind) {
      return false;
    }
    for (int i = 0; i < container.values.size(); i++) {
      if (!fits(container.values.get(i), parts.get(i % parts.size()))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether a list or dictionary bears a type. PyTorch writes it with each, and asks nothing else
   * before code fills it: no other type may lead to the same one.
   */
  private boolean isTagged(Object value, ScriptType type) {
    var container = (Container) value;
    if (tags && container.type == null) {
      container.type = type;
    }
    return type.equals(container.type);
  }

  private boolean fitsClass(Object value, ScriptClass type) {
    if (type == null) {
      return false;
    }
    if (type.base().equals("NamedTuple")) {
      var fields = List.copyOf(type.attributes().values());
      return value instanceof Container tuple
          && tuple.values.size() == fields.size()
          && holds(value, 't', fields);
    }
    if (!type.hasObjects()) {
      throw entry.refused(
          Text.format("a value of %s, an %s, is not read", type.name(), type.base()));
    }
    return value instanceof Instance object && object.type == type;
  }

  private void reduce() {
    Object arguments = top();
    Object function = top();
    if (!(function instanceof Global global)
        || !(arguments instanceof Container tuple)
        || tuple.kind != 't') {
      throw entry.damaged("it calls something else than a function");
    }
    List<Object> values = tuple.values;
    switch (global.name) {
      case "torch._utils._rebuild_tensor_v2" -> push(tensor(values));
      case "collections.OrderedDict" -> push(require(values.isEmpty(), Marker.ORDERED_DICT));
      case "torch.device" ->
          push(require(values.size() == 1 && isDevice(values.get(0)), Marker.DEVICE));
      case "torch.jit._pickle.restore_type_tag" -> push(tagged(values));
      default -> push(list(global.name, values));
    }
  }

  private Object require(boolean condition, Object value) {
    if (!condition) {
      throw entry.damaged("a call in it has other arguments than PyTorch writes");
    }
    return value;
  }

  private static boolean isDevice(Object value) {
    return value instanceof String text && text.matches("[a-z]{2,12}(:[0-9]{1,3})?");
  }

  private Object list(String function, List<Object> values) {
    String type =
        switch (function) {
          case "torch.jit._pickle.build_intlist" -> "int";
          case "torch.jit._pickle.build_doublelist" -> "float";
          case "torch.jit._pickle.build_boollist" -> "bool";
          case "torch.jit._pickle.build_tensorlist" -> "Tensor";
          default -> throw entry.damaged("it calls something else than a function");
        };
    var list = new ScriptType("List", List.of(new ScriptType(type, List.of())));
    return require(values.size() == 1 && tag(values.get(0), list), values.get(0));
  }

  private Object tagged(List<Object> values) {
    require(values.size() == 2 && values.get(1) instanceof String, null);
    ScriptType type = code.type(entry, (String) values.get(1));
    boolean container = type != null && List.of("List", "Dict").contains(type.name());
    return require(container && tag(values.get(0), type), values.get(0));
  }

  /**
   * Gives a type to a list or dictionary, and to those in it that have none; false if none fits.
   */
  private boolean tag(Object value, ScriptType type) {
    tags = true;
    boolean fits = fits(value, type);
    tags = false;
    return fits;
  }

  /** {@code ("storage", type, key, device, elements)}. */
  private void storage() {
    boolean good =
        top() instanceof Container tuple
            && tuple.values.size() == 5
            && tuple.values.get(0).equals("storage")
            && tuple.values.get(1) instanceof Global type
            && tuple.values.get(2) instanceof String key
            && key.matches("[0-9]{1,9}")
            && isDevice(tuple.values.get(3))
            && tuple.values.get(4) instanceof Long elements
            && elements >= 0
            && elements <= Long.MAX_VALUE / 16
            && declare(key, elements * ELEMENT_BYTES.get(type.name))
            && stack.add(new Storage(elements));
    require(good, null);
  }

  private boolean declare(String key, long size) {
    Long before = storageBytes.put(key, size);
    return before == null || before == size;
  }

  /** {@code (storage, offset, sizes, strides, requires_grad, hooks)}. */
  private Marker tensor(List<Object> values) {
    boolean good =
        values.size() == 6
            && values.get(0) instanceof Storage
            && values.get(1) instanceof Long
            && isNumbers(values.get(2))
            && isNumbers(values.get(3))
            && values.get(4) instanceof Boolean
            && values.get(5) == Marker.ORDERED_DICT;
    require(good, null);
    List<Object> sizes = ((Container) values.get(2)).values;
    List<Object> strides = ((Container) values.get(3)).values;
    long elements = ((Storage) values.get(0)).elements;
    if (!lies(elements, (Long) values.get(1), sizes, strides)) {
      throw entry.damaged(
          Text.format(
              "a tensor of sizes %s, strides %s and offset %d does not lie within its %d elements",
              sizes, strides, values.get(1), elements));
    }
    return Marker.TENSOR;
  }

  private static boolean isNumbers(Object value) {
    return value instanceof Container tuple
        && tuple.kind == 't'
        && tuple.values.size() <= MAXIMAL_DIMENSIONS
        && tuple.values.stream().allMatch(number -> number instanceof Long each && each >= 0);
  }

  private static boolean lies(
      long elements, long offset, List<Object> sizes, List<Object> strides) {
    if (sizes.size() != strides.size() || offset < 0 || offset > elements) {
      return false;
    }
    try {
      long last = offset;
      long count = 1;
      for (int i = 0; i < sizes.size(); i++) {
        long size = (Long) sizes.get(i);
        count = Math.multiplyExact(count, Math.max(size, 1));
        last =
            Math.addExact(last, Math.multiplyExact(Math.max(size - 1, 0), (Long) strides.get(i)));
      }
      return sizes.contains(0L) || last < elements && count <= Long.MAX_VALUE / 16;
    } catch (ArithmeticException e) {
      return false;
    }
  }
}
