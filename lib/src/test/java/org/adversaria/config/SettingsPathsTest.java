package org.adversaria.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsPathsTest {

  private static final Map<String, Object> SETTINGS =
      Map.of(
          "preset", "small",
          "recipe", Map.of("batchSize", 32, "flip", false),
          "regularizers", List.of(Map.of("type", "R1", "gamma", 0.5)),
          "none", List.of());

  @Test
  void settingsInsideOthersHavePaths() {
    assertThat(SettingsPaths.flat(SETTINGS))
        .isEqualTo(
            Map.of(
                "preset",
                "small",
                "recipe.batchSize",
                32,
                "recipe.flip",
                false,
                "regularizers.0.type",
                "R1",
                "regularizers.0.gamma",
                0.5,
                "none",
                List.of()));
  }

  @Test
  void settingsChangeByPath() {
    Map<String, Object> changed =
        SettingsPaths.changed(
            SETTINGS,
            Map.of("recipe.batchSize", "8", "recipe.flip", "true", "regularizers.0.gamma", "1e-2"));
    assertThat(SettingsPaths.flat(changed))
        .containsEntry("recipe.batchSize", 8)
        .containsEntry("recipe.flip", true)
        .containsEntry("regularizers.0.gamma", 0.01)
        .containsEntry("preset", "small");
    assertThat(SettingsPaths.flat(SettingsPaths.changed(SETTINGS, Map.of("regularizers", "[]"))))
        .containsEntry("regularizers", List.of());
  }

  @Test
  void unknownPathsAndValuesOfAnotherKindAreRefused() {
    assertThatThrownBy(() -> SettingsPaths.changed(SETTINGS, Map.of("recipe.size", "1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("There is no setting 'recipe.size'")
        .hasMessageContaining("recipe.batchSize");
    for (String path : List.of("regularizers.1.gamma", "preset.name", "", ".", "regularizers.x")) {
      assertThatThrownBy(() -> SettingsPaths.changed(SETTINGS, Map.of(path, "1")))
          .hasMessageContaining("There is no setting '" + path + "'");
    }
    assertThatThrownBy(() -> SettingsPaths.changed(SETTINGS, Map.of("recipe.batchSize", "many")))
        .hasMessage("recipe.batchSize needs a number, such as its present 32, not 'many'");
    assertThatThrownBy(() -> SettingsPaths.changed(SETTINGS, Map.of("recipe.flip", "1")))
        .hasMessage("recipe.flip needs true or false, such as its present false, not '1'");
    assertThatThrownBy(() -> SettingsPaths.changed(SETTINGS, Map.of("recipe", "1")))
        .hasMessageStartingWith("recipe needs JSON");
  }
}
