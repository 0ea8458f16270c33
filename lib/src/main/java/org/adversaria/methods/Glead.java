package org.adversaria.methods;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;
import org.adversaria.data.Datasets;
import org.adversaria.data.TrainingData;
import org.adversaria.losses.ImageDistance;
import org.adversaria.models.Discriminator;
import org.adversaria.models.stylegan2.GleadDiscriminator;
import org.adversaria.models.stylegan2.GleadDiscriminator.Output;
import org.adversaria.models.stylegan2.NoiseMode;
import org.adversaria.models.stylegan2.StyleGan2Sizes;
import org.adversaria.models.stylegan2.StyleGan2Synthesis;
import org.adversaria.nn.Resample;
import org.adversaria.regularizers.R1;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchScript;
import org.adversaria.training.Player;
import org.adversaria.training.Step;
import org.adversaria.training.Terms;

/**
 * GLeaD: StyleGAN2 with a generator-leading task for D. D decodes features and a latent code from
 * an image, from which G's last blocks G0 reconstruct the image; D minimises the distance. The task
 * does not change G.
 *
 * <pre>
 * D minimises  StyleGAN2's terms
 *              + lambda_1 E d(x, G0(f(x), w(x)))            reconstruction of real images
 *              + lambda_2 E d(x', G0(f(x'), w(x')))         reconstruction of generated images x' = G(z)
 *              + lambda_3 E d_f(f(x'), g(x'))               feature matching on generated images
 * G minimises  StyleGAN2's terms
 * </pre>
 *
 * <p>f(x) and w(x) are the feature map (with a coarse image) and the latent code that D decodes
 * from x; g(x') is G's feature map of x' at the same resolution. The third term is that of GGDR,
 * with weight 0 in GLeaD; {@link Objective#ggdr} is GGDR alone. As in the published code the
 * updates of R1 contain the reconstruction of real images too.
 *
 * <p>Source: Bai et al., "GLeaD: Improving GANs with a Generator-Leading Task", CVPR 2023, section
 * 3, equations 4 to 6; Lee et al., "Generator Knows What Discriminator Should Learn in
 * Unconditional GANs" (GGDR), ECCV 2022, section 3; settings from the published code.
 */
public final class Glead extends StyleBasedGan<Output, Glead.Objective> {

  /** The name in run records. */
  public static final String NAME = "glead";

  /** The smallest resolution of D's decoder. */
  private static final int SMALLEST_DECODER = 8;

  /**
   * * The weights and sizes of the task.
   *
   * @param start the resolution of the features that G0 is given, or that are matched: a power of
   *     two, at least 8
   * @param distance d between images
   * @param real lambda_1, at least 0; 10 in the paper
   * @param fake lambda_2, at least 0; 3 in the paper
   * @param featureDistance d_f between feature maps
   * @param features lambda_3, at least 0; 10 in GGDR
   * @param decoderResolution the resolution at which D's decoder ends: a power of two, at least 8
   * @param decoderKernel the height and width of the decoder's convolutions, odd; 1 in the paper
   */
  public record Objective(
      int start,
      ImageDistance distance,
      double real,
      double fake,
      ImageDistance featureDistance,
      double features,
      int decoderResolution,
      int decoderKernel) {

    /** The paper's weights. */
    private static Objective of(int start, ImageDistance distance, int decoderResolution) {
      return new Objective(
          start, distance, 10, 3, new ImageDistance.Cosine(), 0, decoderResolution, 1);
    }

    /**
     * The same with another distance between images.
     *
     * @param value d
     * @return the objective
     */
    public Objective withDistance(ImageDistance value) {
      return new Objective(
          start, value, real, fake, featureDistance, features, decoderResolution, decoderKernel);
    }

    /**
     * The same with other weights of the reconstructions.
     *
     * @param ofReal lambda_1, at least 0
     * @param ofFake lambda_2, at least 0
     * @return the objective
     */
    public Objective withWeights(double ofReal, double ofFake) {
      return new Objective(
          start,
          distance,
          ofReal,
          ofFake,
          featureDistance,
          features,
          decoderResolution,
          decoderKernel);
    }

    /**
     * The same with another resolution of the features that G0 is given.
     *
     * @param resolution a power of two, at least 8
     * @return the objective
     */
    public Objective withStart(int resolution) {
      return new Objective(
          resolution,
          distance,
          real,
          fake,
          featureDistance,
          features,
          decoderResolution,
          decoderKernel);
    }

    /**
     * GLeaD on images of the data and GGDR on generated ones: lambda_2 = 0 and lambda_3 = 10.
     *
     * @return the objective
     */
    public Objective matchingFeatures() {
      return new Objective(
          start, distance, real, 0, featureDistance, 10, decoderResolution, decoderKernel);
    }

    /**
     * GGDR alone: lambda_1 = lambda_2 = 0 and lambda_3 = 10. D's decoder ends at the resolution of
     * the matched features.
     *
     * @return the objective
     */
    public Objective ggdr() {
      return new Objective(start, distance, 0, 0, featureDistance, 10, start, decoderKernel);
    }

    /** Whether images are reconstructed, for which D needs heads of its own. */
    private boolean reconstructs() {
      return real > 0 || fake > 0;
    }
  }

  private static final ImageDistance LPIPS = ImageDistance.Lpips.standard();

  private static final List<StyleGanPreset.Row<Objective>> PRESETS =
      List.of(
          StyleGanPreset.FFHQ_256.with(data -> Objective.of(64, LPIPS, 64)),
          StyleGanPreset.LSUN_CHURCH_256.with(data -> Objective.of(32, LPIPS, 64)),
          StyleGanPreset.LSUN_BEDROOM_256.with(data -> Objective.of(32, LPIPS, 64)),
          StyleGanPreset.CIFAR10.with(data -> Objective.of(16, LPIPS, 16)),
          StyleGanPreset.SMALL.with(Glead::small));

  /** Reconstruction from features of half the image's size, with the pixel distance. */
  private static Objective small(TrainingData data) {
    int half = Math.max(SMALLEST_DECODER, (int) data.sampleShape().get(1) / 2);
    return Objective.of(half, new ImageDistance.Pixels(), half);
  }

  /**
   * Creates the method from its settings.
   *
   * @param settings everything it depends on
   * @throws IllegalArgumentException if the images are too small for the decoder, or feature
   *     matching is combined with an augmentation
   */
  public Glead(StyleGanSettings<Objective> settings) {
    super(NAME, settings);
    int size = settings.sizes().resolution();
    int least = settings.objective().reconstructs() ? 2 * SMALLEST_DECODER : SMALLEST_DECODER;
    if (size < least) {
      throw new IllegalArgumentException(
          Text.format(
              "D decodes features of %d pixels or more, for which images have to have %d: those of %d are too small",
              SMALLEST_DECODER, least, size));
    }
    boolean augments =
        !settings.augmentation().equals(new org.adversaria.augmentations.Augmentation.None());
    if (settings.objective().features() > 0 && augments) {
      throw new IllegalArgumentException(
          "G's features cannot be matched with D's of augmented images: leave the augmentation out, or use reconstruction");
    }
  }

  /**
   * Returns a builder for the image size of a data set.
   *
   * @param data square images
   * @return a builder with the preset {@code "small"}
   */
  public static StyleGanBuilder<Glead, Objective> builder(TrainingData data) {
    return new StyleGanBuilder<>(data, PRESETS, "small", Glead::new);
  }

  /** StyleGAN2's D with a decoder and the heads that the task needs. */
  @Override
  protected Discriminator<Output> newDiscriminator() {
    StyleGan2Sizes sizes = settings().sizes();
    Objective task = settings().objective();
    GleadDiscriminator.Head head =
        task.reconstructs()
            ? new GleadDiscriminator.Reconstruction(sizes.channelsAt(task.start()))
            : new GleadDiscriminator.Plain();
    return new GleadDiscriminator(
        sizes,
        new GleadDiscriminator.Decoder(task.decoderResolution(), task.decoderKernel(), head));
  }

  @Override
  protected NDArray logits(Output output) {
    return output.logits();
  }

  /**
   * {@inheritDoc}
   *
   * @throws org.adversaria.data.DataException if a distance is LPIPS and the file of its network is
   *     missing; the message has the command that creates it
   */
  @Override
  public List<Player> players(StyleNetworks<Output> networks) {
    Objective task = settings().objective();
    if (task.reconstructs()) {
      withNetworkFile(task.distance());
    }
    return super.players(networks);
  }

  @Override
  public Terms discriminatorTerms(Step step, StyleNetworks<Output> networks) {
    Objective task = settings().objective();
    ImageDistance d = withNetworkFile(task.distance());
    NDArray c = conditions(step, step.batchSize()); // (N, ...)
    StyleGan2Synthesis.Result generated = Autograd.noGrad(() -> generate(step, networks, c));
    NDArray fake = networks.augmentation().apply(generated.images()); // (N, C, H, W)
    Output ofFake = networks.discriminator().forward(fake, c, true); // logits (N)
    NDArray x = networks.augmentation().apply(step.real().x()); // (N, C, H, W)
    Output ofReal = networks.discriminator().forward(x, realConditions(step), true); // logits (N)
    Terms terms =
        new Terms()
            .add("task_fake", task.fake(), () -> d.of(reconstructed(ofFake, networks), fake))
            .add("task_features", task.features(), () -> matched(ofFake, generated))
            .add("task_real", task.real(), () -> d.of(reconstructed(ofReal, networks), x))
            .add("loss_discriminator", LOSS.discriminator(ofReal.logits(), ofFake.logits()))
            .log("logit_real", ofReal.logits().mean())
            .log("logit_fake", ofFake.logits().mean());
    return observed(terms, ofReal.logits(), networks);
  }

  @Override
  public Terms r1Terms(Step step, StyleNetworks<Output> networks) {
    Objective task = settings().objective();
    ImageDistance d = withNetworkFile(task.distance());
    NDArray x = R1.input(step.real().x()); // (N, C, H, W), requires gradients
    NDArray augmented = networks.augmentation().apply(x); // (N, C, H, W)
    Output real = networks.discriminator().forward(augmented, realConditions(step), true);
    Terms terms =
        new Terms()
            .add("task_real", task.real(), () -> d.of(reconstructed(real, networks), augmented))
            .add("r1", settings().regularization().r1().penalty(real.logits(), x));
    return observed(terms, real.logits(), networks);
  }

  /** G(z), and its feature maps where they are matched. */
  private StyleGan2Synthesis.Result generate(Step step, StyleNetworks<Output> networks, NDArray c) {
    NDArray ws = styles(step, networks.generator(), step.batchSize(), c); // (N, copies, width)
    StyleGan2Synthesis synthesis = networks.generator().synthesis();
    return settings().objective().features() > 0
        ? synthesis.forward(ws, NoiseMode.RANDOM, true)
        : new StyleGan2Synthesis.Result(synthesis.images(ws, NoiseMode.RANDOM, true), Map.of());
  }

  /** G0(f(x), w(x)), {@code (N, C, H, W)}. */
  private NDArray reconstructed(Output decoded, StyleNetworks<Output> networks) {
    return reconstruct(
        decoded,
        networks.generator().synthesis(),
        settings().objective().start(),
        NoiseMode.RANDOM);
  }

  /** d_f(f(x'), g(x')), a scalar. */
  private NDArray matched(Output decoded, StyleGan2Synthesis.Result generated) {
    Objective task = settings().objective();
    NDArray f = resized(decoded.features(), task.start()); // (N, C', R, R)
    return task.featureDistance().of(f, generated.features().get(task.start()));
  }

  /**
   * Reconstructs images from what D decodes of them: G0(f(x), w(x)), with one w for all layers.
   *
   * @param decoded the outputs of D on N images
   * @param synthesis of the generator
   * @param start the resolution where G0 begins
   * @param noise the source of the layers' noise
   * @return images {@code (N, C, H, W)}
   */
  public static NDArray reconstruct(
      Output decoded, StyleGan2Synthesis synthesis, int start, NoiseMode noise) {
    NDArray ws =
        repeated(synthesis.copiesBehind(start)).call(decoded.style()); // (N, copies, width)
    return synthesis.fromFeatures(
        resized(decoded.features(), start), resized(decoded.image(), start), ws, noise, true);
  }

  /** {@code (N, width)} to {@code (N, count, width)}. */
  private static TorchScript.Method repeated(int count) {
    return TorchScript.of(
            Text.format(
                """
                def repeated(self, w: Tensor) -> Tensor:
                  return torch.repeat(torch.unsqueeze(w, 1), [1, %d, 1])
                """,
                count))
        .method("repeated");
  }

  /** A map {@code (N, C, R, R)}, resampled bilinearly to another resolution. */
  private static NDArray resized(NDArray map, int resolution) {
    return map.getShape().get(3) == resolution ? map : Resample.bilinear(map, resolution);
  }

  /** The catalog's LPIPS distance, with the path of its network in the folder of data sets. */
  private static ImageDistance withNetworkFile(ImageDistance distance) {
    return distance.equals(LPIPS)
        ? new ImageDistance.Lpips(Datasets.network(ImageDistance.Lpips.STANDARD).toString())
        : distance;
  }
}
