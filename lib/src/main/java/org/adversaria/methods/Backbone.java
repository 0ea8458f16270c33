package org.adversaria.methods;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.adversaria.losses.ClassifierLoss;
import org.adversaria.models.BigGanBackbone;
import org.adversaria.models.BigGanDeepDiscriminator;
import org.adversaria.models.BigGanDeepGenerator;
import org.adversaria.models.BigGanDiscriminator;
import org.adversaria.models.BigGanGenerator;
import org.adversaria.models.BigGanLatent;
import org.adversaria.models.FeatureDiscriminator;
import org.adversaria.models.Generator;
import org.adversaria.models.SnganDiscriminator32;
import org.adversaria.models.SnganGenerator32;
import org.adversaria.nn.Linear;
import org.adversaria.nn.SpectralNorm;

/**
 * The pair of networks that a class-conditional method trains, described so that it can be made
 * anew.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "networks")
@JsonSubTypes({
  @JsonSubTypes.Type(Backbone.BigGan.class),
  @JsonSubTypes.Type(Backbone.BigGanDeep.class),
  @JsonSubTypes.Type(Backbone.Sngan.class)
})
public sealed interface Backbone {

  /**
   * Makes a generator that is not initialised.
   *
   * @return the generator
   */
  Generator newGenerator();

  /**
   * Makes a discriminator that is not initialised.
   *
   * @param classifier what its further heads are for; null for a projection discriminator
   * @return the discriminator; with a classifier it has no projection
   */
  FeatureDiscriminator newDiscriminator(ClassifierLoss classifier);

  /**
   * The networks of BigGAN.
   *
   * @param sizes what both networks have in common
   * @param latent how the generator is told z and the class
   */
  record BigGan(BigGanBackbone sizes, BigGanLatent latent) implements Backbone {

    @Override
    public Generator newGenerator() {
      return new BigGanGenerator(sizes, latent);
    }

    @Override
    public FeatureDiscriminator newDiscriminator(ClassifierLoss classifier) {
      var discriminator = new BigGanDiscriminator(unprojected(sizes, classifier));
      addHeads(discriminator, classifier, sizes.numClasses(), sizes.norm());
      return discriminator;
    }
  }

  /**
   * The networks of BigGAN-deep.
   *
   * @param sizes what both networks have in common
   * @param latentSize the length of z
   * @param sharedSize the width of the class embedding
   */
  record BigGanDeep(BigGanBackbone sizes, int latentSize, int sharedSize) implements Backbone {

    @Override
    public Generator newGenerator() {
      return new BigGanDeepGenerator(sizes, latentSize, sharedSize);
    }

    @Override
    public FeatureDiscriminator newDiscriminator(ClassifierLoss classifier) {
      var discriminator = new BigGanDeepDiscriminator(unprojected(sizes, classifier));
      addHeads(discriminator, classifier, sizes.numClasses(), sizes.norm());
      return discriminator;
    }
  }

  /**
   * The residual networks of SNGAN for 32x32 images.
   *
   * @param generator the generator's sizes
   * @param discriminator the discriminator's sizes
   */
  record Sngan(SnganGenerator32.Settings generator, SnganDiscriminator32.Settings discriminator)
      implements Backbone {

    @Override
    public Generator newGenerator() {
      return new SnganGenerator32(generator);
    }

    @Override
    public FeatureDiscriminator newDiscriminator(ClassifierLoss classifier) {
      int projected = classifier == null ? discriminator.numClasses() : 0;
      var network =
          new SnganDiscriminator32(
              new SnganDiscriminator32.Settings(
                  discriminator.width(), discriminator.channels(), projected));
      addHeads(network, classifier, discriminator.numClasses(), SpectralNorm.hook());
      return network;
    }
  }

  private static BigGanBackbone unprojected(BigGanBackbone sizes, ClassifierLoss classifier) {
    return classifier == null ? sizes : sizes.withClasses(0);
  }

  private static void addHeads(
      FeatureDiscriminator discriminator,
      ClassifierLoss classifier,
      int numClasses,
      SpectralNorm norm) {
    if (classifier == null) {
      return;
    }
    int width = discriminator.featureWidth();
    discriminator.addHead(
        classifier.head(), new Linear(width, classifier.outputs(numClasses), true, norm));
    if (classifier.twin()) {
      discriminator.addHead(ClassifierLoss.TWIN, new Linear(width, numClasses, true, norm));
    }
  }

  /**
   * Returns the shape of an image.
   *
   * @return {@code (C, H, W)}
   */
  default Shape imageShape() {
    return newGenerator().imageShape();
  }
}
