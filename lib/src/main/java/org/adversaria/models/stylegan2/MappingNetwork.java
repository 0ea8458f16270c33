package org.adversaria.models.stylegan2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchScript;

/**
 * The mapping from latents z, and conditions c of a conditional network, to w: both are normalised
 * and concatenated, and layers with a small learning rate follow. The moving mean of w over
 * training is stored for truncation.
 *
 * <p>Labels and the features of instances are embedded apart, concatenated, and normalised
 * together.
 *
 * <p>State dict: {@code embed} of labels, {@code embed_feats} of features, {@code fc0}, {@code
 * fc1}, ..., the buffer {@code w_avg}.
 *
 * <p>Source: Karras et al., "A Style-Based Generator Architecture for Generative Adversarial
 * Networks", 2019, sections 2 and 4.2 and appendix B; the published code of StyleGAN2 with adaptive
 * augmentation ({@code MappingNetwork}); instances: Casanova et al., "Instance-Conditioned GAN",
 * 2021, and its code.
 */
public final class MappingNetwork extends TorchBlock {

  private static final Map<Truncation, TorchScript> TRUNCATIONS = new ConcurrentHashMap<>();

  /**
   * The sizes of a mapping network.
   *
   * @param latent the size of z, 0 for none
   * @param classes the number of classes, 0 for none
   * @param features the number of features of an instance, 0 for none
   * @param width the size of w and of the layers
   * @param copies the number of w for the synthesis; 0 for one w without a moving mean
   * @param layers the number of layers, at least 1
   * @param rate the factor of the layers' learning rate, above 0
   * @param decay of the moving mean of w, in [0, 1)
   */
  public record Sizes(
      int latent,
      int classes,
      int features,
      int width,
      int copies,
      int layers,
      double rate,
      double decay) {

    /** The learning rate of the published networks. */
    static final double RATE = 0.01;

    /** The decay of the published networks. */
    static final double DECAY = 0.995;

    /**
     * The published factor and decay, without features.
     *
     * @param latent the size of z, 0 for none
     * @param classes the number of classes, 0 for none
     * @param width the size of w
     * @param copies the number of w for the synthesis; 0 for one w without a moving mean
     * @param layers the number of layers
     * @return the sizes
     */
    public static Sizes of(int latent, int classes, int width, int copies, int layers) {
      return new Sizes(latent, classes, 0, width, copies, layers, RATE, DECAY);
    }

    /**
     * The same with features of instances.
     *
     * @param count the number of features, 0 for none
     * @return the sizes
     */
    public Sizes withFeatures(int count) {
      return new Sizes(latent, classes, count, width, copies, layers, rate, decay);
    }
  }

  private final Sizes sizes;
  private final EqualizedLinear embed;
  private final EqualizedLinear embedFeatures;
  private final List<EqualizedLinear> layers = new ArrayList<>();
  private final Parameter average;
  private final TorchScript script;

  /**
   * Creates the network.
   *
   * @param sizes its sizes
   */
  public MappingNetwork(Sizes sizes) {
    this.sizes = sizes;
    int width = sizes.width();
    average =
        sizes.copies() > 0
            ? buffer("w_avg", Parameter.Type.OTHER, Initializer.ZEROS, new Shape(width))
            : null;
    embed =
        sizes.classes() > 0 ? child("embed", new EqualizedLinear(sizes.classes(), width)) : null;
    embedFeatures =
        sizes.features() > 0
            ? child("embed_feats", new EqualizedLinear(sizes.features(), width))
            : null;
    int in = sizes.latent() + (embed == null ? 0 : width) + (embedFeatures == null ? 0 : width);
    for (int i = 0; i < sizes.layers(); i++) {
      layers.add(
          child(
              "fc" + i,
              new EqualizedLinear(
                  i == 0 ? in : width, width, BiasAct.Function.LRELU, sizes.rate(), 0)));
    }
    script = TorchScript.of(script(sizes, in));
  }

  /** All layers in one method; the gain of the activation is multiplied into weights and biases. */
  private static String script(Sizes sizes, int in) {
    BiasAct act = BiasAct.of(BiasAct.Function.LRELU);
    var text = new StringBuilder(PixelNorm.METHOD).append(act.method("act", 1));
    text.append("def layers(self, x: Tensor, w: List[Tensor], b: List[Tensor]) -> Tensor:\n");
    for (int i = 0; i < sizes.layers(); i++) {
      double gain = act.gain() * EqualizedLinear.gain(sizes.rate(), i == 0 ? in : sizes.width());
      text.append(
          Text.format(
              "  x = self.act(torch.addmm(b[%1$d], x, torch.t(w[%1$d]), beta=%2$s, alpha=%3$s))\n",
              i, act.gain() * sizes.rate(), gain));
    }
    return text.append("  return x\n")
        .append(
            Text.format(
                """
                def of_latents(self, z: Tensor, w: List[Tensor], b: List[Tensor]) -> Tensor:
                  return self.layers(self.normalized(z), w, b)

                def of_both(self, z: Tensor, y: Tensor, w: List[Tensor], b: List[Tensor]) -> Tensor:
                  x = torch.cat([self.normalized(z), self.normalized(y)], 1)
                  return self.layers(x, w, b)

                def follow(self, average: Tensor, w: Tensor) -> Tensor:
                  mean = torch.mean(torch.detach(w), [0])
                  return torch.copy_(average, torch.lerp(mean, average, %s))

                def copies(self, w: Tensor) -> Tensor:
                  return torch.repeat(torch.unsqueeze(w, 1), [1, %d, 1])
                """,
                sizes.decay(), sizes.copies()))
        .toString();
  }

  /**
   * Maps latents.
   *
   * @param z {@code (N, latent)}; null if the network has none
   * @param c one-hot labels and, behind them, features, {@code (N, classes + features)}; null if
   *     the network has none
   * @param follow true to update the moving mean with this batch, as in training
   * @return w {@code (N, width)}
   */
  public NDArray forward(NDArray z, NDArray c, boolean follow) {
    var weights = new NDList(layers.stream().map(EqualizedLinear::weight).toList());
    var biases = new NDList(layers.stream().map(EqualizedLinear::bias).toList());
    NDArray y = embedded(c); // (N, width) or (N, 2 width), or null
    NDArray w;
    if (y != null && sizes.latent() > 0) {
      w = script.method("of_both").call(z, y, weights, biases);
    } else {
      w = script.method("of_latents").call(y == null ? z : y, weights, biases);
    }
    if (follow && average != null) {
      Autograd.noGrad(() -> script.method("follow").call(average.getArray(), w));
    }
    return w;
  }

  /** Labels and features, each embedded apart; null without conditions. */
  private NDArray embedded(NDArray c) {
    if (embedFeatures == null) {
      return embed == null ? null : embed.forward(c, false);
    }
    if (embed == null) {
      return embedFeatures.forward(c, false);
    }
    NDList parts = c.split(new long[] {sizes.classes()}, 1);
    NDArray ofLabels = embed.forward(parts.get(0), false);
    return ofLabels.concat(embedFeatures.forward(parts.get(1), false), 1);
  }

  /**
   * Repeats w for every layer of the synthesis.
   *
   * @param w {@code (N, width)}
   * @return {@code (N, copies, width)}
   */
  public NDArray copies(NDArray w) {
    return script.method("copies").call(w);
  }

  /**
   * Truncates w and repeats it: {@code average + psi (w - average)}.
   *
   * <p>Source: Karras et al., 2019, appendix B.
   *
   * @param w {@code (N, width)}
   * @param psi at 1 w is unchanged, at 0 it is the average
   * @param cutoff the number of copies, from the first, that are truncated; the others are
   *     unchanged
   * @return {@code (N, copies, width)}
   * @throws IllegalArgumentException if psi is not finite
   */
  public NDArray truncated(NDArray w, double psi, int cutoff) {
    if (!Double.isFinite(psi)) {
      throw new IllegalArgumentException("psi, the strength of a truncation, is not " + psi);
    }
    var truncation = new Truncation(psi, Math.min(cutoff, sizes.copies()));
    return TRUNCATIONS
        .computeIfAbsent(truncation, Truncation::script)
        .method("truncated")
        .call(average.getArray(), script.method("copies").call(w));
  }

  /** Numbers of a truncation; they are constants of its script, so that it can be exported. */
  private record Truncation(double psi, int cutoff) {

    TorchScript script() {
      return TorchScript.of(
          """
          def truncated(self, average: Tensor, copies: Tensor) -> Tensor:
            near = torch.lerp(average, torch.slice(copies, 1, 0, @CUTOFF, 1), @PSI)
            return torch.cat([near, torch.slice(copies, 1, @CUTOFF, None, 1)], 1)
          """
              .replace("@CUTOFF", Integer.toString(cutoff))
              .replace("@PSI", Double.toString(psi)));
    }
  }

  /**
   * Returns the moving mean of w over training.
   *
   * @return {@code (width)}, the array itself
   * @throws IllegalStateException if the network has none
   */
  public NDArray average() {
    if (average == null) {
      throw new IllegalStateException("This mapping network tracks no average of w");
    }
    return average.getArray();
  }

  /** {@inheritDoc} Inputs are those of z and c that the network has; the output is w. */
  @Override
  public NDList forward(NDList inputs, boolean training) {
    NDArray z = sizes.latent() > 0 ? inputs.get(0) : null;
    boolean conditional = embed != null || embedFeatures != null;
    NDArray c = conditional ? inputs.get(inputs.size() - 1) : null;
    return new NDList(forward(z, c, training));
  }
}
