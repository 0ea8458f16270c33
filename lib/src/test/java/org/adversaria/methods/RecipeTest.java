package org.adversaria.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.stream.LongStream;
import org.adversaria.config.SettingsJson;
import org.junit.jupiter.api.Test;

class RecipeTest {

  private static final Recipe RECIPE = Recipe.adam(4, 1e-3, 0, 0.9);

  @Test
  void theCriticHasManyUpdatesAtFirstAndAtTheInterval() {
    var published = new Updates(5, 100, 25, 500);
    assertThat(LongStream.of(0, 24, 25, 26, 499, 500, 501, 1000).mapToInt(published::in))
        .containsExactly(100, 100, 5, 5, 5, 100, 5, 100);
    assertThat(LongStream.of(0, 1, 500).mapToInt(Updates.of(3)::in)).containsExactly(3, 3, 3);
    assertThat(LongStream.range(0, 4).mapToInt(new Updates(1, 7, 2, 0)::in))
        .containsExactly(7, 7, 1, 1);
  }

  @Test
  void updatesThatDependOnTheStepAreWrittenAndRead() {
    Recipe recipe = RECIPE.withDiscriminatorUpdates(new Updates(5, 100, 25, 500));
    Map<String, Object> written = SettingsJson.write(recipe);
    assertThat(written.get("discriminatorUpdates"))
        .isEqualTo(Map.of("count", 5, "many", 100, "firstSteps", 25, "interval", 500));
    assertThat(SettingsJson.read(written, Recipe.class)).isEqualTo(recipe);
  }

  @Test
  void theSameNumberInEachStepIsWrittenAsANumber() {
    Recipe recipe = RECIPE.withDiscriminatorUpdates(5);
    Map<String, Object> written = SettingsJson.write(recipe);
    assertThat(written.get("discriminatorUpdates")).isEqualTo(5);
    assertThat(SettingsJson.read(written, Recipe.class)).isEqualTo(recipe);
  }

  @Test
  void namesTheCountThatIsOutOfRange() {
    assertThatThrownBy(() -> RECIPE.withDiscriminatorUpdates(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("count of the updates has to be at least 1, but is 0");
    assertThatThrownBy(() -> new Updates(1, 1, 0, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("interval of the updates has to be at least 0, but is -1");
    assertThatThrownBy(() -> RECIPE.withBatchSize(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("batchSize of a recipe has to be at least 1, but is 0");
  }
}
