package org.adversaria.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.adversaria.torch.PickleObjects.Storage;

/**
 * A file of weights that Python wrote: what {@code torch.save} writes, today's zip or the format
 * before PyTorch 1.6, and NVIDIA's pickles of networks.
 *
 * <p>These are Python pickles, programs that may call any function. Here none is called: tensors,
 * numbers, texts and containers of them are made, NVIDIA's modules become containers, and a file
 * that names anything else is refused. What a file claims is compared with what it has before
 * memory is taken. The tensors' elements stay in the file until they are read.
 *
 * <p>Types: float64, float32, float16, int64, int32, int8, uint8 and bool; bfloat16 and int16 are
 * read as the next wider type, see {@link SavedTensor#arrayType}.
 */
public final class TorchFile {

  /** How a file is built. */
  public enum Format {
    /** The zip of {@code torch.save} since PyTorch 1.6. */
    ZIP,
    /** What {@code torch.save} wrote before. */
    LEGACY,
    /** A pickle of NVIDIA's networks. */
    PICKLE
  }

  private static final int HEAD = 512;
  private static final int TAR_MAGIC = 257;
  private static final String PICKLE = "data.pkl";
  private static final int SMALL = 16;

  private final Path file;
  private final Format format;
  private final SavedTree tree;

  private TorchFile(Path file, Format format, SavedTree tree) {
    this.file = file;
    this.format = format;
    this.tree = tree;
  }

  /**
   * Reads what a file holds, but no elements of tensors.
   *
   * @param file the file
   * @return its names, shapes and values
   * @throws IOException if the file cannot be read, is damaged, of another format, or names
   *     something else than tensors and plain containers; the message has the name
   */
  public static TorchFile open(Path file) throws IOException {
    var entry = new ScriptEntry(file, "", ScriptEntry.Use.WEIGHTS);
    try {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw entry.damaged("it is a folder, a pipe or a device");
      }
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        Format format = format(entry, channel);
        var budget = new PickleBudget(entry, channel.size());
        Object root = root(entry, channel, format, budget);
        return new TorchFile(file, format, new SavedTree(entry, budget, root));
      }
    } catch (WeightsFormatException e) {
      throw new IOException(e.getMessage(), e);
    } catch (UncheckedIOException e) {
      throw new IOException(unreadable(file, e.getCause()), e);
    }
  }

  private static Object root(
      ScriptEntry entry, FileChannel channel, Format format, PickleBudget budget)
      throws IOException {
    if (format == Format.ZIP) {
      try (var zip = new ScriptZip(entry)) {
        return ofZip(entry, zip, channel, budget);
      }
    }
    var all = new StoredBytes.InFile(0, channel.size());
    if (format == Format.LEGACY) {
      return new LegacyFile(entry, channel, all, budget, false).read();
    }
    var objects = new PickleObjects(entry, channel, budget, null, false);
    return new Pickle(entry, new PickleInput(entry, channel, all, budget), budget, objects).read();
  }

  private static Format format(ScriptEntry entry, FileChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(HEAD, channel.size()));
    new StoredBytes.InFile(0, buffer.capacity()).read(channel, 0, buffer);
    byte[] head = buffer.array();
    if (startsWith(head, "PK\003\004")) {
      return Format.ZIP;
    }
    if (head.length >= LegacyFile.BEGIN.length
        && Arrays.equals(
            LegacyFile.BEGIN, 0, LegacyFile.BEGIN.length, head, 0, LegacyFile.BEGIN.length)) {
      return Format.LEGACY;
    }
    if (head.length > 1 && head[0] == (byte) 0x80) {
      return Format.PICKLE;
    }
    throw unknown(entry, head);
  }

  private static RuntimeException unknown(ScriptEntry entry, byte[] head) {
    if (head.length == 0) {
      return entry.damaged("it is empty");
    }
    boolean tar =
        head.length > TAR_MAGIC + 5
            && new String(head, TAR_MAGIC, 5, StandardCharsets.ISO_8859_1).equals("ustar");
    if (tar) {
      return entry.exception(
          "it is a tar archive, as PyTorch wrote before 0.1.10",
          "Save it anew in Python: torch.save(torch.load(path), new_path)");
    }
    if (startsWith(head, "\211HDF")) {
      return entry.exception("it is HDF5, which Keras writes", "Weights of PyTorch are read");
    }
    return entry.exception(
        "it is neither a zip nor a pickle of PyTorch",
        "Files of torch.save, pickles of NVIDIA's networks and safetensors are read");
  }

  private static boolean startsWith(byte[] head, String begin) {
    byte[] bytes = begin.getBytes(StandardCharsets.ISO_8859_1);
    return head.length >= bytes.length
        && Arrays.equals(bytes, 0, bytes.length, head, 0, bytes.length);
  }

  // ---- the zip ----------------------------------------------------------------------------------

  private static Object ofZip(
      ScriptEntry whole, ScriptZip zip, FileChannel channel, PickleBudget budget)
      throws IOException {
    if (zip.entries().containsKey("constants.pkl")) {
      throw whole.exception(
          "it is TorchScript, a network with its code", "ScriptFile.load reads such files");
    }
    ScriptZip.Entry pickle = zip.entries().get(PICKLE);
    if (pickle == null) {
      throw whole.damaged(Text.format("its zip has no entry %s", PICKLE));
    }
    ScriptZip.Entry order = zip.entries().get("byteorder");
    if (order != null && !text(stored(zip, order), channel).equals("little")) {
      throw whole.exception(
          "its numbers are not little-endian", "Save it again on a machine that is");
    }
    var storages = new LinkedHashMap<String, Storage>();
    var objects =
        new PickleObjects(
            whole,
            channel,
            budget,
            (key, type, elements) -> storage(zip, storages, key, type, elements),
            false);
    var in = new PickleInput(zip.entry(PICKLE), channel, stored(zip, pickle), budget);
    return new Pickle(zip.entry(PICKLE), in, budget, objects).read();
  }

  /** The first bytes of an entry. PyTorch does not look at checksums, and may leave them out. */
  private static String text(StoredBytes bytes, FileChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(SMALL, bytes.size()));
    bytes.read(channel, 0, buffer);
    return new String(buffer.array(), StandardCharsets.ISO_8859_1);
  }

  private static StoredBytes stored(ScriptZip zip, ScriptZip.Entry entry) throws IOException {
    if (entry.deflated()) {
      throw zip.entry(entry.name())
          .exception(
              "it is compressed, as no zip of PyTorch is",
              "Save it again in Python: torch.save(torch.load(path), new_path)");
    }
    return new StoredBytes.InFile(zip.dataOffset(entry), entry.size());
  }

  /** The entry of a storage, which has to be of the size that the pickle says. */
  private static Storage storage(
      ScriptZip zip,
      Map<String, Storage> storages,
      String key,
      Optional<StoredType> type,
      long elements) {
    String name = "data/" + key;
    ScriptZip.Entry entry = zip.entries().get(name);
    long size = elements * type.map(each -> each.bytes).orElse(1);
    if (entry == null || entry.size() != size) {
      throw zip.entry(name)
          .damaged(
              entry == null
                  ? "its zip has no such entry"
                  : Text.format("it has %d bytes where its pickle says %d", entry.size(), size));
    }
    return storages.computeIfAbsent(
        key + type,
        each -> {
          try {
            return new Storage(type, size, stored(zip, entry));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  // ---- what it holds ----------------------------------------------------------------------------

  /**
   * Returns how the file is built.
   *
   * @return the format
   */
  public Format format() {
    return format;
  }

  /**
   * Returns all tensors, also those within dictionaries and networks.
   *
   * @return the tensors by the names on the way to them, joined by dots, such as {@code
   *     G_ema.mapping.fc0.weight}, in the order of the file
   */
  public Map<String, SavedTensor> tensors() {
    return Collections.unmodifiableMap(tree.tensors);
  }

  /**
   * Returns the plain values beside the tensors: settings of modules, numbers of steps and the
   * like.
   *
   * @return String, Long, BigInteger, Double or Boolean by name, such as {@code G_ema.z_dim}
   */
  public Map<String, Object> values() {
    return Collections.unmodifiableMap(tree.values);
  }

  /**
   * Returns the modules of NVIDIA's networks.
   *
   * @return the names of their classes in Python, such as {@code Generator}, by the modules' names;
   *     empty for state dicts
   */
  public Map<String, String> modules() {
    return Collections.unmodifiableMap(tree.modules);
  }

  /**
   * Reads tensors, one after the other, so that the file may be larger than 2 GiB.
   *
   * @param names of tensors of this file
   * @param manager the owner of the arrays, on whose device they are
   * @return the arrays in the order of the names
   * @throws IOException if the file cannot be read; all arrays are freed then
   * @throws IllegalArgumentException if there is no tensor of a name
   */
  public Map<String, NDArray> read(Collection<String> names, NDManager manager) throws IOException {
    var arrays = new LinkedHashMap<String, NDArray>();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      for (String name : names) {
        SavedTensor tensor = tree.tensors.get(name);
        if (tensor == null) {
          throw new IllegalArgumentException(
              Text.format(
                  "%s has no tensor '%s'; tensors() has those there are",
                  Text.visible(file.toString()), Text.visible(name)));
        }
        arrays.put(name, tensor.read(channel, manager));
      }
      return arrays;
    } catch (IOException e) {
      arrays.values().forEach(NDArray::close);
      throw new IOException(unreadable(file, e), e);
    } catch (RuntimeException e) {
      arrays.values().forEach(NDArray::close);
      throw e;
    }
  }

  private static String unreadable(Path file, Exception e) {
    return Text.format("%s cannot be read: %s", Text.visible(file.toString()), e.getMessage());
  }
}
