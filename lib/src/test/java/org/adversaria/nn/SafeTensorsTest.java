package org.adversaria.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.adversaria.data.TestFiles;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SafeTensorsTest {

  @TempDir Path folder;
  private Path file;
  private NDManager manager;

  @BeforeEach
  void open() {
    file = folder.resolve("weights.safetensors");
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void writesTheBytesOfTheFormat() throws IOException {
    SafeTensors.write(
        file, Map.of("w", manager.create(new float[] {1f, -2f}, new Shape(1, 2))), Map.of());

    String header = "{\"w\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}}";
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes(pad(header), "0000803f000000c0"));
  }

  @Test
  void readsEveryTypeFromItsBytes() throws IOException {
    String header =
        """
        {"__metadata__":{"format":"pt","é":"ü"},\
        "f64":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},\
        "i64":{"dtype":"I64","shape":[1],"data_offsets":[8,16]},\
        "f32":{"dtype":"F32","shape":[],"data_offsets":[16,20]},\
        "i32":{"dtype":"I32","shape":[1],"data_offsets":[20,24]},\
        "f16":{"dtype":"F16","shape":[2],"data_offsets":[24,28]},\
        "bf16":{"dtype":"BF16","shape":[3],"data_offsets":[28,34]},\
        "i8":{"dtype":"I8","shape":[2],"data_offsets":[34,36]},\
        "u8":{"dtype":"U8","shape":[2],"data_offsets":[36,38]},\
        "bool":{"dtype":"BOOL","shape":[2,1],"data_offsets":[38,40]},\
        "none":{"dtype":"F32","shape":[0,3],"data_offsets":[40,40]}}""";
    String data =
        "000000000000f83f" // 1.5
            + "feffffffffffffff" // -2
            + "0000c03f" // 1.5
            + "00000080" // -2^31
            + "003c00c2" // 1, -3
            + "803f49c080ff" // 1, -3.140625, -inf
            + "80ff" // -128, -1
            + "80ff" // 128, 255
            + "0100"; // true, false
    Files.write(file, bytes(header, data));

    Map<String, NDArray> tensors = SafeTensors.read(file, manager);

    assertThat(tensors.keySet())
        .containsExactly("f64", "i64", "f32", "i32", "f16", "bf16", "i8", "u8", "bool", "none");
    assertThat(tensors.get("f64").toDoubleArray()).containsExactly(1.5);
    assertThat(tensors.get("i64").toLongArray()).containsExactly(-2);
    assertThat(tensors.get("f32").getShape()).isEqualTo(new Shape());
    assertThat(tensors.get("f32").getFloat()).isEqualTo(1.5f);
    assertThat(tensors.get("i32").toIntArray()).containsExactly(Integer.MIN_VALUE);
    assertThat(tensors.get("f16").getDataType()).isEqualTo(DataType.FLOAT16);
    assertThat(tensors.get("f16").toType(DataType.FLOAT32, true).toFloatArray())
        .containsExactly(1f, -3f);
    assertThat(tensors.get("bf16").toFloatArray())
        .containsExactly(1f, -3.140625f, Float.NEGATIVE_INFINITY);
    assertThat(tensors.get("i8").toByteArray()).containsExactly(-128, -1);
    assertThat(tensors.get("u8").toUint8Array()).containsExactly(128, 255);
    assertThat(tensors.get("bool").toBooleanArray()).containsExactly(true, false);
    assertThat(tensors.get("bool").getShape()).isEqualTo(new Shape(2, 1));
    assertThat(tensors.get("none").getShape()).isEqualTo(new Shape(0, 3));
    assertThat(SafeTensors.metadata(file))
        .containsExactly(Map.entry("format", "pt"), Map.entry("é", "ü"));
  }

  @ParameterizedTest
  @EnumSource(
      names = {"FLOAT64", "FLOAT32", "FLOAT16", "INT64", "INT32", "INT8", "UINT8", "BOOLEAN"})
  void bringsBackWhatItWrote(DataType type) throws IOException {
    var tensors = new LinkedHashMap<String, NDArray>();
    tensors.put(
        "z.last",
        manager.create(new float[] {0, 1, 2, 3, 4, 5}, new Shape(2, 3)).toType(type, true));
    tensors.put("a.scalar", manager.create(1f).toType(type, true));
    tensors.put("m.empty", manager.create(new Shape(3, 0), type));

    SafeTensors.write(file, tensors, Map.of("epoch", "7"));
    Map<String, NDArray> read = SafeTensors.read(file, manager);

    assertThat(read.keySet()).containsExactly("z.last", "a.scalar", "m.empty");
    tensors.forEach((name, tensor) -> assertThat(read.get(name)).isEqualTo(tensor));
    assertThat(read.get("a.scalar").getDataType()).isEqualTo(type);
    assertThat(SafeTensors.metadata(file)).containsExactly(Map.entry("epoch", "7"));
  }

  @Test
  void writesATransposedArrayRowByRow() throws IOException {
    NDArray array = manager.create(new float[] {1, 2, 3, 4, 5, 6}, new Shape(2, 3)).transpose();

    SafeTensors.write(file, Map.of("t", array), Map.of());

    assertThat(SafeTensors.read(file, manager).get("t").toFloatArray())
        .containsExactly(1, 4, 2, 5, 3, 6);
  }

  @Test
  void leavesNoArraysBehindInTheCallersManager() throws IOException {
    try (NDManager owner = manager.newSubManager()) {
      NDArray array = owner.ones(new Shape(2, 3)).transpose();
      int before = owner.getManagedArrays().size();
      SafeTensors.write(file, Map.of("t", array), Map.of());
      assertThat(owner.getManagedArrays()).hasSize(before);
    }
    try (NDManager owner = manager.newSubManager()) {
      SafeTensors.read(file, owner);
      assertThat(owner.getManagedArrays()).hasSize(1);
    }
  }

  @Test
  void equalTensorsGiveEqualBytesWhateverTheOrderOfTheMetadata() throws IOException {
    Map<String, NDArray> tensors = Map.of("w", manager.ones(new Shape(3)));
    var metadata = new LinkedHashMap<String, String>();
    metadata.put("b", "2");
    metadata.put("a", "1");
    SafeTensors.write(file, tensors, metadata);
    byte[] first = Files.readAllBytes(file);
    SafeTensors.write(file, tensors, Map.of("a", "1", "b", "2"));

    assertThat(Files.readAllBytes(file)).isEqualTo(first);
  }

  @Test
  void startsTheDataAtAMultipleOfEightBytes() throws IOException {
    for (String name : new String[] {"a", "ab", "abc", "abcd", "abcde", "abcdef", "abcdefg", "é"}) {
      SafeTensors.write(file, Map.of(name, manager.ones(new Shape(1))), Map.of());
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      assertThat(bytes.getLong() % 8).isZero();
      assertThat(SafeTensors.read(file, manager)).containsOnlyKeys(name);
    }
  }

  @Test
  void replacesAFileAndLeavesNoTemporaryFile() throws IOException {
    Path nested = folder.resolve("new/folder/weights.safetensors");
    SafeTensors.write(nested, Map.of("w", manager.create(1f)), Map.of());
    SafeTensors.write(nested, Map.of("w", manager.create(2f)), Map.of());

    assertThat(SafeTensors.read(nested, manager).get("w").getFloat()).isEqualTo(2f);
    try (Stream<Path> files = Files.list(nested.getParent())) {
      assertThat(files).containsExactly(nested);
    }
  }

  @Test
  void writesAFileWithoutTensors() throws IOException {
    SafeTensors.write(file, Map.of(), Map.of());

    assertThat(SafeTensors.read(file, manager)).isEmpty();
    assertThat(SafeTensors.metadata(file)).isEmpty();
  }

  @Test
  void refusesTheNameThatTheFormatKeeps() {
    Map<String, NDArray> tensors = Map.of("__metadata__", manager.create(1f));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SafeTensors.write(file, tensors, Map.of()))
        .withMessageContaining("__metadata__");
    assertThat(file).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'w':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}            | 000000000000        | header is not JSON",
        "['w']                                                            | ~ | does not begin with '{'",
        "{'w':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}           | 0000803f            | tensor 'w' takes bytes 0 to 8 of the data, but the file has 4",
        "{'w':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}}           | 0000803f0000803f    | tensor 'w' is F32[3], which takes 3 x 4 bytes, but its offsets 0 and 8 enclose 8",
        "{'w':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}           | 0000803f00          | 1 bytes after tensor 'w' belong to no tensor",
        "{'w':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}           | 0000803f0000803f    | tensor 'w' takes bytes 4 to 8 of the data and leaves a gap after the header",
        "{'v':{'dtype':'U8','shape':[2],'data_offsets':[0,2]},'w':{'dtype':'U8','shape':[2],'data_offsets':[1,3]}} | 000000 | tensor 'w' takes bytes 1 to 3 of the data and overlaps tensor 'v', which ends at byte 2",
        "{'w':{'dtype':'U8','shape':[1],'data_offsets':[0,1]},'w':{'dtype':'U8','shape':[1],'data_offsets':[1,2]}} | 0000   | Duplicate field 'w'",
        "{'w':{'dtype':'U8','shape':[-1],'data_offsets':[0,1]}}           | 00                  | tensor 'w' has the shape [-1]",
        "{'w':{'dtype':'U8','shape':[1.5],'data_offsets':[0,1]}}          | 00                  | tensor 'w' has the shape [1.5]",
        "{'w':{'dtype':'U8','data_offsets':[0,1]}}                        | 00                  | tensor 'w' has the shape",
        "{'w':{'dtype':'U8','shape':[1],'data_offsets':[1,0]}}            | 00                  | tensor 'w' is described by",
        "{'w':{'shape':[1],'data_offsets':[0,1]}}                         | 00                  | tensor 'w' is described by",
        "{'w':{'dtype':'U8','shape':[9223372036854775807,2],'data_offsets':[0,1]}} | 00         | more elements than can be counted",
        "{'__metadata__':{'epoch':7}}                                     | ~ | __metadata__ gives 'epoch' the value 7, which is no string",
        "{'__metadata__':[]}                                              | ~ | __metadata__ is [] and not a map",
      })
  void namesTheFileAndTheTensorOfAMalformedFile(String header, String data, String problem)
      throws IOException {
    Files.write(file, bytes(header.replace('\'', '"'), data));

    assertThatThrownBy(() -> SafeTensors.read(file, manager))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(file + " is not a well-formed safetensors file", "write it anew")
        .satisfies(e -> assertThat(e.getMessage().replace('"', '\'')).contains(problem));
    assertThat(manager.getManagedArrays()).isEmpty();
  }

  @Test
  void namesATypeThatDjlHasNoArraysOf() throws IOException {
    Files.write(
        file, bytes("{\"w\":{\"dtype\":\"U16\",\"shape\":[1],\"data_offsets\":[0,2]}}", "0000"));

    assertThatThrownBy(() -> SafeTensors.read(file, manager))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(
            file.toString(), "tensor 'w' is U16[1]", "store it as one of", "F32");
  }

  @Test
  void noticesAFileThatEndsInItsHeader() throws IOException {
    byte[] whole =
        bytes("{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", "0000803f");
    for (int length : new int[] {0, 7, 8, 30}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> SafeTensors.read(file, manager))
          .isInstanceOf(IOException.class)
          .hasMessageContainingAll(
              file.toString(), length < 8 ? length + " bytes" : "at byte " + length);
    }
  }

  @Test
  void noticesAFileOfAnotherKind() throws IOException {
    Files.writeString(file, "version https://git-lfs.github.com/spec/v1\n");

    assertThatThrownBy(() -> SafeTensors.metadata(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("its first eight bytes give a header of");
  }

  @Test
  void readsAFileThatAnotherWriterLeftUnpadded() throws IOException {
    Files.write(
        file, bytes("{\"w\":{\"data_offsets\":[0,1],\"shape\":[1],\"dtype\":\"U8\"}}\n", "2a"));

    assertThat(SafeTensors.read(file, manager).get("w").toUint8Array()).containsExactly(42);
  }

  private static String pad(String header) {
    return header + " ".repeat(Math.floorMod(-header.length(), 8));
  }

  /** Puts a file together: the header's length, the header, the data in hexadecimal digits. */
  private static byte[] bytes(String header, String data) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    var bytes = new ByteArrayOutputStream();
    bytes.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(text.length).array());
    bytes.write(text);
    bytes.write(HexFormat.of().parseHex(data.equals("~") ? "" : data));
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @CsvSource({"'[0,4611686018427387904,4]'", "'[4611686018427387904,4,0]'"})
  void refusesEmptyShapesThatCannotBeCounted(String shape) throws IOException {
    String header = "{\"w\":{\"dtype\":\"F32\",\"shape\":" + shape + ",\"data_offsets\":[0,0]}}";
    Files.write(file, bytes(header, ""));
    assertThatThrownBy(() -> SafeTensors.read(file, manager))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("tensor 'w' is F32[")
        .hasMessageContaining("more elements than can be counted");
  }

  @Test
  void refusesMoreDimensionsThanPyTorchTakes() throws IOException {
    String shape = "[1" + ",1".repeat(64) + "]";
    Files.write(
        file,
        bytes("{\"w\":{\"dtype\":\"U8\",\"shape\":" + shape + ",\"data_offsets\":[0,1]}}", "00"));
    assertThatThrownBy(() -> SafeTensors.read(file, manager))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("more than the 64 dimensions");
  }

  @Test
  void refusesAHeaderThatIsNotUtf8() throws IOException {
    byte[] whole = bytes("{\"wxy\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", "00");
    for (String sequence : new String[] {"ff", "c0af", "eda080", "e282"}) {
      byte[] damaged = whole.clone();
      byte[] ill = HexFormat.of().parseHex(sequence);
      System.arraycopy(ill, 0, damaged, 10, ill.length);
      Files.write(file, damaged);
      assertThatThrownBy(() -> SafeTensors.metadata(file))
          .isInstanceOf(IOException.class)
          .hasMessageContainingAll(file.toString(), "its header is not UTF-8", "write it anew");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a\\u001b[31m':{'dtype':'U8','shape':[1],'data_offsets':[0,1]}} | the name of tensor 'a\\u001b[31m' has control characters",
        "{'a\\ud800':{'dtype':'U8','shape':[1],'data_offsets':[0,1]}} | its header is not JSON: Broken surrogate pair",
        "{'w':{'dtype':'U8\\u001b','shape':[1],'data_offsets':[0,1]}} | tensor 'w' is U8\\u001b[1]",
        "{'w':7} | tensor 'w' has the data_offsets , which is no list",
        "{'w':{'dtype':'U8','shape':[1],'data_offsets':[0,1]}} 7 | goes on after the closing '}'",
      })
  void namesWhatCannotBeShown(String header, String problem) throws IOException {
    Files.write(file, bytes(header.replace('\'', '"'), "00"));
    assertThatThrownBy(() -> SafeTensors.read(file, manager))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(file.toString(), problem);
  }

  @Test
  void refusesDescriptionsWithoutEnd() throws IOException {
    Files.write(file, bytes("{\"w\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}", ""));
    assertThatThrownBy(() -> SafeTensors.metadata(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file + " is not a well-formed safetensors file");
    String shape = "[0" + ",0".repeat(100_000) + "]";
    Files.write(
        file,
        bytes("{\"w\":{\"dtype\":\"U8\",\"shape\":" + shape + ",\"data_offsets\":[0,0]}}", ""));
    assertThatThrownBy(() -> SafeTensors.metadata(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("'w' is described by more than 1000 values");
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void refusesWhatIsNoFile() throws Exception {
    assertThatThrownBy(() -> SafeTensors.metadata(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(folder.toString(), "it is a folder, a pipe or a device");
    Path pipe = TestFiles.pipe(folder.resolve("pipe"));
    assumeTrue(pipe != null, "there is no mkfifo");
    assertThatThrownBy(() -> SafeTensors.metadata(pipe))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("pipe");
    assertThatThrownBy(() -> SafeTensors.shapes(pipe))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("pipe");
  }

  @Test
  void writesNoNamesThatItWouldRefuse() {
    Map<String, NDArray> tensors = Map.of("a\u001b", manager.create(1f));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SafeTensors.write(file, tensors, Map.of()))
        .withMessageContaining("tensor 'a\\u001b' has control characters");
    assertThat(file).doesNotExist();
  }
}
