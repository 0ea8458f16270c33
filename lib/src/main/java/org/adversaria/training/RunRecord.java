package org.adversaria.training;

import ai.djl.engine.Engine;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.adversaria.config.Types;
import org.adversaria.torch.EngineReport;
import org.adversaria.torch.Precision;
import org.adversaria.torch.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything a run depends on, and its progress: the file {@code run.json}.
 *
 * @param method the method's name
 * @param type the name of the method's class, see {@link Types}
 * @param settings the method's settings
 * @param data the training data
 * @param seed of all random numbers
 * @param steps the number of steps of the whole run
 * @param device where it ran, such as {@code cpu()} or {@code gpu(0)}
 * @param precision of convolutions and matrix products, {@code fp32} or {@code bf16}
 * @param compiled whether networks were compiled, which changes the rounding
 * @param engine the results of the check of PyTorch and the workarounds in use; null in records of
 *     old versions
 * @param versions of the library, DJL, PyTorch, Java and the operating system
 * @param state {@code running}, {@code finished}, {@code stopped} or {@code failed}
 * @param stepsDone the steps done
 * @param started when it started, ISO 8601
 * @param seconds spent so far
 */
public record RunRecord(
    String method,
    String type,
    Map<String, Object> settings,
    Data data,
    long seed,
    long steps,
    String device,
    String precision,
    boolean compiled,
    EngineReport engine,
    Map<String, String> versions,
    String state,
    long stepsDone,
    String started,
    double seconds) {

  /**
   * The data set.
   *
   * @param name its name
   * @param size the number of images
   * @param checksum SHA-256 over images and labels
   * @param flip whether images are mirrored at random
   * @param classNames of labelled images, in the order of the labels; empty for other data, null in
   *     records of old versions
   * @param origin where the data came from, see {@link Training#origin}; null in records of old
   *     versions
   */
  public record Data(
      String name,
      int size,
      String checksum,
      boolean flip,
      List<String> classNames,
      Map<String, Object> origin) {}

  private static final Logger LOG = LoggerFactory.getLogger(RunRecord.class);
  static final String FILE = "run.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads the record of a run.
   *
   * @param directory the run's directory
   * @return its record
   * @throws IOException if there is none or it is damaged
   */
  public static RunRecord read(Path directory) throws IOException {
    return recordIn(directory).requireVersion(directory.resolve(FILE));
  }

  /**
   * Reads a record apart from its run.
   *
   * @param file a run's {@code run.json}, wherever it is and whatever its name
   * @return the record
   * @throws IOException if there is no such file or it is no record
   */
  public static RunRecord readFile(Path file) throws IOException {
    if (Files.notExists(file)) {
      throw new IOException("There is no file " + file);
    }
    return readAnyVersion(file).requireVersion(file);
  }

  /**
   * Reads the record of a run; where it is damaged, its copy in the newest whole checkpoint.
   *
   * @throws IOException if there is none, or it is damaged and there is no whole checkpoint
   */
  static RunRecord readOrRecover(Path directory) throws IOException {
    RunRecord read;
    try {
      read = recordIn(directory);
    } catch (IOException e) {
      Optional<Checkpoint> checkpoint = new Checkpoints(directory, 1).newestWhole();
      if (checkpoint.isEmpty()) {
        throw e;
      }
      LOG.warn("{}; its copy in {} takes its place", e.getMessage(), checkpoint.get().path());
      read = recordIn(checkpoint.get().path());
    }
    return read.requireVersion(directory.resolve(FILE));
  }

  private static RunRecord recordIn(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    if (Files.notExists(file)) {
      throw new IOException(Text.format("There is no run in %s: it has no %s", directory, FILE));
    }
    return readAnyVersion(file);
  }

  private static RunRecord readAnyVersion(Path file) throws IOException {
    RunRecord read = JsonFile.read(file, RunRecord.class);
    if (read == null || read.method == null || read.settings == null || read.data == null) {
      throw new IOException(
          Text.format("%s is damaged: it lacks the method, its settings or the data", file));
    }
    return read;
  }

  private RunRecord requireVersion(Path file) throws IOException {
    if (type == null) {
      throw new IOException(
          Text.format(
              "%s has settings in the form of an earlier version, which named no class of the method:"
                  + " train the method again, or open the run with the library that wrote it",
              file));
    }
    return this;
  }

  /**
   * Returns whether a directory holds a run.
   *
   * @param directory any path
   * @return true if there is a record in it, or a checkpoint
   */
  public static boolean exists(Path directory) {
    return Files.exists(directory.resolve(FILE)) || Checkpoints.exist(directory);
  }

  /**
   * Creates the method of the run.
   *
   * @return a method of the recorded class and settings
   * @throws IllegalArgumentException if there is no such class, or the settings are not its own;
   *     the message has the cause
   */
  public Method<?> newMethod() {
    return MethodSettings.create(methodType(), settings);
  }

  /** Types.find returns a subtype of Method. */
  @SuppressWarnings("unchecked")
  private Class<? extends Method<?>> methodType() {
    return (Class<? extends Method<?>>) Types.find(Method.class, type);
  }

  void write(Path directory) throws IOException {
    JsonFile.write(directory.resolve(FILE), this);
  }

  RunRecord progressed(String newState, long newStepsDone, double newSeconds) {
    return new RunRecord(
        method,
        type,
        settings,
        data,
        seed,
        steps,
        device,
        precision,
        compiled,
        engine,
        versions,
        newState,
        newStepsDone,
        started,
        newSeconds);
  }

  /** The differences in everything that a run's results depend on; empty if there are none. */
  List<String> differences(RunRecord other) {
    var differences = new ArrayList<String>();
    compare("method", method, other.method, differences);
    compare("class", type, other.type, differences);
    compare("seed", seed, other.seed, differences);
    // Not the name: a folder that was renamed holds the same images.
    compare("data's checksum", data.checksum, other.data.checksum, differences);
    compare("flip", data.flip, other.data.flip, differences);
    // Records of versions without this setting lack it.
    var otherPrecision = other.precision == null ? Precision.FP32.toString() : other.precision;
    compare("precision", precision, otherPrecision, differences);
    compare("compiled", compiled, other.compiled, differences);
    var keys = new LinkedHashMap<String, Object>(settings);
    keys.putAll(other.settings);
    keys.keySet()
        .forEach(key -> compare(key, settings.get(key), other.settings.get(key), differences));
    return differences;
  }

  private static void compare(String what, Object mine, Object recorded, List<String> differences) {
    if (!json(mine).equals(json(recorded))) {
      differences.add(Text.format("%s: %s, recorded: %s", what, mine, recorded));
    }
  }

  /**
   * As JSON, in which the maps and ints of a stored record equal the values and longs of a new one.
   */
  private static JsonNode json(Object value) {
    try {
      return JSON.readTree(JSON.writeValueAsBytes(value));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Map<String, String> currentVersions() {
    var versions = new LinkedHashMap<String, String>();
    versions.put("adversaria", libraryVersion());
    versions.put("djl", Engine.getDjlVersion());
    versions.put("pytorch", Engine.getEngine("PyTorch").getVersion());
    versions.put("java", System.getProperty("java.version"));
    versions.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    return versions;
  }

  /**
   * Returns the library's version.
   *
   * @return as {@code versions} of a record that is made now has it
   */
  public static String libraryVersion() {
    String own = RunRecord.class.getPackage().getImplementationVersion();
    return own == null ? "development" : own;
  }
}
