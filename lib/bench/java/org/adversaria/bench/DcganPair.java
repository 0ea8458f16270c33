package org.adversaria.bench;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.models.DcganDiscriminator;
import org.adversaria.models.DcganGenerator;
import org.adversaria.models.Discriminator;
import org.adversaria.models.Generator;
import org.adversaria.torch.Autograd;
import org.adversaria.training.Method;
import org.adversaria.training.Optimizer;
import org.adversaria.training.Player;
import org.adversaria.training.Terms;
import org.adversaria.training.Turn;

/**
 * DCGAN as it is commonly trained: width 64, latents of 100, the non-saturating loss, Adam at 2e-4
 * with beta1 0.5, averaged weights.
 *
 * @param resolution the height and width of its colour images
 * @param batchSize images in a turn
 */
record DcganPair(int resolution, int batchSize) implements Method {

  private static final int LATENT = 100;
  private static final int WIDTH = 64;
  private static final int CHANNELS = 3;
  private static final Optimizer ADAM = new Optimizer.Adam(2e-4, 0.5, 0.999);
  private static final AdversarialLoss LOSS = new AdversarialLoss.NonSaturating();

  @Override
  public String name() {
    return "dcgan";
  }

  @Override
  public Map<String, Object> settings() {
    return Map.of("resolution", resolution, "batchSize", batchSize);
  }

  @Override
  public Generator newGenerator() {
    return new DcganGenerator(LATENT, WIDTH, CHANNELS, resolution);
  }

  @Override
  public List<Player> players(Generator generator) {
    var discriminator = new DcganDiscriminator(WIDTH, CHANNELS, resolution);
    return List.of(
        new Player(
            "discriminator",
            discriminator,
            ADAM,
            1,
            turn ->
                discriminatorTerms(turn.compiled(generator), turn.compiled(discriminator), turn)),
        new Player(
            "generator",
            generator,
            ADAM,
            1,
            turn ->
                generatorTerms(turn.compiled(generator), turn.compiled(discriminator), turn)));
  }

  @Override
  public Optional<Averaging> averaging() {
    return Optional.of(new Averaging(0.999, 0));
  }

  private static Terms discriminatorTerms(
      Generator generator, Discriminator discriminator, Turn turn) {
    NDArray generated = Autograd.noGrad(() -> generate(generator, turn));
    NDArray real = discriminator.forward(turn.batch().images(), null, true);
    NDArray fake = discriminator.forward(generated, null, true);
    return new Terms().add("loss_discriminator", LOSS.discriminator(real, fake));
  }

  private static Terms generatorTerms(
      Generator generator, Discriminator discriminator, Turn turn) {
    NDArray fake = discriminator.forward(generate(generator, turn), null, true);
    return new Terms().add("loss_generator", LOSS.generator(fake));
  }

  private static NDArray generate(Generator generator, Turn turn) {
    return generator.forward(generator.sampleLatents(turn.manager(), turn.batchSize()), null, true);
  }
}
