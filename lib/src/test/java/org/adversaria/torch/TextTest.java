package org.adversaria.torch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "cat", "Katze é 猫", "emoji \uD83D\uDC31", "\u05d7\u200f", "a\\b"})
  void ordinaryNamesAreShownAsTheyAre(String name) {
    assertThat(Text.visible(name)).isSameAs(name);
    assertThat(Text.isVisible(name)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "001b, \\u001b",
    "0000, \\u0000",
    "000a, \\u000a",
    "0009, \\u0009",
    "007f, \\u007f",
    "009b, \\u009b",
    "202e, \\u202e",
    "2067, \\u2067",
    "2028, \\u2028",
    "d800, \\ud800",
    "dc31, \\udc31"
  })
  void othersAreEscaped(String code, String escape) {
    String name = "a" + (char) Integer.parseInt(code, 16) + "b";
    assertThat(Text.visible(name)).isEqualTo("a" + escape + "b");
    assertThat(Text.isVisible(name)).isFalse();
  }

  @Test
  void onlyLineFeedsRemainInLines() {
    assertThat(Text.visibleLines("one\ntwo\u001b[31m\r")).isEqualTo("one\ntwo\\u001b[31m\\u000d");
  }

  @Test
  void aVeryLongNameIsCut() {
    assertThat(Text.visible("x".repeat(100_000)))
        .isEqualTo("x".repeat(1000) + "... (100000 characters in all)");
  }
}
