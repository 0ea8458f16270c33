package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import java.util.ArrayList;
import java.util.List;
import org.adversaria.nn.DBlock;
import org.adversaria.nn.Layer;
import org.adversaria.nn.ResidualNames;
import org.adversaria.nn.Sequential;

/**
 * The discriminator of ECGAN, ContraGAN and ReACGAN: that of BigGAN by the names and with the
 * constants of PyTorch-StudioGAN, see {@link EcganBackbone}.
 *
 * <p>State dict: {@code blocks.i.0} (residual, or the self-attention, which is counted as a block),
 * {@code linear1}, which gives the logit or, for {@link LogitHead#ENERGIES}, that of each class,
 * and {@code embedding} of a projection. Further heads are those of {@link EmbeddingHead} and, of
 * an AC-GAN, {@code linear4}.
 *
 * <p>Source: Brock et al., "Large Scale GAN Training for High Fidelity Natural Image Synthesis",
 * 2019; the published code of Chen et al., "A Unified View of cGANs with and without Classifiers",
 * 2021.
 */
public final class EcganDiscriminator extends ProjectionDiscriminator {

  /** The name in the state dict of the classifier beside a plain logit. */
  public static final String CLASSIFIER = "linear4";

  private final Sequential blocks;

  /**
   * Creates the network.
   *
   * @param backbone the sizes
   * @param head how the logit is read from the features
   * @throws IllegalArgumentException if the resolution is unknown or a block with attention has
   *     fewer than 8 channels
   */
  public EcganDiscriminator(EcganBackbone backbone, LogitHead head) {
    super(BigGanDiscriminator.last(backbone.discriminatorWidths()));
    int[] widths = backbone.discriminatorWidths();
    List<Layer> stages = new ArrayList<>();
    int in = backbone.channels();
    for (int i = 0; i < widths.length; i++) {
      var place = i == 0 ? DBlock.Place.FIRST : DBlock.Place.OVERWRITTEN;
      stages.add(
          new DBlock(
              in,
              widths[i],
              place,
              true,
              backbone.downsamples(i),
              EcganBackbone.NORM,
              ResidualNames.STUDIO));
      if (i + 1 == backbone.discriminatorAttention()) {
        stages.add(EcganBackbone.attention(widths[i]));
      }
      in = widths[i];
    }
    blocks =
        child(
            "blocks",
            new Sequential(stages.stream().map(stage -> new Sequential(List.of(stage))).toList()));
    declareHead(head, backbone.numClasses(), EcganBackbone.NORM, "linear1", "embedding");
    beginAs(Parameter.Type.WEIGHT, backbone.init().initializer());
    beginAs(Parameter.Type.BIAS, Initializer.ZEROS);
  }

  @Override
  NDArray featureMap(NDArray images, boolean training) {
    return blocks.forward(images, training);
  }
}
