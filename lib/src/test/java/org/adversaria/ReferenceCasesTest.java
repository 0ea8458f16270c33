package org.adversaria;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.adversaria.reference.ReferenceSuite;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs the library against numbers that other programs computed.
 *
 * <p>System properties, given to Maven with {@code -D}:
 *
 * <ul>
 *   <li>{@code adversaria.reference}: the folder of cases, relative to the project's root; {@code
 *       ../shared/reference} by default, skipped where it is absent;
 *   <li>{@code adversaria.reference.components=a,b}: only components that begin with these;
 *   <li>{@code adversaria.reference.strict=true}: a case whose component is not registered fails;
 *       it is skipped by default.
 * </ul>
 */
@Tag("slow")
class ReferenceCasesTest {

  @TestFactory
  List<DynamicTest> givenCases() throws IOException {
    String folder = System.getProperty("adversaria.reference", "../shared/reference");
    return ReferenceSuite.fromSystemProperties().tests(projectRoot().resolve(folder).normalize());
  }

  @TestFactory
  List<DynamicTest> ownCases() throws IOException, URISyntaxException {
    var folder = Objects.requireNonNull(getClass().getResource("/reference"));
    return ReferenceSuite.fromSystemProperties().tests(Path.of(folder.toURI()));
  }

  /** Tests run in the module's folder or in the root; the root is the topmost with a build file. */
  private static Path projectRoot() {
    Path folder = Path.of("").toAbsolutePath();
    while (folder.getParent() != null && Files.exists(folder.getParent().resolve("pom.xml"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}
