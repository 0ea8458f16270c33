package org.adversaria.training;

import java.util.LinkedHashMap;
import java.util.Map;
import org.adversaria.models.Discriminator;
import org.adversaria.models.Generator;
import org.adversaria.nn.TorchBlock;

/**
 * The networks of a GAN of one generator and one discriminator.
 *
 * @param generator G
 * @param discriminator D
 * @param <O> the outputs of D
 */
public record GanNetworks<O>(Generator generator, Discriminator<O> discriminator)
    implements Networks {

  /** The name of G, of its player and of its file in a checkpoint. */
  public static final String GENERATOR = "generator";

  /** The name of D, of its player and of its file in a checkpoint. */
  public static final String DISCRIMINATOR = "discriminator";

  @Override
  public Map<String, TorchBlock> byName() {
    var networks = new LinkedHashMap<String, TorchBlock>();
    networks.put(GENERATOR, generator);
    networks.put(DISCRIMINATOR, discriminator);
    return networks;
  }

  @Override
  public Map<String, TorchBlock> averaged() {
    return Map.of(GENERATOR, generator);
  }
}
