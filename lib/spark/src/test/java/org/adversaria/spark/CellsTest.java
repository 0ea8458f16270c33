package org.adversaria.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.adversaria.methods.Gan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be scored is told before anything is trained. */
class CellsTest {

  @TempDir private Path folder;

  private List<Cell> cells(Sweep sweep) throws IOException {
    Path file = folder.resolve("sweep-file.json");
    sweep.write(file);
    return Cells.of(SweepFile.read(file));
  }

  private Sweep sweep(int samples, UnaryOperator<Scores> scores) {
    return TinySweep.in(folder, 20, 1).samples(samples).evaluate(scores);
  }

  /** The images of the sweep in one folder, without classes. */
  private Path withoutClasses() throws IOException {
    Path flat = Files.createDirectory(folder.resolve("flat"));
    try (Stream<Path> images = Files.list(TinySweep.images(folder).resolve("lying"))) {
      for (Path image : images.toList()) {
        Files.copy(image, flat.resolve(image.getFileName()));
      }
    }
    return flat;
  }

  private void assertRefused(Sweep sweep, String message) {
    assertThatThrownBy(() -> cells(sweep))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void scoresNeedSamples() throws IOException {
    assertThat(cells(sweep(6, Scores::prdc))).hasSize(1);
    assertRefused(sweep(5, Scores::prdc), "A neighbourhood of 5 needs at least 6 samples");
    assertRefused(sweep(1, Scores::fid), "FID needs at least 2 samples, but 1 are evaluated");
    assertRefused(sweep(3, Scores::intraFid), "evaluate more samples");
    assertRefused(sweep(9, Scores::inceptionScore), "needs at least 10 samples");
    assertRefused(sweep(100, Scores::factorDiversity), "measured on drawn shapes");
  }

  @Test
  void scoresNeedClasses() throws IOException {
    Sweep sweep = Sweep.of(Gan.NAME).presets("small").on(withoutClasses().toString()).samples(100);
    assertThat(cells(sweep.evaluate(Scores::fid))).hasSize(1);
    assertRefused(sweep.evaluate(Scores::intraFid), "gan has no classes and flat has 1");
    assertRefused(sweep.evaluate(Scores::conditionalAccuracy), "gan has no classes and flat has 1");
    assertRefused(sweep.evaluate(Scores::inceptionScore), "flat has 1: leave it out");
  }
}
