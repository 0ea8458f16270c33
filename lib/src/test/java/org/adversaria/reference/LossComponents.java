package org.adversaria.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.adversaria.augmentations.DiffAugment;
import org.adversaria.augmentations.FlipTranslate;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.losses.ClassLogits;
import org.adversaria.losses.ClassifierLoss;
import org.adversaria.losses.ClassifierLoss.AcGan;
import org.adversaria.losses.ClassifierLoss.AdcGan;
import org.adversaria.losses.ClassifierLoss.AmGan;
import org.adversaria.losses.ClassifierLoss.Form;
import org.adversaria.losses.ClassifierLoss.TacGan;
import org.adversaria.models.Projection;
import org.adversaria.nn.Embedding;
import org.adversaria.nn.Linear;
import org.adversaria.nn.StateDict;
import org.adversaria.nn.TorchBlock;
import org.adversaria.regularizers.Consistency;
import org.adversaria.regularizers.Orthogonal;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.Torch;

/** The registry's part for classifier losses, augmentations and regularizers. */
final class LossComponents {

  private LossComponents() {}

  static Map<String, Component> all() {
    var components = new LinkedHashMap<String, Component>();
    classifier(components, "acgan", LossComponents::acGan);
    classifier(
        components, "tacgan", r -> new TacGan(form(r), discriminatorWeight(r), generatorWeight(r)));
    classifier(
        components, "amgan", r -> new AmGan(form(r), discriminatorWeight(r), generatorWeight(r)));
    classifier(
        components, "adcgan", r -> new AdcGan(form(r), discriminatorWeight(r), generatorWeight(r)));
    components.put("losses.projection.discriminator", (r, m) -> projection(r, m, true));
    components.put("losses.projection.generator", (r, m) -> projection(r, m, false));
    components.put("augment.diffaugment", LossComponents::diffAugment);
    components.put("augment.fliptranslate", LossComponents::flipTranslate);
    components.put("regularizers.consistency", LossComponents::consistency);
    components.put("regularizers.orthogonal", LossComponents::orthogonal);
    return components;
  }

  private static void classifier(
      Map<String, Component> components,
      String kind,
      Function<ReferenceCase, ClassifierLoss> loss) {
    components.put(
        "losses." + kind + ".discriminator",
        (reference, manager) ->
            ReferenceComponents.loss(
                reference,
                manager,
                in -> loss.apply(reference).discriminator(batch(in, "real"), batch(in, "fake"))));
    components.put(
        "losses." + kind + ".generator",
        (reference, manager) ->
            ReferenceComponents.loss(
                reference, manager, in -> loss.apply(reference).generator(batch(in, "fake"))));
  }

  private static ClassLogits batch(Map<String, NDArray> in, String side) {
    return new ClassLogits(in.get(side + "Labels"), in.get(side), in.get(side + "Twin"));
  }

  private static ClassifierLoss acGan(ReferenceCase reference) {
    return new AcGan(
        form(reference),
        discriminatorWeight(reference),
        generatorWeight(reference),
        reference.booleanSetting("classifiesFake", true));
  }

  private static Form form(ReferenceCase reference) {
    return Form.valueOf(reference.textSetting("form", "cross_entropy").toUpperCase(Locale.ROOT));
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
                  new Consistency.Cr(reference.doubleSetting("lambda"))
                      .penalty(in.get("real"), in.get("realView"));
              case "bcr" ->
                  new Consistency.Bcr(
                          reference.doubleSetting("lambdaReal"),
                          reference.doubleSetting("lambdaFake"))
                      .penalty(
                          in.get("real"), in.get("realView"), in.get("fake"), in.get("fakeView"));
              default -> latent(reference, in.get("fake"), in.get("fakeView"));
            });
  }

  private static NDArray latent(ReferenceCase reference, NDArray fake, NDArray view) {
    var regularizer =
        new Consistency.Zcr(
            reference.doubleSetting("lambdaDiscriminator"),
            reference.doubleSetting("lambdaGenerator"),
            0);
    return reference.textSetting("player").equals("generator")
        ? regularizer.generator(fake, view)
        : regularizer.discriminator(fake, view);
  }

  private static Map<String, NDArray> orthogonal(ReferenceCase reference, NDManager manager) {
    var form =
        Orthogonal.Form.valueOf(reference.textSetting("form", "modified").toUpperCase(Locale.ROOT));
    var regularizer = new Orthogonal(reference.doubleSetting("beta"), form);
    return ReferenceComponents.loss(
        reference, manager, in -> regularizer.penalty(new NDList(in.values())));
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
