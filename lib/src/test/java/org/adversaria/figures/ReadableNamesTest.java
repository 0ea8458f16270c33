package org.adversaria.figures;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadableNamesTest {

  @ParameterizedTest
  @CsvSource({
    "loss_discriminator, loss of D",
    "loss_generator, loss of G",
    "contrast_discriminator, contrastive loss of D",
    "classifier_generator, classification loss of G",
    "zcr_generator, latent consistency loss of G",
    "r1, R1 penalty",
    "path_length, path length penalty",
    "fid, FID",
    "held_out_error, held out error",
    "generator, generator",
    "_generator, generator",
    "intra-FID, intra-FID",
    "loss of D, loss of D",
  })
  void columnsHaveReadableNames(String column, String name) {
    assertThat(ReadableNames.of(column)).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource({
    "loss_discriminator, loss_generator, loss",
    "r1, path_length, penalty",
    "loss_generator, contrast_generator, value",
    "FID of a run, FID of a run, FID of a run",
    "training, held out, value",
    "'', loss, value",
  })
  void anAxisHasTheNameThatItsCurvesShare(String one, String other, String name) {
    assertThat(ReadableNames.common(List.of(one, other))).isEqualTo(name);
  }

  @Test
  void oneCurveGivesItsOwnName() {
    assertThat(ReadableNames.common(List.of("loss_generator"))).isEqualTo("loss of G");
  }
}
