package org.adversaria.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.adversaria.config.SettingsJson;
import org.adversaria.data.ImageData;
import org.adversaria.data.Shapes;
import org.adversaria.methods.ConditionalGan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A method is made again from the record of its run, or it is said why not. */
class RunRecordTest {

  private static final ImageData DATA =
      Shapes.builder().resolution(16).channels(1).size(100).build();

  @TempDir Path folder;

  private static RunRecord record(String type, Map<String, Object> settings) {
    var data = new RunRecord.Data("shapes", 1, "", false, List.of(), Map.of());
    return new RunRecord(
        "my-gan",
        type,
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
      assertThat(RunRecord.read(directory).type())
          .isEqualTo("org.adversaria.methods.ConditionalGan");
      assertThat(RunRecord.read(directory).data().classNames()).isEqualTo(DATA.classNames());
      try (SavedRun run = SavedRun.open(directory)) {
        assertThat(run.method()).isInstanceOf(ConditionalGan.class);
        assertThat(run.method().settings()).isEqualTo(method.settings());
      }
    }
  }

  @Test
  void anUnknownClassIsNamedWithWhatCanBeDone() {
    RunRecord record = record("com.acme.LostGan", Map.of());
    assertThatThrownBy(record::newMethod)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("There is no Method named 'com.acme.LostGan'.")
        .hasMessageContaining("Types.register(LostGan.class)")
        .hasMessageContaining("has to be on the class path");
  }

  @Test
  void theFileIsNamedAndItsNamesAreEscaped() throws IOException {
    Path file = folder.resolve("run.json");
    record("Lost\u001b[2JGan", Map.of()).write(folder);
    assertThatThrownBy(() -> SavedRun.open(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(file + ": There is no Method named 'Lost\\u001b[2JGan'.");
    Files.writeString(
        file, Files.readString(file).replace("\"seed\" : 0", "\"seed\" : \"x\\u001bx\""));
    assertThatThrownBy(() -> SavedRun.open(folder))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + " is damaged: ")
        .hasMessageContaining("String \"x\\u001bx\"");
    // Jackson takes this for UTF-32.
    Files.write(file, new byte[] {0, 0, 0, '{', '"', 'a', '"', ':'});
    assertThatThrownBy(() -> SavedRun.open(folder))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + " is damaged: Invalid UTF-32 character");
  }

  @Test
  void aClassThatIsNoMethodIsRefused() {
    RunRecord record = record("java.lang.Runtime", Map.of());
    assertThatThrownBy(record::newMethod)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("There is no Method named 'java.lang.Runtime'.");
  }

  /** A method without the constructor by which it is made again: it trains, and says so here. */
  public static final class Unmade implements Method<GanNetworks<NDArray>> {

    /** It is made of a number. */
    public Unmade(int batchSize) {}

    @Override
    public String name() {
      return "unmade";
    }

    @Override
    public Record settings() {
      return new RunRecord.Data("", 0, "", false, List.of(), Map.of());
    }

    @Override
    public int batchSize() {
      return 1;
    }

    @Override
    public GanNetworks<NDArray> newNetworks() {
      return null;
    }

    @Override
    public List<Player> players(GanNetworks<NDArray> networks) {
      return List.of();
    }
  }

  @Test
  void aMethodWithoutAConstructorOfItsSettingsIsNamed() {
    RunRecord record = record(Unmade.class.getName(), Map.of());
    assertThatThrownBy(record::newMethod)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("RunRecordTest$Unmade cannot be created")
        .hasMessageContaining("no constructor with one parameter");
  }

  @Test
  void settingsOfAnotherVersionAreRefused() {
    String type = ConditionalGan.class.getName();
    Map<String, Object> fewer = SettingsJson.write(ConditionalGan.builder(DATA).build().settings());
    fewer.remove("numClasses");
    assertThatThrownBy(() -> record(type, fewer).newMethod())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The settings are not those of ")
        .hasMessageContaining("numClasses");
    Map<String, Object> more = SettingsJson.write(ConditionalGan.builder(DATA).build().settings());
    more.put("magic", 3);
    assertThatThrownBy(() -> record(type, more).newMethod())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("magic");
  }

  /** A record of 0.1 has no type, and settings of another form. */
  @Test
  void aRecordOfAnEarlierVersionIsRefusedWithARemedy() throws IOException {
    Training.of(ConditionalGan.builder(DATA).build())
        .on(DATA)
        .steps(1)
        .directory(folder)
        .start()
        .close();
    Path file = folder.resolve("run.json");
    var json = new ObjectMapper();
    var old = (ObjectNode) json.readTree(file.toFile());
    old.remove("type");
    Files.write(file, json.writeValueAsBytes(old));
    assertThatThrownBy(() -> SavedRun.open(folder))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + " has settings in the form of an earlier version")
        .hasMessageContaining("train the method again");
    old.remove("versions");
    Files.write(file, json.writeValueAsBytes(old));
    assertThatThrownBy(() -> SavedRun.open(folder))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + " has settings in the form of an earlier version");
  }
}
