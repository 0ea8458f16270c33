package org.adversaria.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a case may leave out. */
class ReferenceComponentsTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Losses without gradients, and without the settings that have a default.
        """
        {"component": "losses.adversarial.hinge.discriminator", "inputs": {"real": [0.5, 2.0],
         "fake": [-2.0, 0.0]}, "expected": {"loss": 0.75}}
        """,
        """
        {"component": "losses.acgan.generator", "inputs": {"fake": [[0.0, 0.0]], "fakeLabels": [1]},
         "expected": {"loss": 0.6931472}}
        """,
        """
        {"component": "losses.acgan.generator", "settings": {"form": "hinge_over_all"},
         "inputs": {"fake": [[2.0, 1.0, -3.0]], "fakeLabels": [1]}, "expected": {"loss": 0.0}}
        """,
        """
        {"component": "regularizers.orthogonal", "settings": {"beta": 1.0},
         "inputs": {"w": [[1.0, 0.0], [2.0, 1.0]]}, "expected": {"loss": 8.0}}
        """,
        """
        {"component": "losses.contrastive.ntxent", "inputs": {"vectors": [[1.0, 0.0], [0.0, 1.0]],
         "views": [[1.0, 0.0], [0.0, 1.0]]}, "expected": {"loss": 0.5514447}}
        """,
        // Without a probe the output's sum is differentiated.
        """
        {"component": "ops.conv_transpose2d", "inputs": {"x": [[[[2.0]]]], "weight": [[[[3.0]]]]},
         "expected": {"output": [[[[6.0]]]], "grad.x": [[[[3.0]]]]}}
        """,
        """
        {"component": "layers.instancenorm", "settings": {"eps": 0.0, "training": false},
         "inputs": {"x": [[[[1.0, 3.0]]]]}, "state": {"weight": [2.0], "bias": [5.0]},
         "expected": {"output": [[[[3.0, 7.0]]]], "grad.bias": [2.0]}}
        """,
        """
        {"component": "augment.fliptranslate", "inputs": {"x": [[[[1.0, 2.0]]]],
         "flip": [0.75],
         "translation": {"dtype": "int64", "shape": [2, 1], "data": [0, 0]}},
         "expected": {"output": [[[[1.0, 2.0]]]], "grad.x": [[[[1.0, 1.0]]]]}}
        """,
        // No lazy regularisation: the optimizer as it is.
        """
        {"component": "training.stylegan2.lazyadam", "settings": {"interval": null, "lr": 0.5,
         "beta1": 0.25, "beta2": 0.75}, "expected": {"lr": 0.5, "beta1": 0.25, "beta2": 0.75}}
        """,
      })
  void whatIsLeftOutHasItsDefault(String text) throws Throwable {
    List<DynamicTest> tests = tests(text);

    assertThat(tests).hasSize(1);
    tests.get(0).getExecutable().execute();
  }

  private List<DynamicTest> tests(String text) throws IOException {
    Files.writeString(folder.resolve("case.json"), text);
    return new ReferenceSuite(ReferenceComponents.all(), List.of(), true, List.of()).tests(folder);
  }
}
