package org.adversaria.models.stylegan2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import org.adversaria.models.stylegan2.GleadDiscriminator.Decoder;
import org.adversaria.models.stylegan2.GleadDiscriminator.Head;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Names; the network's numbers are reference cases. */
class GleadDiscriminatorTest {

  private static final StyleGan2Sizes SIZES =
      StyleGan2Sizes.of(32).withChannels(128, 6).withMapping(5, 4, 2).withDiscriminator(true, 2);

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private GleadDiscriminator discriminator(int resolution, Head head) {
    var network = new GleadDiscriminator(SIZES, new Decoder(resolution, 1, head));
    network.initialize(manager);
    return network;
  }

  private static GleadDiscriminator.Reconstruction heads() {
    return new GleadDiscriminator.Reconstruction(SIZES.channelsAt(8));
  }

  @Test
  void headsHaveThePublishedNames() {
    assertThat(discriminator(16, heads()).stateDict())
        .containsKeys(
            "b8_dec.weight",
            "b16_dec.resample_filter",
            "img_proj.weight",
            "feat_proj1.bias",
            "feat_proj2.weight")
        .doesNotContainKeys("b32_dec.weight", "final_proj.weight");
    assertThat(discriminator(8, new GleadDiscriminator.Projection(7)).stateDict())
        .containsKey("final_proj.weight");
    assertThat(discriminator(8, new GleadDiscriminator.Plain()).stateDict())
        .doesNotContainKeys("final_proj.weight", "img_proj.weight");
    assertThatThrownBy(() -> discriminator(64, heads()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The decoder ends at 8, 16, ... or 32 pixels, not at 64");
  }
}
