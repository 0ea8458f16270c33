package org.adversaria.methods;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.adversaria.data.GaussianMixture;
import org.adversaria.losses.ClassLogits;
import org.adversaria.losses.ClassifierLoss;
import org.adversaria.models.MlpDiscriminator;
import org.adversaria.models.MlpDiscriminator.Outputs;
import org.adversaria.models.MlpGenerator;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Torch;
import org.adversaria.training.Optimizer;

/** The networks of a {@link MixtureExperiment} and how they learn. */
final class MixtureTraining implements AutoCloseable {

  /** The stream that first weights, then labels and latents are drawn from. */
  static final long TRAINING = 0;

  private static final long SAMPLES = 1;

  /** The first of as many streams as there are classes. */
  private static final long DATA = 2;

  private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
  private final MixtureExperiment.Settings settings;
  private final MixtureObjective objective;
  private final long seed;
  private final int numClasses;
  private final NDArray realPoints;
  private final NDArray realLabels;
  private final MlpGenerator generator;
  private final MlpDiscriminator discriminator;
  private final NDList generatorParameters;
  private final NDList discriminatorParameters;
  private final Optimizer.Updates generatorUpdates;
  private final Optimizer.Updates discriminatorUpdates;

  /**
   * Draws from PyTorch's generator here and in every step: seed it, by {@link #TRAINING}, first.
   */
  MixtureTraining(
      GaussianMixture mixture,
      MixtureExperiment.Settings settings,
      MixtureObjective objective,
      long seed) {
    this.settings = settings;
    this.objective = objective;
    this.seed = seed;
    numClasses = mixture.numClasses();
    realPoints = realPoints(mixture);
    long perClass = settings.realPerClass();
    realLabels = manager.arange(numClasses).repeat(perClass).toType(DataType.INT64, false);
    generator = new MlpGenerator(settings.latentSize(), numClasses, 1, settings.width());
    discriminator = new MlpDiscriminator(1, numClasses, settings.width(), heads());
    generator.initialize(manager);
    discriminator.initialize(manager);
    generatorParameters = generator.trainable();
    discriminatorParameters = discriminator.trainable();
    generatorUpdates = settings.optimizer().bind(generator);
    discriminatorUpdates = settings.optimizer().bind(discriminator);
  }

  /** Every batch has the same number of points of each class, class by class. */
  private NDArray realPoints(GaussianMixture mixture) {
    int perClass = settings.realPerClass();
    int batches = settings.batches();
    var values = new float[batches * numClasses * perClass];
    for (int label = 0; label < numClasses; label++) {
      // Classes drawn by one seed would be the same points, shifted and scaled.
      long stream = Torch.deriveSeed(seed, DATA + label);
      float[] drawn = mixture.sampleClass(label, batches * perClass, stream).values();
      for (int batch = 0; batch < batches; batch++) {
        int target = (batch * numClasses + label) * perClass;
        System.arraycopy(drawn, batch * perClass, values, target, perClass);
      }
    }
    return manager.create(values, new Shape(batches, (long) numClasses * perClass, 1));
  }

  private MlpDiscriminator.Heads heads() {
    ClassifierLoss classifier = objective.classifier();
    return new MlpDiscriminator.Heads(
        objective.adversarial() != null,
        classifier == null,
        classifier == null ? 0 : classifier.outputs(numClasses),
        classifier != null && classifier.twin());
  }

  void step(int step) {
    for (int i = 0; i < settings.discriminatorUpdates(); i++) {
      long batch = (long) step * settings.discriminatorUpdates() + i;
      update(discriminatorParameters, discriminatorUpdates, step, () -> discriminatorLoss(batch));
    }
    update(generatorParameters, generatorUpdates, step, this::generatorLoss);
  }

  private static void update(
      NDList parameters, Optimizer.Updates updates, int step, Supplier<NDArray> loss) {
    try (var scope = new NDScope();
        var recording = Autograd.record()) {
      updates.apply(Autograd.grad(loss.get(), parameters), step);
    }
  }

  /** One pass judges real and generated points together. */
  private NDArray discriminatorLoss(long batch) {
    NDArray labels = randomLabels();
    NDArray fake = Autograd.withoutRecording(() -> generate(labels));
    NDArray real = realPoints.get(batch % settings.batches());
    Outputs both = discriminator.forward(real.concat(fake), realLabels.concat(labels));
    NDArray loss = null;
    if (objective.adversarial() != null) {
      NDList logits = parts(both.logit());
      loss = objective.adversarial().discriminator(logits.get(0), logits.get(1));
    }
    if (objective.classifier() != null) {
      NDList classes = parts(both.classifier());
      NDList twins = parts(both.twin());
      var onReal = new ClassLogits(realLabels, classes.get(0), twins.get(0));
      var onFake = new ClassLogits(labels, classes.get(1), twins.get(1));
      loss = plus(loss, objective.classifier().discriminator(onReal, onFake));
    }
    return loss;
  }

  /** The rows of real and of generated points; of a head that there is not, null and null. */
  private NDList parts(NDArray both) {
    return both == null ? new NDList(null, null) : both.split(new long[] {realLabels.size()});
  }

  private NDArray generatorLoss() {
    NDArray labels = randomLabels();
    Outputs fake = discriminator.forward(generate(labels), labels);
    NDArray loss = null;
    if (objective.adversarial() != null) {
      loss = objective.adversarial().generator(fake.logit());
    }
    if (objective.classifier() != null) {
      var onFake = new ClassLogits(labels, fake.classifier(), fake.twin());
      loss = plus(loss, objective.classifier().generator(onFake));
    }
    return loss;
  }

  private static NDArray plus(NDArray sum, NDArray term) {
    return sum == null ? term : sum.add(term);
  }

  private NDArray randomLabels() {
    return manager.randomInteger(0, numClasses, new Shape(settings.generated()), DataType.INT64);
  }

  private NDArray generate(NDArray labels) {
    NDArray z = manager.randomNormal(new Shape(labels.size(), settings.latentSize()));
    return generator.forward(z, labels);
  }

  /** Points of every class, drawn by the generator as it is. */
  List<float[]> samples() {
    try (var scope = new NDScope();
        var paused = Autograd.pause()) {
      return Torch.seeded(
          Torch.deriveSeed(seed, SAMPLES),
          () -> IntStream.range(0, numClasses).mapToObj(this::samples).toList());
    }
  }

  private float[] samples(int label) {
    NDArray labels = manager.full(new Shape(settings.samples()), label, DataType.INT64);
    return generate(labels).toFloatArray();
  }

  @Override
  public void close() {
    manager.close();
  }
}
