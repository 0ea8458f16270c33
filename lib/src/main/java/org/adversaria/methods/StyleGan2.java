package org.adversaria.methods;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.adversaria.augmentations.Augmentation;
import org.adversaria.data.ImageData;
import org.adversaria.models.Generator;
import org.adversaria.models.StyleGan2Discriminator;
import org.adversaria.models.StyleGan2Generator;
import org.adversaria.models.StyleGan2Sizes;
import org.adversaria.regularizers.PathLength;
import org.adversaria.regularizers.R1;
import org.adversaria.regularizers.StyleMixing;
import org.adversaria.training.Method;
import org.adversaria.training.Optimizer;
import org.adversaria.training.Player;

/**
 * StyleGAN2: the non-saturating game with a style-based generator, regularised now and then.
 *
 * <pre>
 * D  minimises  E softplus(-D(x)) + E softplus(D(G(z))) + gamma / 2 E |grad_x D(x)|^2
 * G  minimises  E softplus(-D(G(z))) + weight E (|J_w^T y| - a)^2
 * </pre>
 *
 * <p>The last terms, R1 and path length, are taken into account every 16 and every 4 steps, in an
 * update of their own and as many times as strong; the optimizers are adapted to that.
 *
 * <p>Source: Karras et al., "Analyzing and Improving the Image Quality of StyleGAN", 2020; settings
 * from the published code of "Training Generative Adversarial Networks with Limited Data", 2020.
 */
public final class StyleGan2 implements Method {

  /** The name in run records. */
  public static final String NAME = "stylegan2";

  /** The player that makes images. */
  public static final String GENERATOR = "generator";

  /** The player that tells real from generated images. */
  public static final String DISCRIMINATOR = "discriminator";

  /**
   * When the regularisers are taken into account; Adam's rate and decays are adapted to these
   * intervals whether or not there is a regulariser.
   *
   * @param generator steps between two times of the path length
   * @param discriminator steps between two times of R1
   */
  public record Lazy(int generator, int discriminator) {}

  /**
   * Everything the method depends on.
   *
   * @param preset the name of the preset it began as
   * @param sizes of the networks
   * @param mixing of styles, or null for none
   * @param r1 a penalty on D's gradient on real images, or null for none
   * @param pathLength a penalty on G, or null for none
   * @param pathLengthShrink by what the batch is divided for the path length
   * @param lazy when regularisers are taken into account
   * @param augmentation what D sees all images through, or null for none
   * @param labels where those of generated images come from, with classes
   * @param generatorOptimizer how G would learn without lazy regularisation
   * @param discriminatorOptimizer how D would learn without lazy regularisation
   * @param batchSize images in a turn
   * @param accumulations turns in an update
   * @param averaging of G's weights, or null for none
   */
  public record Settings(
      String preset,
      StyleGan2Sizes sizes,
      StyleMixing mixing,
      R1 r1,
      PathLength pathLength,
      int pathLengthShrink,
      Lazy lazy,
      Augmentation augmentation,
      LabelSampling labels,
      Optimizer.Adam generatorOptimizer,
      Optimizer.Adam discriminatorOptimizer,
      int batchSize,
      int accumulations,
      Averaging averaging) {}

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Settings settings;

  /**
   * Creates the method from its settings.
   *
   * @param settings everything it depends on
   */
  public StyleGan2(Settings settings) {
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
    return settings.batchSize();
  }

  /** {@inheritDoc} */
  @Override
  public int accumulations() {
    return settings.accumulations();
  }

  /** {@inheritDoc} */
  @Override
  public Optional<Averaging> averaging() {
    return Optional.ofNullable(settings.averaging());
  }

  /** {@inheritDoc} */
  @Override
  public StyleGan2Generator newGenerator() {
    return new StyleGan2Generator(settings.sizes());
  }

  /**
   * Makes a discriminator that is not initialised.
   *
   * @return a network of the method's settings
   */
  public StyleGan2Discriminator newDiscriminator() {
    return new StyleGan2Discriminator(settings.sizes());
  }

  /** {@inheritDoc} */
  @Override
  public List<Player> players(Generator generator) {
    return new StyleGame(settings, (StyleGan2Generator) generator, newDiscriminator()).players();
  }

  /** Describes a {@link StyleGan2}. Every setting begins as its preset has it. */
  public static final class Builder extends StyleBuilder<Builder> {

    private Builder(ImageData data) {
      super(data);
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Creates the method.
     *
     * @return the method
     * @throws IllegalArgumentException if the networks make images of another size than the data's
     */
    public StyleGan2 build() {
      return new StyleGan2(checked());
    }
  }
}
