package org.adversaria.spark;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.adversaria.data.ImageData;
import org.adversaria.data.ImageOptions;
import org.adversaria.metrics.NamedMetric;
import org.adversaria.torch.Text;
import org.adversaria.training.Method;

/**
 * One training of a sweep, as it travels to the process that trains it.
 *
 * @param method its name
 * @param preset the name of its preset
 * @param seed of all random numbers
 * @param changes of the preset's settings by path
 * @param settings all settings of the method
 * @param data the name of a data set, or an absolute path
 * @param images how images of a path are read
 * @param checksum of the data
 * @param flip whether images are mirrored at random
 * @param steps of the run
 * @param precision of convolutions and matrix products
 * @param checkpointEvery steps between checkpoints
 * @param scores names of {@link NamedMetric}, in alphabetical order
 * @param samples for the scores
 * @param version of the library
 * @param cost an estimate of its time; only the order counts
 */
record Cell(
    String method,
    String preset,
    long seed,
    Map<String, String> changes,
    Map<String, Object> settings,
    String data,
    ImageOptions images,
    String checksum,
    boolean flip,
    long steps,
    String precision,
    long checkpointEvery,
    List<String> scores,
    int samples,
    String version,
    double cost) {

  private static final int DIGITS = 12;

  /** The name of its folder: what it is, and a digest of all that its networks depend on. */
  String id() {
    return Text.format(
        "%s-%s-%d-%s", method, preset, seed, digest(identity()).substring(0, DIGITS));
  }

  /**
   * What the networks depend on. How often they are saved and where the data lie changes nothing;
   * scores are computed of the same networks.
   */
  private Map<String, Object> identity() {
    var identity = new TreeMap<String, Object>();
    identity.put("method", method);
    identity.put("settings", settings);
    identity.put("seed", seed);
    identity.put("data", checksum);
    identity.put("flip", flip);
    identity.put("steps", steps);
    identity.put("precision", precision);
    identity.put("version", version);
    return identity;
  }

  private static String digest(Object value) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of()
          .formatHex(sha256.digest(Json.write(value).getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  /** Whether a result has the scores that are asked for. */
  boolean isAnsweredBy(CellResult result) {
    return result.asked().equals(asked());
  }

  /** The scores and the number of their samples, as a result has them. */
  String asked() {
    return scores.isEmpty()
        ? ""
        : Text.format("%s of %d samples", String.join(", ", scores), samples);
  }

  /** Makes the method again. */
  Method<?> newMethod(ImageData opened) {
    return Cells.method(method, preset, changes, opened);
  }
}
