package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.adversaria.nn.DBlock;
import org.adversaria.nn.Layer;
import org.adversaria.nn.ResidualNames;
import org.adversaria.nn.Sequential;

/**
 * The body of the residual discriminators of PyTorch-StudioGAN: BigGAN's blocks with its names and
 * constants, see {@link StudioBigGanSizes} (ECGAN, ContraGAN, ReACGAN) and {@link SaGanSizes}.
 *
 * <p>State dict: {@code blocks.i.0} (residual, or a self-attention, which is counted as a block);
 * heads are {@code linear1} (the logit, or ECGAN's logits of all classes), {@code embedding} (a
 * projection's), {@code linear4} (a classifier) and those of {@link EmbeddingHead}.
 *
 * <p>Source: Zhang et al., "Self-Attention Generative Adversarial Networks", 2019; Brock et al.,
 * "Large Scale GAN Training for High Fidelity Natural Image Synthesis", 2019; the published code of
 * Chen et al., "A Unified View of cGANs with and without Classifiers", 2021.
 */
final class StudioBody extends Body {

  private static final Map<String, String> NAMES =
      Map.of(
          "logit", "linear1",
          "class_embedding", "embedding",
          "classifier", "linear4",
          "twin", "mi");

  private final Sequential blocks;

  /**
   * Creates the network of BigGAN.
   *
   * @param sizes the settings that it shares with the generator
   * @throws IllegalArgumentException if the resolution is unknown or a block with attention has
   *     fewer than 8 channels
   */
  StudioBody(StudioBigGanSizes sizes) {
    this(
        sizes.imageShape(),
        new SaGanSizes.Network(
            sizes.discriminatorWidth(),
            Set.of(sizes.discriminatorAttention()),
            StudioBigGanSizes.NORM),
        sizes.init());
  }

  /**
   * Creates the network of SAGAN.
   *
   * @param sizes the settings that it shares with the generator
   * @throws IllegalArgumentException if a block with attention has fewer than 8 channels
   */
  StudioBody(SaGanSizes sizes) {
    this(sizes.imageShape(), sizes.discriminator(), sizes.init());
  }

  private StudioBody(Shape image, SaGanSizes.Network own, WeightInit init) {
    super(BigGanBody.last(widths(image, own)), own.norm(), NAMES);
    int[] widths = widths(image, own);
    List<Layer> stages = new ArrayList<>();
    int in = (int) image.get(0);
    for (int i = 0; i < widths.length; i++) {
      var place = i == 0 ? DBlock.Place.FIRST : DBlock.Place.OVERWRITTEN;
      boolean down = StudioBigGanSizes.downsamples((int) image.get(1), i);
      stages.add(new DBlock(in, widths[i], place, true, down, own.norm(), ResidualNames.STUDIO));
      if (own.attention().contains(i + 1)) {
        stages.add(StudioBigGanSizes.attention(widths[i], own.norm()));
      }
      in = widths[i];
    }
    blocks =
        child(
            "blocks",
            new Sequential(stages.stream().map(stage -> new Sequential(List.of(stage))).toList()));
    initialValues(Parameter.Type.WEIGHT, init.initializer());
    initialValues(Parameter.Type.BIAS, Initializer.ZEROS);
  }

  private static int[] widths(Shape image, SaGanSizes.Network own) {
    return StudioBigGanSizes.discriminatorWidths((int) image.get(1), own.width());
  }

  @Override
  public NDArray features(NDArray x, boolean training) {
    return BigGanBody.pooled(blocks.forward(x, training));
  }
}
