package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.adversaria.nn.DBlock;
import org.adversaria.nn.Layer;
import org.adversaria.nn.ResidualNames;
import org.adversaria.nn.Sequential;

/**
 * The body of the discriminator of ECGAN, ContraGAN and ReACGAN: that of BigGAN with the names and
 * constants of PyTorch-StudioGAN, see {@link StudioBigGanSizes}.
 *
 * <p>State dict: {@code blocks.i.0} (residual, or the self-attention, which is counted as a block);
 * heads are {@code linear1} (the logit, or ECGAN's logits of all classes), {@code embedding} (a
 * projection's), {@code linear4} (a classifier) and those of {@link EmbeddingHead}.
 *
 * <p>Source: Brock et al., "Large Scale GAN Training for High Fidelity Natural Image Synthesis",
 * 2019; the published code of Chen et al., "A Unified View of cGANs with and without Classifiers",
 * 2021.
 */
final class StudioBigGanBody extends Body {

  private final Sequential blocks;

  /**
   * Creates the network.
   *
   * @param sizes the settings that it shares with the generator
   * @throws IllegalArgumentException if the resolution is unknown or a block with attention has
   *     fewer than 8 channels
   */
  public StudioBigGanBody(StudioBigGanSizes sizes) {
    super(
        BigGanBody.last(sizes.discriminatorWidths()),
        StudioBigGanSizes.NORM,
        Map.of(
            "logit",
            "linear1",
            "class_embedding",
            "embedding",
            "classifier",
            "linear4",
            "twin",
            "mi"));
    int[] widths = sizes.discriminatorWidths();
    List<Layer> stages = new ArrayList<>();
    int in = sizes.channels();
    for (int i = 0; i < widths.length; i++) {
      var place = i == 0 ? DBlock.Place.FIRST : DBlock.Place.OVERWRITTEN;
      stages.add(
          new DBlock(
              in,
              widths[i],
              place,
              true,
              sizes.downsamples(i),
              StudioBigGanSizes.NORM,
              ResidualNames.STUDIO));
      if (i + 1 == sizes.discriminatorAttention()) {
        stages.add(StudioBigGanSizes.attention(widths[i]));
      }
      in = widths[i];
    }
    blocks =
        child(
            "blocks",
            new Sequential(stages.stream().map(stage -> new Sequential(List.of(stage))).toList()));
    initialValues(Parameter.Type.WEIGHT, sizes.init().initializer());
    initialValues(Parameter.Type.BIAS, Initializer.ZEROS);
  }

  @Override
  public NDArray features(NDArray x, boolean training) {
    return BigGanBody.pooled(blocks.forward(x, training));
  }
}
