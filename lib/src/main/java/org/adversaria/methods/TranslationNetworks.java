package org.adversaria.methods;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.adversaria.models.PatchDiscriminator;
import org.adversaria.models.ResnetGenerator;
import org.adversaria.nn.TorchBlock;
import org.adversaria.training.Networks;

/**
 * The networks of a translation between domains A and B, and the pools of generated images, which
 * checkpoints hold too.
 *
 * <p>In CycleGAN's published code generators are named by where they start and discriminators by
 * the generator that they judge: {@code netG_A} is {@code generatorAB}, {@code netG_B} {@code
 * generatorBA}, {@code netD_A} {@code discriminatorB}, {@code netD_B} {@code discriminatorA}.
 *
 * @param generatorAB G_AB, from images of A to images of B
 * @param generatorBA G_BA, from images of B to images of A
 * @param discriminatorA D_A, of real and generated images of A
 * @param discriminatorB D_B, of real and generated images of B
 * @param poolA generated images of A
 * @param poolB generated images of B
 */
public record TranslationNetworks(
    ResnetGenerator generatorAB,
    ResnetGenerator generatorBA,
    PatchDiscriminator discriminatorA,
    PatchDiscriminator discriminatorB,
    TorchBlock poolA,
    TorchBlock poolB)
    implements Networks {

  /** The name of G_AB in checkpoints. */
  public static final String GENERATOR_AB = "generator-ab";

  /** The name of G_BA in checkpoints. */
  public static final String GENERATOR_BA = "generator-ba";

  /** The name of D_A in checkpoints. */
  public static final String DISCRIMINATOR_A = "discriminator-a";

  /** The name of D_B in checkpoints. */
  public static final String DISCRIMINATOR_B = "discriminator-b";

  private static final String POOL_A = "pool-a";
  private static final String POOL_B = "pool-b";

  /**
   * Collects the networks of a run or a report by their names.
   *
   * <pre>{@code
   * NDArray b = TranslationNetworks.of(run::network).generatorAB().forward(a, false);
   * }</pre>
   *
   * @param byName returns the network of a name, such as {@code run::network}
   * @return the networks
   */
  public static TranslationNetworks of(Function<String, TorchBlock> byName) {
    return new TranslationNetworks(
        (ResnetGenerator) byName.apply(GENERATOR_AB),
        (ResnetGenerator) byName.apply(GENERATOR_BA),
        (PatchDiscriminator) byName.apply(DISCRIMINATOR_A),
        (PatchDiscriminator) byName.apply(DISCRIMINATOR_B),
        byName.apply(POOL_A),
        byName.apply(POOL_B));
  }

  @Override
  public Map<String, TorchBlock> byName() {
    var networks = new LinkedHashMap<String, TorchBlock>();
    networks.put(GENERATOR_AB, generatorAB);
    networks.put(GENERATOR_BA, generatorBA);
    networks.put(DISCRIMINATOR_A, discriminatorA);
    networks.put(DISCRIMINATOR_B, discriminatorB);
    networks.put(POOL_A, poolA);
    networks.put(POOL_B, poolB);
    return networks;
  }

  @Override
  public Map<String, TorchBlock> averaged() {
    var networks = new LinkedHashMap<String, TorchBlock>();
    networks.put(GENERATOR_AB, generatorAB);
    networks.put(GENERATOR_BA, generatorBA);
    return networks;
  }
}
