package org.adversaria.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.TreeMap;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.losses.MultiClassLoss;
import org.adversaria.models.Backbone;
import org.adversaria.nn.ArrayTree;
import org.adversaria.torch.Autograd;
import org.adversaria.training.GanStep;
import org.adversaria.training.GanStep.Samples;
import org.adversaria.training.Terms;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The classifiers' terms by hand, of outputs that are known. */
class ClassifierTermsTest {

  private static final double LOG_2 = Math.log(2);
  private static final MultiClassLoss FORM = MultiClassLoss.CROSS_ENTROPY;

  private final NDManager manager = NDManager.newBaseManager();
  private final NDArray noLogit = manager.create(new float[] {0, 0});

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void acGanLeavesGeneratedImagesOutOfTheClassifierOnRequest() {
    NDArray even = manager.create(new float[][] {{0, 0}});
    GanStep<AcGan.Output> step =
        step(
            Samples.of(labels(0), new AcGan.Output(noLogit, even)),
            Samples.of(labels(1), new AcGan.Output(noLogit, even)));
    AcGan both = acGan(new AcGan.Objective(FORM, 0, 0.5, 0.25, 3));
    AcGan realOnly = acGan(new AcGan.Objective(FORM, 0, 0.5, 0, 3));
    assertThat(total(both.discriminatorTerms(step)))
        .isEqualTo((float) (0.75 * LOG_2), within(1e-6f));
    assertThat(total(realOnly.discriminatorTerms(step)))
        .isEqualTo((float) (0.5 * LOG_2), within(1e-6f));
    assertThat(total(both.generatorTerms(step))).isEqualTo((float) (3 * LOG_2), within(1e-6f));
    assertThat(both.discriminatorTerms(step).logged().keySet())
        .containsExactly("classifier_discriminator", "classifier_fake", "logit_real", "logit_fake");
  }

  /** Real images have their own classes, generated ones those that they were asked for. */
  @Test
  void acGansTermsReadTheirOwnLabels() {
    NDArray ofReal = manager.create(new float[][] {{60, 0}});
    NDArray ofFake = manager.create(new float[][] {{0, 30}});
    GanStep<AcGan.Output> step =
        step(
            Samples.of(labels(1), new AcGan.Output(noLogit, ofReal)),
            Samples.of(labels(0), new AcGan.Output(noLogit, ofFake)));
    AcGan acGan = acGan(new AcGan.Objective(FORM, 0, 1, 2, 5));
    Terms terms = acGan.discriminatorTerms(step);
    assertThat(terms.logged().get("classifier_discriminator").getFloat()).isEqualTo(60);
    assertThat(terms.logged().get("classifier_fake").getFloat()).isEqualTo(2 * 30);
    assertThat(total(acGan.generatorTerms(step))).isEqualTo(5 * 30);
  }

  @Test
  void tacGanSetsTheGeneratorAgainstTheTwin() {
    NDArray sure = manager.create(new float[][] {{60, 0}, {0, 60}});
    NDArray even = manager.create(new float[][] {{0, 0}, {0, 0}});
    TacGan tacGan = new TacGan(settings(new TacGan.Objective(FORM, 0, 1, 1)));
    // What C says of generated images and T of real ones is nobody's concern.
    GanStep<TacGan.Output> trained =
        step(
            Samples.of(labels(0, 1), new TacGan.Output(noLogit, sure, even)),
            Samples.of(labels(0, 1), new TacGan.Output(noLogit, even, sure)));
    assertThat(total(tacGan.discriminatorTerms(trained))).isZero();
    GanStep<TacGan.Output> generated =
        step(null, Samples.of(labels(0, 1), new TacGan.Output(noLogit, sure, even)));
    assertThat(total(tacGan.generatorTerms(generated))).isEqualTo((float) -LOG_2, within(1e-6f));
  }

  @Test
  void amGanTakesTheLastClassForGenerated() {
    AmGan amGan = new AmGan(settings(new AmGan.Objective(FORM, 1, 1)));
    NDArray real = manager.create(new float[][] {{60, 0, 0}, {0, 60, 0}});
    NDArray seenThrough = manager.create(new float[][] {{0, 0, 60}, {0, 0, 60}});
    NDArray y = labels(0, 1);
    GanStep<NDArray> step = step(Samples.of(y, real), Samples.of(y, seenThrough));
    assertThat(total(amGan.discriminatorTerms(step))).isZero();
    assertThat(total(amGan.generatorTerms(step))).isEqualTo(60);
    assertThat(total(amGan.generatorTerms(step(null, Samples.of(y, real))))).isZero();
    // The classifier is the discriminator: there is no other loss.
    assertThat(amGan.discriminatorTerms(step).logged())
        .containsOnlyKeys("classifier_discriminator");
  }

  @Test
  void adcGanPutsRealBesideGenerated() {
    AdcGan adcGan = new AdcGan(settings(new AdcGan.Objective(FORM, 0, 1, 0.5)));
    NDArray real = manager.create(new float[][] {{0, 0, 60, 0}});
    NDArray fake = manager.create(new float[][] {{0, 0, 0, 60}});
    GanStep<AdcGan.Output> step =
        step(
            Samples.of(labels(1), new AdcGan.Output(noLogit, real)),
            Samples.of(labels(1), new AdcGan.Output(noLogit, fake)));
    assertThat(total(adcGan.discriminatorTerms(step))).isZero();
    assertThat(total(adcGan.generatorTerms(step))).isEqualTo(30);
  }

  @Test
  void theGeneratorOfAdcGanSeesTheDifferenceOfTwoLogits() {
    NDArray logits =
        manager.create(new float[][] {{0.5f, -1, 2, 1, 0, 3}, {1, 0, -1, 2, 0.5f, 0.25f}});
    logits.setRequiresGradient(true);
    AdcGan adcGan = new AdcGan(settings(new AdcGan.Objective(FORM, 0, 1, 1)));
    try (var recording = Autograd.record()) {
      GanStep<AdcGan.Output> step =
          step(null, Samples.of(labels(2, 0), new AdcGan.Output(noLogit, logits)));
      NDArray value = adcGan.generatorTerms(step).total();
      assertThat(value.getFloat()).isEqualTo((3 - 1) / 2f, within(1e-6f));
      float[] slope = Autograd.grad(value, new NDList(logits)).get(0).toFloatArray();
      assertThat(slope)
          .containsExactly(
              new float[] {0, 0, 0, 0, -0.5f, 0.5f, -0.5f, 0.5f, 0, 0, 0, 0}, within(1e-7f));
    }
  }

  /** Both terms stand in one objective, each with its weight. */
  @Test
  void theAdversarialLossHasAWeightToo() {
    NDArray even = manager.create(new float[][] {{0, 0}, {0, 0}});
    GanStep<AcGan.Output> step =
        step(
            Samples.of(labels(0, 1), new AcGan.Output(manager.create(new float[] {0, 0.5f}), even)),
            Samples.of(labels(0, 1), new AcGan.Output(manager.create(new float[] {3, 1}), even)));
    AcGan acGan = acGan(new AcGan.Objective(FORM, 2, 1, 0, 1));
    // Hinge: (1 + 0.5) / 2 on real and (4 + 2) / 2 on generated images.
    Map<String, NDArray> terms = acGan.discriminatorTerms(step).logged();
    assertThat(terms.get("loss_discriminator").getFloat()).isEqualTo(2 * (0.75f + 3));
    assertThat(terms.get("logit_real").getFloat()).isEqualTo(0.25f);
    assertThat(terms.get("logit_fake").getFloat()).isEqualTo(2);
    assertThat(acGan.generatorTerms(step).logged().get("loss_generator").getFloat())
        .isEqualTo(2 * -2);
  }

  @Test
  void headsAreAsWideAsTheLossNeeds() {
    assertThat(heads(acGan(AcGan.Objective.of(1))))
        .isEqualTo(Map.of("gan_linear.weight", 1L, "aux_linear.weight", 10L));
    assertThat(heads(new TacGan(settings(TacGan.Objective.of(1)))))
        .isEqualTo(
            Map.of("gan_linear.weight", 1L, "aux_linear.weight", 10L, "mi_linear.weight", 10L));
    assertThat(heads(new AmGan(settings(AmGan.Objective.of(1)))))
        .isEqualTo(Map.of("am.weight", 11L));
    assertThat(heads(new AdcGan(settings(AdcGan.Objective.of(1)))))
        .isEqualTo(Map.of("gan_linear.weight", 1L, "aux_linear.weight", 20L));
  }

  /** The outputs of the weights that are not the body's. */
  private static Map<String, Long> heads(TwoPlayerGan<?, ?> method) {
    var heads = new TreeMap<String, Long>();
    method
        .newNetworks()
        .discriminator()
        .getParameters()
        .forEach(
            pair -> {
              if (!pair.getKey().startsWith("encode.") && pair.getKey().endsWith("weight")) {
                heads.put(pair.getKey(), pair.getValue().getShape().get(0));
              }
            });
    return heads;
  }

  private static AcGan acGan(AcGan.Objective objective) {
    return new AcGan(settings(objective));
  }

  private static <T extends Record> GanSettings<T> settings(T objective) {
    return GanSettings.of(
        "line",
        new Backbone.Mlp(2, 10, 1, 8),
        new AdversarialLoss.Hinge(),
        objective,
        Recipe.adam(2, 1e-3, 0, 0.99));
  }

  private static <O> GanStep<O> step(Samples<O> real, Samples<O> fake) {
    return new GanStep<O>(null, null, x -> x, ArrayTree::flatten).with(real, fake);
  }

  private static float total(Terms terms) {
    return terms.total().getFloat();
  }

  private NDArray labels(long... values) {
    return manager.create(values);
  }
}
