package org.adversaria.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitTest {

  @Test
  void aPropertySetsALimitAndTheMessageNamesIt() {
    assertThatCode(() -> Limit.PIXELS.require(100_000_000, () -> "x")).doesNotThrowAnyException();
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(
            () -> Limit.PIXELS.require(400_000_000, () -> "a.png claims 20000x20000 pixels"))
        .withMessage(
            "a.png claims 20000x20000 pixels, and the limit is 134217728; if the file is to be "
                + "trusted, raise it with -Dadversaria.limit.pixels=...");
    TestFiles.withLimit(
        "pixels",
        400_000_000,
        () ->
            assertThatCode(() -> Limit.PIXELS.require(400_000_000, () -> "x"))
                .doesNotThrowAnyException());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "1e9", "1 GiB", "99999999999999999999"})
  void refusesALimitThatIsNoNumber(String value) {
    System.setProperty("adversaria.limit.json", value);
    try {
      assertThatIllegalArgumentException()
          .isThrownBy(Limit.JSON::value)
          .withMessageContaining("-Dadversaria.limit.json is '" + value + "'")
          .withMessageContaining("whole number from 1");
    } finally {
      System.clearProperty("adversaria.limit.json");
    }
  }

  @Test
  void countsWhatArraysTakeOfTheHeap() {
    assertThat(Limit.onHeap(1)).isEqualTo(40);
    assertThat(Limit.onHeap(784)).isEqualTo(816);
    assertThat(Limit.onHeap(3L << 30)).isBetween(3L << 30, (3L << 30) + (33L << 20));
  }

  @Test
  void refusesWhatDoesNotFitIntoMemory() {
    TestFiles.withLimit(
        "memory",
        4000,
        () -> {
          Limit.requireMemory("x", 100, 1);
          assertThatExceptionOfType(DataException.class)
              .isThrownBy(() -> Limit.requireMemory("x", 101, 1))
              .withMessageContaining("x has 101 images, which take 40 bytes each")
              .withMessageContaining("4000 bytes of memory here")
              .withMessageContaining("-Xmx")
              .withMessageContaining("-Dadversaria.limit.memory");
        });
  }

  /** The table of the public documentation. */
  @Test
  void theDocumentationHasTheDefaults() throws Exception {
    String source =
        Files.readString(
            Path.of("src", "main", "java", "org", "adversaria", "data", "Datasets.java"));
    for (Limit limit : Limit.values()) {
      Matcher row =
          Pattern.compile(
                  "adversaria\\.limit\\."
                      + limit.name().toLowerCase(Locale.ROOT)
                      + "}</td>(?s:.*?)<td>([^<]*)</td></tr>")
              .matcher(source);
      assertThat(row.find()).as(limit.name()).isTrue();
      assertThat(row.group(1))
          .endsWith(limit == Limit.MEMORY ? "seven eighths of {@code -Xmx}" : "" + limit.value());
    }
  }
}
