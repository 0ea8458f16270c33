package org.adversaria.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.adversaria.nn.SafeTensors;
import org.adversaria.torch.Text;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;

/** The harness itself, on a folder of made-up cases and a registry of two functions. */
class ReferenceSuiteTest {

  private static final Map<String, Component> COMPONENTS =
      Map.of(
          "math.scale",
          (reference, manager) -> {
            NDArray x = reference.inputs(manager).values().iterator().next();
            NDArray y = x.mul(reference.doubleSetting("factor"));
            return Map.of("output", y, "unused", y);
          },
          "math.linear",
          (reference, manager) -> {
            Map<String, NDArray> state = reference.state(manager);
            NDArray x = reference.inputs(manager).get("x");
            return Map.of(
                "output", x.matMul(state.get("weight").transpose()).add(state.get("bias")));
          },
          "math.broken",
          (reference, manager) -> {
            throw new IllegalStateException("no such layer");
          });

  private static final List<String> CLAIMED = List.of("math.claimed");

  @TempDir Path folder;

  @Test
  void passesWhereTheNumbersAgree() throws Throwable {
    write(
        """
        {"cases": [{"component": "math.scale", "name": "twice", "settings": {"factor": 2.0},
          "inputs": {"x": {"dtype": "float32", "shape": [2, 2], "data": [1, 2, 3, 4]}},
          "expected": {"output": {"dtype": "float32", "shape": [2, 2], "data": [2, 4, 6, 8]}},
          "rtol": 0, "atol": 0}]}
        """);

    List<DynamicTest> tests = tests(false);

    assertThat(tests).hasSize(1);
    assertThat(tests.get(0).getDisplayName()).isEqualTo("cases.json: math.scale, twice");
    tests.get(0).getExecutable().execute();
  }

  @Test
  void aMismatchNamesTheCaseTheElementBothValuesAndTheTolerances() throws IOException {
    write(
        """
        {"cases": [{"component": "math.scale", "name": "twice", "settings": {"factor": 2.0},
          "inputs": {"x": [[1.0, 2.0], [3.0, 4.0]]},
          "expected": {"output": [[2.0, 4.0], [6.5, 8.125]]}, "rtol": 0.001, "atol": 0.25}]}
        """);

    assertThatThrownBy(() -> runOnly(false))
        .isInstanceOf(AssertionError.class)
        .hasMessageContainingAll(
            "math.scale, case 'twice' (" + folder.resolve("cases.json") + ")",
            "output 'output' differs in 1 of 4 elements, most at [1, 0]: expected 6.5, was 6.0",
            "(off by 0.500, allowed 0.257 with rtol 0.001, atol 0.25)");
  }

  @Test
  void anAbsentOutputAndAWrongShapeFail() throws IOException {
    write(
        """
        {"component": "math.scale", "settings": {"factor": 1.0}, "inputs": {"x": [1.0, 2.0]},
         "expected": {"output": [[1.0, 2.0]], "grad.x": [1.0, 1.0]}}
        """);

    assertThatThrownBy(() -> runOnly(false))
        .isInstanceOf(AssertionError.class)
        .hasMessageContainingAll(
            "output 'output' has shape (2), expected (1, 2)",
            "output 'grad.x' is absent; there are [output, unused]");
  }

  @Test
  void comparesValuesThatAreNotFinite() throws Throwable {
    String form =
        """
        {"component": "math.scale", "settings": {"factor": 1.0},
         "inputs": {"x": [NaN, "inf", -Infinity, "-inf", 1e0]},
         "expected": {"output": [%s, "Infinity", "-inf", -Infinity, 1.0]}}
        """;
    write(Text.format(form, "\"nan\""));
    runOnly(false);

    write(Text.format(form, "0.0"));
    assertThatThrownBy(() -> runOnly(false))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("at [0]: expected 0.0, was NaN");
  }

  @Test
  void aFailureInTheFunctionNamesTheCase() throws IOException {
    write("{\"component\": \"math.broken\", \"expected\": 1.0}");

    assertThatThrownBy(() -> runOnly(false))
        .isInstanceOf(AssertionError.class)
        .hasMessageContainingAll("math.broken, case 'cases' (", "no such layer")
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void anUnknownComponentIsSkippedOrFailsWhereStrict() throws IOException {
    write("{\"component\": \"math.unheard\", \"expected\": 1.0}");

    assertThatThrownBy(() -> runOnly(false))
        .isInstanceOf(TestAbortedException.class)
        .hasMessageContaining("math.unheard, case 'cases'")
        .hasMessageContaining("no entry in ReferenceComponents");
    assertThatThrownBy(() -> runOnly(true))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("no entry in ReferenceComponents");
  }

  @ParameterizedTest
  @ValueSource(strings = {"math.claimed", "math.claimed.part"})
  void aComponentThatIsClaimedFailsWithoutAnEntryThoughNotStrict(String name) throws IOException {
    write(Text.format("{\"component\": \"%s\", \"expected\": 1.0}", name));

    assertThatThrownBy(() -> runOnly(false))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("no entry in ReferenceComponents");
  }

  @Test
  void aClaimEndsAtADot() throws IOException {
    write("{\"component\": \"math.claimedOtherwise\", \"expected\": 1.0}");

    assertThatThrownBy(() -> runOnly(false)).isInstanceOf(TestAbortedException.class);
  }

  /** Neither list can fall behind the other. */
  @Test
  void whatIsClaimedIsRegisteredAndTheOtherWayRound() {
    List<String> claimed = ReferenceComponents.CLAIMED;
    assertThat(ReferenceComponents.all().keySet())
        .allMatch(name -> ReferenceSuite.isUnder(claimed, name));
    assertThat(claimed)
        .allMatch(
            group ->
                ReferenceComponents.all().keySet().stream()
                    .anyMatch(name -> ReferenceSuite.isUnder(List.of(group), name)));
  }

  @Test
  void runsOnlyTheComponentsThatBeginWithAPrefix() throws IOException {
    write(
        """
        [{"component": "losses.hinge", "name": "a"}, {"component": "models.dcgan", "name": "b"},
         {"component": "losses.minimax", "name": "c"}, {"component": "optim.adam", "name": "d"}]
        """);

    assertThat(tests(false, "losses.", "optim"))
        .extracting(DynamicTest::getDisplayName)
        .containsExactly(
            "cases.json: losses.hinge, a",
            "cases.json: losses.minimax, c",
            "cases.json: optim.adam, d");
    List<DynamicTest> none = tests(false, "metrics");
    assertThat(none).hasSize(1);
    assertThatThrownBy(none.get(0).getExecutable()::execute)
        .isInstanceOf(TestAbortedException.class)
        .hasMessageContaining("begins with one of [metrics]");
  }

  @Test
  void anAbsentFolderIsSkipped() throws IOException {
    Path absent = folder.resolve("absent");
    var skipped = new ReferenceSuite(COMPONENTS, List.of(), true, List.of()).tests(absent).get(0);
    assertThatThrownBy(skipped.getExecutable()::execute)
        .isInstanceOf(TestAbortedException.class)
        .hasMessageContaining("no folder of reference cases " + absent);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"answers\": [1, 2]}",
        "[]",
        "{\"cases\": []}",
        "[{\"name\": \"without a component\", \"expected\": 1.0}]",
        "{\"component\": ",
        "3"
      })
  void anUnknownFormatFailsAndNamesTheFile(String text) throws IOException {
    write(text);

    assertThatThrownBy(() -> runOnly(false))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(folder.resolve("cases.json").toString());
  }

  @Test
  void aFolderWithoutCasesFails() throws IOException {
    Files.writeString(folder.resolve("cases.npz"), "");

    assertThatThrownBy(() -> runOnly(false))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("no file *.json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"inputs\": {\"x\": [[1.0, 2.0], [3.0]]}, \"expected\": 1.0}",
        "{\"inputs\": {\"x\": {\"shape\": [3], \"data\": [1.0]}}, \"expected\": 1.0}",
        "{\"inputs\": {\"x\": {\"dtype\": \"complex64\", \"data\": [1.0]}}, \"expected\": 1.0}",
        "{\"inputs\": {\"x\": \"file.npy\"}, \"expected\": 1.0}",
        "{\"inputs\": {\"x\": {\"tensor\": \"x\"}}, \"expected\": 1.0}",
        "{\"inputs\": {\"x\": 1.0}}",
      })
  void aTensorInNoKnownFormFailsAndNamesTheCase(String fields) throws IOException {
    write("{\"component\": \"math.scale\", \"params\": {\"factor\": 1.0}, " + fields.substring(1));

    assertThatThrownBy(() -> runOnly(false))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("math.scale, case 'cases' (");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // One case by itself, synonyms, a nested list and a number without a type.
        """
        {"component": "math.scale", "params": {"factor": 3}, "input": [[2.0]], "output": [[6.0]]}
        """,
        // A list of cases; one tensor that stands by itself; a tolerance for both.
        """
        [{"component": "math.scale", "config": {"factor": 3}, "tolerance": 0.6,
          "inputs": {"dtype": "torch.float32", "shape": [2], "data": [[1], [2]]},
          "outputs": {"output": [3.5, 5.5]}}]
        """,
        // What cases share stands beside their list.
        """
        {"component": "math.scale", "settings": {"factor": -1.0},
         "cases": [{"inputs": {"x": 2.0}, "expected": [-2.0]}]}
        """,
        // Weights under their names.
        """
        {"component": "math.linear", "state_dict": {"weight": [[1.0, 2.0]], "bias": [0.5]},
         "inputs": {"x": [[1.0, 1.0]]}, "expected": {"output": [[3.5]]}}
        """
      })
  void takesLibertiesWithTheFormat(String text) throws Throwable {
    write(text);

    runOnly(true);
  }

  @Test
  void readsLargeTensorsFromTheSafetensorsFileBesideIt() throws Throwable {
    Path nested = Files.createDirectories(folder.resolve("deep/er"));
    try (NDManager manager = NDManager.newBaseManager()) {
      SafeTensors.write(
          nested.resolve("big.safetensors"),
          Map.of(
              "in",
              manager.create(new byte[] {1, 2}, new Shape(1, 2)),
              "out",
              manager.ones(new Shape(1, 2))),
          Map.of());
    }
    Files.writeString(
        nested.resolve("big.json"),
        """
        {"component": "math.scale", "settings": {"factor": 0.5},
         "inputs": {"x": {"tensor": "in", "dtype": "float32"}},
         "expected": {"output": {"tensor": "out"}}, "rtol": 0, "atol": 0.5}
        """);

    List<DynamicTest> tests = tests(true);
    assertThat(tests.get(0).getDisplayName()).startsWith(Path.of("deep/er/big.json").toString());
    tests.get(0).getExecutable().execute();
  }

  @Test
  void namesASettingThatIsMissing() throws IOException {
    write("{\"component\": \"math.scale\", \"inputs\": {\"x\": 1.0}, \"expected\": 1.0}");

    assertThatThrownBy(() -> runOnly(false))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("no setting 'factor', which is to be a number");
  }

  private void write(String text) throws IOException {
    Files.writeString(folder.resolve("cases.json"), text);
  }

  private List<DynamicTest> tests(boolean strict, String... prefixes) throws IOException {
    return new ReferenceSuite(COMPONENTS, CLAIMED, strict, List.of(prefixes)).tests(folder);
  }

  private void runOnly(boolean strict) throws Throwable {
    List<DynamicTest> tests = tests(strict);
    assertThat(tests).hasSize(1);
    tests.get(0).getExecutable().execute();
  }
}
