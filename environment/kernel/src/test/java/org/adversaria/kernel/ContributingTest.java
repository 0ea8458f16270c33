package org.adversaria.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a paper adds can be defined in cells: it trains, is recorded, and is opened again. */
class ContributingTest {

  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  private TestShell shell;

  @BeforeEach
  void start() throws IOException {
    shell = new TestShell();
    CellGuard.connect(new Outputs());
    Files.readAllLines(Path.of("../startup/imports.jshell"), StandardCharsets.UTF_8)
        .forEach(shell::nothing);
  }

  @AfterEach
  void stop() {
    shell.close();
    CellGuard.clear();
  }

  @Test
  void theMethodOfTheGuideTrainsAndIsOpenedAgain() throws IOException {
    String guide = Files.readString(Path.of("../../CONTRIBUTING.md"));
    BLOCK.matcher(guide).results().forEach(block -> shell.nothing(block.group(1)));
    assertThat(shell.value("run.log().columnNames()").toString())
        .contains("lipschitz_penalty", "loss_discriminator", "loss_generator");
    assertThat((Double) shell.value("run.log().doubleColumn(\"lipschitz_penalty\").get(0)"))
        .isNotNegative();
    assertThat(shell.value("SavedRun.open(folder).method().settings().equals(method.settings())"))
        .isEqualTo(true);
    assertThat(shell.value("SavedRun.open(folder).method() instanceof WganLp")).isEqualTo(true);
  }

  @Test
  void everyKindOfPartCanBeDefinedInACell() {
    shell.nothing(
        """
        import org.adversaria.augmentations.*;
        import org.adversaria.data.*;
        import org.adversaria.losses.*;
        import org.adversaria.methods.*;
        import org.adversaria.models.*;
        import org.adversaria.nn.*;
        import org.adversaria.regularizers.*;
        import org.adversaria.torch.TorchOps;
        import org.adversaria.training.*;
        """);
    shell.nothing(
        """
        public record Logistic(double slope) implements AdversarialLoss {
          public NDArray discriminator(NDArray real, NDArray fake) {
            return new AdversarialLoss.NonSaturating()
                .discriminator(TorchOps.scale(real, slope), TorchOps.scale(fake, slope));
          }
          public NDArray generator(NDArray fake) {
            return new AdversarialLoss.NonSaturating().generator(TorchOps.scale(fake, slope));
          }
        }
        public record SmallLogits(double weight) implements Regularizer {
          public Consumer<Terms> discriminator(GanStep<?> step) {
            return terms ->
                terms.add("small", weight, () -> step.real().compared().get(0).square().mean());
          }
        }
        public record Dimmed(double factor) implements Augmentation {
          public NDArray apply(NDArray images) {
            return TorchOps.scale(images, factor);
          }
        }
        class LineGenerator extends Generator {
          private final Linear linear = child("linear", new Linear(4, 3 * 16 * 16));
          LineGenerator() {
            super(4, 0, new Shape(3, 16, 16));
          }
          protected NDArray compute(NDArray z, NDArray y, boolean training) {
            return linear.forward(z, training).tanh().reshape(-1, 3, 16, 16);
          }
        }
        class LineBody extends Body {
          private final Linear linear = child("linear", new Linear(3 * 16 * 16, 6));
          LineBody() {
            super(6, SpectralNorm.none(), Map.of());
          }
          public NDArray features(NDArray x, boolean training) {
            return linear.forward(x.reshape(-1, 3 * 16 * 16), training);
          }
        }
        public record Lines(int unused) implements Backbone {
          public Generator newGenerator() { return new LineGenerator(); }
          public Body newBody() { return new LineBody(); }
          public Condition condition() { return new Condition.None(); }
          public Shape sampleShape() { return new Shape(3, 16, 16); }
        }
        public class CellGan extends SingleLogitGan {
          public CellGan(GanSettings<SingleLogitGan.Objective> settings) {
            super("cell-gan", settings);
          }
          protected Discriminator<NDArray> newDiscriminator(Backbone backbone) {
            return HeadedDiscriminator.plain(backbone.newBody());
          }
        }
        """);
    shell.nothing(
        """
        var data = Shapes.builder().resolution(16).size(40).build();
        var table =
            List.of(
                new Preset<>(
                    "cell",
                    images -> (Backbone) new Lines(1),
                    Recipe.adam(8, 1e-3, 0.5, 0.999),
                    new SingleLogitGan.Objective(),
                    "a test"));
        CellGan cellGan =
            new GanBuilder<>(data, table, "cell", CellGan::new)
                .loss(new Logistic(2))
                .regularizer(new SmallLogits(0.1))
                .augmentation(new Dimmed(0.5))
                .build();
        Path folder = Files.createTempDirectory("cell-gan").resolve("run");
        Run run = Training.of(cellGan).on(data).steps(3).seed(1).directory(folder).start();
        """);
    assertThat(shell.value("run.log().columnNames()").toString()).contains("small");
    assertThat(shell.value("Files.readString(folder.resolve(\"run.json\"))").toString())
        .contains("\"CellGan\"", "\"Logistic\"", "\"SmallLogits\"", "\"Dimmed\"", "\"Lines\"");
    assertThat(shell.value("SavedRun.open(folder).method().settings().equals(cellGan.settings())"))
        .isEqualTo(true);
    assertThat(
            shell.value(
                "Training.of(cellGan).on(data).steps(5).seed(1).directory(folder).resume()"
                    + ".record().stepsDone()"))
        .isEqualTo(5L);
  }
}
