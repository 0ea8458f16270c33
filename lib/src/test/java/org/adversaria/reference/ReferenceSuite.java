package org.adversaria.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.opentest4j.TestAbortedException;

/** Makes a test of every reference case in a folder. */
public final class ReferenceSuite {

  private final Map<String, Component> components;
  private final List<String> claimed;
  private final boolean strict;
  private final List<String> prefixes;

  /**
   * @param components the functions by the name of the component
   * @param claimed the names, whole or up to a dot, of components whose cases fail where they have
   *     no entry, strict or not
   * @param strict whether a case whose component has no entry fails, instead of being skipped
   * @param prefixes the beginnings of the components to run; all where it is empty
   */
  public ReferenceSuite(
      Map<String, Component> components,
      List<String> claimed,
      boolean strict,
      List<String> prefixes) {
    this.components = components;
    this.claimed = claimed;
    this.strict = strict;
    this.prefixes = prefixes;
  }

  /**
   * Makes the suite that the system properties ask for: {@code adversaria.reference.strict} and
   * {@code adversaria.reference.components}, prefixes separated by commas.
   *
   * @return a suite over the registered components
   */
  public static ReferenceSuite fromSystemProperties() {
    String prefixes = System.getProperty("adversaria.reference.components", "");
    return new ReferenceSuite(
        ReferenceComponents.all(),
        ReferenceComponents.CLAIMED,
        Boolean.getBoolean("adversaria.reference.strict"),
        Arrays.stream(prefixes.split(",")).map(String::strip).filter(p -> !p.isEmpty()).toList());
  }

  /**
   * Makes a test of every case below a folder.
   *
   * @param folder a folder with JSON files, at any depth
   * @return one test per case, and one that fails per file that cannot be understood; one test that
   *     is skipped where there is no folder or nothing in it is asked for
   * @throws IOException if the folder cannot be listed
   */
  public List<DynamicTest> tests(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      String message = "There is no folder of reference cases " + folder.toAbsolutePath();
      return List.of(
          DynamicTest.dynamicTest("no folder " + folder, () -> Assumptions.abort(message)));
    }
    var tests = new ArrayList<DynamicTest>();
    List<Path> files = jsonFiles(folder);
    if (files.isEmpty()) {
      tests.add(failure(folder.toString(), folder + " holds no reference cases: no file *.json"));
    }
    for (Path file : files) {
      addTests(folder.relativize(file).toString(), file, tests);
    }
    if (tests.isEmpty()) {
      String message = "No component of the cases in " + folder + " begins with one of " + prefixes;
      tests.add(
          DynamicTest.dynamicTest("nothing of " + prefixes, () -> Assumptions.abort(message)));
    }
    return tests;
  }

  /**
   * Runs one case.
   *
   * @param reference the case
   * @throws TestAbortedException if its component has no entry, is not claimed, and the suite is
   *     not strict
   * @throws AssertionError if the library's numbers differ, the function fails, or the component
   *     has no entry and is claimed or the suite strict
   */
  void run(ReferenceCase reference) {
    Component component = components.get(reference.component());
    if (component == null) {
      String message = reference + ": the component has no entry in ReferenceComponents";
      if (strict || isUnder(claimed, reference.component())) {
        Assertions.fail(message);
      }
      Assumptions.abort(message);
    }
    try (NDManager manager = NDManager.newBaseManager()) {
      Map<String, NDArray> outputs = component.run(reference, manager);
      var actual = new TreeMap<String, ReferenceTensor>();
      outputs.forEach((name, array) -> actual.put(name, ReferenceTensor.of(array)));
      new Comparison(reference).check(actual);
    } catch (Exception e) {
      throw new AssertionError(reference + ": " + e, e);
    }
  }

  /**
   * Says whether a component is one of some names, or begins with one up to a dot.
   *
   * @param names of components, or of groups of components
   * @param component a component's name
   * @return true if a name is the component's or that of a group it belongs to
   */
  static boolean isUnder(List<String> names, String component) {
    return names.stream()
        .anyMatch(name -> component.equals(name) || component.startsWith(name + "."));
  }

  private void addTests(String name, Path file, List<DynamicTest> tests) throws IOException {
    try {
      for (ReferenceCase reference : read(file)) {
        if (selects(reference.component())) {
          String title = name + ": " + reference.component() + ", " + reference.name();
          tests.add(DynamicTest.dynamicTest(title, file.toUri(), () -> run(reference)));
        }
      }
    } catch (ReferenceFormatException e) {
      tests.add(failure(name, e.getMessage()));
    }
  }

  private boolean selects(String component) {
    return prefixes.isEmpty() || prefixes.stream().anyMatch(component::startsWith);
  }

  private static List<ReferenceCase> read(Path file) throws IOException {
    JsonNode root;
    try {
      root = Json.read(file);
    } catch (JsonProcessingException e) {
      throw new ReferenceFormatException(file + " is not JSON: " + e.getOriginalMessage(), e);
    }
    JsonNode cases = root.isArray() ? root : root.path("cases");
    var result = new ArrayList<ReferenceCase>();
    if (root.has("component") && !cases.isArray()) {
      String name = file.getFileName().toString().replaceFirst("\\.json$", "");
      return List.of(new ReferenceCase(file, root, MissingNode.getInstance(), name));
    }
    if (!cases.isArray() || cases.isEmpty()) {
      throw new ReferenceFormatException(
          file
              + " is in no known format; expected {\"cases\": [...]}, a list of cases or one case"
              + " with a \"component\", but found "
              + Json.abbreviate(root));
    }
    for (JsonNode json : cases) {
      JsonNode group = root.isArray() ? MissingNode.getInstance() : root;
      result.add(new ReferenceCase(file, json, group, "#" + (result.size() + 1)));
    }
    return result;
  }

  private static List<Path> jsonFiles(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(".json"))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    }
  }

  private static DynamicTest failure(String name, String message) {
    return DynamicTest.dynamicTest(name, () -> Assertions.fail(message));
  }
}
