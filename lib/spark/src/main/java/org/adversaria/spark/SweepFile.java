package org.adversaria.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.adversaria.data.Datasets;
import org.adversaria.data.ImageOptions;
import org.adversaria.methods.Methods;
import org.adversaria.metrics.NamedMetric;
import org.adversaria.torch.AtomicFile;
import org.adversaria.torch.Precision;
import org.adversaria.torch.Text;

/**
 * What a sweep trains: the file {@code sweep.json}.
 *
 * @param methods names of {@link Methods}
 * @param presets each is a preset of every method
 * @param seeds of the runs
 * @param data the name of a data set, or a path
 * @param images how images of a path are read
 * @param flip whether images are mirrored at random
 * @param steps of each run
 * @param settings changes of every method's settings by path
 * @param precision of convolutions and matrix products
 * @param checkpointEvery steps between checkpoints
 * @param scores names of {@link NamedMetric}; none where no scores are computed
 * @param samples for the scores
 */
record SweepFile(
    List<String> methods,
    List<String> presets,
    List<Long> seeds,
    String data,
    ImageOptions images,
    boolean flip,
    long steps,
    Map<String, Object> settings,
    String precision,
    long checkpointEvery,
    List<String> scores,
    int samples) {

  /** What holds where a file says nothing. */
  static final SweepFile DEFAULTS =
      new SweepFile(
          List.of(),
          List.of(),
          List.of(0L),
          "",
          ImageOptions.standard(),
          false,
          1000,
          Map.of(),
          "fp32",
          1000,
          List.of(),
          10_000);

  private static final String NAMES = "a list of names, such as [\"small\"]";
  private static final String NUMBER = "a whole number";
  private static final String TRUTH = "true or false";

  /** What each key takes. */
  private static final Map<String, String> KINDS =
      Map.ofEntries(
          Map.entry("methods", NAMES),
          Map.entry("presets", NAMES),
          Map.entry("seeds", "a list of whole numbers, such as [1, 2]"),
          Map.entry("data", "a text"),
          Map.entry("images.split", "\"train\" or \"test\""),
          Map.entry("images.resolution", NUMBER),
          Map.entry("images.fit", "\"crop\" or \"pad\""),
          Map.entry("images.orientation", TRUTH),
          Map.entry("images.skipBroken", TRUTH),
          Map.entry("flip", TRUTH),
          Map.entry("steps", NUMBER),
          Map.entry("settings", "an object, such as {\"recipe.batchSize\": 16}"),
          Map.entry("precision", "a text"),
          Map.entry("checkpointEvery", NUMBER),
          Map.entry("scores", NAMES),
          Map.entry("samples", NUMBER));

  private static final long MOST_BYTES = 16L << 20;

  SweepFile {
    methods = List.copyOf(methods);
    presets = List.copyOf(presets);
    seeds = List.copyOf(seeds);
    settings = new TreeMap<>(settings);
    scores = List.copyOf(scores);
  }

  /**
   * Reads a file.
   *
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if it is not as it should be; the message names the file, the
   *     key and the remedy
   */
  static SweepFile read(Path file) throws IOException {
    if (Files.isRegularFile(file) && Files.size(file) > MOST_BYTES) {
      throw new IllegalArgumentException(file + " is too large for the description of a sweep");
    }
    byte[] content = Files.readAllBytes(file);
    try {
      SweepFile read = merged(Json.MAPPER.readTree(content));
      read.validate();
      return read;
    } catch (JsonMappingException e) {
      throw new IllegalArgumentException(Text.format("%s: %s", file, problem(e)), e);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(Text.format("%s: %s", file, Text.visible(problem(e))), e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(Text.format("%s: %s", file, e.getMessage()), e);
    }
  }

  /** The defaults with what a file says in their place. */
  private static SweepFile merged(JsonNode read) throws JsonProcessingException {
    ObjectNode whole = Json.MAPPER.valueToTree(DEFAULTS);
    requireKeys("", read, whole);
    if (read.has("images")) {
      ObjectNode images = (ObjectNode) whole.get("images");
      requireKeys("images.", read.get("images"), images);
      images.setAll((ObjectNode) read.get("images"));
    }
    read.properties().stream()
        .filter(each -> !each.getKey().equals("images"))
        .forEach(each -> whole.set(each.getKey(), each.getValue()));
    return Json.MAPPER.treeToValue(whole, SweepFile.class);
  }

  private static void requireKeys(String prefix, JsonNode read, ObjectNode known) {
    var keys = new TreeSet<String>();
    known.fieldNames().forEachRemaining(keys::add);
    if (!read.isObject()) {
      throw new IllegalArgumentException(
          Text.format(
              "%s has to be an object with keys of %s",
              prefix.isEmpty() ? "it" : "\"images\"", String.join(", ", keys)));
    }
    read.fieldNames()
        .forEachRemaining(
            key -> {
              if (!keys.contains(key)) {
                throw new IllegalArgumentException(
                    Text.format(
                        "there is no key \"%s%s\"; the keys are %s",
                        prefix, Text.visible(key), String.join(", ", keys)));
              }
              if (read.get(key).isNull()) {
                throw new IllegalArgumentException(
                    Text.format("\"%s%s\" is null: leave it out", prefix, key));
              }
              if (read.get(key).isArray()) {
                read.get(key).forEach(value -> requireValue(prefix + key, value));
              }
            });
  }

  private static void requireValue(String key, JsonNode value) {
    if (value.isNull()) {
      throw new IllegalArgumentException(wrong(key) + ", and has null");
    }
  }

  private static String wrong(String key) {
    return Text.format("\"%s\" has to be %s", key, KINDS.get(key));
  }

  /** What is wrong with the text, with the line, without what Jackson calls the source. */
  private static String problem(JsonProcessingException e) {
    return Text.format(
        "line %d: %s",
        e.getLocation().getLineNr(),
        e.getOriginalMessage().replaceFirst("(?s)( \\(start marker|\n).*", ""));
  }

  /** What is wrong with a value, or that something follows the object. */
  private static String problem(JsonMappingException e) {
    String key =
        e.getPath().stream()
            .map(JsonMappingException.Reference::getFieldName)
            .filter(Objects::nonNull)
            .collect(Collectors.joining("."));
    if (key.isEmpty()) {
      return "something follows the end of its object: delete that";
    }
    return e.getCause() instanceof IllegalArgumentException refused
        ? Text.format("\"%s\": %s", key, refused.getMessage())
        : wrong(key);
  }

  /**
   * Checks everything that can be checked without opening the data.
   *
   * @throws IllegalArgumentException if something is missing or wrong
   */
  void validate() {
    requireSome("methods", methods, "adc-gan");
    requireDistinct("methods", methods.stream().map(name -> Methods.named(name).name()).toList());
    requireSome("presets", presets, "small");
    requireSome("seeds", seeds, "1");
    requireDistinct("presets", presets);
    requireDistinct("seeds", seeds);
    requireDistinct("scores", scores);
    if (data.isBlank()) {
      throw new IllegalArgumentException(
          "\"data\" is missing: name a data set, such as shapes-32, or the path of images");
    }
    requirePositive("steps", steps);
    requirePositive("checkpointEvery", checkpointEvery);
    requirePositive("samples", samples);
    Precision.named(precision);
    scores.forEach(NamedMetric::named);
  }

  private static void requireSome(String key, List<?> values, String example) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException(
          Text.format("\"%s\" is empty: name one at least, such as %s", key, example));
    }
  }

  private static void requireDistinct(String key, List<?> values) {
    var seen = new HashSet<Object>();
    for (Object value : values) {
      if (!seen.add(value)) {
        throw new IllegalArgumentException(
            Text.format("\"%s\" has %s twice: a cell is trained once", key, value));
      }
    }
  }

  private static void requirePositive(String key, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          Text.format("\"%s\" has to be at least 1, but is %d", key, value));
    }
  }

  /** The same with a path of images that does not depend on the working directory. */
  SweepFile absolute() {
    String place =
        Datasets.isName(data) ? data : Path.of(data).toAbsolutePath().normalize().toString();
    return new SweepFile(
        methods,
        presets,
        seeds,
        place,
        images,
        flip,
        steps,
        settings,
        precision,
        checkpointEvery,
        scores,
        samples);
  }

  void write(Path file) throws IOException {
    AtomicFile.write(file, Json.pretty(this));
  }
}
