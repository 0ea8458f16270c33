package org.adversaria.training;

import java.util.Map;
import org.adversaria.models.Generator;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.Text;

/**
 * A run's networks by name.
 *
 * @param trained all networks, with trained weights
 * @param averaged networks with averaged weights
 */
record TrainedNetworks(Map<String, TorchBlock> trained, Map<String, TorchBlock> averaged) {

  /** A network with its trained weights. */
  TorchBlock network(String name) {
    TorchBlock network = trained.get(name);
    if (network == null) {
      throw new IllegalArgumentException(
          Text.format("No network is named '%s'; there are %s", name, trained.keySet()));
    }
    return network;
  }

  /** The generator, with averaged weights where the method averages. */
  Generator generator() {
    TorchBlock network =
        averaged.getOrDefault(GanNetworks.GENERATOR, trained.get(GanNetworks.GENERATOR));
    if (network instanceof Generator generator) {
      return generator;
    }
    throw new IllegalStateException(
        Text.format(
            "The method has no one generator; take one of its networks %s by network(name)",
            trained.keySet()));
  }
}
