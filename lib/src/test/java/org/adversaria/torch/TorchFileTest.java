package org.adversaria.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that {@code make_weights.py} wrote with PyTorch 1.13 and 2.13, and damaged ones. */
class TorchFileTest {

  private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");

  @TempDir Path folder;

  @AfterEach
  void close() {
    manager.close();
  }

  private static Path resource(String name) {
    return Path.of("src", "test", "resources", "weights", name);
  }

  private Map<String, NDArray> read(Path file) throws IOException {
    TorchFile content = TorchFile.open(file);
    return content.read(content.tensors().keySet(), manager);
  }

  // ---- what PyTorch writes ----------------------------------------------------------------------

  /** The elements of a tensor {@code 0, 1, 2, ...}, less 3, at some places. */
  private static double[] counted(int... places) {
    return Arrays.stream(places).mapToDouble(place -> place - 3).toArray();
  }

  private static double[] range(int from, int to) {
    return counted(IntStream.range(from, to).toArray());
  }

  private static Map<String, double[]> expected() {
    var expected = new LinkedHashMap<String, double[]>();
    for (String type :
        List.of("float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8")) {
      expected.put("state_dict.dtype." + type, range(0, 6));
    }
    expected.put("state_dict.dtype.uint8", new double[] {253, 254, 255, 0, 1, 2});
    expected.put("state_dict.dtype.bool", new double[] {0, 0, 0, 0, 1, 1});
    expected.put("state_dict.shared.whole", range(0, 24));
    expected.put("state_dict.shared.rows", range(6, 18));
    expected.put("state_dict.shared.columns", counted(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23));
    expected.put(
        "state_dict.shared.transposed",
        counted(IntStream.range(0, 24).map(i -> i / 4 + i % 4 * 6).toArray()));
    expected.put("state_dict.shared.cell", counted(17));
    expected.put("state_dict.expanded", counted(IntStream.range(0, 12).map(i -> i % 3).toArray()));
    expected.put(
        "state_dict.permuted",
        counted(IntStream.range(0, 24).map(i -> i % 6 * 4 + i / 6).toArray()));
    expected.put("state_dict.scalar", new double[] {-3});
    expected.put("state_dict.empty", new double[0]);
    expected.put("state_dict.parameter", range(0, 5));
    expected.put("numpy.rows", range(0, 6));
    expected.put("numpy.columns", range(0, 6));
    expected.put("optimizer.state.0.exp_avg", range(0, 2));
    return expected;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tensors-1.13.pth",
        "tensors-2.13.pth",
        "tensors-legacy-1.13.pth",
        "tensors-legacy-2.13.pth"
      })
  void tensorsOfEveryKindAreRead(String name) throws IOException {
    Map<String, NDArray> arrays = read(resource(name));
    Map<String, double[]> expected = expected();
    assertThat(arrays.keySet()).containsExactlyElementsOf(expected.keySet());
    expected.forEach(
        (tensor, values) -> assertThat(numbers(arrays.get(tensor))).as(tensor).isEqualTo(values));
    assertThat(arrays.get("state_dict.permuted").getShape()).isEqualTo(new Shape(4, 2, 3));
    assertThat(arrays.get("state_dict.scalar").getShape()).isEqualTo(new Shape());
    assertThat(arrays.get("state_dict.empty").getShape()).isEqualTo(new Shape(0, 3));

    TorchFile file = TorchFile.open(resource(name));
    assertThat(file.format())
        .isEqualTo(name.contains("legacy") ? TorchFile.Format.LEGACY : TorchFile.Format.ZIP);
    SavedTensor half = file.tensors().get("state_dict.dtype.bfloat16");
    assertThat(half.dtype()).isEqualTo("bfloat16");
    assertThat(half.arrayType()).isEqualTo(DataType.FLOAT32);
    assertThat(arrays.get("state_dict.dtype.int16").getDataType()).isEqualTo(DataType.INT32);
    assertThat(arrays.get("state_dict.dtype.float16").getDataType()).isEqualTo(DataType.FLOAT16);
    assertThat(file.values())
        .containsEntry("steps", 2000L)
        .containsEntry("score", 3.25)
        .containsEntry("rate", 2e-4)
        .containsEntry("name", "été")
        .containsEntry("averaged", true)
        .containsEntry("device", "cpu")
        .containsEntry("big", BigInteger.ONE.shiftLeft(70));
  }

  private static double[] numbers(NDArray array) {
    return switch (array.getDataType()) {
      case BOOLEAN -> {
        boolean[] values = array.toBooleanArray();
        yield IntStream.range(0, values.length).mapToDouble(i -> values[i] ? 1 : 0).toArray();
      }
      case UINT8 -> Arrays.stream(array.toUint8Array()).asDoubleStream().toArray();
      default ->
          array.size() == 0
              ? new double[0]
              : DoubleStream.of(array.toType(DataType.FLOAT64, true).toDoubleArray()).toArray();
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"one-1.13.pt", "one-2.13.pt", "one-legacy-1.13.pt"})
  void oneTensorByItselfIsNamedTensor(String name) throws IOException {
    Map<String, NDArray> arrays = read(resource(name));
    assertThat(arrays.keySet()).containsExactly("tensor");
    assertThat(arrays.get("tensor").toFloatArray()).containsExactly(-3, -2, -1, 0);
  }

  @Test
  void nvidiasNetworksAreStateDicts() throws IOException {
    TorchFile file = TorchFile.open(resource("stylegan2.pkl"));
    assertThat(file.format()).isEqualTo(TorchFile.Format.PICKLE);
    assertThat(file.modules())
        .containsEntry("G_ema", "Generator")
        .containsEntry("G_ema.synthesis.b8.conv0", "SynthesisLayer")
        .containsEntry("D", "Discriminator");
    assertThat(file.values())
        .containsEntry("G_ema.z_dim", 5L)
        .containsEntry("G_ema.synthesis.b4.conv1.conv_clamp", 256L)
        .containsEntry("training_set_kwargs.resolution", 16L);
    assertThat(file.tensors().get("G_ema.synthesis.b4.const").shape())
        .isEqualTo(new Shape(6, 4, 4));
    assertThat(file.tensors()).containsKeys("D.b16.skip.weight", "G_ema.mapping.w_avg");
    assertThat(read(resource("stylegan2.pkl")).get("G_ema.synthesis.b8.resample_filter").sum())
        .satisfies(sum -> assertThat(sum.getFloat()).isEqualTo(1));
  }

  // ---- what is refused --------------------------------------------------------------------------

  private Path pickle(byte[]... parts) throws IOException {
    return Files.write(folder.resolve("weights.pkl"), Pickles.joined(parts));
  }

  private void assertRefused(Path file, String... words) {
    assertThatThrownBy(() -> TorchFile.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .satisfies(e -> assertThat(List.of(words)).allMatch(e.getMessage()::contains));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "os.system",
        "posix.system",
        "nt.system",
        "subprocess.Popen",
        "builtins.eval",
        "builtins.exec",
        "builtins.getattr",
        "builtins.__import__",
        "__builtin__.eval",
        "operator.attrgetter",
        "functools.partial",
        "runpy._run_code",
        "torch.load",
        "torch.hub.load",
        "torch.serialization.load",
        "torch.storage._load_from_bytes.__globals__",
        "numpy.load",
        "collections.OrderedDict.__reduce__",
        "dnnlib.util.call_func_by_name",
        "torch_utils.persistence._src_to_module",
        "torch_utils.persistence.import_hook",
        "torch.nn.modules.linear.Linear",
        "__main__.Generator",
        "argparse.Namespace"
      })
  void everyOtherNameIsRefusedByName(String name) throws IOException {
    int dot = name.lastIndexOf('.');
    String[] parts = {name.substring(0, dot), name.substring(dot + 1)};
    byte[] old = Pickles.bytes("\u0080\u0002c" + parts[0] + "\n" + parts[1] + "\n(X");
    byte[] call = Pickles.bytes("\u0004\0\0\0truetR.");
    assertRefused(pickle(old, call), "'" + name + "'", "nothing in a file is executed");
    byte[] named =
        Pickles.joined(
            Pickles.bytes("\u0080\u0004"),
            Pickles.text(parts[0]),
            Pickles.text(parts[1]),
            Pickles.bytes("\u0093)R."));
    assertRefused(pickle(named), "'" + name + "'");
    // The whole path as the name of an attribute.
    String module = name.substring(0, name.indexOf('.'));
    byte[] path =
        Pickles.joined(
            Pickles.bytes("\u0080\u0004"),
            Pickles.text(module),
            Pickles.text(name.substring(module.length() + 1)),
            Pickles.bytes("\u0093)R."));
    assertRefused(pickle(path), "'" + name + "'");
  }

  @Test
  void namesWithinStoredBytesAreRefusedToo() throws IOException {
    byte[] inner =
        Pickles.joined(
            LegacyFile.BEGIN,
            Pickles.bytes("\u0080\u0002M\u00e9\u0003."),
            Pickles.bytes("\u0080\u0002}X\r\0\0\0little_endian\u0088s."),
            Pickles.bytes("\u0080\u0002cposix\nsystem\n(X\u0004\0\0\0truetR."));
    Path file =
        pickle(
            Pickles.bytes("\u0080\u0003ctorch.storage\n_load_from_bytes\n"),
            Pickles.content(inner),
            Pickles.bytes("\u0085R."));
    assertRefused(file, "'posix.system'");
  }

  @Test
  void callsOfWhatIsNoFunctionAreRefused() throws IOException {
    assertRefused(pickle(Pickles.bytes("\u0080\u0002X\u0001\0\0\0a)R.")), "no function");
    assertRefused(pickle(Pickles.bytes("\u0080\u0002cnumpy\nndarray\n)R.")), "no function");
    assertRefused(pickle(Pickles.bytes("\u0080\u0002X\u0001\0\0\0a}b.")), "gives a state");
    assertRefused(pickle(Pickles.bytes("\u0080\u0002ios\nsystem\n.")), "INST");
    assertRefused(pickle(Pickles.bytes("\u0080\u0002(o.")), "OBJ");
    assertRefused(pickle(Pickles.bytes("\u0080\u0002\u0082\u0001.")), "EXT1");
    assertRefused(pickle(Pickles.bytes("\u0080\u0005\u0097.")), "NEXT_BUFFER");
  }

  @Test
  void lengthsAreComparedWithTheFileBeforeMemoryIsTaken() throws IOException {
    byte[] huge = {-1, -1, -1, -1, -1, -1, -1, 0x3f};
    byte[] negative = {-1, -1, -1, -1, -1, -1, -1, -1};
    for (String code : List.of("\u008e", "\u008d", "\u0096")) {
      assertRefused(
          pickle(Pickles.bytes("\u0080\u0005" + code), huge), "wants 4611686018427387903 bytes");
      assertRefused(pickle(Pickles.bytes("\u0080\u0005" + code), negative), "wants 1844674407");
    }
    for (String code : List.of("X", "B", "T")) {
      assertRefused(
          pickle(Pickles.bytes("\u0080\u0002" + code + "\u00ff\u00ff\u00ff\u007f")),
          "wants 2147483647 bytes");
    }
    assertRefused(
        pickle(Pickles.bytes("\u0080\u0002\u008b\u00ff\u00ff\u00ff\u007f")),
        "an integer of 2147483647 bytes");
  }

  @Test
  void tensorsLieWithinTheirStorages() throws IOException {
    assertRefused(storage(4, 0, "(4)", "(1)", 1), "does not lie within");
    assertRefused(storage(4, 1, "(1)", "(1)", 1), "does not lie within");
    assertRefused(storage(4, 0, "(2,2)", "(1)", 1), "2 sizes and 1 strides");
    assertRefused(storage(4, 0, "(1000000,1000000,1000000,1000000)", "(0,0,0,0)", 1), "lie within");
    assertRefused(storage(4, 0, "(1000000000)", "(0)", 1), "2 GiB");
    assertRefused(storage(4, 0, "(100000000)", "(0)", 1), "x.clone()");
    assertThat(read(storage(4, 0, "(3)", "(0)", 1)).get("tensor").toFloatArray()).hasSize(3);
  }

  /** A legacy file of a tensor of a storage of some elements, of which it says to have others. */
  private Path storage(int bytes, int offset, String sizes, String strides, int elements)
      throws IOException {
    byte[] tensor =
        Pickles.joined(
            Pickles.bytes("\u0080\u0002ctorch._utils\n_rebuild_tensor_v2\n((X\u0007\0\0\0storage"),
            Pickles.bytes("ctorch\nFloatStorage\nX\u0001\0\0\u00007X\u0003\0\0\0cpu"),
            Pickles.number(elements),
            Pickles.bytes("NtQ"),
            Pickles.number(offset),
            Pickles.tuple(sizes),
            Pickles.tuple(strides),
            Pickles.bytes("\u0089ccollections\nOrderedDict\n)RtR."));
    return Files.write(
        folder.resolve("weights.pth"),
        Pickles.joined(
            LegacyFile.BEGIN,
            Pickles.bytes("\u0080\u0002M\u00e9\u0003."),
            Pickles.bytes("\u0080\u0002}X\r\0\0\0little_endian\u0088s."),
            tensor,
            Pickles.bytes("\u0080\u0002]X\u0001\0\0\u00007a."),
            new byte[] {(byte) elements, 0, 0, 0, 0, 0, 0, 0},
            new byte[bytes]));
  }

  @Test
  void structuresWithoutEndAreRefused() throws IOException {
    assertRefused(pickle(Pickles.bytes("\u0080\u0002]q\0h\0a.")), "a value within itself");
    assertRefused(
        pickle(Pickles.bytes("\u0080\u0002}q\0X\u0001\0\0\0ah\0s.")), "a value within itself");
    assertRefused(
        pickle(
            Pickles.bytes("\u0080\u0002"),
            Pickles.repeated("]", 200_000),
            Pickles.repeated("a", 199_999),
            Pickles.bytes(".")),
        "more than 100 deep");
    assertRefused(
        pickle(Pickles.bytes("\u0080\u0002"), Pickles.repeated("(", 200_000), Pickles.bytes(".")),
        "more than 1000 deep");
    assertRefused(
        pickle(
            Pickles.bytes("\u0080\u0002)"),
            Pickles.repeated("\u0085", 200_000),
            Pickles.bytes(".")),
        "more than 100 deep");
  }

  /** Each list holds the one before twice. */
  @Test
  void sharedValuesDoNotMultiply() throws IOException {
    var parts = new StringBuilder("\u0080\u0002)q\0");
    for (char i = 0; i < 60; i++) {
      parts.append("0h").append(i).append('h').append(i);
      parts.append("\u0086q").append((char) (i + 1));
    }
    assertRefused(pickle(Pickles.bytes(parts + ".")), "in more than");
  }

  /** A number in 2^20 places, whose names have 900 characters each. */
  @Test
  void namesDoNotMultiplyEither() throws IOException {
    var parts = new StringBuilder("\u0080\u0002K\u0001q\0");
    String key = "k".repeat(45);
    for (char i = 0; i < 20; i++) {
      parts.append("0}(");
      for (String end : List.of("a", "b")) {
        parts.append("X\u002e\0\0\0").append(key).append(end).append('h').append(i);
      }
      parts.append("uq").append((char) (i + 1));
    }
    assertRefused(pickle(Pickles.bytes(parts + ".")), "names take more memory");
  }

  @Test
  void instructionsAndValuesAreCounted() throws IOException {
    System.setProperty("adversaria.limit.values", "1000");
    try {
      for (String code : List.of("]", "}", "N", "2", "\u0094")) {
        assertRefused(
            pickle(Pickles.bytes("\u0080\u0004N"), Pickles.repeated(code, 1000)),
            "more than 1000 values",
            "-Dadversaria.limit.values");
      }
      assertRefused(
          pickle(Pickles.bytes("\u0080\u0004"), Pickles.repeated("\u0080\u0002", 10_001)),
          "more than 10000 instructions");
    } finally {
      System.clearProperty("adversaria.limit.values");
    }
  }

  @Test
  void takesNoValuesThatAreNotThere() throws IOException {
    for (String code :
        List.of(
            "t", "a", "e", "s", "u", "b", "R", "Q", "0", "1", "2", "\u0087", "\u0093", "\u0081",
            "q\0", "h\0")) {
      assertRefused(pickle(Pickles.bytes("\u0080\u0002" + code + ".")));
      assertRefused(pickle(Pickles.bytes("\u0080\u0002]((" + code + ".")));
    }
    assertRefused(pickle(Pickles.bytes("\u0080\u0006N.")), "protocol 6");
  }

  @Test
  void typesThatAreNotReadAreNamed() throws IOException {
    assertRefused(
        pickle(Pickles.bytes("\u0080\u0002ctorch\nComplexFloatStorage\n.")),
        "torch.ComplexFloatStorage",
        "view_as_real");
    assertRefused(
        pickle(Pickles.bytes("\u0080\u0002ctorch\nfloat8_e4m3fn\n.")), "torch.float8_e4m3fn");
    assertRefused(
        pickle(Pickles.bytes("\u0080\u0002cdnnlib.tflib.network\nNetwork\n.")), "legacy.py");
    assertRefused(
        pickle(Pickles.bytes("\u0080\u0002cnumpy\ndtype\n(X\u0002\0\0\0O8\u0089\u0088tR.")),
        "'O8'");
    assertRefused(
        pickle(
            Pickles.bytes("\u0080\u0002cnumpy\ndtype\n(X\u0002\0\0\0f4\u0089\u0088tR"),
            Pickles.bytes("(K\u0003X\u0001\0\0\0>NNNJ\u00ff\u00ff\u00ff\u00ffK\0K\0tb.")),
        "big-endian");
  }

  @Test
  void otherFilesAreToldApart() throws IOException {
    assertRefused(Files.write(folder.resolve("empty.pth"), new byte[0]), "it is empty");
    assertRefused(
        Files.write(folder.resolve("text.pth"), Pickles.bytes("cos\nsystem\n")), "neither a zip");
    byte[] tar = new byte[1024];
    System.arraycopy(Pickles.bytes("ustar"), 0, tar, 257, 5);
    assertRefused(Files.write(folder.resolve("old.pth"), tar), "tar archive");
    assertRefused(folder, "a folder");
    assertRefused(
        Files.write(
            folder.resolve("big.pth"),
            Pickles.joined(
                LegacyFile.BEGIN,
                Pickles.bytes("\u0080\u0002M\u00e9\u0003."),
                Pickles.bytes("\u0080\u0002}X\r\0\0\0little_endian\u0089s."))),
        "not little-endian");
  }

  @ParameterizedTest
  @ValueSource(strings = {"one-1.13.pt", "one-2.13.pt", "one-legacy-1.13.pt", "stylegan2.pkl"})
  void everyTruncatedFileIsRefused(String name) throws IOException {
    Path file = Files.copy(resource(name), folder.resolve(name));
    int whole = (int) Files.size(file);
    int step = Math.max(1, whole / 1000);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (int length = whole - 1; length >= 0; length -= step) {
        channel.truncate(length);
        String message = refusal(file);
        if (!message.startsWith(file + " cannot be read as weights: ")) {
          fail("%d bytes of %s: %s", length, name, message);
        }
      }
    }
  }

  private static String refusal(Path file) {
    try {
      TorchFile.open(file);
      return "no exception";
    } catch (IOException e) {
      return e.getMessage();
    }
  }
}
