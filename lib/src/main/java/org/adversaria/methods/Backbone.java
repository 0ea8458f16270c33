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
import org.adversaria.models.EcganBackbone;
import org.adversaria.models.EcganDiscriminator;
import org.adversaria.models.EcganGenerator;
import org.adversaria.models.FeatureDiscriminator;
import org.adversaria.models.Generator;
import org.adversaria.models.LogitHead;
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
  @JsonSubTypes.Type(Backbone.Sngan.class),
  @JsonSubTypes.Type(Backbone.Ecgan.class)
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
   * @param classifier what a classifier's heads are for, or its energies; null for none
   * @param contrast what vectors are for; null for none
   * @return the discriminator; with neither it has a projection
   */
  FeatureDiscriminator newDiscriminator(ClassifierLoss classifier, Contrast contrast);

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
    public FeatureDiscriminator newDiscriminator(ClassifierLoss classifier, Contrast contrast) {
      var discriminator = new BigGanDiscriminator(sizes, true, head(classifier, contrast));
      addHeads(discriminator, classifier, contrast, sizes.numClasses(), sizes.norm());
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
    public FeatureDiscriminator newDiscriminator(ClassifierLoss classifier, Contrast contrast) {
      var discriminator = new BigGanDeepDiscriminator(sizes, head(classifier, contrast));
      addHeads(discriminator, classifier, contrast, sizes.numClasses(), sizes.norm());
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
    public FeatureDiscriminator newDiscriminator(ClassifierLoss classifier, Contrast contrast) {
      var network = new SnganDiscriminator32(discriminator, head(classifier, contrast));
      addHeads(network, classifier, contrast, discriminator.numClasses(), SpectralNorm.hook());
      return network;
    }
  }

  /**
   * The networks of ECGAN, ContraGAN and ReACGAN.
   *
   * @param sizes what both networks have in common
   */
  record Ecgan(EcganBackbone sizes) implements Backbone {

    @Override
    public Generator newGenerator() {
      return new EcganGenerator(sizes);
    }

    @Override
    public FeatureDiscriminator newDiscriminator(ClassifierLoss classifier, Contrast contrast) {
      var network = new EcganDiscriminator(sizes, head(classifier, contrast));
      addHeads(network, classifier, contrast, sizes.numClasses(), EcganBackbone.NORM);
      return network;
    }
  }

  private static LogitHead head(ClassifierLoss classifier, Contrast contrast) {
    if (classifier != null && classifier.energies()) {
      return LogitHead.ENERGIES;
    }
    return classifier == null && contrast == null ? LogitHead.PROJECTION : LogitHead.PLAIN;
  }

  private static void addHeads(
      FeatureDiscriminator discriminator,
      ClassifierLoss classifier,
      Contrast contrast,
      int numClasses,
      SpectralNorm norm) {
    int width = discriminator.featureWidth();
    if (classifier != null && !classifier.energies()) {
      boolean renamed =
          discriminator instanceof EcganDiscriminator && classifier instanceof ClassifierLoss.AcGan;
      discriminator.addHead(
          classifier.head(),
          renamed ? EcganDiscriminator.CLASSIFIER : classifier.head(),
          new Linear(width, classifier.outputs(numClasses), true, norm));
      if (classifier.twin()) {
        discriminator.addHead(ClassifierLoss.TWIN, new Linear(width, numClasses, true, norm));
      }
    }
    if (contrast != null) {
      int proxies = contrast.loss().comparesProxies() ? numClasses : 0;
      contrast.head().addTo(discriminator, proxies, norm);
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
