package org.adversaria.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.adversaria.torch.AtomicFile;
import org.adversaria.torch.Text;

/**
 * Reads and writes safetensors, a file format for the exchange of weights with PyTorch.
 *
 * <p>A file is eight bytes (the header's length, little endian), a JSON header with every tensor's
 * {@code dtype}, {@code shape} and {@code data_offsets}, and the tensors' bytes, row by row, little
 * endian, without gaps. The header may contain a map of strings, {@code __metadata__}.
 *
 * <p>Types: {@code F64 F32 F16 I64 I32 I8 U8 BOOL} in both directions; {@code BF16} is read as
 * float32, which holds every bfloat16 value exactly. DJL has no arrays of the format's other types.
 *
 * @see <a href="https://github.com/huggingface/safetensors">The format's description</a>
 */
public final class SafeTensors {

  private static final String METADATA = "__metadata__";
  private static final int LENGTH_BYTES = 8;

  /** The format's limit. */
  private static final long MAX_HEADER = 100_000_000;

  /** The values of a tensor's description; others have six and the sizes. */
  private static final int MAX_VALUES = 1000;

  /** The dimensions that PyTorch's operations take. */
  private static final int MAX_DIMENSIONS = 64;

  private static final JsonMapper JSON = new JsonMapper();

  /** Parsers that keep no table of all names they met. */
  private static final JsonFactory HEADERS =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  private static final String BFLOAT16 = "BF16";
  private static final Map<String, DataType> TYPES =
      Map.of(
          "F64", DataType.FLOAT64,
          "F32", DataType.FLOAT32,
          "F16", DataType.FLOAT16,
          "I64", DataType.INT64,
          "I32", DataType.INT32,
          "I8", DataType.INT8,
          "U8", DataType.UINT8,
          "BOOL", DataType.BOOLEAN);

  private SafeTensors() {}

  /** The position of a tensor: bytes {@code begin} to {@code end} after the header. */
  private record Entry(String name, String dtype, long[] shape, long begin, long end) {

    long bytes() {
      return end - begin;
    }
  }

  /** The validated header of a file; {@code dataStart} is the first byte after it. */
  private record Header(List<Entry> entries, Map<String, String> metadata, long dataStart) {}

  /**
   * Reads all tensors of a file, one after the other, so that the file may be larger than 2 GiB.
   *
   * @param file the file
   * @param manager the owner of the arrays, on whose device they are
   * @return the arrays by name, in the order of the header
   * @throws IOException if the file cannot be read, is not a well-formed safetensors file, or has a
   *     tensor of more than 2 GiB or of a type without DJL arrays; all arrays are freed then
   */
  public static Map<String, NDArray> read(Path file, NDManager manager) throws IOException {
    return read(file, manager, name -> true);
  }

  /**
   * Reads some of a file's tensors, as {@link #read(Path, NDManager)} reads all.
   *
   * @param file the file
   * @param names of the tensors; those that the file has not are left out
   * @param manager the owner of the arrays, on whose device they are
   * @return the arrays by name, in the order of the header
   * @throws IOException as for all tensors
   */
  public static Map<String, NDArray> read(Path file, Collection<String> names, NDManager manager)
      throws IOException {
    return read(file, manager, Set.copyOf(names)::contains);
  }

  private static Map<String, NDArray> read(Path file, NDManager manager, Predicate<String> wanted)
      throws IOException {
    try (FileChannel channel = open(file)) {
      Header header = readHeader(file, channel);
      for (Entry entry : header.entries()) {
        requireReadable(file, entry);
      }
      var tensors = new LinkedHashMap<String, NDArray>();
      try {
        for (Entry entry : header.entries()) {
          if (wanted.test(entry.name())) {
            tensors.put(
                entry.name(), readTensor(file, channel, header.dataStart(), entry, manager));
          }
        }
      } catch (IOException | RuntimeException e) {
        tensors.values().forEach(NDArray::close);
        throw e;
      }
      return tensors;
    }
  }

  /**
   * Reads the strings in a file's header.
   *
   * @param file the file
   * @return the header's {@code __metadata__}, in the order of the file; empty where there is none
   * @throws IOException if the file cannot be read or is not a well-formed safetensors file
   */
  public static Map<String, String> metadata(Path file) throws IOException {
    try (FileChannel channel = open(file)) {
      return readHeader(file, channel).metadata();
    }
  }

  /**
   * Reads the shapes in a file's header; no tensor is read.
   *
   * @param file the file
   * @return the shapes by name, in the order of the header
   * @throws IOException if the file cannot be read, is not a well-formed safetensors file, or has a
   *     tensor that {@link #read} does not read
   */
  public static Map<String, Shape> shapes(Path file) throws IOException {
    try (FileChannel channel = open(file)) {
      var shapes = new LinkedHashMap<String, Shape>();
      for (Entry entry : readHeader(file, channel).entries()) {
        requireReadable(file, entry);
        shapes.put(entry.name(), new Shape(entry.shape()));
      }
      return shapes;
    }
  }

  /**
   * Reads the types in a file's header; no tensor is read.
   *
   * @param file the file
   * @return the types by the tensors' names, such as {@code F32}, in the order of the header
   * @throws IOException as for {@link #shapes}
   */
  public static Map<String, String> types(Path file) throws IOException {
    try (FileChannel channel = open(file)) {
      var types = new LinkedHashMap<String, String>();
      for (Entry entry : readHeader(file, channel).entries()) {
        requireReadable(file, entry);
        types.put(entry.name(), entry.dtype());
      }
      return types;
    }
  }

  /**
   * Writes tensors to a file, in the map's order. The bytes are a function of tensors, order and
   * metadata.
   *
   * <p>The file is written under a temporary name in the same folder and then moved, so that it is
   * never incomplete. Missing folders are created.
   *
   * @param file the file, replaced if it exists
   * @param tensors the arrays by name, on any device
   * @param metadata strings to store beside the tensors; may be empty
   * @throws IOException if the file cannot be written
   * @throws IllegalArgumentException if an array has a type that this class does not write, the
   *     name that the format reserves for metadata, or one with control characters
   */
  public static void write(Path file, Map<String, NDArray> tensors, Map<String, String> metadata)
      throws IOException {
    byte[] header = header(tensors, metadata);
    AtomicFile.write(file, temporary -> write(temporary, header, tensors.values()));
  }

  private static void write(Path file, byte[] header, Collection<NDArray> tensors)
      throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      writeFully(channel, littleEndian(LENGTH_BYTES).putLong(header.length).flip());
      writeFully(channel, ByteBuffer.wrap(header));
      for (NDArray tensor : tensors) {
        writeTensor(channel, tensor);
      }
    }
  }

  private static Header readHeader(Path file, FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < LENGTH_BYTES) {
      throw malformed(
          file, "it has " + size + " bytes, and its header's length alone takes " + LENGTH_BYTES);
    }
    ByteBuffer first = littleEndian(LENGTH_BYTES);
    readFully(file, channel, 0, first);
    long length = first.getLong();
    if (length < 2 || length > MAX_HEADER) {
      throw malformed(
          file,
          "its first eight bytes give a header of " + Long.toUnsignedString(length) + " bytes");
    }
    long dataStart = LENGTH_BYTES + length;
    if (dataStart > size) {
      throw malformed(
          file,
          "its header ends at byte "
              + dataStart
              + ", but the file at byte "
              + size
              + " (an interrupted download?)");
    }
    var bytes = new byte[(int) length];
    readFully(file, channel, LENGTH_BYTES, ByteBuffer.wrap(bytes));
    var entries = new ArrayList<Entry>();
    var metadata = new LinkedHashMap<String, String>();
    parse(file, bytes, entries, metadata);
    requireContiguous(file, entries, size - dataStart);
    return new Header(entries, Collections.unmodifiableMap(metadata), dataStart);
  }

  /** Opens a file, but no pipe, for which opening would wait. */
  private static FileChannel open(Path file) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw malformed(file, "it is a folder, a pipe or a device");
    }
    return FileChannel.open(file, StandardOpenOption.READ);
  }

  /** Reads the header tensor by tensor, so that memory is taken for what it says alone. */
  private static void parse(
      Path file, byte[] header, List<Entry> entries, Map<String, String> metadata)
      throws IOException {
    if (header[0] != '{') {
      throw malformed(file, "its header does not begin with '{'");
    }
    var text =
        new InputStreamReader(
            new ByteArrayInputStream(header), StandardCharsets.UTF_8.newDecoder());
    try (JsonParser json = HEADERS.createParser(text)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        if (name.equals(METADATA)) {
          readMetadata(file, json, metadata);
        } else {
          entries.add(readEntry(file, name, readValue(file, name, json)));
        }
      }
      if (json.nextToken() != null) {
        throw malformed(file, "its header goes on after the closing '}'");
      }
    } catch (JsonProcessingException e) {
      throw malformed(file, "its header is not JSON: " + e.getOriginalMessage(), e);
    } catch (CharacterCodingException e) {
      throw malformed(file, "its header is not UTF-8", e);
    }
  }

  private static JsonNode readValue(Path file, String name, JsonParser json) throws IOException {
    try (var value = new TokenBuffer(json)) {
      int depth = 0;
      for (int values = 1; ; values++) {
        if (values > MAX_VALUES) {
          throw malformed(
              file, "'" + name + "' is described by more than " + MAX_VALUES + " values");
        }
        value.copyCurrentEvent(json);
        depth += json.currentToken().isStructStart() ? 1 : 0;
        depth -= json.currentToken().isStructEnd() ? 1 : 0;
        if (depth == 0) {
          return JSON.readTree(value.asParser());
        }
        json.nextToken();
      }
    }
  }

  private static void readMetadata(Path file, JsonParser json, Map<String, String> metadata)
      throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw malformed(
          file, METADATA + " is " + readValue(file, METADATA, json) + " and not a map of strings");
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      if (json.nextToken() != JsonToken.VALUE_STRING) {
        throw malformed(
            file,
            METADATA
                + " gives '"
                + key
                + "' the value "
                + readValue(file, METADATA, json)
                + ", which is no string");
      }
      metadata.put(key, json.getText());
    }
  }

  private static Entry readEntry(Path file, String name, JsonNode json) throws IOException {
    if (!Text.isVisible(name)) {
      throw malformed(file, "the name of tensor '" + name + "' has control characters");
    }
    long[] offsets = readLongs(file, name, "data_offsets", json.path("data_offsets"));
    if (!json.path("dtype").isTextual() || offsets.length != 2 || offsets[0] > offsets[1]) {
      throw malformed(
          file,
          "tensor '"
              + name
              + "' is described by "
              + json
              + "; it needs a dtype, a shape and data_offsets [begin, end]");
    }
    long[] shape = readLongs(file, name, "shape", json.path("shape"));
    return new Entry(name, json.get("dtype").textValue(), shape, offsets[0], offsets[1]);
  }

  private static long[] readLongs(Path file, String name, String field, JsonNode json)
      throws IOException {
    boolean valid = json.isArray();
    for (JsonNode value : json) {
      valid &= value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= 0;
    }
    if (!valid) {
      throw malformed(
          file,
          "tensor '"
              + name
              + "' has the "
              + field
              + " "
              + json
              + ", which is no list of whole numbers from 0 on");
    }
    long[] values = new long[json.size()];
    Arrays.setAll(values, i -> json.get(i).longValue());
    return values;
  }

  /** Fails unless every byte of the data belongs to exactly one tensor, as the format requires. */
  private static void requireContiguous(Path file, List<Entry> entries, long dataBytes)
      throws IOException {
    var ordered = new ArrayList<>(entries);
    ordered.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    String last = "the header";
    long position = 0;
    for (Entry entry : ordered) {
      String range =
          "tensor '" + entry.name() + "' takes bytes " + entry.begin() + " to " + entry.end();
      if (entry.end() > dataBytes) {
        throw malformed(
            file,
            range + " of the data, but the file has " + dataBytes + " (an interrupted download?)");
      }
      if (entry.begin() != position) {
        throw malformed(
            file,
            range
                + " of the data and "
                + (entry.begin() < position ? "overlaps " : "leaves a gap after ")
                + last
                + ", which ends at byte "
                + position);
      }
      position = entry.end();
      last = "tensor '" + entry.name() + "'";
    }
    if (position != dataBytes) {
      throw malformed(
          file, (dataBytes - position) + " bytes after " + last + " belong to no tensor");
    }
  }

  private static void requireReadable(Path file, Entry entry) throws IOException {
    boolean bfloat16 = entry.dtype().equals(BFLOAT16);
    DataType type = bfloat16 ? DataType.FLOAT32 : TYPES.get(entry.dtype());
    if (type == null) {
      throw new IOException(
          describe(file, entry)
              + ", a type that DJL has no arrays of; store it as one of "
              + TYPES.keySet().stream().sorted().toList()
              + " or "
              + BFLOAT16);
    }
    if (entry.shape().length > MAX_DIMENSIONS) {
      throw new IOException(
          describe(file, entry)
              + ", which has more than the "
              + MAX_DIMENSIONS
              + " dimensions that PyTorch takes; reshape it before storing it");
    }
    long elements = elements(file, entry);
    long stored = bfloat16 ? Short.BYTES : type.getNumOfBytes();
    // Division, since a product could overflow.
    if (entry.bytes() % stored != 0 || entry.bytes() / stored != elements) {
      throw malformed(
          file,
          describe(entry)
              + ", which takes "
              + elements
              + " x "
              + stored
              + " bytes, but its offsets "
              + entry.begin()
              + " and "
              + entry.end()
              + " enclose "
              + entry.bytes());
    }
    if (elements > Integer.MAX_VALUE / type.getNumOfBytes()) {
      throw new IOException(
          describe(file, entry)
              + ", more than the 2 GiB that DJL can fill from Java; split it before storing it");
    }
  }

  private static long elements(Path file, Entry entry) throws IOException {
    try {
      long elements = 1;
      for (long size : entry.shape()) {
        // PyTorch's strides of an empty tensor have to be countable, too.
        elements = Math.multiplyExact(elements, Math.max(1, size));
      }
      return LongStream.of(entry.shape()).anyMatch(size -> size == 0) ? 0 : elements;
    } catch (ArithmeticException e) {
      throw malformed(file, describe(entry) + ", more elements than can be counted");
    }
  }

  private static NDArray readTensor(
      Path file, FileChannel channel, long dataStart, Entry entry, NDManager manager)
      throws IOException {
    var shape = new Shape(entry.shape());
    DataType type = TYPES.getOrDefault(entry.dtype(), DataType.FLOAT32);
    if (entry.bytes() == 0) {
      return manager.create(shape, type);
    }
    boolean bfloat16 = entry.dtype().equals(BFLOAT16);
    ByteBuffer bytes = buffer(file, entry, (int) entry.bytes() * (bfloat16 ? 2 : 1));
    bytes.position(bfloat16 ? bytes.limit() / 2 : 0);
    readFully(file, channel, dataStart + entry.begin(), bytes);
    if (bfloat16) {
      widenBfloat16(bytes);
    }
    // An array created from a buffer shares its memory, which views of the array could outlive.
    try (NDArray borrowed = manager.create(bytes, shape, type)) {
      return borrowed.duplicate();
    }
  }

  private static ByteBuffer buffer(Path file, Entry entry, int length) throws IOException {
    try {
      return littleEndian(length);
    } catch (OutOfMemoryError e) {
      // Nothing was taken: Java counts what buffers take before it takes it.
      throw new IOException(
          describe(file, entry)
              + ", which takes "
              + length
              + " bytes outside of Java's heap; give Java more with -XX:MaxDirectMemorySize",
          e);
    }
  }

  /**
   * Widens the bfloat16 values in the buffer's second half, in place; each is the upper half of a
   * float32.
   */
  private static void widenBfloat16(ByteBuffer bytes) {
    int count = bytes.limit() / Float.BYTES;
    int halves = bytes.limit() / 2;
    for (int i = 0; i < count; i++) {
      int value = bytes.getShort(halves + i * Short.BYTES) << Short.SIZE;
      bytes.putInt(i * Float.BYTES, value);
    }
  }

  private static byte[] header(Map<String, NDArray> tensors, Map<String, String> metadata) {
    ObjectNode json = JSON.createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode strings = json.putObject(METADATA);
      new TreeMap<>(metadata).forEach(strings::put);
    }
    long position = 0;
    for (Map.Entry<String, NDArray> tensor : tensors.entrySet()) {
      if (tensor.getKey().equals(METADATA)) {
        throw new IllegalArgumentException(
            "No tensor can be named " + METADATA + ": safetensors keeps the name for strings");
      }
      if (!Text.isVisible(tensor.getKey())) {
        throw new IllegalArgumentException(
            "The name of tensor '"
                + Text.visible(tensor.getKey())
                + "' has control characters; give it another");
      }
      long end = position + bytes(tensor.getValue());
      ObjectNode entry = json.putObject(tensor.getKey());
      entry.put("dtype", dtype(tensor.getKey(), tensor.getValue().getDataType()));
      Arrays.stream(tensor.getValue().getShape().getShape()).forEach(entry.putArray("shape")::add);
      entry.putArray("data_offsets").add(position).add(end);
      position = end;
    }
    byte[] text = json.toString().getBytes(StandardCharsets.UTF_8);
    // Padded to a multiple of eight bytes: the data are aligned for readers that map the file.
    int padding = Math.floorMod(-text.length, LENGTH_BYTES);
    byte[] padded = Arrays.copyOf(text, text.length + padding);
    Arrays.fill(padded, text.length, padded.length, (byte) ' ');
    return padded;
  }

  private static String dtype(String name, DataType type) {
    return TYPES.entrySet().stream()
        .filter(entry -> entry.getValue() == type)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Tensor '"
                        + name
                        + "' is "
                        + type
                        + ", which cannot be written; convert it to float32 first"));
  }

  private static long bytes(NDArray tensor) {
    return tensor.size() * tensor.getDataType().getNumOfBytes();
  }

  private static void writeTensor(FileChannel channel, NDArray tensor) throws IOException {
    if (tensor.size() == 0) {
      return;
    }
    // This manager owns copies that DJL creates for arrays on a GPU or transposed ones.
    try (NDManager scope = tensor.getManager().newSubManager()) {
      NDArray copy = tensor.toDevice(Device.cpu(), true);
      copy.attach(scope);
      writeFully(channel, copy.toByteBuffer(true));
    }
  }

  /** Fills what remains of a buffer, and rewinds it. */
  private static void readFully(Path file, FileChannel channel, long position, ByteBuffer buffer)
      throws IOException {
    int start = buffer.position();
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position() - start) < 0) {
        throw new EOFException(
            Text.visible(file.toString()) + " became shorter while it was read; read it again");
      }
    }
    buffer.rewind();
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** A direct buffer, which DJL reads without a copy, in the byte order of the format. */
  private static ByteBuffer littleEndian(int length) {
    return ByteBuffer.allocateDirect(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static String describe(Entry entry) {
    return "tensor '"
        + Text.visible(entry.name())
        + "' is "
        + Text.visible(entry.dtype())
        + Arrays.toString(entry.shape());
  }

  private static String describe(Path file, Entry entry) {
    return Text.visible(file.toString()) + ": " + describe(entry);
  }

  private static IOException malformed(Path file, String what) {
    return malformed(file, what, null);
  }

  private static IOException malformed(Path file, String what, Exception cause) {
    return new IOException(
        Text.visible(file.toString())
            + " is not a well-formed safetensors file: "
            + Text.visible(what)
            + "; download it again or write it anew",
        cause);
  }
}
