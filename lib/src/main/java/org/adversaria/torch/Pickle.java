package org.adversaria.torch;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Reads a Python pickle of protocol 0 to 5 into tensors and plain containers. No object of a class
 * is made and no function is called but those of {@link PickleObjects}.
 *
 * <p>Values: {@link #NONE}, Boolean, Long, BigInteger, Double, String, {@link StoredBytes}, List
 * (of lists and sets), {@link Tuple}, Map (of dictionaries of all kinds), {@link Global}, and what
 * {@link PickleObjects} makes.
 */
final class Pickle {

  /** Python's {@code None}. */
  static final Object NONE = new Global("None");

  private static final int MAXIMAL_DEPTH = 100;
  private static final int MAXIMAL_MARKS = 1000;
  private static final int MAXIMAL_PROTOCOL = 5;

  /** What cannot be read, by its instruction. */
  private static final Map<Integer, String> REFUSED =
      Map.of(
          (int) 'P',
          "PERSID",
          (int) 'i',
          "INST",
          (int) 'o',
          "OBJ",
          0x82,
          "EXT1",
          0x83,
          "EXT2",
          0x84,
          "EXT4",
          0x92,
          "NEWOBJ_EX",
          0x97,
          "NEXT_BUFFER",
          0x98,
          "READONLY_BUFFER");

  /** A tuple. */
  record Tuple(List<Object> values) {}

  /** What a name stands for: a function or class that {@link PickleObjects} knows. */
  record Global(String name) {}

  private final ScriptEntry entry;
  private final PickleInput in;
  private final PickleBudget budget;
  private final PickleObjects objects;
  private final List<Object> stack = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();
  private final Map<Long, Object> memo = new HashMap<>();

  Pickle(ScriptEntry entry, PickleInput in, PickleBudget budget, PickleObjects objects) {
    this.entry = entry;
    this.in = in;
    this.budget = budget;
    this.objects = objects;
  }

  /**
   * Reads one pickle, up to its end.
   *
   * @return its value: a tree in which no value is within itself
   */
  Object read() {
    for (int code = in.unsignedByte(); code != '.'; code = in.unsignedByte()) {
      budget.step();
      if (!constant(code) && !container(code) && !memory(code)) {
        object(code);
      }
    }
    if (stack.size() != 1 || !marks.isEmpty()) {
      throw entry.damaged("its pickle does not end with one value");
    }
    height(stack.get(0), new IdentityHashMap<>(), 0);
    return stack.get(0);
  }

  // ---- numbers, texts and bytes -----------------------------------------------------------------

  private boolean constant(int code) {
    switch (code) {
      case 'N' -> push(NONE);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'K' -> push((long) in.unsignedByte());
      case 'M' -> push((long) in.unsignedShort());
      case 'J' -> push((long) in.integer());
      case 0x8a -> push(bigInteger(in.length(1)));
      case 0x8b -> push(bigInteger(in.length(4)));
      case 'G' -> push(in.bigEndianDouble());
      case 'U' -> push(in.latin1(in.length(1)));
      case 'T' -> push(in.latin1(in.length(4)));
      case 0x8c -> push(in.text(in.length(1)));
      case 'X' -> push(in.text(in.length(4)));
      case 0x8d -> push(in.text(in.length(8)));
      case 'C' -> push(in.stored(in.length(1)));
      case 'B' -> push(in.stored(in.length(4)));
      case 0x8e, 0x96 -> push(in.stored(in.length(8)));
      default -> {
        return line(code);
      }
    }
    return true;
  }

  /** Constants of protocol 0, each a line of text. */
  private boolean line(int code) {
    switch (code) {
      case 'I' -> push(number(in.line()));
      case 'L' -> push(number(in.line().replaceAll("L$", "")));
      case 'F' -> push(parsed(in.line(), Double::valueOf));
      case 'S' -> push(quoted(in.line()));
      case 'V' -> push(unescaped(in.line()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private Object bigInteger(long length) {
    byte[] bytes = in.number(length);
    for (int i = 0; i < bytes.length / 2; i++) {
      byte low = bytes[i];
      bytes[i] = bytes[bytes.length - 1 - i];
      bytes[bytes.length - 1 - i] = low;
    }
    return bytes.length == 0 ? (Object) 0L : small(new BigInteger(bytes));
  }

  private static Object small(BigInteger value) {
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  private Object number(String line) {
    return switch (line) {
      case "00" -> false;
      case "01" -> true;
      default -> small(parsed(line, BigInteger::new));
    };
  }

  private <T> T parsed(String line, Function<String, T> parser) {
    try {
      return parser.apply(line);
    } catch (NumberFormatException e) {
      throw entry.damaged(Text.format("'%s' is no number", Text.visible(line)));
    }
  }

  private String quoted(String line) {
    int end = line.length() - 1;
    if (end < 1 || line.charAt(0) != line.charAt(end) || "'\"".indexOf(line.charAt(0)) < 0) {
      throw entry.damaged("it has a text without quotation marks");
    }
    return unescaped(line.substring(1, end));
  }

  private String unescaped(String line) {
    if (line.indexOf('\\') >= 0) {
      throw entry.damaged(
          "it has a text with escapes, as protocol 0 writes them; save it with protocol 2 or later");
    }
    return line;
  }

  // ---- containers -------------------------------------------------------------------------------

  private boolean container(int code) {
    switch (code) {
      case '(' -> mark();
      case ')' -> push(new Tuple(List.of()));
      case 't' -> push(new Tuple(popMarked()));
      case 0x85 -> push(new Tuple(pop(1)));
      case 0x86 -> push(new Tuple(pop(2)));
      case 0x87 -> push(new Tuple(pop(3)));
      case ']', 0x8f -> push(new ArrayList<>());
      case 'l', 0x91 -> push(popMarked());
      case '}' -> push(new LinkedHashMap<>());
      case 'd' -> push(filled(new LinkedHashMap<>(), popMarked()));
      case 'a' -> append(pop(1));
      case 'e', 0x90 -> append(popMarked());
      case 's' -> fill(pop(2));
      case 'u' -> fill(popMarked());
      default -> {
        return false;
      }
    }
    return true;
  }

  private void push(Object value) {
    budget.value();
    stack.add(value);
  }

  private void mark() {
    if (marks.size() == MAXIMAL_MARKS) {
      throw tooDeep(MAXIMAL_MARKS);
    }
    marks.add(stack.size());
  }

  private RuntimeException tooDeep(int depth) {
    return entry.damaged(Text.format("its values are nested more than %d deep", depth));
  }

  private List<Object> pop(int count) {
    return popFrom(stack.size() - count);
  }

  private List<Object> popMarked() {
    if (marks.isEmpty()) {
      throw notThere();
    }
    return popFrom(marks.remove(marks.size() - 1));
  }

  private List<Object> popFrom(int start) {
    if (start < (marks.isEmpty() ? 0 : marks.get(marks.size() - 1))) {
      throw notThere();
    }
    List<Object> tail = stack.subList(start, stack.size());
    var popped = new ArrayList<>(tail);
    tail.clear();
    return popped;
  }

  private RuntimeException notThere() {
    return entry.damaged("its pickle takes values that are not there");
  }

  private Object popTop() {
    return pop(1).get(0);
  }

  /** The uppermost value, which stays. */
  private Object top() {
    if (stack.isEmpty() || !marks.isEmpty() && marks.get(marks.size() - 1) == stack.size()) {
      throw notThere();
    }
    return stack.get(stack.size() - 1);
  }

  @SuppressWarnings("unchecked")
  private void append(List<Object> values) {
    if (!(top() instanceof List<?> list)) {
      throw entry.damaged("it appends to what is no list");
    }
    ((List<Object>) list).addAll(values);
  }

  @SuppressWarnings("unchecked")
  private void fill(List<Object> values) {
    if (!(top() instanceof Map<?, ?> map)) {
      throw entry.damaged("it sets items of what is no dictionary");
    }
    filled((Map<Object, Object>) map, values);
  }

  private Map<Object, Object> filled(Map<Object, Object> map, List<Object> values) {
    if (values.size() % 2 != 0) {
      throw entry.damaged("it has a key without a value");
    }
    for (int i = 0; i < values.size(); i += 2) {
      map.put(objects.key(values.get(i)), values.get(i + 1));
    }
    return map;
  }

  // ---- what is remembered -----------------------------------------------------------------------

  private boolean memory(int code) {
    switch (code) {
      case 'q' -> remember(in.length(1));
      case 'r' -> remember(in.length(4));
      case 'p' -> remember(parsed(in.line(), Long::valueOf));
      case 0x94 -> remember(memo.size());
      case 'h' -> recall(in.length(1));
      case 'j' -> recall(in.length(4));
      case 'g' -> recall(parsed(in.line(), Long::valueOf));
      case '0' -> popTop();
      case '1' -> popMarked();
      case '2' -> push(top());
      default -> {
        return false;
      }
    }
    return true;
  }

  private void remember(long number) {
    budget.value();
    memo.put(number, top());
  }

  private void recall(long number) {
    Object value = memo.get(number);
    if (value == null) {
      throw entry.damaged("its pickle recalls a value that it has not");
    }
    push(value);
  }

  // ---- objects ----------------------------------------------------------------------------------

  private void object(int code) {
    switch (code) {
      case 0x80 -> requireProtocol(in.unsignedByte());
      case 0x95 -> in.length(8);
      case 'c' -> push(objects.global(in.line(), in.line()));
      case 0x93 -> namedGlobal();
      case 'R' -> reduce();
      case 0x81 -> create();
      case 'b' -> build();
      case 'Q' -> push(objects.persistent(popTop()));
      default -> throw unknown(code);
    }
  }

  private void requireProtocol(int protocol) {
    if (protocol > MAXIMAL_PROTOCOL) {
      throw entry.damaged(
          Text.format(
              "it is a pickle of protocol %d where 0 to %d are read", protocol, MAXIMAL_PROTOCOL));
    }
  }

  private RuntimeException unknown(int code) {
    String name = REFUSED.get(code);
    return entry.damaged(
        name == null
            ? Text.format("its byte %d is no instruction of a pickle", in.position() - 1)
            : Text.format(
                "its byte %d is the instruction %s, which makes no tensors",
                in.position() - 1, name));
  }

  private void namedGlobal() {
    List<Object> names = pop(2);
    if (!(names.get(0) instanceof String module) || !(names.get(1) instanceof String name)) {
      throw entry.damaged("it has a name that is no text");
    }
    push(objects.global(module, name));
  }

  private void reduce() {
    Object arguments = popTop();
    Object function = popTop();
    push(objects.call(function, values(arguments)));
  }

  private void create() {
    Object arguments = popTop();
    Object type = popTop();
    push(objects.create(type, values(arguments)));
  }

  private List<Object> values(Object arguments) {
    if (!(arguments instanceof Tuple tuple)) {
      throw entry.damaged("it calls a function without a tuple of arguments");
    }
    return tuple.values;
  }

  private void build() {
    Object state = popTop();
    objects.build(top(), state);
  }

  // ---- the whole --------------------------------------------------------------------------------

  /**
   * The levels below a value; fails if there are too many, as where a value is within itself.
   *
   * @param heights of values that were measured; -1 for those that are being measured
   */
  private int height(Object value, Map<Object, Integer> heights, int depth) {
    Iterable<?> parts = PickleObjects.parts(value);
    if (parts == null) {
      return 0;
    }
    Integer known = heights.get(value);
    int height = known == null ? 0 : known;
    if (height < 0) {
      throw entry.damaged("it has a value within itself");
    }
    if (depth + height > MAXIMAL_DEPTH) {
      throw tooDeep(MAXIMAL_DEPTH);
    }
    if (known == null) {
      heights.put(value, -1);
      for (Object part : parts) {
        height = Math.max(height, 1 + height(part, heights, depth + 1));
      }
      heights.put(value, height);
    }
    return height;
  }
}
