package org.adversaria;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import ai.djl.ndarray.NDArray;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.List;

/** Holds the order of the packages: an arrow never points up. */
@ArchTag("slow")
@AnalyzeClasses(packages = "org.adversaria", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  /** Lowest first; a package may use those before it. */
  private static final List<String> ORDER =
      List.of(
          "torch",
          "config",
          "nn",
          "models",
          "losses",
          "augmentations",
          "data",
          "figures",
          "training",
          "regularizers",
          "metrics",
          "methods",
          "cli");

  @ArchTest static final ArchRule PACKAGES_ARE_LAYERED = layers();

  @ArchTest
  static final ArchRule ENGINE_INTERNALS_STAY_IN_TORCH =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.adversaria.torch..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl.pytorch..");

  @ArchTest
  static final ArchRule EVERY_CLASS_HAS_ITS_PACKAGE =
      classes()
          .should()
          .resideInAnyPackage(
              ORDER.stream().map(name -> "org.adversaria." + name + "..").toArray(String[]::new));

  /** DJL frees the number while the recorded graph still reads it; TorchOps.scale keeps it. */
  @ArchTest
  static final ArchRule NUMBERS_IN_RECORDED_PRODUCTS_LIVE_ON =
      noClasses()
          .that()
          .resideInAnyPackage(
              "..nn..",
              "..models..",
              "..losses..",
              "..augmentations..",
              "..regularizers..",
              "..methods..")
          .should()
          .callMethod(NDArray.class, "mul", Number.class)
          .orShould()
          .callMethod(NDArray.class, "div", Number.class)
          .orShould()
          .callMethod(NDArray.class, "pow", Number.class)
          .orShould()
          .callMethod(NDArray.class, "maximum", Number.class)
          .orShould()
          .callMethod(NDArray.class, "minimum", Number.class);

  private static LayeredArchitecture layers() {
    LayeredArchitecture rule =
        layeredArchitecture().consideringOnlyDependenciesInLayers().withOptionalLayers(true);
    for (String name : ORDER) {
      rule = rule.layer(name).definedBy("org.adversaria." + name + "..");
    }
    for (int i = 0; i < ORDER.size(); i++) {
      List<String> above = ORDER.subList(i + 1, ORDER.size());
      rule =
          above.isEmpty()
              ? rule.whereLayer(ORDER.get(i)).mayNotBeAccessedByAnyLayer()
              : rule.whereLayer(ORDER.get(i))
                  .mayOnlyBeAccessedByLayers(above.toArray(String[]::new));
    }
    return rule;
  }
}
