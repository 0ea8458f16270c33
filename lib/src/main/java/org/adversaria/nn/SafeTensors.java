package org.adversaria.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
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
import java.util.TreeMap;
import org.adversaria.torch.AtomicFile;

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

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
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
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      Header header = readHeader(file, channel);
      for (Entry entry : header.entries()) {
        requireReadable(file, entry);
      }
      var tensors = new LinkedHashMap<String, NDArray>();
      try {
        for (Entry entry : header.entries()) {
          tensors.put(entry.name(), readTensor(file, channel, header.dataStart(), entry, manager));
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
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
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
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      var shapes = new LinkedHashMap<String, Shape>();
      for (Entry entry : readHeader(file, channel).entries()) {
        requireReadable(file, entry);
        shapes.put(entry.name(), new Shape(entry.shape()));
      }
      return shapes;
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
   * @throws IllegalArgumentException if an array has a type that this class does not write, or the
   *     name that the format reserves for metadata
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
    long length = readFully(file, channel, 0, LENGTH_BYTES).getLong();
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
    ByteBuffer bytes = readFully(file, channel, LENGTH_BYTES, (int) length);
    JsonNode json = parse(file, StandardCharsets.UTF_8.decode(bytes).toString());
    var entries = new ArrayList<Entry>();
    var metadata = new LinkedHashMap<String, String>();
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      if (field.getKey().equals(METADATA)) {
        readMetadata(file, field.getValue(), metadata);
      } else {
        entries.add(readEntry(file, field.getKey(), field.getValue()));
      }
    }
    requireContiguous(file, entries, size - dataStart);
    return new Header(entries, Collections.unmodifiableMap(metadata), dataStart);
  }

  private static JsonNode parse(Path file, String text) throws IOException {
    try {
      JsonNode json = text.startsWith("{") ? JSON.readTree(text) : null;
      if (json == null) {
        throw malformed(file, "its header does not begin with '{'");
      }
      return json;
    } catch (JsonProcessingException e) {
      var problem = malformed(file, "its header is not JSON: " + e.getOriginalMessage());
      problem.initCause(e);
      throw problem;
    }
  }

  private static void readMetadata(Path file, JsonNode json, Map<String, String> metadata)
      throws IOException {
    if (!json.isObject()) {
      throw malformed(file, METADATA + " is " + json + " and not a map of strings");
    }
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      if (!field.getValue().isTextual()) {
        throw malformed(
            file,
            METADATA
                + " gives '"
                + field.getKey()
                + "' the value "
                + field.getValue()
                + ", which is no string");
      }
      metadata.put(field.getKey(), field.getValue().textValue());
    }
  }

  private static Entry readEntry(Path file, String name, JsonNode json) throws IOException {
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
        elements = Math.multiplyExact(elements, size);
      }
      return elements;
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
    ByteBuffer bytes = readFully(file, channel, dataStart + entry.begin(), (int) entry.bytes());
    if (entry.dtype().equals(BFLOAT16)) {
      bytes = widenBfloat16(bytes);
    }
    // An array created from a buffer shares its memory, which views of the array could outlive.
    try (NDArray borrowed = manager.create(bytes, shape, type)) {
      return borrowed.duplicate();
    }
  }

  /** A bfloat16 is the upper half of a float32. */
  private static ByteBuffer widenBfloat16(ByteBuffer halves) {
    ByteBuffer floats = littleEndian(2 * halves.remaining());
    while (halves.hasRemaining()) {
      floats.putInt(halves.getShort() << Short.SIZE);
    }
    return floats.flip();
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

  private static ByteBuffer readFully(Path file, FileChannel channel, long position, int length)
      throws IOException {
    ByteBuffer buffer = littleEndian(length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new EOFException(file + " became shorter while it was read; read it again");
      }
    }
    return buffer.flip();
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
    return "tensor '" + entry.name() + "' is " + entry.dtype() + Arrays.toString(entry.shape());
  }

  private static String describe(Path file, Entry entry) {
    return file + ": " + describe(entry);
  }

  private static IOException malformed(Path file, String what) {
    return new IOException(
        file
            + " is not a well-formed safetensors file: "
            + what
            + "; download it again or write it anew");
  }
}
