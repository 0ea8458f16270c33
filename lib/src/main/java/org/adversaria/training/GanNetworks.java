package org.adversaria.training;

import java.util.LinkedHashMap;
import java.util.Map;
import org.adversaria.augmentations.Augmentation;
import org.adversaria.augmentations.AugmentationState;
import org.adversaria.models.Discriminator;
import org.adversaria.models.Generator;
import org.adversaria.nn.TorchBlock;

/**
 * The networks of a GAN of one generator and one discriminator, and the augmentation of the images
 * that D is given.
 *
 * @param generator G
 * @param discriminator D
 * @param augmentation of all images that D is given; checkpoints hold it if training changes it
 * @param <O> the outputs of D
 */
public record GanNetworks<O>(
    Generator generator, Discriminator<O> discriminator, AugmentationState augmentation)
    implements Networks {

  /** The name of G, of its player and of its file in a checkpoint. */
  public static final String GENERATOR = "generator";

  /** The name of D, of its player and of its file in a checkpoint. */
  public static final String DISCRIMINATOR = "discriminator";

  /**
   * Networks without augmentation.
   *
   * @param generator G
   * @param discriminator D
   */
  public GanNetworks(Generator generator, Discriminator<O> discriminator) {
    this(generator, discriminator, new Augmentation.None().newState());
  }

  @Override
  public Map<String, TorchBlock> byName() {
    var networks = new LinkedHashMap<String, TorchBlock>();
    networks.put(GENERATOR, generator);
    networks.put(DISCRIMINATOR, discriminator);
    augmentation.putIfStored(networks);
    return networks;
  }

  @Override
  public Map<String, TorchBlock> averaged() {
    return Map.of(GENERATOR, generator);
  }
}
