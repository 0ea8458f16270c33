package org.adversaria.methods;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.adversaria.data.Batch;
import org.adversaria.data.ImageData;
import org.adversaria.data.Shapes;
import org.adversaria.losses.ImageDistance.Cosine;
import org.adversaria.losses.ImageDistance.Pixels;
import org.adversaria.methods.StyleBasedGan.StyleNetworks;
import org.adversaria.models.stylegan2.GleadDiscriminator.Output;
import org.adversaria.models.stylegan2.NoiseMode;
import org.adversaria.models.stylegan2.StyleGan2Sizes;
import org.adversaria.models.stylegan2.StyleGan2Synthesis;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Torch;
import org.adversaria.training.Step;
import org.adversaria.training.Terms;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who learns what by the terms of GLeaD's task. */
class GleadTest {

  private static final ImageData DATA = Shapes.builder().size(20).build();

  private static final StyleGan2Sizes SIZES =
      StyleGan2Sizes.of(32).withChannels(128, 6).withMapping(5, 4, 2).withDiscriminator(true, 2);

  private static final int START = 8;

  private final NDManager manager = NDManager.newBaseManager();

  @BeforeEach
  void seed() {
    Torch.setSeed(4);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /** A method with one of the task's terms. */
  private static Glead glead(double real, double fake, double features, int decoder) {
    UnaryOperator<Glead.Objective> task =
        preset ->
            new Glead.Objective(
                START,
                features > 0 || fake > 0 ? new Cosine() : new Pixels(),
                real,
                fake,
                new Cosine(),
                features,
                decoder,
                1);
    return Glead.builder(DATA).sizes(SIZES).batchSize(2).objective(task).build();
  }

  private StyleNetworks<Output> networks(Glead method) {
    StyleNetworks<Output> networks = method.newNetworks();
    networks.byName().values().forEach(network -> network.initialize(manager));
    return networks;
  }

  private Step step() {
    Batch batch = Batch.of(DATA, manager, 3, 7);
    return new Step(0, 2, manager, () -> batch, batch::y);
  }

  /** Whether each parameter learns; what takes no part in a term does not. */
  private static Map<String, Boolean> reached(NDArray loss, TorchBlock network) {
    var reached = new TreeMap<String, Boolean>();
    NDList slopes = Autograd.grad(loss, network.trainable(), true);
    int i = 0;
    for (var pair : network.getParameters()) {
      if (pair.getValue().requiresGradient()) {
        reached.put(pair.getKey(), slopes.get(i).abs().max().getFloat() > 0);
        i++;
      }
    }
    return reached;
  }

  /** The features and the branch learn the task; what only the logit is made of does not. */
  private static void assertTheTaskTeaches(TorchBlock discriminator, NDArray term) {
    reached(term, discriminator)
        .forEach((name, learns) -> assertThat(learns).as(name).isEqualTo(!name.startsWith("b4.")));
  }

  @Test
  void makingRealImagesAgainTeachesTheFeaturesAndTheBranchAndNotTheLogit() {
    Glead method = glead(10, 0, 0, START);
    StyleNetworks<Output> networks = networks(method);
    try (var recording = Autograd.record()) {
      Terms terms = method.discriminatorTerms(step(), networks);
      assertThat(terms.logged()).doesNotContainKeys("task_fake", "task_features");
      assertTheTaskTeaches(networks.discriminator(), terms.logged().get("task_real"));
    }
  }

  @Test
  void makingGeneratedImagesAgainTeachesTheSameAndNothingToTheGeneratorsMapping() {
    Glead method = glead(0, 3, 0, 2 * START);
    StyleNetworks<Output> networks = networks(method);
    try (var recording = Autograd.record()) {
      Terms terms = method.discriminatorTerms(step(), networks);
      assertThat(terms.logged()).doesNotContainKeys("task_real", "task_features");
      NDArray task = terms.logged().get("task_fake");
      assertTheTaskTeaches(networks.discriminator(), task);
      // G only decodes: its first blocks and its mapping take no part in it.
      reached(task, networks.generator())
          .forEach(
              (name, learns) -> {
                if (!name.startsWith("synthesis.b16") && !name.startsWith("synthesis.b32")) {
                  assertThat(learns).as(name).isFalse();
                }
              });
    }
  }

  @Test
  void matchingFeaturesTeachesTheBranchAndNothingToTheGenerator() {
    Glead method = glead(0, 0, 10, START);
    StyleNetworks<Output> networks = networks(method);
    try (var recording = Autograd.record()) {
      Terms terms = method.discriminatorTerms(step(), networks);
      assertThat(terms.logged()).doesNotContainKeys("task_real", "task_fake");
      NDArray task = terms.logged().get("task_features");
      assertTheTaskTeaches(networks.discriminator(), task);
      assertThat(reached(task, networks.generator()).values()).containsOnly(false);
    }
  }

  /** G minimises StyleGAN2's terms: the task is D's alone. */
  @Test
  void theGeneratorHasNoTermOfTheTask() {
    Glead method = glead(10, 3, 0, START);
    StyleNetworks<Output> networks = networks(method);
    try (var recording = Autograd.record()) {
      Terms terms = method.generatorTerms(step(), networks);
      assertThat(terms.logged()).containsOnlyKeys("loss_generator");
      assertThat(reached(terms.total(), networks.discriminator())).containsValue(true);
    }
  }

  /** The task on images of the data is part of the updates of R1. */
  @Test
  void theTaskStandsBesideR1() {
    Glead method = glead(10, 3, 0, START);
    StyleNetworks<Output> networks = networks(method);
    try (var recording = Autograd.record()) {
      Terms terms = method.r1Terms(step(), networks);
      assertThat(terms.logged().keySet()).containsExactly("task_real", "r1");
    }
  }

  /** What D decodes of features of G at the start is made into images of the whole size. */
  @Test
  void imagesAreMadeAgainFromTheStart() {
    Glead method = glead(10, 3, 0, 2 * START);
    StyleNetworks<Output> networks = networks(method);
    NDArray x = step().real().x();
    Output decoded = networks.discriminator().forward(x, null, true);
    StyleGan2Synthesis synthesis = networks.generator().synthesis();
    NDArray again = Glead.reconstruct(decoded, synthesis, START, NoiseMode.NONE);
    assertThat(again.getShape()).isEqualTo(x.getShape());
    assertThat(Glead.reconstruct(decoded, synthesis, START, NoiseMode.NONE)).isEqualTo(again);
  }
}
