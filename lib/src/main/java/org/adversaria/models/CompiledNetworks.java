package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.adversaria.nn.Compiled;
import org.adversaria.torch.Precision;

/**
 * Networks with the types of this package, {@link Compiled}: each computes what the network it was
 * made from does, with its parameters and buffers, in one native call.
 */
public final class CompiledNetworks {

  private CompiledNetworks() {}

  /**
   * Compiles a generator.
   *
   * @param generator an initialised network
   * @param precision of convolutions and matrix products
   * @return the generator, faster
   */
  public static Generator of(Generator generator, Precision precision) {
    return new CompiledGenerator(generator, precision);
  }

  /**
   * Compiles a discriminator; one with features stays one with features.
   *
   * @param discriminator an initialised network
   * @param precision of convolutions and matrix products
   * @return the discriminator, faster
   */
  public static Discriminator of(Discriminator discriminator, Precision precision) {
    return discriminator instanceof FeatureDiscriminator features
        ? of(features, precision)
        : new CompiledDiscriminator(discriminator, precision);
  }

  /**
   * Compiles a discriminator with features.
   *
   * @param discriminator an initialised network
   * @param precision of convolutions and matrix products
   * @return the discriminator, faster
   */
  public static FeatureDiscriminator of(FeatureDiscriminator discriminator, Precision precision) {
    return new CompiledFeatures(discriminator, precision);
  }

  /** Labels are left out where there are none. */
  private static NDList inputs(NDArray x, NDArray labels) {
    return labels == null ? new NDList(x) : new NDList(x, labels);
  }

  private static NDArray labels(NDList inputs) {
    return inputs.size() > 1 ? inputs.get(1) : null;
  }

  private static final class CompiledGenerator extends Generator {

    private final Generator generator;
    private final Compiled.Function forward;

    CompiledGenerator(Generator generator, Precision precision) {
      super(generator);
      this.generator = generator;
      forward = Compiled.function(generator, precision, generator::forward);
    }

    @Override
    public NDArray forward(NDArray z, NDArray labels, boolean training) {
      return forward.forward(inputs(z, labels), training).singletonOrThrow();
    }

    @Override
    public NDArray sampleLatents(NDManager manager, int count) {
      return generator.sampleLatents(manager, count);
    }

    @Override
    public NDArray truncatedLatents(NDManager manager, int count, double threshold) {
      return generator.truncatedLatents(manager, count, threshold);
    }
  }

  private static final class CompiledDiscriminator extends Discriminator {

    private final Compiled.Function forward;

    CompiledDiscriminator(Discriminator discriminator, Precision precision) {
      super(discriminator);
      forward = Compiled.function(discriminator, precision, discriminator::forward);
    }

    @Override
    public NDArray forward(NDArray images, NDArray labels, boolean training) {
      return forward.forward(inputs(images, labels), training).singletonOrThrow();
    }
  }

  private static final class CompiledFeatures extends FeatureDiscriminator {

    private final FeatureDiscriminator discriminator;
    private final Compiled.Function features;
    private final Compiled.Function logits;
    private final Compiled.Function energies;
    private final Map<String, Compiled.Function> heads = new ConcurrentHashMap<>();

    CompiledFeatures(FeatureDiscriminator discriminator, Precision precision) {
      super(discriminator);
      this.discriminator = discriminator;
      features =
          Compiled.function(
              discriminator,
              precision,
              (x, training) -> new NDList(discriminator.features(x.get(0), training)));
      logits =
          Compiled.function(
              discriminator,
              Precision.FP32,
              (x, training) -> new NDList(discriminator.logits(x.get(0), labels(x), training)));
      energies =
          Compiled.function(
              discriminator,
              Precision.FP32,
              (x, training) -> new NDList(discriminator.energies(x.get(0), training)));
    }

    @Override
    public NDArray features(NDArray images, boolean training) {
      return features.forward(new NDList(images), training).singletonOrThrow();
    }

    /** Logits are computed in 32 bits: they are few, and losses are made of them. */
    @Override
    public NDArray logits(NDArray features, NDArray labels, boolean training) {
      return logits.forward(inputs(features, labels), training).singletonOrThrow();
    }

    @Override
    public NDArray energies(NDArray features, boolean training) {
      return energies.forward(new NDList(features), training).singletonOrThrow();
    }

    @Override
    public NDArray head(String name, NDArray features, boolean training) {
      return heads
          .computeIfAbsent(name, this::compiledHead)
          .forward(new NDList(features), training)
          .singletonOrThrow();
    }

    private Compiled.Function compiledHead(String name) {
      return Compiled.function(
          discriminator,
          Precision.FP32,
          (x, training) -> new NDList(discriminator.head(name, x.get(0), training)));
    }

    @Override
    public int featureWidth() {
      return discriminator.featureWidth();
    }
  }
}
