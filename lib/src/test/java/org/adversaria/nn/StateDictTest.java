package org.adversaria.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDictTest {

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private Sequential network(int width) {
    var network = new Sequential(List.of(new Linear(3, width), new BatchNorm(width)));
    network.initialize(manager);
    return network;
  }

  @Test
  void filesBringEveryArrayBack(@TempDir Path folder) throws IOException {
    Sequential written = network(4);
    written.forward(manager.randomNormal(new Shape(8, 3)), true);
    Path file = folder.resolve("network.safetensors");
    StateDict.save(written, file);

    Sequential read = network(4);
    StateDict.load(read, file);

    Map<String, NDArray> expected = written.stateDict();
    read.stateDict()
        .forEach(
            (name, array) ->
                assertThat(array.toByteArray())
                    .as(name)
                    .isEqualTo(expected.get(name).toByteArray()));
    assertThat(read.trainable()).allMatch(NDArray::hasGradient);
  }

  @Test
  void namesWhatIsMissingUnexpectedAndMisshapen() {
    Sequential network = network(4);
    float[] before = network.stateDict().get("0.weight").toFloatArray();
    Map<String, NDArray> values = new LinkedHashMap<>(network(4).stateDict());
    values.remove("1.bias");
    values.put("0.bias", manager.zeros(new Shape(5)));
    values.put("2.weight", manager.zeros(new Shape(2, 2)));

    assertThatThrownBy(() -> StateDict.load(network, values, "weights.safetensors"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("weights.safetensors does not fit")
        .hasMessageContaining("missing 1.bias (4)")
        .hasMessageContaining("unexpected 2.weight (2, 2)")
        .hasMessageContaining("0.bias has shape (5) where (4) belongs");
    assertThat(network.stateDict().get("0.weight").toFloatArray()).isEqualTo(before);
  }

  @Test
  void matchingLoadTellsWhatItLeft() {
    Sequential network = network(4);
    Map<String, NDArray> values = new LinkedHashMap<>(network(4).stateDict());
    values.remove("1.bias");
    values.put("0.bias", manager.zeros(new Shape(5)));

    assertThat(StateDict.loadMatching(network, values)).containsExactly("0.bias", "1.bias");
    assertThat(network.stateDict().get("0.weight").toFloatArray())
        .isEqualTo(values.get("0.weight").toFloatArray());
  }
}
