package org.adversaria.methods;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.adversaria.data.GaussianMixture;
import org.adversaria.models.Backbone;
import org.adversaria.models.Generator;
import org.adversaria.torch.AtomicFile;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Text;
import org.adversaria.torch.Torch;
import org.adversaria.training.Averaging;
import org.adversaria.training.Method;
import org.adversaria.training.Optimizer;
import org.adversaria.training.Run;
import org.adversaria.training.Schedule;
import org.adversaria.training.Training;

/**
 * An experiment on the effect of a conditional GAN's classifier on classes that overlap: small
 * networks learn Gaussians on a line, and the mean and spread of every class are compared with the
 * true ones.
 *
 * <p>AC-GAN's generator minimises its classifier's loss, which is smaller away from the overlap of
 * classes, so that each class has too small a spread. TAC-GAN, ADC-GAN and projection keep the
 * spread, ADC-GAN without its adversarial loss too.
 *
 * <pre>{@code
 * var experiment = new MixtureExperiment(GaussianMixture.overlapping1d(), Settings.QUICK);
 * MixtureResult result = experiment.run(MixtureObjective.adcGan(), 1);
 * show(result.table());
 * }</pre>
 *
 * <p>Sources: Gong et al., "Twin Auxiliary Classifiers GAN", 2019, the experiment with simulated
 * data and its code; Hou et al., "Conditional GANs with Auxiliary Discriminative Classifier", 2022,
 * the experiment with synthetic data, which adds ADC-GAN and classifiers alone.
 */
public final class MixtureExperiment {

  /**
   * Sizes and training.
   *
   * @param latentSize the size of z, at least 1
   * @param width the units of each layer, at least 1
   * @param realPerClass real points of each class in a batch, at least 1
   * @param generated generated points in a batch, of uniform classes, at least 1
   * @param batches the number of batches of real points, which are repeated cyclically, at least 1
   * @param steps updates of the generator, at least 1
   * @param discriminatorUpdates updates of the discriminator in each step, at least 1
   * @param optimizer of both networks
   * @param samples generated points of each class in the result, at least 1
   */
  public record Settings(
      int latentSize,
      int width,
      int realPerClass,
      int generated,
      int batches,
      int steps,
      int discriminatorUpdates,
      Optimizer optimizer,
      int samples) {

    /** The settings of TAC-GAN's published code: 20,000 updates of the discriminator. */
    public static final Settings PAPER =
        new Settings(2, 10, 128, 256, 1000, 2000, 10, new Optimizer.Adam(2e-3, 0.5, 0.999), 10_000);

    /**
     * The same networks trained in seconds: 1,600 updates of the discriminator, with a higher
     * learning rate that decreases to 0; with a constant rate the spreads oscillate after so few
     * updates.
     */
    public static final Settings QUICK =
        new Settings(2, 10, 64, 192, 400, 400, 4, falling(6e-3, 400), 4000);

    private static Optimizer falling(double rate, int steps) {
      return new Optimizer.Adam(new Schedule.Linear(rate, 0, steps), 0.5, 0.999, 1e-8, 0);
    }
  }

  /** The random stream of the trained generator's points. */
  private static final long SAMPLES = 1;

  private final GaussianMixture mixture;
  private final Settings settings;

  /**
   * Creates the experiment.
   *
   * @param mixture classes on a line
   * @param settings sizes and training
   * @throws IllegalArgumentException if the mixture has more than one dimension
   */
  public MixtureExperiment(GaussianMixture mixture, Settings settings) {
    if (mixture.dimension() != 1) {
      throw new IllegalArgumentException(
          Text.format(
              "The experiment is about classes on a line, but the mixture has %d dimensions",
              mixture.dimension()));
    }
    this.mixture = mixture;
    this.settings = settings;
  }

  /**
   * Trains new networks on the CPU and generates points of every class, on one thread: for networks
   * of ten units a second one is no faster. The run's files are deleted.
   *
   * @param objective the method and its terms
   * @param seed of weights, data and latents; equal seeds give equal results
   * @return the generated points of every class
   */
  public MixtureResult run(MixtureObjective objective, long seed) {
    int threads = Torch.threads();
    Torch.setThreads(1);
    try {
      return train(objective, seed);
    } catch (IOException e) {
      throw new UncheckedIOException("The run's folder cannot be written", e);
    } finally {
      Torch.setThreads(threads);
    }
  }

  private MixtureResult train(MixtureObjective objective, long seed) throws IOException {
    var backbone =
        new Backbone.Mlp(settings.latentSize(), mixture.numClasses(), 1, settings.width());
    var recipe =
        new Recipe(
            settings.generated(),
            1,
            settings.discriminatorUpdates(),
            settings.optimizer(),
            settings.optimizer(),
            Averaging.NONE);
    Method<?> method = objective.maker().method(backbone, recipe, objective.adversarial());
    Path folder = Files.createTempDirectory("mixture");
    try (var data = new MixtureData(mixture, settings.realPerClass(), settings.batches(), seed);
        Run run =
            Training.of(method)
                .on(data)
                .device(Device.cpu())
                .steps(settings.steps())
                .checkpointEvery(settings.steps())
                .seed(seed)
                .directory(folder)
                .start()) {
      return new MixtureResult(mixture, objective, seed, samples(run.generator(), seed));
    } finally {
      AtomicFile.deleteTree(folder);
    }
  }

  /** Generated points of every class. */
  private List<float[]> samples(Generator generator, long seed) {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        var scope = new NDScope();
        var paused = Autograd.pause()) {
      return Torch.seeded(
          Torch.deriveSeed(seed, SAMPLES),
          () ->
              IntStream.range(0, mixture.numClasses())
                  .mapToObj(label -> samples(generator, label, manager))
                  .toList());
    }
  }

  private float[] samples(Generator generator, int label, NDManager manager) {
    NDArray labels = manager.full(new Shape(settings.samples()), label, DataType.INT64); // (N)
    NDArray z = generator.sampleLatents(manager, settings.samples()); // (N, latentSize)
    return generator.forward(z, labels, false).toFloatArray();
  }
}
