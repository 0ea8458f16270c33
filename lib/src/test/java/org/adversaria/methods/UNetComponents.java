package org.adversaria.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.adversaria.augmentations.CutMix;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.models.Backbone;
import org.adversaria.models.BigGanLatent;
import org.adversaria.models.BigGanSizes;
import org.adversaria.models.UNetDiscriminator;
import org.adversaria.models.UNetDiscriminator.Output;
import org.adversaria.nn.ArrayTree;
import org.adversaria.nn.SpectralNorm;
import org.adversaria.nn.StateDict;
import org.adversaria.reference.Component;
import org.adversaria.reference.ReferenceCase;
import org.adversaria.reference.ReferenceComponents;
import org.adversaria.torch.Autograd;
import org.adversaria.training.GanStep;
import org.adversaria.training.Schedule;
import org.adversaria.training.Step;
import org.adversaria.training.Terms;

/** The registry's part for U-Net GAN. */
public final class UNetComponents {

  private UNetComponents() {}

  public static Map<String, Component> all() {
    return Map.of(
        "models.unetgan.discriminator", UNetComponents::network,
        "losses.unetgan.discriminator", UNetComponents::discriminator,
        "losses.unetgan.generator", UNetComponents::generator,
        "losses.unetgan.cutmix", UNetComponents::cutMix,
        "losses.unetgan.mask", UNetComponents::mask);
  }

  /** Images are shown to D as tiles; what comes out is the mean of the map's tiles. */
  private static Map<String, NDArray> network(ReferenceCase reference, NDManager manager) {
    var block = new UNetDiscriminator(sizes(reference));
    block.initialize(manager);
    StateDict.load(block, reference.state(manager), reference.toString());
    Map<String, NDArray> state = block.stateDict();
    Map<String, NDArray> in = reference.inputs(manager);
    var variables = new LinkedHashMap<>(state);
    variables.putAll(in);
    var outputs = new LinkedHashMap<String, NDArray>();
    try (var recording = Autograd.record()) {
      ReferenceComponents.requireGradients(reference, in);
      for (int call = 0; call < reference.intSetting("calls", 1); call++) {
        outputs.putAll(outputs(reference, block, in));
      }
      NDArray objective = outputs.get("output").mul(in.get("probe")).sum();
      objective = objective.add(outputs.get("middle").mul(in.get("probeMiddle")).sum());
      ReferenceComponents.putGradients(reference, objective, variables, outputs);
    }
    state.forEach((name, array) -> outputs.put("state." + name, array));
    return outputs;
  }

  private static BigGanSizes sizes(ReferenceCase reference) {
    int[] attention =
        StreamSupport.stream(reference.settings().path("attention").spliterator(), false)
            .mapToInt(JsonNode::intValue)
            .toArray();
    return BigGanSizes.of(reference.intSetting("resolution"), reference.intSetting("classes", 0))
        .withWidth(reference.intSetting("width"))
        .withAttention(attention)
        .withNorm(new SpectralNorm.BigGan(reference.doubleSetting("eps", 1e-12)));
  }

  private static Map<String, NDArray> outputs(
      ReferenceCase reference, UNetDiscriminator block, Map<String, NDArray> in) {
    int tiles = reference.intSetting("tiles", 1);
    boolean training = reference.booleanSetting("training", false);
    NDArray labels = in.get("labels");
    NDArray y =
        reference.intSetting("classes", 0) == 0 ? null : labels.toType(DataType.INT64, false);
    Output output = block.forward(in.get("x").tile(new long[] {1, 1, tiles, tiles}), y, training);
    long size = in.get("x").getShape().get(2);
    NDArray map =
        output
            .pixels()
            .reshape(-1, 1, tiles, size, tiles, size)
            .sum(new int[] {2, 4})
            .div((float) (tiles * tiles));
    return Map.of("output", map, "middle", output.middle().reshape(-1, 1));
  }

  private static Map<String, NDArray> discriminator(ReferenceCase reference, NDManager manager) {
    return ReferenceComponents.loss(
        reference,
        manager,
        in -> {
          UNetGan method = method(reference);
          GanStep<Output> step = step(in);
          Terms terms = method.adversarialTerms(step, new Terms());
          return (reference.booleanSetting("cutmix", false)
                  ? method.mixedTerms(step, output(in, "mixed"), in.get("mask"), terms)
                  : terms)
              .total();
        });
  }

  private static Map<String, NDArray> generator(ReferenceCase reference, NDManager manager) {
    return ReferenceComponents.loss(
        reference, manager, in -> method(reference).generatorTerms(step(in)).total());
  }

  /** The published code's weights, on networks that are not made. */
  private static UNetGan method(ReferenceCase reference) {
    var mixing =
        new UNetGan.Mixing(
            new Schedule.Constant(1),
            false,
            new Schedule.Constant(reference.doubleSetting("mixCoefficient", 1)));
    boolean mixes = reference.booleanSetting("cutmix", false);
    var objective =
        mixes
            ? new UNetGan.Objective(
                0.5,
                reference.booleanSetting("augmentation", false) ? 1 : 0,
                reference.booleanSetting("consistency", true) ? 1 : 0,
                mixing)
            : new UNetGan.Objective(0.5, 1, 1, UNetGan.Mixing.NEVER);
    return new UNetGan(
        GanSettings.of(
            "reference",
            new Backbone.BigGan(BigGanSizes.of(128, 0), BigGanLatent.plain(1)),
            new AdversarialLoss.NonSaturating(),
            objective,
            Recipe.adam(1, 1, 0, 0)));
  }

  private static GanStep<Output> step(Map<String, NDArray> in) {
    var first = new Step(0, 1, null, () -> null, () -> null);
    return new GanStep<Output>(first, null, x -> x, ArrayTree::flatten)
        .with(samples(in, "real"), samples(in, "fake"));
  }

  private static GanStep.Samples<Output> samples(Map<String, NDArray> in, String side) {
    return GanStep.Samples.of(null, output(in, side));
  }

  private static Output output(Map<String, NDArray> in, String side) {
    return new Output(in.get(side + "Middle"), in.get(side + "Map"));
  }

  private static Map<String, NDArray> cutMix(ReferenceCase reference, NDManager manager) {
    return ReferenceComponents.probed(
        reference, manager, in -> CutMix.mix(in.get("real"), in.get("fake"), in.get("mask")));
  }

  private static Map<String, NDArray> mask(ReferenceCase reference, NDManager manager) {
    Map<String, NDArray> in = reference.inputs(manager);
    var draws =
        new CutMix.Draws(number(in, "lam"), number(in, "x"), number(in, "y"), number(in, "flip"));
    return Map.of("mask", CutMix.masks(draws, reference.intSetting("size")));
  }

  private static NDArray number(Map<String, NDArray> in, String name) {
    return in.get(name).toType(DataType.FLOAT32, false);
  }
}
