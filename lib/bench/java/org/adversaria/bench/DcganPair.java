package org.adversaria.bench;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.models.DcganDiscriminator;
import org.adversaria.models.DcganGenerator;
import org.adversaria.models.Discriminator;
import org.adversaria.models.Generator;
import org.adversaria.torch.Autograd;
import org.adversaria.training.Averaging;
import org.adversaria.training.GanNetworks;
import org.adversaria.training.Method;
import org.adversaria.training.Optimizer;
import org.adversaria.training.Player;
import org.adversaria.training.Step;
import org.adversaria.training.Terms;

/**
 * DCGAN as it is commonly trained: width 64, latents of 100, the non-saturating loss, Adam at 2e-4
 * with beta1 0.5, averaged weights.
 *
 * @param resolution the height and width of its colour images
 * @param batchSize images in an update
 */
record DcganPair(int resolution, int batchSize) implements Method<GanNetworks<NDArray>> {

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
  public Record settings() {
    return this;
  }

  @Override
  public GanNetworks<NDArray> newNetworks() {
    return new GanNetworks<>(
        new DcganGenerator(LATENT, WIDTH, CHANNELS, resolution),
        new DcganDiscriminator(WIDTH, CHANNELS, resolution));
  }

  @Override
  public List<Player> players(GanNetworks<NDArray> networks) {
    return List.of(
        Player.of(
            GanNetworks.DISCRIMINATOR,
            networks.discriminator(),
            ADAM,
            step -> discriminatorTerms(networks, step)),
        Player.of(
            GanNetworks.GENERATOR,
            networks.generator(),
            ADAM,
            step -> generatorTerms(networks, step)));
  }

  @Override
  public Averaging averaging() {
    return new Averaging(0.999, 0);
  }

  private static Terms discriminatorTerms(GanNetworks<NDArray> networks, Step step) {
    Discriminator<NDArray> discriminator = networks.discriminator();
    NDArray generated = Autograd.noGrad(() -> generate(networks.generator(), step));
    NDArray real = discriminator.forward(step.real().x(), null, true);
    NDArray fake = discriminator.forward(generated, null, true);
    return new Terms().add("loss_discriminator", LOSS.discriminator(real, fake));
  }

  private static Terms generatorTerms(GanNetworks<NDArray> networks, Step step) {
    NDArray generated = generate(networks.generator(), step);
    NDArray fake = networks.discriminator().forward(generated, null, true);
    return new Terms().add("loss_generator", LOSS.generator(fake));
  }

  private static NDArray generate(Generator generator, Step step) {
    return generator.forward(generator.sampleLatents(step.manager(), step.batchSize()), null, true);
  }
}
