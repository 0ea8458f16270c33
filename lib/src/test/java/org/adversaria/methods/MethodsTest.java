package org.adversaria.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.adversaria.data.ImageData;
import org.adversaria.data.Shapes;
import org.adversaria.training.Method;
import org.adversaria.training.RunRecord;
import org.adversaria.training.SavedRun;
import org.adversaria.training.Training;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MethodsTest {

  private static final ImageData DATA =
      Shapes.builder().resolution(16).channels(1).size(100).build();

  @TempDir Path folder;

  private static RunRecord record(String method, Map<String, Object> settings) {
    var data = new RunRecord.Data("shapes", 1, "", false);
    return new RunRecord(
        method,
        settings,
        data,
        0,
        1,
        "cpu()",
        "fp32",
        true,
        null,
        Map.of(),
        "finished",
        1,
        "2026-01-01",
        1);
  }

  @Test
  void everyPresetIsMadeAgainFromItsRunOnDisk() throws IOException {
    for (String preset : new String[] {"quick", "paper"}) {
      Method<?> method = ConditionalGan.builder(DATA).preset(preset).build();
      Path directory = folder.resolve(preset);
      Training.of(method).on(DATA).steps(1).directory(directory).start().close();
      try (SavedRun run = SavedRun.open(directory)) {
        assertThat(run.method()).isInstanceOf(ConditionalGan.class);
        assertThat(run.method().settings()).isEqualTo(method.settings());
      }
    }
  }

  @Test
  void anUnknownMethodIsNamedWithThoseThatThereAre() {
    assertThat(Methods.names()).contains("adc-gan", "conditional-gan").isSorted();
    assertThatThrownBy(() -> Methods.of(record("stylegan", Map.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("There is no method 'stylegan'; there are ac-gan, adc-gan, am-gan");
  }

  @Test
  void settingsOfAnotherVersionAreRefused() {
    Map<String, Object> settings = ConditionalGan.builder(DATA).build().settings();
    var fewer = new HashMap<>(settings);
    fewer.remove("numClasses");
    assertThatThrownBy(() -> Methods.of(record("conditional-gan", fewer)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The recorded settings are not those of conditional-gan: ")
        .hasMessageContaining("numClasses");
    var more = new HashMap<>(settings);
    more.put("magic", 3);
    assertThatThrownBy(() -> Methods.of(record("conditional-gan", more)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("magic");
  }
}
