package org.adversaria.models.stylegan2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.adversaria.models.Generator;

/**
 * StyleGAN2's generator: a mapping network from z to w, and a synthesis in which w styles every
 * layer.
 *
 * <p>State dict: {@code synthesis}, {@code mapping}, as in NVIDIA's PyTorch code. A network is read
 * from a published checkpoint once its {@code G_ema} was stored as a state dict.
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
    super(sizes.latent(), sizes.classes(), sizes.imageShape());
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
                    sizes.mappingLayers())));
  }

  /**
   * {@inheritDoc}
   *
   * <p>While training, the average of w follows. Images may leave [-1, 1] a little.
   */
  @Override
  protected NDArray compute(NDArray z, NDArray labels, boolean training) {
    NDArray ws = mapping.copies(styles(z, labels, training));
    return synthesis.images(ws, NoiseMode.RANDOM, training);
  }

  /**
   * Maps latents to w.
   *
   * @param z {@code (N, latentSize)}
   * @param labels int64 {@code (N)}; null for an unconditional generator
   * @param follow true to let the average of w follow, as training does
   * @return w {@code (N, width)}
   */
  public NDArray styles(NDArray z, NDArray labels, boolean follow) {
    return mapping.forward(z, StyleGan2Labels.oneHot(labels, numClasses()), follow);
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
   * Returns how many w the synthesis takes.
   *
   * @return one for each convolution and one for the last colours
   */
  public int copies() {
    return copies;
  }

  /**
   * Returns this network with w drawn towards its average; it shares all arrays.
   *
   * @param psi 1 changes nothing, 0 leaves one image
   * @return a generator to sample from
   */
  public Generator truncated(double psi) {
    return truncated(psi, copies);
  }

  /**
   * Returns this network with the first w drawn towards the average; it shares all arrays.
   *
   * @param psi 1 changes nothing
   * @param cutoff of how many w, from the coarsest layer on
   * @return a generator to sample from
   */
  public Generator truncated(double psi, int cutoff) {
    return new Truncated(this, psi, cutoff);
  }

  /**
   * Refuses: StyleGAN2 truncates w, see {@link #truncated(double)}.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public NDArray truncatedLatents(NDManager manager, int count, double threshold) {
    throw new UnsupportedOperationException(
        "StyleGAN2 truncates w, not z: sample from generator.truncated(psi), with psi such as 0.7");
  }

  private static final class Truncated extends Generator {

    private final StyleGan2Generator whole;
    private final double psi;
    private final int cutoff;

    Truncated(StyleGan2Generator whole, double psi, int cutoff) {
      super(whole.latentSize(), whole.numClasses(), whole.imageShape());
      this.whole = child("generator", whole);
      this.psi = psi;
      this.cutoff = cutoff;
    }

    @Override
    protected NDArray compute(NDArray z, NDArray labels, boolean training) {
      NDArray ws = whole.mapping.truncated(whole.styles(z, labels, training), psi, cutoff);
      return whole.synthesis.images(ws, NoiseMode.RANDOM, training);
    }
  }
}
