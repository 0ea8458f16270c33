package org.adversaria.methods;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.adversaria.data.Datasets;
import org.adversaria.data.ImageData;
import org.adversaria.losses.GeneratorLeading;
import org.adversaria.losses.ImageDistance;
import org.adversaria.models.Generator;
import org.adversaria.models.GleadDiscriminator;
import org.adversaria.models.StyleGan2Generator;
import org.adversaria.models.StyleGan2Sizes;
import org.adversaria.torch.Text;
import org.adversaria.training.Method;
import org.adversaria.training.Player;

/**
 * GLeaD: the generator leads. StyleGAN2 in which G sets D a task as D sets G one: from what D
 * extracts of an image, G has to be able to make the image again.
 *
 * <p>G's objective is StyleGAN2's; D's has the terms of {@link GeneratorLeading} beside it. The
 * variant GGDR matches G's features of generated images instead.
 *
 * <p>Source: Bai et al., "GLeaD: Improving GANs with a Generator-Leading Task", CVPR 2023; settings
 * from the published code.
 */
public final class Glead implements Method {

  /** The name in run records. */
  public static final String NAME = "glead";

  /** The catalogue's name of the network of {@link ImageDistance.Lpips}. */
  private static final String LPIPS = "lpips-alex";

  /**
   * Everything the method depends on.
   *
   * @param game StyleGAN2's settings
   * @param decoderResolution where D's branch ends
   * @param decoderKernel the height and width of its convolutions
   * @param leading the task
   */
  public record Settings(
      StyleGan2.Settings game,
      int decoderResolution,
      int decoderKernel,
      GeneratorLeading leading) {}

  /** The resolution at which D's branch begins. */
  private static final int SMALLEST_DECODER = 8;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Settings settings;

  /**
   * Creates the method from its settings.
   *
   * @param settings everything it depends on
   */
  public Glead(Settings settings) {
    this.settings = settings;
  }

  /**
   * Starts describing a method for a data set's image size.
   *
   * @param data square images
   * @return a builder, at first with the preset {@code "small"}
   */
  public static Builder builder(ImageData data) {
    return new Builder(data);
  }

  /** {@inheritDoc} */
  @Override
  public String name() {
    return NAME;
  }

  /** {@inheritDoc} */
  @Override
  public Map<String, Object> settings() {
    return JSON.convertValue(settings, new TypeReference<>() {});
  }

  /** {@inheritDoc} */
  @Override
  public int batchSize() {
    return settings.game().batchSize();
  }

  /** {@inheritDoc} */
  @Override
  public int accumulations() {
    return settings.game().accumulations();
  }

  /** {@inheritDoc} */
  @Override
  public Optional<Averaging> averaging() {
    return Optional.ofNullable(settings.game().averaging());
  }

  /** {@inheritDoc} */
  @Override
  public StyleGan2Generator newGenerator() {
    return new StyleGan2Generator(settings.game().sizes());
  }

  /**
   * Makes a discriminator that is not initialised, with the heads that the task needs.
   *
   * @return a network of the method's settings
   */
  public GleadDiscriminator newDiscriminator() {
    StyleGan2Sizes sizes = settings.game().sizes();
    GleadDiscriminator.Head head =
        settings.leading().reconstructs()
            ? new GleadDiscriminator.Reconstruction(sizes.channelsAt(settings.leading().start()))
            : new GleadDiscriminator.Plain();
    return new GleadDiscriminator(
        sizes,
        new GleadDiscriminator.Decoder(
            settings.decoderResolution(), settings.decoderKernel(), head));
  }

  /**
   * {@inheritDoc}
   *
   * @throws org.adversaria.data.DataException if a distance is LPIPS and its network is not there;
   *     the message tells how to make it
   */
  @Override
  public List<Player> players(Generator generator) {
    GeneratorLeading leading = settings.leading();
    GeneratorLeading.Reconstruction real =
        leading.real() == null
            ? null
            : new GeneratorLeading.Reconstruction(
                found(leading.real().distance()), leading.real().weight());
    var ready = new GeneratorLeading(leading.start(), real, found(leading.fake()));
    return new GleadGame(settings.game(), (StyleGan2Generator) generator, newDiscriminator(), ready)
        .players();
  }

  private static GeneratorLeading.Task found(GeneratorLeading.Task task) {
    if (task instanceof GeneratorLeading.Reconstruction reconstruction) {
      return new GeneratorLeading.Reconstruction(
          found(reconstruction.distance()), reconstruction.weight());
    } else if (task instanceof GeneratorLeading.Features features) {
      return new GeneratorLeading.Features(found(features.distance()), features.weight());
    }
    return null;
  }

  /** LPIPS without a file takes that of the catalogue. */
  private static ImageDistance found(ImageDistance distance) {
    return distance instanceof ImageDistance.Lpips lpips && lpips.file() == null
        ? new ImageDistance.Lpips(Datasets.network(LPIPS).toString())
        : distance;
  }

  /** Describes a {@link Glead}. Every setting begins as its preset has it. */
  public static final class Builder extends StyleBuilder<Builder> {

    private int decoderResolution;
    private int decoderKernel;
    private GeneratorLeading leading;

    private Builder(ImageData data) {
      super(data);
    }

    @Override
    Builder self() {
      return this;
    }

    /** GLeaD on real and generated images; with GGDR on generated ones see {@link #leading}. */
    @Override
    void take(StylePresets preset) {
      super.take(preset);
      ImageDistance lpips = new ImageDistance.Lpips(null);
      decoderKernel = 1;
      decoderResolution = 64;
      switch (preset) {
        case FFHQ_256 -> leading = reconstruction(64, lpips);
        case LSUN_CHURCH_256, LSUN_BEDROOM_256 -> leading = reconstruction(32, lpips);
        case CIFAR10 -> {
          decoderResolution = 16;
          leading = reconstruction(16, lpips);
        }
        case SMALL -> {
          decoderResolution = Math.max(SMALLEST_DECODER, resolution() / 2);
          leading = reconstruction(decoderResolution, new ImageDistance.Pixels());
        }
      }
    }

    /** The published weights: 10 on real images, 3 on generated ones. */
    private static GeneratorLeading reconstruction(int start, ImageDistance distance) {
      return new GeneratorLeading(
          start,
          new GeneratorLeading.Reconstruction(distance, 10),
          new GeneratorLeading.Reconstruction(distance, 3));
    }

    /**
     * Sets the task.
     *
     * @param value what G asks of D
     * @return this builder
     */
    public Builder leading(GeneratorLeading value) {
      leading = value;
      return this;
    }

    /**
     * Measures all images that are made again by another distance; the weights stay.
     *
     * @param value the distance
     * @return this builder
     */
    public Builder distance(ImageDistance value) {
      var real =
          leading.real() == null
              ? null
              : new GeneratorLeading.Reconstruction(value, leading.real().weight());
      GeneratorLeading.Task fake =
          leading.fake() instanceof GeneratorLeading.Reconstruction task
              ? new GeneratorLeading.Reconstruction(value, task.weight())
              : leading.fake();
      return leading(new GeneratorLeading(leading.start(), real, fake));
    }

    /**
     * Asks of generated images that D's features match G's, cosine distance with weight 10, and
     * leaves real images as they are: GLeaD and GGDR combined.
     *
     * @return this builder
     */
    public Builder matchingFeatures() {
      var features = new GeneratorLeading.Features(new ImageDistance.Cosine(), 10);
      return leading(new GeneratorLeading(leading.start(), leading.real(), features));
    }

    /**
     * Asks nothing else than that D's features of generated images match G's: GGDR by itself. Its
     * branch ends where G's features are.
     *
     * @return this builder
     */
    public Builder ggdr() {
      var features = new GeneratorLeading.Features(new ImageDistance.Cosine(), 10);
      decoderResolution = leading.start();
      return leading(new GeneratorLeading(leading.start(), null, features));
    }

    /**
     * Creates the method.
     *
     * @return the method
     * @throws IllegalArgumentException if the networks make images of another size than the data's,
     *     the images are too small for the task, or features are to be matched under an
     *     augmentation
     */
    public Glead build() {
      StyleGan2.Settings game = checked();
      int size = game.sizes().resolution();
      int least = leading.reconstructs() ? 2 * SMALLEST_DECODER : SMALLEST_DECODER;
      if (size < least) {
        throw new IllegalArgumentException(
            Text.format(
                "D decodes features of %d pixels or more, for which images have to have %d: those of %d are too small",
                SMALLEST_DECODER, least, size));
      }
      if (leading.fake() instanceof GeneratorLeading.Features && game.augmentation() != null) {
        throw new IllegalArgumentException(
            "G's features cannot be matched with D's of augmented images: leave the augmentation out, or have images made again");
      }
      return new Glead(new Settings(game, decoderResolution, decoderKernel, leading));
    }
  }
}
