package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import org.adversaria.models.SmallClassifier;
import org.adversaria.nn.SafeTensors;
import org.adversaria.nn.StateDict;
import org.adversaria.torch.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One trained extractor as a file, so that it is trained once. A file that cannot be read or
 * written costs time, never a result: the reason is logged, and training takes its place.
 */
final class NetworkCache {

  private static final Logger LOG = LoggerFactory.getLogger(NetworkCache.class);
  private static final String ACCURACY = "accuracy";
  private static final String WEIGHTS = "weights";

  private final Path file;
  private final Map<String, String> provenance;

  /**
   * Names the file of a network.
   *
   * @param folder where networks of its kind are kept
   * @param name the extractor's name
   * @param provenance what it is trained on and how; part of the file's name as a digest
   */
  NetworkCache(Path folder, String name, Map<String, String> provenance) {
    var key = new Fingerprint();
    this.provenance = new TreeMap<>(provenance);
    this.provenance.forEach((what, value) -> key.add(what + "=" + value));
    String safe = name.replaceAll("[^A-Za-z0-9._-]", "_");
    file = folder.resolve(safe + "-" + key.hex().substring(0, 12) + ".safetensors");
  }

  static String digest(Map<String, NDArray> weights) {
    return StateDict.digest(weights);
  }

  /**
   * Fills the network from its file. Where none is of use, trains it and writes one.
   *
   * @param network to fill
   * @param manager the owner of the weights
   * @param training trains the network and returns its accuracy
   * @return the accuracy, stored or new
   */
  double loadOrTrain(SmallClassifier network, NDManager manager, DoubleSupplier training) {
    OptionalDouble stored = load(network, manager);
    if (stored.isPresent()) {
      return stored.getAsDouble();
    }
    double accuracy = training.getAsDouble();
    save(network, accuracy);
    return accuracy;
  }

  /** Fills the network and returns its accuracy; does neither where there is no usable file. */
  OptionalDouble load(SmallClassifier network, NDManager manager) {
    if (!Files.exists(file)) {
      return OptionalDouble.empty();
    }
    try (NDManager scratch = manager.newSubManager()) {
      Map<String, String> metadata = SafeTensors.metadata(file);
      provenance.forEach((what, value) -> require(metadata, what, value));
      double accuracy = Double.parseDouble(metadata.getOrDefault(ACCURACY, "missing accuracy"));
      Map<String, NDArray> weights = SafeTensors.read(file, scratch);
      require(metadata, WEIGHTS, digest(weights));
      StateDict.load(network, weights, file.toString());
      return OptionalDouble.of(accuracy);
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("{} is of no use; the network is trained again: {}", file, e.getMessage());
      return OptionalDouble.empty();
    }
  }

  private static void require(Map<String, String> metadata, String what, String expected) {
    if (!expected.equals(metadata.get(what))) {
      throw new IllegalArgumentException(
          Text.format("its %s should read %s, but reads %s", what, expected, metadata.get(what)));
    }
  }

  /** Writes the network, in one move. */
  void save(SmallClassifier network, double accuracy) {
    Map<String, NDArray> weights = network.stateDict();
    var metadata = new TreeMap<>(provenance);
    metadata.put(ACCURACY, Double.toString(accuracy));
    metadata.put(WEIGHTS, digest(weights));
    try {
      Files.createDirectories(file.getParent());
      SafeTensors.write(file, weights, metadata);
    } catch (IOException e) {
      LOG.warn(
          "{} cannot be written, so the next process trains the network again: {}",
          file,
          e.toString());
    }
  }
}
