package org.adversaria.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.losses.ImageDistance;
import org.adversaria.methods.CsGan;
import org.adversaria.methods.Recipe;
import org.adversaria.methods.Translation;
import org.adversaria.methods.TranslationSettings;
import org.adversaria.models.PatchDiscriminator;
import org.adversaria.models.ResnetGenerator;
import org.adversaria.models.TranslationNorm;
import org.adversaria.models.TranslationSizes;
import org.adversaria.nn.ReflectionPad;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.TorchOps;
import org.adversaria.training.Terms;

/**
 * The registry's part for CycleGAN and CSGAN. The published code names networks by their direction:
 * its D_A is the discriminator of B.
 */
final class TranslationComponents {

  private static final AdversarialLoss LOSS = new AdversarialLoss.CycleGanLeastSquares();

  /** The terms of the generators by the names of the cases. */
  private static final Map<String, String> PARTS =
      Map.of(
          "gan_ab", "adversarialA",
          "gan_ba", "adversarialB",
          "cycle_a", "cycleA",
          "cycle_b", "cycleB",
          "synthesized_a", "synthesizedA",
          "synthesized_b", "synthesizedB");

  private TranslationComponents() {}

  static Map<String, Component> all() {
    var components = new TreeMap<String, Component>();
    put(components, "layers.reflectionpad", TranslationComponents::reflectionPad);
    put(components, "models.csgan.generator", TranslationComponents::generator);
    put(components, "models.csgan.discriminator", TranslationComponents::discriminator);
    loss(
        components, "discriminator", (r, in) -> LOSS.discriminator(in.get("real"), in.get("fake")));
    loss(components, "adversarial", (r, in) -> LOSS.generator(in.get("fake")));
    loss(
        components,
        "cycle",
        (r, in) ->
            TorchOps.scale(
                new ImageDistance.Absolute().of(in.get("recovered"), in.get("real")),
                r.doubleSetting("weight")));
    loss(components, "synthesized", TranslationComponents::synthesized);
    components.put("losses.csgan.generator", TranslationComponents::generatorTerms);
    return components;
  }

  private static void put(
      Map<String, Component> components, String name, Function<ReferenceCase, TorchBlock> build) {
    components.put(
        name,
        (reference, manager) -> LayerComponents.run(reference, manager, build.apply(reference)));
  }

  /** A scalar of the inputs of a case. */
  private interface Loss {
    NDArray of(ReferenceCase reference, Map<String, NDArray> inputs);
  }

  private static void loss(Map<String, Component> components, String name, Loss loss) {
    components.put(
        "losses.csgan." + name,
        (reference, manager) ->
            ReferenceComponents.loss(reference, manager, in -> loss.of(reference, in)));
  }

  private static TorchBlock reflectionPad(ReferenceCase reference) {
    JsonNode padding = reference.settings().path("padding");
    return padding.isArray()
        ? new ReflectionPad(
            padding.get(0).intValue(),
            padding.get(1).intValue(),
            padding.get(2).intValue(),
            padding.get(3).intValue())
        : new ReflectionPad(reference.intSetting("padding"));
  }

  private static TorchBlock generator(ReferenceCase reference) {
    return new ResnetGenerator(
        new ResnetGenerator.Settings(
            reference.intSetting("inChannels"),
            reference.intSetting("outChannels"),
            reference.intSetting("width"),
            reference.intSetting("blocks"),
            norm(reference)));
  }

  private static TorchBlock discriminator(ReferenceCase reference) {
    return new PatchDiscriminator(
        new PatchDiscriminator.Settings(
            reference.intSetting("inChannels"),
            reference.intSetting("width"),
            reference.intSetting("layers"),
            norm(reference)));
  }

  private static TranslationNorm norm(ReferenceCase reference) {
    return TranslationNorm.valueOf(reference.textSetting("norm").toUpperCase(Locale.ROOT));
  }

  /** The published code's: with all other terms 0. */
  private static NDArray synthesized(ReferenceCase reference, Map<String, NDArray> in) {
    NDArray zero = in.get("cycled").zerosLike();
    var translation =
        new Translation(
            zero,
            zero,
            in.get("synthesized"),
            zero,
            in.get("cycled"),
            zero,
            zero.onesLike(),
            zero.onesLike(),
            zero::duplicate,
            zero::duplicate);
    double weight = reference.doubleSetting("weight");
    return method(new CsGan.Objective(0, 0, weight, 0, true)).generatorTerms(translation).total();
  }

  private static Map<String, NDArray> generatorTerms(ReferenceCase reference, NDManager manager) {
    var objective =
        new CsGan.Objective(
            reference.doubleSetting("lambdaA"),
            reference.doubleSetting("lambdaB"),
            reference.doubleSetting("lambdaSynthesized"),
            reference.doubleSetting("lambdaSynthesized"),
            true);
    Map<String, NDArray> inputs = reference.inputs(manager);
    try (var recording = Autograd.record()) {
      ReferenceComponents.requireGradients(reference, inputs);
      Terms terms = method(objective).generatorTerms(translation(inputs));
      var outputs = new LinkedHashMap<String, NDArray>();
      terms.logged().forEach((name, value) -> outputs.put(PARTS.get(name), value));
      outputs.put("loss", terms.total());
      ReferenceComponents.putGradients(reference, terms.total(), inputs, outputs);
      return outputs;
    }
  }

  private static Translation translation(Map<String, NDArray> in) {
    return new Translation(
        in.get("realA"),
        in.get("realB"),
        in.get("fakeA"),
        in.get("fakeB"),
        in.get("recA"),
        in.get("recB"),
        in.get("logitsB"),
        in.get("logitsA"),
        () -> in.get("realA"),
        () -> in.get("realB"));
  }

  /** The sizes have no part in the terms. */
  private static CsGan method(CsGan.Objective objective) {
    return new CsGan(
        new TranslationSettings<>(
            "case",
            TranslationSizes.paper(3, 3, 32, 32),
            LOSS,
            objective,
            0,
            Recipe.adam(1, 2e-4, 0.5, 0.999)));
  }
}
