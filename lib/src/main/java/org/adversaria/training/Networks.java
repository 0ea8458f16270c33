package org.adversaria.training;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Function;
import org.adversaria.models.CompiledNetworks;
import org.adversaria.models.Discriminator;
import org.adversaria.models.FeatureDiscriminator;
import org.adversaria.models.Generator;
import org.adversaria.nn.Compiled;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.Precision;

/** A run's networks as they compute: compiled once each, or as they are. */
final class Networks {

  private final boolean compiles;
  private final Precision precision;
  private final Map<TorchBlock, TorchBlock> compiled = new IdentityHashMap<>();
  private final Map<TorchBlock, Map<String, Compiled.Code>> parts = new IdentityHashMap<>();

  Networks(boolean compiles, Precision precision) {
    this.compiles = compiles;
    this.precision = precision;
  }

  /** Whether a method has asked for any of its networks in the run's precision. */
  boolean used() {
    return !compiled.isEmpty() || !parts.isEmpty();
  }

  Generator of(Generator generator) {
    return of(generator, Generator.class, network -> CompiledNetworks.of(network, precision));
  }

  Discriminator of(Discriminator network) {
    return of(network, Discriminator.class, d -> CompiledNetworks.of(d, precision));
  }

  FeatureDiscriminator of(FeatureDiscriminator network) {
    return of(network, FeatureDiscriminator.class, d -> CompiledNetworks.of(d, precision));
  }

  /** A computation with a network's parameters, by its name, in the run's precision. */
  Compiled.Code of(TorchBlock network, String name, Compiled.Code code) {
    return compiles
        ? parts
            .computeIfAbsent(network, key -> new HashMap<>())
            .computeIfAbsent(name, key -> Compiled.function(network, precision, code))
        : code;
  }

  private <N extends TorchBlock> N of(N network, Class<N> type, Function<N, N> compiler) {
    return compiles
        ? type.cast(compiled.computeIfAbsent(network, key -> compiler.apply(network)))
        : network;
  }
}
