package org.adversaria.models.published;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.adversaria.models.Generator;
import org.adversaria.nn.SafeTensors;
import org.adversaria.nn.StateDict;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchFile;

/**
 * Weights from a file of any kind in which they are published: {@code .pth} and {@code .pt} of
 * PyTorch, NVIDIA's {@code .pkl}, and safetensors. Nothing in a file is executed, see {@link
 * TorchFile}.
 *
 * <pre>{@code
 * Weights weights = Weights.load(Path.of("ffhq.pkl"));
 * Generator generator = weights.generator(manager);      // G_ema, a StyleGan2Generator
 * weights.only("G_ema").save(Path.of("ffhq.safetensors"));
 * }</pre>
 *
 * <p>Names are those on the way to a tensor, joined by dots: {@code G_ema.mapping.fc0.weight}, or
 * {@code state_dict.linear.weight} in a checkpoint. The part before a network's own names is the
 * network's name here; it is empty for a state dict by itself. Which networks are recognised stands
 * in the package's description.
 */
public final class Weights {

  private static final int MINIMAL_HEADER = 9;

  /** Names of the types in safetensors, and in PyTorch. */
  private static final Map<String, String> TYPES =
      Map.of(
          "F64", "float64",
          "F32", "float32",
          "F16", "float16",
          "BF16", "bfloat16",
          "I64", "int64",
          "I32", "int32",
          "I8", "int8",
          "U8", "uint8",
          "BOOL", "bool");

  /**
   * What a file says of a tensor.
   *
   * @param dtype the type in the file, by PyTorch's name
   * @param shape the shape
   */
  public record Tensor(String dtype, Shape shape) {}

  /**
   * A network of this library that a file has the weights of.
   *
   * @param name the part before its tensors' names, such as {@code G_ema}; empty for none
   * @param type the simple name of its class, such as {@code StyleGan2Generator}
   * @param sizes its sizes in words, as they follow from the shapes
   * @param generator whether it is a {@link Generator}
   * @param fault why the weights do not fit it; empty if they do
   */
  public record Network(String name, String type, String sizes, boolean generator, String fault) {

    /**
     * Tells whether the weights fit.
     *
     * @return true without a fault
     */
    public boolean fits() {
      return fault.isEmpty();
    }
  }

  /** Reads tensors by their names in the file. */
  private interface Source {
    Map<String, NDArray> read(Collection<String> names, NDManager manager) throws IOException;
  }

  /** A network and how it is made. */
  private record Recognised(Network network, Layout.Candidate candidate, List<String> names) {}

  private final Path file;
  private final String format;
  private final String prefix;
  private final Map<String, Tensor> tensors;
  private final Map<String, Object> values;
  private final Source source;
  private List<Recognised> recognised;

  private Weights(
      Path file,
      String format,
      String prefix,
      Map<String, Tensor> tensors,
      Map<String, Object> values,
      Source source) {
    this.file = file;
    this.format = format;
    this.prefix = prefix;
    this.tensors = tensors;
    this.values = values;
    this.source = source;
  }

  /**
   * Reads what a file holds, but no elements of tensors. What it is, is told by its first bytes,
   * whatever its name.
   *
   * @param file the file
   * @return its weights
   * @throws IOException if the file cannot be read, is damaged, or of another kind; the message has
   *     the file, what is wrong and what to do
   */
  public static Weights load(Path file) throws IOException {
    return isSafeTensors(file) ? ofSafeTensors(file) : ofTorch(file);
  }

  /** A safetensors file has a JSON header behind its length. */
  private static boolean isSafeTensors(Path file) throws IOException {
    if (file.toString().toLowerCase(Locale.ROOT).endsWith(".safetensors")) {
      return true;
    }
    if (!Files.isRegularFile(file)) {
      return false;
    }
    ByteBuffer head = ByteBuffer.allocate(MINIMAL_HEADER).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel = FileChannel.open(file)) {
      while (head.hasRemaining() && channel.read(head) >= 0) {
        // A read may end early.
      }
    }
    return !head.hasRemaining() && head.get(8) == '{' && head.getLong(0) < 1L << 32;
  }

  private static Weights ofSafeTensors(Path file) throws IOException {
    Map<String, Shape> shapes = SafeTensors.shapes(file);
    Map<String, String> types = SafeTensors.types(file);
    var tensors = new LinkedHashMap<String, Tensor>();
    shapes.forEach(
        (name, shape) -> tensors.put(name, new Tensor(TYPES.get(types.get(name)), shape)));
    Source source = (names, manager) -> SafeTensors.read(file, names, manager);
    Map<String, Object> values = new LinkedHashMap<>(SafeTensors.metadata(file));
    return new Weights(file, "safetensors", "", tensors, values, source);
  }

  private static Weights ofTorch(Path file) throws IOException {
    TorchFile content = TorchFile.open(file);
    var tensors = new LinkedHashMap<String, Tensor>();
    content
        .tensors()
        .forEach((name, tensor) -> tensors.put(name, new Tensor(tensor.dtype(), tensor.shape())));
    String format =
        switch (content.format()) {
          case ZIP -> "PyTorch";
          case LEGACY -> "PyTorch before 1.6";
          case PICKLE -> "pickle of NVIDIA's networks";
        };
    return new Weights(file, format, "", tensors, content.values(), content::read);
  }

  /**
   * Returns the kind of the file.
   *
   * @return in words, such as {@code PyTorch before 1.6}
   */
  public String format() {
    return format;
  }

  /**
   * Returns what the file says of its tensors.
   *
   * @return types and shapes by name, in the order of the file
   */
  public Map<String, Tensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  /**
   * Returns the numbers, texts and truth values beside the tensors, such as a number of steps.
   *
   * @return values by name
   */
  public Map<String, Object> values() {
    return Collections.unmodifiableMap(values);
  }

  /**
   * Returns the part of the weights below a name, under the names that remain.
   *
   * @param name such as {@code G_ema} or {@code state_dict}; empty for all
   * @return the part
   * @throws IllegalArgumentException if there is no tensor below the name
   */
  public Weights only(String name) {
    if (name.isEmpty()) {
      return this;
    }
    String begin = name + ".";
    Map<String, Tensor> some = below(tensors, begin);
    if (some.isEmpty()) {
      throw new IllegalArgumentException(
          Text.format(
              "%s has no tensors below '%s'; it has %s",
              shownFile(), Text.visible(name), firstNames()));
    }
    return new Weights(file, format, prefix + begin, some, below(values, begin), source);
  }

  private static <T> Map<String, T> below(Map<String, T> map, String begin) {
    var some = new LinkedHashMap<String, T>();
    map.forEach(
        (name, value) -> {
          if (name.startsWith(begin)) {
            some.put(name.substring(begin.length()), value);
          }
        });
    return some;
  }

  /**
   * Reads all tensors.
   *
   * @param manager the owner of the arrays, on whose device they are
   * @return the arrays by name, in the order of the file; of bfloat16 as float32, of int16 as int32
   * @throws IOException if the file cannot be read; all arrays are freed then
   */
  public Map<String, NDArray> read(NDManager manager) throws IOException {
    return read(List.copyOf(tensors.keySet()), manager);
  }

  private Map<String, NDArray> read(List<String> names, NDManager manager) throws IOException {
    List<String> full = names.stream().map(name -> prefix + name).toList();
    var arrays = new LinkedHashMap<String, NDArray>();
    source
        .read(full, manager)
        .forEach((name, array) -> arrays.put(name.substring(prefix.length()), array));
    return arrays;
  }

  /**
   * Writes all tensors as safetensors.
   *
   * @param target the file to write, replaced if it exists
   * @throws IOException if a file cannot be read or written
   */
  public void save(Path target) throws IOException {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      SafeTensors.write(target, read(manager), Map.of());
    }
  }

  /**
   * Copies these weights into a network, which has exactly their names and shapes.
   *
   * @param network an initialised network; unchanged if the weights do not fit
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if a tensor is missing, unexpected or of another shape; the
   *     message names each, with both shapes
   */
  public void into(TorchBlock network) throws IOException {
    StateDict.requireFits(network, shapes(), shownFile());
    load(network, List.copyOf(tensors.keySet()));
  }

  private void load(TorchBlock network, List<String> names) throws IOException {
    NDManager owner = network.getParameters().get(0).getValue().getArray().getManager();
    try (NDManager manager = owner.newSubManager()) {
      StateDict.load(network, read(names, manager), shownFile());
    }
  }

  private Map<String, Shape> shapes() {
    var shapes = new LinkedHashMap<String, Shape>();
    tensors.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
    return shapes;
  }

  /**
   * Recognises the networks whose weights these are, by the names of tensors.
   *
   * @return the networks, in the order of the file; also those that the weights do not fit entirely
   */
  public List<Network> networks() {
    return recognised().stream().map(Recognised::network).toList();
  }

  /**
   * Creates the generator with these weights; of several the averaged one, {@code G_ema}.
   *
   * @param manager the owner of its arrays, on whose device they are
   * @return an initialised generator
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if there are no weights of a known generator, or they do not
   *     fit it
   */
  public Generator generator(NDManager manager) throws IOException {
    List<Recognised> generators =
        recognised().stream().filter(each -> each.network.generator()).toList();
    if (generators.isEmpty()) {
      throw new IllegalArgumentException(
          Text.format(
              "%s has no weights of a generator that is known here; its tensors are %s. Create the"
                  + " network and call into(network)",
              shownFile(), firstNames()));
    }
    Recognised chosen =
        generators.stream()
            .filter(each -> each.network.name().toLowerCase(Locale.ROOT).contains("ema"))
            .findFirst()
            .orElse(generators.get(0));
    return (Generator) create(chosen, manager);
  }

  /**
   * Creates a network with these weights.
   *
   * @param name of one of {@link #networks}
   * @param manager the owner of its arrays, on whose device they are
   * @return an initialised network
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if there is no such network, or the weights do not fit it
   */
  public TorchBlock network(String name, NDManager manager) throws IOException {
    Recognised chosen =
        recognised().stream()
            .filter(each -> each.network.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        Text.format(
                            "%s has no network named '%s'; there are %s",
                            shownFile(),
                            Text.visible(name),
                            networks().stream().map(Network::name).toList())));
    return create(chosen, manager);
  }

  private TorchBlock create(Recognised chosen, NDManager manager) throws IOException {
    if (!chosen.network.fits()) {
      throw new IllegalArgumentException(chosen.network.fault());
    }
    TorchBlock network = chosen.candidate.network().get();
    // Values that are overwritten need not be drawn.
    network.setInitializer(Initializer.ZEROS, Parameter.Type.WEIGHT);
    network.initialize(manager);
    only(chosen.network.name()).load(network, chosen.names);
    return network;
  }

  // ---- recognition ------------------------------------------------------------------------------

  private List<Recognised> recognised() {
    if (recognised == null) {
      var found = new ArrayList<Recognised>();
      for (String name : tensors.keySet()) {
        for (Layout layout : Layout.ALL) {
          String marker = layout.marker();
          if (name.equals(marker)) {
            recognise(layout, "", found);
          } else if (name.endsWith("." + marker)) {
            recognise(layout, name.substring(0, name.length() - marker.length() - 1), found);
          }
        }
      }
      recognised = found;
    }
    return recognised;
  }

  private void recognise(Layout layout, String name, List<Recognised> found) {
    Weights part = only(name);
    Layout.Candidate candidate;
    try {
      candidate = layout.infer(new NamedShapes(part.shapes()), part.values);
    } catch (IllegalArgumentException | ArithmeticException e) {
      // The tensors are of another network that has the marker too.
      return;
    }
    if (candidate != null) {
      Map<String, Shape> used = part.shapes();
      used.keySet().removeIf(each -> candidate.unused().stream().anyMatch(each::startsWith));
      String fault = part.fault(candidate, used);
      var network =
          new Network(name, candidate.type(), candidate.sizes(), candidate.generator(), fault);
      found.add(new Recognised(network, candidate, List.copyOf(used.keySet())));
    }
  }

  /** Why the weights do not fit the network; empty if they do. */
  private String fault(Layout.Candidate candidate, Map<String, Shape> used) {
    try {
      StateDict.requireFits(
          candidate.network().get(),
          used,
          Text.format("%s, as %s of %s,", shownFile(), candidate.type(), candidate.sizes()));
      return "";
    } catch (IllegalArgumentException | ArithmeticException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private String shownFile() {
    String path = Text.visible(file.toString());
    return prefix.isEmpty() ? path : path + " (" + prefix.substring(0, prefix.length() - 1) + ")";
  }

  private String firstNames() {
    int shown = 5;
    String names = tensors.keySet().stream().limit(shown).collect(Collectors.joining(", "));
    return tensors.isEmpty() ? "none" : names + (tensors.size() > shown ? ", ..." : "");
  }
}
