package org.adversaria.models.stylegan2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.adversaria.models.Generator;

/**
 * StyleGAN2's generator: a mapping network from z to w, and a synthesis in which w styles every
 * layer.
 *
 * <p>State dict: {@code synthesis}, {@code mapping}, as in NVIDIA's PyTorch code, whose pickles
 * {@code org.adversaria.models.published.Weights} reads.
 *
 * <p>Source: Karras et al., "Analyzing and Improving the Image Quality of StyleGAN", 2020.
 */
public final class StyleGan2Generator extends Generator {

  private final StyleGan2Synthesis synthesis;
  private final MappingNetwork mapping;
  private final int copies;

  /**
   * Creates the network.
   *
   * @param sizes its sizes
   */
  public StyleGan2Generator(StyleGan2Sizes sizes) {
    super(sizes.latent(), sizes.condition(), sizes.imageShape());
    copies = sizes.copies();
    synthesis = child("synthesis", new StyleGan2Synthesis(sizes));
    mapping =
        child(
            "mapping",
            new MappingNetwork(
                MappingNetwork.Sizes.of(
                        sizes.latent(),
                        sizes.classes(),
                        sizes.width(),
                        copies,
                        sizes.mappingLayers())
                    .withFeatures(sizes.features())));
  }

  /**
   * {@inheritDoc}
   *
   * <p>In training the moving mean of w is updated. Images may be slightly outside [-1, 1].
   */
  @Override
  protected NDArray compute(NDArray z, NDArray y, boolean training) {
    NDArray ws = mapping.copies(styles(z, y, training));
    return synthesis.images(ws, NoiseMode.RANDOM, training);
  }

  /**
   * Maps latents to w.
   *
   * @param z {@code (N, latentSize)}
   * @param y labels int64 {@code (N)}, or instances; null for an unconditional generator
   * @param follow true to update the moving mean of w, as in training
   * @return w {@code (N, width)}
   */
  public NDArray styles(NDArray z, NDArray y, boolean follow) {
    return mapping.forward(z, StyleGan2Conditions.encoded(y, condition()), follow);
  }

  /**
   * Returns the network from z to w.
   *
   * @return the mapping network
   */
  public MappingNetwork mapping() {
    return mapping;
  }

  /**
   * Returns the network from w to images.
   *
   * @return the synthesis network
   */
  public StyleGan2Synthesis synthesis() {
    return synthesis;
  }

  /**
   * Returns the number of w for the synthesis.
   *
   * @return one for each convolution, and one for the last RGB layer
   */
  public int copies() {
    return copies;
  }

  /**
   * Returns this network with truncated w; it shares all arrays.
   *
   * @param psi at 1 w is unchanged, at 0 all images have the mean w
   * @return a generator to sample from
   */
  public Generator truncated(double psi) {
    return truncated(psi, copies);
  }

  /**
   * Returns this network with truncated w in the first layers; it shares all arrays.
   *
   * @param psi at 1 w is unchanged, at 0 it is the mean
   * @param cutoff the number of truncated w, from the coarsest layer on
   * @return a generator to sample from
   */
  public Generator truncated(double psi, int cutoff) {
    return new Truncated(this, psi, cutoff);
  }

  /**
   * Not supported: StyleGAN2 truncates w, see {@link #truncated(double)}.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public NDArray truncatedLatents(NDManager manager, int count, double threshold) {
    throw new UnsupportedOperationException(
        "StyleGAN2 truncates w, not z: sample from generator.truncated(psi), with psi such as 0.7");
  }

  private static final class Truncated extends Generator {

    private final StyleGan2Generator generator;
    private final double psi;
    private final int cutoff;

    Truncated(StyleGan2Generator generator, double psi, int cutoff) {
      super(generator.latentSize(), generator.condition(), generator.imageShape());
      this.generator = child("generator", generator);
      this.psi = psi;
      this.cutoff = cutoff;
    }

    @Override
    protected NDArray compute(NDArray z, NDArray y, boolean training) {
      NDArray ws = generator.mapping.truncated(generator.styles(z, y, training), psi, cutoff);
      return generator.synthesis.images(ws, NoiseMode.RANDOM, training);
    }
  }
}
