package org.adversaria.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.adversaria.torch.FusedUpdates;
import org.adversaria.torch.Text;

/**
 * Saves and loads a network's parameters by the names of a PyTorch state dict.
 *
 * <p>Files are safetensors; {@code org.adversaria.models.published.Weights} reads those of PyTorch
 * too.
 */
public final class StateDict {

  private StateDict() {}

  /**
   * Returns the SHA-256 of the names and values of arrays, such as a network's.
   *
   * @param state such as {@code network.stateDict()}
   * @return 64 lower-case hexadecimal digits
   */
  public static String digest(Map<String, NDArray> state) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This Java runtime has no SHA-256", e);
    }
    try (var scope = new NDScope()) {
      state.forEach(
          (name, array) -> {
            digest.update((name + "\n").getBytes(StandardCharsets.UTF_8));
            digest.update(array.toByteBuffer());
          });
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Writes a network's parameters and buffers; an existing file is replaced atomically.
   *
   * @param network an initialised network
   * @param file the file to write
   * @throws IOException if the file cannot be written
   */
  public static void save(TorchBlock network, Path file) throws IOException {
    SafeTensors.write(file, network.stateDict(), Map.of());
  }

  /**
   * Initialises a network with the parameters and buffers of a file that has exactly these. Shapes
   * are compared before memory is taken for any array.
   *
   * @param network a network that is not initialised
   * @param manager the owner of the arrays, on whose device they are
   * @param file a safetensors file
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if a tensor is missing, unexpected or of another shape
   */
  public static void initialize(TorchBlock network, NDManager manager, Path file)
      throws IOException {
    requireFits(network, SafeTensors.shapes(file), file.toString());
    network.initialize(manager);
    load(network, file);
  }

  /**
   * Checks that a network has exactly the arrays of some names and shapes.
   *
   * @param network a network, initialised or not
   * @param shapes of the arrays by name
   * @param source the name of the arrays in messages
   * @throws IllegalArgumentException if an array is missing, unexpected or of another shape; the
   *     message names each, with both shapes
   */
  public static void requireFits(TorchBlock network, Map<String, Shape> shapes, String source) {
    var expected = new LinkedHashMap<String, Shape>();
    network
        .getParameters()
        .forEach(pair -> expected.put(pair.getKey(), pair.getValue().getShape()));
    requireSame(expected, shapes, source);
  }

  /**
   * Loads a network's parameters and buffers from a file that has exactly these.
   *
   * @param network an initialised network; unchanged if the file does not fit
   * @param file a safetensors file
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if a tensor is missing, unexpected or of another shape
   */
  public static void load(TorchBlock network, Path file) throws IOException {
    try (NDManager manager = managerOf(network).newSubManager()) {
      load(network, SafeTensors.read(file, manager), file.toString());
    }
  }

  /**
   * Copies values into a network from a map that has exactly its arrays.
   *
   * @param network an initialised network; unchanged if the values do not fit
   * @param values arrays by name
   * @param source the name of the values in messages
   * @throws IllegalArgumentException if an array is missing, unexpected or of another shape; the
   *     message names each
   */
  public static void load(TorchBlock network, Map<String, NDArray> values, String source) {
    load(network.stateDict(), values, source);
  }

  /**
   * Copies values into arrays from a map that has exactly these.
   *
   * @param state the arrays to change, by name; unchanged if the values do not fit
   * @param values arrays by name
   * @param source the name of the values in messages
   * @throws IllegalArgumentException if an array is missing, unexpected or of another shape; the
   *     message names each
   */
  public static void load(Map<String, NDArray> state, Map<String, NDArray> values, String source) {
    requireSame(shapes(state), shapes(values), source);
    copy(state, values, List.copyOf(state.keySet()));
  }

  private static Map<String, Shape> shapes(Map<String, NDArray> arrays) {
    var shapes = new LinkedHashMap<String, Shape>();
    arrays.forEach((name, array) -> shapes.put(name, array.getShape()));
    return shapes;
  }

  private static void requireSame(
      Map<String, Shape> expected, Map<String, Shape> actual, String source) {
    List<String> faults = new ArrayList<>();
    expected.forEach((name, shape) -> checkPresent(name, shape, actual.get(name), faults));
    actual.forEach(
        (name, shape) -> {
          if (!expected.containsKey(name)) {
            faults.add("unexpected " + name + " " + shape);
          }
        });
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(
          Text.format(
              """
              %s does not fit:
                %s
              Build the network with the settings that the weights were trained with, or use \
              loadMatching.""",
              source, String.join("\n  ", faults)));
    }
  }

  /**
   * Copies the values whose name and shape are the network's; for fine-tuning a changed network.
   *
   * @param network an initialised network
   * @param values arrays by name
   * @return the names of the network's arrays that were not changed
   */
  public static List<String> loadMatching(TorchBlock network, Map<String, NDArray> values) {
    Map<String, NDArray> state = network.stateDict();
    List<String> unmatched = new ArrayList<>();
    List<String> matching = new ArrayList<>();
    state.forEach(
        (name, array) -> {
          NDArray value = values.get(name);
          boolean fits = value != null && value.getShape().equals(array.getShape());
          (fits ? matching : unmatched).add(name);
        });
    copy(state, values, matching);
    return unmatched;
  }

  private static void checkPresent(String name, Shape shape, Shape actual, List<String> faults) {
    if (actual == null) {
      faults.add("missing " + name + " " + shape);
    } else if (!actual.equals(shape)) {
      faults.add(Text.format("%s has shape %s where %s belongs", name, actual, shape));
    }
  }

  private static void copy(
      Map<String, NDArray> state, Map<String, NDArray> values, List<String> names) {
    if (names.isEmpty()) {
      return;
    }
    var targets = new NDList();
    var sources = new NDList();
    for (String name : names) {
      targets.add(state.get(name));
      sources.add(values.get(name));
    }
    FusedUpdates.copy(targets, sources);
  }

  private static NDManager managerOf(TorchBlock network) {
    return network.getParameters().get(0).getValue().getArray().getManager();
  }
}
