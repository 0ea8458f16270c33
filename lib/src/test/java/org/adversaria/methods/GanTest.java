package org.adversaria.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.adversaria.data.ArrayData;
import org.adversaria.data.Datasets;
import org.adversaria.data.GaussianMixture;
import org.adversaria.data.ImageData;
import org.adversaria.data.Shapes;
import org.adversaria.data.Split;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.models.Backbone;
import org.adversaria.models.Generator;
import org.adversaria.models.Sampler;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Torch;
import org.adversaria.training.Averaging;
import org.adversaria.training.Optimizer;
import org.adversaria.training.Run;
import org.adversaria.training.SavedRun;
import org.adversaria.training.Schedule;
import org.adversaria.training.Training;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class GanTest {

  private final NDManager manager = NDManager.newBaseManager(Device.cpu());
  private final ArrayData ring =
      GaussianMixture.ring(8, 2, 0.02).sample(1000, 1).data("ring-8", manager);

  @TempDir private Path folder;

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void trainsOnPointsAndIsMadeAgainFromItsRecord() throws IOException {
    Gan method = Gan.builder(ring).channels(8).loss(new AdversarialLoss.Minimax()).build();
    try (Run run = Training.of(method).on(ring).steps(2).seed(1).directory(folder).start()) {
      assertThat(run.samples(manager, 5, 0).getShape()).isEqualTo(new Shape(5, 2));
      assertThat(run.log().doubleColumn("loss_generator").get(0)).isNegative();
    }
    try (var saved = SavedRun.open(folder)) {
      assertThat(saved.method()).isInstanceOf(Gan.class);
      assertThat(saved.method().settings()).isEqualTo(method.settings());
    }
  }

  @Test
  void trainsOnImagesOf28And32Pixels() throws IOException {
    ImageData grey = Datasets.byName("shapes-grey-28", Split.TEST);
    for (ImageData data : new ImageData[] {grey, Shapes.builder().size(20).build()}) {
      Gan method = Gan.builder(data).channels(2).batchSize(4).build();
      Path directory = folder.resolve(data.name());
      try (Run run = Training.of(method).on(data).steps(2).directory(directory).start()) {
        assertThat(run.samples(manager, 3, 0).getShape())
            .isEqualTo(new Shape(3).addAll(data.sampleShape()));
      }
    }
  }

  @Test
  void mnistHasThePublishedSettings() {
    ImageData grey = Datasets.byName("shapes-grey-28", Split.TEST);
    Gan method = Gan.builder(grey).preset("mnist").build();
    assertThat(method.loss()).isEqualTo(new AdversarialLoss.NonSaturating());
    assertThat(method.batchSize()).isEqualTo(100);
    var descent = (Optimizer.Sgd) method.settings().recipe().generator();
    assertThat(descent.learningRate().at(0)).isEqualTo(0.1);
    assertThat(descent.learningRate().at(500)).isCloseTo(0.1 * 0.998002, within(1e-7));
    assertThat(descent.learningRate().at(100_000_000)).isEqualTo(1e-6);
    assertThat(descent.momentum().at(62_500)).isCloseTo(0.6, within(1e-12));
    var ofD = (Optimizer.Sgd) method.settings().recipe().discriminator();
    assertThat(ofD.learningRate().at(0)).isEqualTo(0.05);
    Backbone backbone = method.settings().backbone();
    try (var scope = new NDScope()) {
      Generator generator = backbone.newGenerator();
      generator.initialize(manager);
      // 100 -> 1200 -> 1200 -> 784
      assertThat(generator.stateDict().values().stream().mapToLong(NDArray::size).sum())
          .isEqualTo(100 * 1200 + 1200 + 1200 * 1200 + 1200 + 1200 * 784 + 784);
      NDArray images = Sampler.byClass(generator, manager, 4, 1);
      assertThat(images.max().getFloat()).isLessThan(1);
      assertThat(images.min().getFloat()).isGreaterThan(-1);
      NDArray weight = generator.stateDict().get("main.0.weight");
      assertThat(weight.abs().max().getFloat()).isBetween(0.049f, 0.05f);
    }
  }

  /**
   * Arjovsky and Bottou, "Towards Principled Methods for Training Generative Adversarial Networks",
   * 2017, theorem 2.4: where the supports are disjoint, the gradient of the minimax loss approaches
   * 0 as D approaches its optimum. The derivatives of the two losses by D's logit a are -s(a) and
   * -(1 - s(a)), with the sigmoid s.
   */
  @Test
  void theMinimaxGradientVanishesAtTheOptimalDiscriminator() throws IOException {
    GaussianMixture far =
        GaussianMixture.of(List.of(new GaussianMixture.Component(0, 1, List.of(12.0), 0.5)));
    ArrayData data = far.sample(4096, 1).data("far", manager);
    // One step: 500 updates of D, and one of G that changes next to nothing.
    Schedule none = new Schedule.Constant(0);
    var still = new Optimizer.Sgd(new Schedule.Constant(1e-12), none, 0, false);
    var adam = new Optimizer.Adam(2e-3, 0.5, 0.999);
    Gan method =
        Gan.builder(data)
            .backbone(new Backbone.ReluMlp(1, 0, 1, 32, 2))
            .recipe(new Recipe(256, 1, 500, still, adam, Averaging.NONE))
            .build();
    try (Run run =
        Training.of(method).on(data).device(Device.cpu()).steps(1).directory(folder).start()) {
      NDArray generated = run.samples(manager, 1000, 2);
      assertThat(generated.max().getFloat()).isLessThan(8); // the data are above 9
      double minimax = gradientNorm(run, new AdversarialLoss.Minimax());
      double nonSaturating = gradientNorm(run, new AdversarialLoss.NonSaturating());
      assertThat(nonSaturating).isGreaterThan(1e-3);
      assertThat(minimax).isLessThan(0.01 * nonSaturating);
    }
  }

  /** Of the generator's objective by its parameters. */
  private double gradientNorm(Run run, AdversarialLoss loss) {
    Generator generator = run.generator();
    return Torch.seeded(
        3,
        () -> {
          try (var scope = new NDScope();
              var recording = Autograd.record()) {
            NDArray x = generator.forward(generator.sampleLatents(manager, 1000), null, true);
            NDArray logits =
                run.network("discriminator").forward(new NDList(x), true).singletonOrThrow();
            NDList gradients = Autograd.grad(loss.generator(logits), generator.trainable());
            double squares = gradients.stream().mapToDouble(g -> g.square().sum().getFloat()).sum();
            return Math.sqrt(squares);
          }
        });
  }
}
