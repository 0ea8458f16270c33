package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.adversaria.config.OpenType;
import org.adversaria.torch.Text;

/**
 * The settings of a pair of networks, a generator and a discriminator without its heads, from which
 * new networks are created. Losses are not part of it. Other records may implement it.
 */
@OpenType
public interface Backbone {

  /**
   * Creates a generator that is not initialised.
   *
   * @return the generator
   */
  Generator newGenerator();

  /**
   * Creates the body of a discriminator, not initialised and without heads.
   *
   * @return the body
   */
  Body newBody();

  /**
   * Creates a discriminator of images and of their pixels, not initialised.
   *
   * @return the discriminator
   * @throws UnsupportedOperationException if there is none beside these networks
   */
  default UNetDiscriminator newUNet() {
    throw new UnsupportedOperationException(
        Text.format("There is no U-Net beside %s: train it on Backbone.BigGan", this));
  }

  /**
   * Returns the condition of a sample.
   *
   * @return none, a class, values or instances
   */
  Condition condition();

  /**
   * Returns the shape of a sample.
   *
   * @return {@code (C, H, W)} for images, {@code (D)} for vectors
   */
  Shape sampleShape();

  /**
   * Returns whether D normalises over the batch, so that real and generated samples have to be
   * batches of their own, as they are in the published code of DCGAN and WGAN.
   *
   * @return false unless overridden
   */
  default boolean batchesApart() {
    return false;
  }

  /**
   * Returns the same networks in another width.
   *
   * @param width the channel multiplier, at least 1
   * @return the backbone
   * @throws UnsupportedOperationException if these networks have no channel multiplier
   */
  default Backbone withWidth(int width) {
    throw new UnsupportedOperationException(
        Text.format("%s has no channel multiplier: describe it anew by backbone(...)", this));
  }

  /**
   * Returns the same networks for other classes.
   *
   * @param numClasses the number of classes; 0 for unconditional networks
   * @return the backbone; these networks where they have that number
   * @throws UnsupportedOperationException if these networks are described with their classes only
   */
  default Backbone withClasses(int numClasses) {
    if (Condition.of(numClasses).equals(condition())) {
      return this;
    }
    throw new UnsupportedOperationException(
        Text.format(
            "%s is not changed to %d classes: describe it anew by backbone(...)",
            this, numClasses));
  }

  /**
   * Returns the same networks with latents that are uniform in [-1, 1], as LOGAN has them.
   *
   * @return the backbone
   */
  default Backbone withUniformLatents() {
    return new UniformLatents(this);
  }

  /**
   * Networks whose latents are uniform in [-1, 1].
   *
   * @param networks the same with a distribution of their own
   */
  record UniformLatents(Backbone networks) implements Backbone {

    @Override
    public Generator newGenerator() {
      Generator generator = networks.newGenerator();
      generator.setUniformLatents();
      return generator;
    }

    @Override
    public Body newBody() {
      return networks.newBody();
    }

    @Override
    public UNetDiscriminator newUNet() {
      return networks.newUNet();
    }

    @Override
    public Condition condition() {
      return networks.condition();
    }

    @Override
    public Shape sampleShape() {
      return networks.sampleShape();
    }

    @Override
    public boolean batchesApart() {
      return networks.batchesApart();
    }

    @Override
    public UniformLatents withWidth(int width) {
      return new UniformLatents(networks.withWidth(width));
    }

    @Override
    public UniformLatents withClasses(int numClasses) {
      return new UniformLatents(networks.withClasses(numClasses));
    }

    @Override
    public UniformLatents withUniformLatents() {
      return this;
    }
  }

  /**
   * The networks of BigGAN. Without classes all of z enters the generator's first layer and
   * modulates its normalisations, whatever else {@code latent} says.
   *
   * @param sizes the settings that both networks share
   * @param latent how z and the class enter the generator
   */
  record BigGan(BigGanSizes sizes, BigGanLatent latent) implements Backbone {

    @Override
    public Generator newGenerator() {
      return sizes.numClasses() == 0
          ? new SelfModulatedGenerator(sizes, latent.size())
          : new BigGanGenerator(sizes, latent);
    }

    @Override
    public UNetDiscriminator newUNet() {
      return new UNetDiscriminator(sizes);
    }

    @Override
    public Body newBody() {
      return new BigGanBody(sizes);
    }

    @Override
    public Condition condition() {
      return Condition.of(sizes.numClasses());
    }

    @Override
    public Shape sampleShape() {
      return sizes.imageShape();
    }

    @Override
    public BigGan withWidth(int width) {
      return new BigGan(sizes.withWidth(width), latent);
    }

    @Override
    public BigGan withClasses(int numClasses) {
      return new BigGan(sizes.withClasses(numClasses), latent);
    }

    /**
     * The same with another way for z and the class to enter the generator.
     *
     * @param value the settings
     * @return the backbone
     */
    public BigGan withLatent(BigGanLatent value) {
      return new BigGan(sizes, value);
    }
  }

  /**
   * BigGAN's networks as in IC-GAN: conditional on the features of an instance, and on its class
   * where the sizes have classes.
   *
   * @param sizes the settings that both networks share; with 0 classes on instances alone
   * @param latent how z enters the generator, and the width of the class's vector, which has no
   *     effect without classes
   * @param features the number of features of an instance, at least 1
   * @param sharedFeatures the width of the features' vector, at least 1; 512 in the published code
   */
  record IcGan(BigGanSizes sizes, BigGanLatent latent, int features, int sharedFeatures)
      implements Backbone {

    @Override
    public Generator newGenerator() {
      var vectors = new InstanceVectors(condition(), latent.shared(), sharedFeatures, sizes.norm());
      return new BigGanGenerator(sizes, latent, vectors);
    }

    @Override
    public Body newBody() {
      return new BigGanBody(sizes);
    }

    @Override
    public Condition.Instances condition() {
      return new Condition.Instances(features, sizes.numClasses());
    }

    @Override
    public Shape sampleShape() {
      return sizes.imageShape();
    }

    @Override
    public IcGan withWidth(int width) {
      return new IcGan(sizes.withWidth(width), latent, features, sharedFeatures);
    }
  }

  /**
   * The networks of BigGAN-deep.
   *
   * @param sizes the settings that both networks share
   * @param latentSize the size of z
   * @param sharedSize the width of the class embedding
   */
  record BigGanDeep(BigGanSizes sizes, int latentSize, int sharedSize) implements Backbone {

    @Override
    public Generator newGenerator() {
      return new BigGanDeepGenerator(sizes, latentSize, sharedSize);
    }

    @Override
    public Body newBody() {
      return new BigGanDeepBody(sizes);
    }

    @Override
    public Condition condition() {
      return Condition.of(sizes.numClasses());
    }

    @Override
    public Shape sampleShape() {
      return sizes.imageShape();
    }

    @Override
    public BigGanDeep withWidth(int width) {
      return new BigGanDeep(sizes.withWidth(width), latentSize, sharedSize);
    }
  }

  /**
   * The residual networks of SNGAN for 32x32 images.
   *
   * @param generator the generator's sizes
   * @param discriminator the discriminator's sizes
   */
  record Sngan(SnganGenerator32.Settings generator, SnganBody32.Settings discriminator)
      implements Backbone {

    private static final int SIDE = 32;

    @Override
    public Generator newGenerator() {
      return new SnganGenerator32(generator);
    }

    @Override
    public Body newBody() {
      return new SnganBody32(discriminator);
    }

    @Override
    public Condition condition() {
      return Condition.of(generator.numClasses());
    }

    @Override
    public Shape sampleShape() {
      return new Shape(generator.channels(), SIDE, SIDE);
    }

    @Override
    public Sngan withClasses(int numClasses) {
      return new Sngan(generator.withClasses(numClasses), discriminator.withClasses(numClasses));
    }
  }

  /**
   * BigGAN's networks as in PyTorch-StudioGAN: those of ECGAN, ContraGAN and ReACGAN.
   *
   * @param sizes the settings that both networks share
   */
  record StudioBigGan(StudioBigGanSizes sizes) implements Backbone {

    @Override
    public Generator newGenerator() {
      return new StudioBigGanGenerator(sizes);
    }

    @Override
    public Body newBody() {
      return new StudioBody(sizes);
    }

    @Override
    public Condition condition() {
      return Condition.of(sizes.numClasses());
    }

    @Override
    public Shape sampleShape() {
      return sizes.imageShape();
    }

    @Override
    public StudioBigGan withWidth(int width) {
      return new StudioBigGan(sizes.withWidth(width));
    }
  }

  /**
   * The residual networks of SAGAN.
   *
   * @param sizes the settings that both networks share
   */
  record SaGan(SaGanSizes sizes) implements Backbone {

    @Override
    public Generator newGenerator() {
      return new SaGanGenerator(sizes);
    }

    @Override
    public Body newBody() {
      return new StudioBody(sizes);
    }

    @Override
    public Condition condition() {
      return Condition.of(sizes.numClasses());
    }

    @Override
    public Shape sampleShape() {
      return sizes.imageShape();
    }

    @Override
    public SaGan withWidth(int width) {
      return new SaGan(sizes.withWidth(width));
    }

    @Override
    public SaGan withClasses(int numClasses) {
      return new SaGan(sizes.withClasses(numClasses));
    }
  }

  /**
   * Small networks for points of a line or a plane.
   *
   * @param latentSize the size of z
   * @param numClasses the number of classes, at least 1
   * @param dimension of a point
   * @param width the units of each layer
   */
  record Mlp(int latentSize, int numClasses, int dimension, int width) implements Backbone {

    @Override
    public Generator newGenerator() {
      return new MlpGenerator(latentSize, numClasses, dimension, width);
    }

    @Override
    public Body newBody() {
      return new MlpBody(dimension, width);
    }

    @Override
    public Condition condition() {
      return new Condition.Classes(numClasses);
    }

    @Override
    public Shape sampleShape() {
      return new Shape(dimension);
    }

    @Override
    public Mlp withWidth(int units) {
      return new Mlp(latentSize, numClasses, dimension, units);
    }
  }

  /**
   * Multilayer perceptrons with ReLU for points of a line, a plane or a space.
   *
   * @param latentSize the size of z, at least 1
   * @param numClasses the number of classes, 0 for none
   * @param dimension of a point, at least 1
   * @param width the units of each hidden layer, at least 1
   * @param layers the number of hidden layers of each network, at least 1
   */
  record ReluMlp(int latentSize, int numClasses, int dimension, int width, int layers)
      implements Backbone {

    /**
     * Checks the sizes.
     *
     * @param latentSize the size of z, at least 1
     * @param numClasses the number of classes, 0 for none
     * @param dimension of a point, at least 1
     * @param width the units of each hidden layer, at least 1
     * @param layers the number of hidden layers of each network, at least 1
     * @throws IllegalArgumentException if one is too small
     */
    public ReluMlp {
      if (latentSize < 1 || numClasses < 0 || dimension < 1 || width < 1 || layers < 1) {
        throw new IllegalArgumentException(
            Text.format(
                "The sizes of a ReluMlp are at least 1, its classes at least 0, but they are latentSize"
                    + " %d, numClasses %d, dimension %d, width %d, layers %d",
                latentSize, numClasses, dimension, width, layers));
      }
    }

    @Override
    public Generator newGenerator() {
      return new ReluMlpGenerator(latentSize, numClasses, dimension, width, layers);
    }

    @Override
    public Body newBody() {
      return new ReluMlpBody(dimension, width, layers);
    }

    @Override
    public Condition condition() {
      return Condition.of(numClasses);
    }

    @Override
    public Shape sampleShape() {
      return new Shape(dimension);
    }

    @Override
    public ReluMlp withWidth(int units) {
      return new ReluMlp(latentSize, numClasses, dimension, units, layers);
    }

    @Override
    public ReluMlp withClasses(int count) {
      return new ReluMlp(latentSize, count, dimension, width, layers);
    }
  }

  /**
   * The networks of the original GAN's experiment with MNIST: a generator of ReLU layers, a
   * discriminator of maxout layers with dropout.
   *
   * @param latentSize the size of z; 100 in the published code
   * @param hidden units of each of the generator's two hidden layers; 1200 in the published code
   * @param units maxout units of each of the discriminator's two layers; 240 in the published code
   * @param pieces affine pieces of a unit; 5 in the published code
   * @param channels of an image
   * @param height of an image in pixels
   * @param width of an image in pixels
   */
  record MaxoutMlp(
      int latentSize, int hidden, int units, int pieces, int channels, int height, int width)
      implements Backbone {

    @Override
    public Generator newGenerator() {
      return new MaxoutMlpGenerator(latentSize, hidden, sampleShape());
    }

    @Override
    public Body newBody() {
      return new MaxoutMlpBody(sampleShape(), units, pieces);
    }

    @Override
    public Condition condition() {
      return new Condition.None();
    }

    @Override
    public Shape sampleShape() {
      return new Shape(channels, height, width);
    }
  }

  /**
   * The networks of DCGAN, without classes.
   *
   * @param latentSize the size of z; 100 in the paper
   * @param width the channels of the largest feature map of each network
   * @param channels of the image: 1 or 3
   * @param resolution the image's height and width: 4 to 7 times a power of two, such as 28, 32, 64
   * @param batchNorm false for a discriminator without normalisation, as gradient penalties need it
   */
  record Dcgan(int latentSize, int width, int channels, int resolution, boolean batchNorm)
      implements Backbone {

    @Override
    public Generator newGenerator() {
      return new DcganGenerator(latentSize, width, channels, resolution);
    }

    @Override
    public Body newBody() {
      return new DcganBody(width, channels, resolution, batchNorm);
    }

    @Override
    public Condition condition() {
      return new Condition.None();
    }

    @Override
    public Shape sampleShape() {
      return new Shape(channels, resolution, resolution);
    }

    @Override
    public boolean batchesApart() {
      return batchNorm;
    }

    @Override
    public Dcgan withWidth(int size) {
      return new Dcgan(latentSize, size, channels, resolution, batchNorm);
    }
  }

  /**
   * The residual networks of WGAN-GP for 32x32 images. The critic has no normalisation.
   *
   * @param latentSize the size of z; 128 in the paper
   * @param numClasses the number of classes, 0 for none
   * @param channels of the image: 1 or 3
   * @param width the channels of all blocks; 128 in the paper
   */
  record WganGp(int latentSize, int numClasses, int channels, int width) implements Backbone {

    private static final int SIDE = 32;

    @Override
    public Generator newGenerator() {
      return new WganGpGenerator32(latentSize, width, channels, numClasses);
    }

    @Override
    public Body newBody() {
      return new WganGpBody32(width, channels);
    }

    @Override
    public Condition condition() {
      return Condition.of(numClasses);
    }

    @Override
    public Shape sampleShape() {
      return new Shape(channels, SIDE, SIDE);
    }

    @Override
    public WganGp withWidth(int size) {
      return new WganGp(latentSize, numClasses, channels, size);
    }

    @Override
    public WganGp withClasses(int count) {
      return new WganGp(latentSize, count, channels, width);
    }
  }

  /**
   * The networks of the conditional GAN with tags: word vectors on the condition of the features of
   * an image.
   *
   * @param features the number of features of an image, at least 1
   * @param dimension the size of a word vector, at least 1
   * @param generator the generator's sizes
   * @param discriminator the discriminator's sizes
   */
  record Tags(
      int features,
      int dimension,
      TagGenerator.Sizes generator,
      TagDiscriminator.Sizes discriminator)
      implements Backbone {

    @Override
    public Generator newGenerator() {
      return new TagGenerator(generator, features, dimension);
    }

    /** {@inheritDoc} Here: the hidden layer of word vectors. */
    @Override
    public Body newBody() {
      return new TagDiscriminator.WordBody(discriminator, dimension);
    }

    /**
     * Creates the whole discriminator, which joins the features of the image to the body.
     *
     * @return a discriminator of logits {@code (N)}, not initialised
     */
    public HeadedDiscriminator<NDArray> newDiscriminator() {
      return TagDiscriminator.of(discriminator, features, dimension);
    }

    @Override
    public Condition.Values condition() {
      return new Condition.Values(new Shape(features));
    }

    @Override
    public Shape sampleShape() {
      return new Shape(dimension);
    }
  }
}
