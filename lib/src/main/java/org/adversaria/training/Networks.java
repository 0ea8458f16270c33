package org.adversaria.training;

import java.util.Map;
import org.adversaria.nn.TorchBlock;

/**
 * The networks of a run, any number of them: two for a GAN ({@link GanNetworks}), four for two
 * translators and their discriminators. A run initialises them, compiles them and stores them in
 * checkpoints.
 */
public interface Networks {

  /**
   * Returns every network, and every other block that a checkpoint contains, by the name of its
   * file.
   *
   * @return the blocks, in the same order at each call
   */
  Map<String, TorchBlock> byName();

  /**
   * Returns the networks whose weights are averaged, if the method has an averaging.
   *
   * @return a subset of {@link #byName}
   */
  default Map<String, TorchBlock> averaged() {
    return Map.of();
  }
}
