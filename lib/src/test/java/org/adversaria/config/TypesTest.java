package org.adversaria.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.methods.AdcGan;
import org.adversaria.models.Backbone;
import org.adversaria.regularizers.Cr;
import org.adversaria.regularizers.Regularizer;
import org.adversaria.torch.Text;
import org.adversaria.training.Method;
import org.adversaria.training.Optimizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TypesTest {

  private static boolean touched;

  /** No regularizer; whoever initialises it is noticed. */
  private static final class Loud {

    static {
      touched = true;
    }
  }

  /** A regularizer that is noticed too. */
  private record LoudRegularizer() implements Regularizer {

    static {
      touched = true;
    }
  }

  @TempDir Path folder;

  private static void assertNamed(Class<?> declared, Class<?> type, String name) {
    assertThat(Types.name(declared, type)).isEqualTo(name);
    assertThat(Types.find(declared, name)).isSameAs(type);
  }

  @Test
  void aClassBesideTheDeclaredInterfaceHasItsSimpleName() {
    assertNamed(AdversarialLoss.class, AdversarialLoss.Hinge.class, "Hinge");
    assertNamed(Optimizer.class, Optimizer.Adam.class, "Adam");
    assertNamed(Backbone.class, Backbone.BigGan.class, "BigGan");
    assertNamed(Regularizer.class, Cr.class, "Cr");
  }

  @Test
  void anyOtherClassHasItsFullName() {
    assertNamed(
        Regularizer.class,
        LoudRegularizer.class,
        "org.adversaria.config.TypesTest$LoudRegularizer");
    assertNamed(Method.class, AdcGan.class, "org.adversaria.methods.AdcGan");
  }

  /** A class of that name exists, but it is another interface's. */
  @Test
  void aNameIsReadAsTheDeclaredTypesOnly() {
    assertThatThrownBy(() -> Types.find(Optimizer.class, "Hinge"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("There is no Optimizer named 'Hinge'.");
    assertThatThrownBy(
            () -> Types.find(Regularizer.class, "org.adversaria.losses.AdversarialLoss$Hinge"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsNoSubtypeIsRefusedAndNotInitialised() {
    touched = false;
    String loud = Types.class.getPackageName() + ".TypesTest$Loud";
    for (String name : new String[] {"java.lang.String", "java.lang.Object", loud}) {
      assertThatThrownBy(() -> Types.find(Regularizer.class, name))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("There is no Regularizer named '" + name + "'.");
    }
    Types.find(Regularizer.class, loud + "Regularizer");
    assertThat(touched).isFalse();
    new Loud();
    assertThat(touched).isTrue();
  }

  @Test
  void anUnknownNameIsToldWithWhatCanBeDone() {
    for (String name : new String[] {"com.acme.MyCr", "MyCr"}) {
      assertThatThrownBy(() -> Types.find(Regularizer.class, name))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "There is no Regularizer named '"
                  + name
                  + "'. A class of a notebook's cell is registered by Types.register(MyCr.class)"
                  + " after the cell has run; one of another jar has to be on the class path");
    }
    for (String name : new String[] {"", ".", "a..b", "[I", "int"}) {
      assertThatThrownBy(() -> Types.find(Regularizer.class, name))
          .as(name)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  /** What JShell makes of a cell that declares a loss. */
  private Class<?> cell(String snippet, String name) throws Exception {
    Path root = Files.createDirectories(folder.resolve(snippet));
    Path source = root.resolve("$JShell$" + snippet + ".java");
    Files.writeString(
        source,
        Text.format(
            """
        package REPL;

        import ai.djl.ndarray.NDArray;
        import org.adversaria.losses.AdversarialLoss;

        public class $JShell$%s {
          public record %s(double margin) implements AdversarialLoss {
            public NDArray discriminator(NDArray real, NDArray fake) {
              return fake;
            }

            public NDArray generator(NDArray fake) {
              return fake;
            }
          }
        }
        """,
            snippet, name));
    String path = System.getProperty("java.class.path");
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-d", root.toString(), "-cp", path, source.toString());
    assertThat(status).isZero();
    var loader =
        new URLClassLoader(new URL[] {root.toUri().toURL()}, TypesTest.class.getClassLoader());
    return loader.loadClass("REPL.$JShell$" + snippet + "$" + name);
  }

  @Test
  void aCellsClassHasItsSimpleNameAndIsKnownFromItsFirstUse() throws Exception {
    Class<?> first = cell("11", "Margin");
    assertThatThrownBy(() -> Types.find(AdversarialLoss.class, "Margin"))
        .isInstanceOf(IllegalArgumentException.class);
    assertNamed(AdversarialLoss.class, first, "Margin");
    // The cell runs again, with another class of that name.
    Class<?> second = cell("12", "Margin");
    assertThat(Types.find(AdversarialLoss.class, "Margin")).isSameAs(first);
    Types.register(second);
    assertThat(Types.find(AdversarialLoss.class, "Margin")).isSameAs(second);
    // It is a loss, and nothing else.
    assertThatThrownBy(() -> Types.find(Regularizer.class, "Margin"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Two classes of one name would make a run's record mean either. */
  @Test
  void aCellsClassMayNotTakeTheNameOfTheLibrarys() throws Exception {
    Class<?> own = cell("13", "Hinge");
    assertThatThrownBy(() -> Types.name(AdversarialLoss.class, own))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "A run's record could not tell the cell's class Hinge from"
                + " org.adversaria.losses.AdversarialLoss$Hinge: give it another name");
    Types.register(own);
    assertNamed(AdversarialLoss.class, AdversarialLoss.Hinge.class, "Hinge");
  }
}
