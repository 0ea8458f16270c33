package org.adversaria.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.adversaria.models.SmallClassifier;
import org.adversaria.nn.SafeTensors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkCacheTest {

  private static final Map<String, String> PROVENANCE = Map.of("data", "dots", "steps", "7");

  @TempDir Path folder;
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private NetworkCache cache() {
    return new NetworkCache(folder.resolve("deep/inside"), "my data/dots", PROVENANCE);
  }

  private SmallClassifier network(int classes) {
    var network = new SmallClassifier(new Shape(1, 8, 8), classes);
    network.initialize(manager);
    return network;
  }

  private Path file() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("deep/inside"))) {
      return files.reduce((one, two) -> null).orElseThrow();
    }
  }

  @Test
  void givesBackWhatItWasGiven() throws IOException {
    SmallClassifier first = network(3);
    cache().save(first, 0.1 + 0.2);
    assertThat(file().getFileName().toString()).matches("my_data_dots-[0-9a-f]{12}\\.safetensors");
    SmallClassifier second = network(3);
    assertThat(NetworkCache.digest(second.stateDict()))
        .isNotEqualTo(NetworkCache.digest(first.stateDict()));
    assertThat(cache().load(second, manager)).hasValue(0.1 + 0.2);
    assertThat(NetworkCache.digest(second.stateDict()))
        .isEqualTo(NetworkCache.digest(first.stateDict()));
  }

  @Test
  void knowsNothingOfOtherTrainings() {
    cache().save(network(3), 1);
    Map<String, String> longer = Map.of("data", "dots", "steps", "8");
    var other = new NetworkCache(folder.resolve("deep/inside"), "my data/dots", longer);
    assertThat(other.load(network(3), manager)).isEmpty();
  }

  @Test
  void takesNothingFromADamagedFile() throws IOException {
    cache().save(network(3), 1);
    byte[] good = Files.readAllBytes(file());
    byte[] flipped = good.clone();
    flipped[flipped.length - 5] ^= 1;
    for (byte[] damaged : List.of(flipped, Arrays.copyOf(good, 300), new byte[0])) {
      Files.write(file(), damaged);
      assertUnusable(network(3));
    }
    Files.write(file(), good);
    assertUnusable(network(4));
    for (String key : List.of("accuracy", "weights", "steps")) {
      Files.write(file(), good);
      var metadata = new TreeMap<>(SafeTensors.metadata(file()));
      metadata.remove(key);
      SafeTensors.write(file(), SafeTensors.read(file(), manager), metadata);
      assertUnusable(network(3));
    }
  }

  private void assertUnusable(SmallClassifier network) {
    String before = NetworkCache.digest(network.stateDict());
    assertThat(cache().load(network, manager)).isEmpty();
    assertThat(NetworkCache.digest(network.stateDict())).isEqualTo(before);
  }

  @Test
  void doesWithoutAFolderThatCannotBeMade() throws IOException {
    Files.writeString(folder.resolve("deep"), "a file where the folder would be");
    cache().save(network(3), 1);
    assertThat(cache().load(network(3), manager)).isEmpty();
    assertThat(folder.resolve("deep")).hasContent("a file where the folder would be");
  }
}
