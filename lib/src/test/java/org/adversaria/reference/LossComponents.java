package org.adversaria.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.adversaria.augmentations.DiffAugment;
import org.adversaria.augmentations.FlipTranslate;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.losses.MultiClassLoss;
import org.adversaria.methods.AcGan;
import org.adversaria.methods.AdcGan;
import org.adversaria.methods.AmGan;
import org.adversaria.methods.GanSettings;
import org.adversaria.methods.Recipe;
import org.adversaria.methods.TacGan;
import org.adversaria.methods.TwoPlayerGan;
import org.adversaria.models.Backbone;
import org.adversaria.models.Projection;
import org.adversaria.nn.ArrayTree;
import org.adversaria.nn.Embedding;
import org.adversaria.nn.Linear;
import org.adversaria.nn.StateDict;
import org.adversaria.nn.TorchBlock;
import org.adversaria.regularizers.Bcr;
import org.adversaria.regularizers.Cr;
import org.adversaria.regularizers.LatentOptimisation;
import org.adversaria.regularizers.Orthogonal;
import org.adversaria.regularizers.Zcr;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Torch;
import org.adversaria.torch.TorchOps;
import org.adversaria.training.GanStep;

/** The registry's part for classifier losses, augmentations and regularizers. */
final class LossComponents {

  private LossComponents() {}

  static Map<String, Component> all() {
    var components = new LinkedHashMap<String, Component>();
    classifier(components, "acgan", LossComponents::acGan);
    classifier(components, "tacgan", LossComponents::tacGan);
    classifier(components, "amgan", LossComponents::amGan);
    classifier(components, "adcgan", LossComponents::adcGan);
    components.put("losses.projection.discriminator", (r, m) -> projection(r, m, true));
    components.put("losses.projection.generator", (r, m) -> projection(r, m, false));
    components.put("augment.diffaugment", LossComponents::diffAugment);
    components.put("augment.fliptranslate", LossComponents::flipTranslate);
    components.put("regularizers.consistency", LossComponents::consistency);
    components.put("regularizers.orthogonal", LossComponents::orthogonal);
    components.put("regularizers.latentoptimisation", LossComponents::latentOptimisation);
    return components;
  }

  /** A method's own terms, without its adversarial loss, on given outputs of D. */
  private static <O> void classifier(
      Map<String, Component> components,
      String kind,
      Function<ReferenceCase, ClassifierCase<O>> method) {
    components.put(
        "losses." + kind + ".discriminator",
        (reference, manager) ->
            ReferenceComponents.loss(
                reference,
                manager,
                in -> {
                  ClassifierCase<O> one = method.apply(reference);
                  return one.method.discriminatorTerms(one.step(in)).total();
                }));
    components.put(
        "losses." + kind + ".generator",
        (reference, manager) ->
            ReferenceComponents.loss(
                reference,
                manager,
                in -> {
                  ClassifierCase<O> one = method.apply(reference);
                  return one.method.generatorTerms(one.step(in)).total();
                }));
  }

  /** A method, and what its D returns where its heads return given logits. */
  private record ClassifierCase<O>(TwoPlayerGan<O, ?> method, OutputOf<O> output) {

    /** From a logit that no term is made of, the logits of the classifier and of its twin. */
    private interface OutputOf<O> {
      O of(NDArray logit, NDArray classes, NDArray twin);
    }

    GanStep<O> step(Map<String, NDArray> in) {
      return new GanStep<O>(null, null, x -> x, ArrayTree::flatten)
          .with(samples(in, "real"), samples(in, "fake"));
    }

    private GanStep.Samples<O> samples(Map<String, NDArray> in, String side) {
      NDArray none = in.values().iterator().next().getManager().zeros(new Shape(1));
      return GanStep.Samples.of(
          in.get(side + "Labels"), output.of(none, in.get(side), in.get(side + "Twin")));
    }
  }

  private static ClassifierCase<AcGan.Output> acGan(ReferenceCase reference) {
    double weight = discriminatorWeight(reference);
    double fake = reference.booleanSetting("classifiesFake", true) ? weight : 0;
    var objective =
        new AcGan.Objective(form(reference), 0, weight, fake, generatorWeight(reference));
    return new ClassifierCase<>(
        new AcGan(settings(objective)), (logit, classes, twin) -> new AcGan.Output(logit, classes));
  }

  private static ClassifierCase<TacGan.Output> tacGan(ReferenceCase reference) {
    var objective =
        new TacGan.Objective(
            form(reference), 0, discriminatorWeight(reference), generatorWeight(reference));
    return new ClassifierCase<>(
        new TacGan(settings(objective)),
        (logit, classes, twin) -> new TacGan.Output(logit, classes, twin));
  }

  private static ClassifierCase<NDArray> amGan(ReferenceCase reference) {
    var objective =
        new AmGan.Objective(
            form(reference), discriminatorWeight(reference), generatorWeight(reference));
    return new ClassifierCase<>(new AmGan(settings(objective)), (logit, classes, twin) -> classes);
  }

  private static ClassifierCase<AdcGan.Output> adcGan(ReferenceCase reference) {
    var objective =
        new AdcGan.Objective(
            form(reference), 0, discriminatorWeight(reference), generatorWeight(reference));
    return new ClassifierCase<>(
        new AdcGan(settings(objective)),
        (logit, classes, twin) -> new AdcGan.Output(logit, classes));
  }

  /** Networks and recipe have no part in the terms. */
  static <T extends Record> GanSettings<T> settings(T objective) {
    return GanSettings.of(
        "reference",
        new Backbone.Mlp(1, 1, 1, 1),
        new AdversarialLoss.Hinge(),
        objective,
        Recipe.adam(1, 1, 0, 0));
  }

  private static MultiClassLoss form(ReferenceCase reference) {
    return MultiClassLoss.valueOf(
        reference.textSetting("form", "cross_entropy").toUpperCase(Locale.ROOT));
  }

  private static double discriminatorWeight(ReferenceCase reference) {
    return reference.doubleSetting("discriminatorWeight", 1);
  }

  private static double generatorWeight(ReferenceCase reference) {
    return reference.doubleSetting("generatorWeight", 1);
  }

  /** The head with its state, and the hinge on its logits. */
  private static Map<String, NDArray> projection(
      ReferenceCase reference, NDManager manager, boolean discriminator) {
    Map<String, NDArray> state = reference.state(manager);
    Shape table = state.get("embed.weight").getShape();
    var head = new Projector((int) table.get(0), (int) table.get(1));
    head.initialize(manager);
    StateDict.load(head, state, reference.toString());
    Map<String, NDArray> inputs = reference.inputs(manager);
    var variables = new LinkedHashMap<>(head.stateDict());
    variables.putAll(inputs);
    try (var recording = Autograd.record()) {
      ReferenceComponents.requireGradients(reference, inputs);
      NDArray fake = head.logits(inputs.get("fake"), inputs.get("fakeLabels"));
      var hinge = new AdversarialLoss.Hinge();
      NDArray value =
          discriminator
              ? hinge.discriminator(head.logits(inputs.get("real"), inputs.get("realLabels")), fake)
              : hinge.generator(fake);
      var outputs = new LinkedHashMap<>(Map.of("loss", value));
      ReferenceComponents.putGradients(reference, value, variables, outputs);
      return outputs;
    }
  }

  private static Map<String, NDArray> diffAugment(ReferenceCase reference, NDManager manager) {
    List<String> policies = Arrays.asList(reference.textSetting("policy").split(","));
    var augment =
        new DiffAugment(
            policies.contains("color"),
            policies.contains("translation"),
            policies.contains("cutout"));
    return ReferenceComponents.probed(
        reference,
        manager,
        in ->
            seeded(reference)
                ? augment.apply(in.get("x"))
                : augment.apply(
                    in.get("x"),
                    new DiffAugment.Draws(
                        in.get("color"), in.get("translation"), in.get("cutout"))));
  }

  private static Map<String, NDArray> flipTranslate(ReferenceCase reference, NDManager manager) {
    var augment = new FlipTranslate();
    return ReferenceComponents.probed(
        reference,
        manager,
        in ->
            seeded(reference)
                ? augment.apply(in.get("x"))
                : augment.apply(
                    in.get("x"), new FlipTranslate.Draws(in.get("flip"), in.get("translation"))));
  }

  /** Sets the seed of a case that has one in place of draws. */
  private static boolean seeded(ReferenceCase reference) {
    boolean seed = reference.settings().has("seed");
    if (seed) {
      Torch.setSeed(reference.intSetting("seed"));
    }
    return seed;
  }

  private static Map<String, NDArray> consistency(ReferenceCase reference, NDManager manager) {
    return ReferenceComponents.loss(
        reference,
        manager,
        in ->
            switch (reference.textSetting("kind")) {
              case "cr" ->
                  new Cr(reference.doubleSetting("lambda"))
                      .penalty(new NDList(in.get("real")), new NDList(in.get("realView")));
              case "bcr" ->
                  new Bcr(
                          reference.doubleSetting("lambdaReal"),
                          reference.doubleSetting("lambdaFake"))
                      .penalty(
                          new NDList(in.get("real")),
                          new NDList(in.get("realView")),
                          new NDList(in.get("fake")),
                          new NDList(in.get("fakeView")));
              default -> latent(reference, in.get("fake"), in.get("fakeView"));
            });
  }

  private static NDArray latent(ReferenceCase reference, NDArray fake, NDArray view) {
    var regularizer =
        new Zcr(
            reference.doubleSetting("lambdaDiscriminator"),
            reference.doubleSetting("lambdaGenerator"),
            0);
    return reference.textSetting("player").equals("generator")
        ? regularizer.generator(fake, view)
        : regularizer.discriminator(new NDList(fake), new NDList(view));
  }

  private static Map<String, NDArray> orthogonal(ReferenceCase reference, NDManager manager) {
    var form =
        Orthogonal.Form.valueOf(reference.textSetting("form", "modified").toUpperCase(Locale.ROOT));
    var regularizer = new Orthogonal(reference.doubleSetting("beta"), form);
    return ReferenceComponents.loss(
        reference, manager, in -> regularizer.penalty(new NDList(in.values())));
  }

  /** The hinge with moved latents, of networks with two hidden tanh layers each. */
  private static Map<String, NDArray> latentOptimisation(
      ReferenceCase reference, NDManager manager) {
    var optimisation =
        new LatentOptimisation(ascent(reference)).withCost(reference.doubleSetting("lambda"));
    var variables = new LinkedHashMap<>(reference.state(manager));
    variables.putAll(reference.inputs(manager));
    try (var recording = Autograd.record()) {
      ReferenceComponents.requireGradients(reference, variables);
      UnaryOperator<NDArray> generator = z -> Activation.tanh(tanhNetwork(z, variables, "G."));
      UnaryOperator<NDArray> discriminator = x -> tanhNetwork(x, variables, "D.").reshape(-1);
      LatentOptimisation.Moved moved =
          optimisation.move(
              variables.get("z"),
              variables.get("mask"),
              z -> discriminator.apply(generator.apply(z)));
      NDArray fake = discriminator.apply(generator.apply(moved.z()));
      var hinge = new AdversarialLoss.Hinge();
      NDArray adversarial =
          reference.textSetting("player").equals("generator")
              ? hinge.generator(fake)
              : hinge.discriminator(discriminator.apply(variables.get("real")), fake);
      NDArray loss = adversarial.add(TorchOps.scale(moved.cost(), optimisation.lambda()));
      var outputs = new LinkedHashMap<>(Map.of("z", moved.z(), "cost", moved.cost(), "loss", loss));
      ReferenceComponents.putGradients(reference, loss, variables, outputs);
      return outputs;
    }
  }

  private static LatentOptimisation.Ascent ascent(ReferenceCase reference) {
    double alpha = reference.doubleSetting("alpha");
    return reference.textSetting("kind").equals("natural")
        ? new LatentOptimisation.NaturalGradient(alpha, reference.doubleSetting("beta"))
        : new LatentOptimisation.GradientAscent(alpha);
  }

  /** Three affine maps with tanh between them. */
  private static NDArray tanhNetwork(NDArray x, Map<String, NDArray> weights, String prefix) {
    NDArray first = Activation.tanh(ReferenceComponents.linear(x, weights, prefix + "0"));
    NDArray second = Activation.tanh(ReferenceComponents.linear(first, weights, prefix + "2"));
    return ReferenceComponents.linear(second, weights, prefix + "4");
  }

  /** A projection discriminator from its features on. */
  private static final class Projector extends TorchBlock {

    private final Linear linear;
    private final Embedding embed;

    Projector(int classes, int width) {
      linear = child("linear", new Linear(width, 1));
      embed = child("embed", new Embedding(classes, width));
    }

    @Override
    public NDList forward(NDList inputs, boolean training) {
      NDArray vectors = embed.forward(inputs.get(1), training);
      NDArray psi = linear.forward(inputs.get(0), training);
      return new NDList(Projection.logits(psi, vectors, inputs.get(0)));
    }

    NDArray logits(NDArray features, NDArray labels) {
      return forward(new NDList(features, labels), true).singletonOrThrow();
    }
  }
}
