package org.adversaria.kernel;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MavenArtifactsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "guava",
        "com.google.guava:guava",
        "a:b:c:d:e",
        "a::1",
        ":b:1",
        "a:b:1</version>",
        "a:b:${version}",
        "a:b:[1,2]",
        "a/b:c:1",
        "-a b:c:1",
      })
  void whatIsNoArtifactIsRefusedBeforeMavenStarts(String coordinates) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MavenArtifacts.resolve(List.of("a:b:1", coordinates)))
        .withMessage(coordinates + " is not GROUP:ARTIFACT:VERSION");
  }
}
