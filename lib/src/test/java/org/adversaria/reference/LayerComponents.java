package org.adversaria.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.adversaria.models.BigGanBackbone;
import org.adversaria.models.BigGanDeepDiscriminator;
import org.adversaria.models.BigGanDeepGenerator;
import org.adversaria.models.BigGanDiscriminator;
import org.adversaria.models.BigGanGenerator;
import org.adversaria.models.BigGanLatent;
import org.adversaria.models.FeatureDiscriminator;
import org.adversaria.models.SnganDiscriminator32;
import org.adversaria.models.SnganGenerator32;
import org.adversaria.nn.ClassBatchNorm;
import org.adversaria.nn.ConditionalBatchNorm;
import org.adversaria.nn.Conv2d;
import org.adversaria.nn.DBlock;
import org.adversaria.nn.DeepDBlock;
import org.adversaria.nn.DeepGBlock;
import org.adversaria.nn.Embedding;
import org.adversaria.nn.GBlock;
import org.adversaria.nn.Linear;
import org.adversaria.nn.SelfAttention;
import org.adversaria.nn.SpectralNorm;
import org.adversaria.nn.StateDict;
import org.adversaria.nn.StoredBatchNorm;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.Autograd;

/** The registry's part for the layers and networks of BigGAN, BigGAN-deep and SNGAN. */
final class LayerComponents {

  private LayerComponents() {}

  static Map<String, Component> all() {
    var components = new TreeMap<String, Component>();
    put(components, "layers.spectralnorm.hook", LayerComponents::normalised);
    put(components, "layers.spectralnorm.biggan", LayerComponents::normalised);
    put(
        components,
        "layers.batchnorm.stored",
        reference -> new StoredBatchNorm(reference.intSetting("channels")));
    put(components, "layers.batchnorm.conditional", LayerComponents::conditionalNorm);
    put(
        components,
        "layers.batchnorm.classes",
        reference ->
            new ClassBatchNorm(reference.intSetting("channels"), reference.intSetting("classes")));
    put(
        components,
        "layers.selfattention",
        reference ->
            new SelfAttention(
                reference.intSetting("channels"),
                reference.booleanSetting("spectralNorm")
                    ? bigGan(reference)
                    : SpectralNorm.none()));
    blocks(components);
    put(components, "models.biggan.generator", LayerComponents::bigGanGenerator);
    put(
        components,
        "models.biggan.discriminator",
        reference -> new BigGanDiscriminator(backbone(reference)));
    put(components, "models.adcgan.discriminator", LayerComponents::classifierDiscriminator);
    put(
        components,
        "models.bigganDeep.generator",
        reference ->
            new BigGanDeepGenerator(
                backbone(reference),
                reference.intSetting("latent"),
                reference.intSetting("shared")));
    put(
        components,
        "models.bigganDeep.discriminator",
        reference -> new BigGanDeepDiscriminator(backbone(reference)));
    put(components, "models.sngan.generator", LayerComponents::snganGenerator);
    put(components, "models.sngan.discriminator", LayerComponents::snganDiscriminator);
    return components;
  }

  private static void put(
      Map<String, Component> components, String name, Function<ReferenceCase, TorchBlock> build) {
    components.put(name, (reference, manager) -> run(reference, manager, build.apply(reference)));
  }

  private static void blocks(Map<String, Component> components) {
    put(
        components,
        "layers.block.biggan.generator",
        reference ->
            new GBlock(
                reference.intSetting("in"),
                reference.intSetting("out"),
                reference.booleanSetting("upsample"),
                bigGan(reference),
                norms(reference)));
    put(
        components,
        "layers.block.bigganDeep.generator",
        reference ->
            new DeepGBlock(
                reference.intSetting("in"),
                reference.intSetting("out"),
                reference.booleanSetting("upsample"),
                bigGan(reference),
                norms(reference)));
    put(
        components,
        "layers.block.biggan.discriminator",
        reference ->
            new DBlock(
                reference.intSetting("in"),
                reference.intSetting("out"),
                reference.booleanSetting("first") ? DBlock.Place.FIRST : DBlock.Place.LATER,
                reference.booleanSetting("wide"),
                reference.booleanSetting("downsample"),
                bigGan(reference)));
    put(
        components,
        "layers.block.bigganDeep.discriminator",
        reference ->
            new DeepDBlock(
                reference.intSetting("in"),
                reference.intSetting("out"),
                reference.booleanSetting("downsample"),
                bigGan(reference)));
  }

  private static SpectralNorm bigGan(ReferenceCase reference) {
    return new SpectralNorm.BigGan(reference.doubleSetting("eps"));
  }

  private static IntFunction<ConditionalBatchNorm> norms(ReferenceCase reference) {
    return channels ->
        ConditionalBatchNorm.linear(
            channels, reference.intSetting("width"), bigGan(reference), 1e-5);
  }

  private static TorchBlock normalised(ReferenceCase reference) {
    SpectralNorm norm =
        reference.component().endsWith("hook")
            ? new SpectralNorm.Hook(
                reference.intSetting("iterations"), reference.doubleSetting("eps"))
            : bigGan(reference);
    return switch (reference.textSetting("layer")) {
      case "conv" -> {
        int kernel = reference.intSetting("kernel");
        yield new Conv2d(
            reference.intSetting("before"),
            reference.intSetting("after"),
            kernel,
            1,
            kernel / 2,
            true,
            norm);
      }
      case "linear" ->
          new Linear(reference.intSetting("before"), reference.intSetting("after"), true, norm);
      default ->
          new Embedding(reference.intSetting("classes"), reference.intSetting("width"), norm);
    };
  }

  private static TorchBlock conditionalNorm(ReferenceCase reference) {
    int channels = reference.intSetting("channels");
    int width = reference.intSetting("width");
    return reference.booleanSetting("labels")
        ? ConditionalBatchNorm.perClass(channels, width, 1e-5)
        : ConditionalBatchNorm.linear(channels, width, bigGan(reference), 1e-5);
  }

  private static BigGanBackbone backbone(ReferenceCase reference) {
    Set<Integer> attention = new HashSet<>();
    reference.settings().get("attention").forEach(place -> attention.add(place.intValue()));
    return BigGanBackbone.of(reference.intSetting("resolution"), reference.intSetting("classes"))
        .withWidth(reference.intSetting("width"))
        .withNorm(bigGan(reference))
        .withAttention(attention.stream().mapToInt(place -> place).toArray());
  }

  private static TorchBlock bigGanGenerator(ReferenceCase reference) {
    var latent =
        new BigGanLatent(
            reference.intSetting("latent"),
            reference.intSetting("shared"),
            reference.booleanSetting("hierarchical"));
    return new BigGanGenerator(backbone(reference), latent);
  }

  private static TorchBlock classifierDiscriminator(ReferenceCase reference) {
    var network = new BigGanDiscriminator(backbone(reference));
    heads(reference)
        .forEach(
            (name, outputs) ->
                network.addHead(
                    name, new Linear(network.featureWidth(), outputs, true, bigGan(reference))));
    return network;
  }

  /** The heads of a discriminator, by name with their numbers of logits. */
  private static Map<String, Integer> heads(ReferenceCase reference) {
    var heads = new LinkedHashMap<String, Integer>();
    reference
        .settings()
        .path("heads")
        .properties()
        .forEach(head -> heads.put(head.getKey(), head.getValue().intValue()));
    return heads;
  }

  private static TorchBlock snganGenerator(ReferenceCase reference) {
    return new SnganGenerator32(
        new SnganGenerator32.Settings(
            reference.intSetting("latent"),
            reference.intSetting("width"),
            3,
            reference.intSetting("classes")));
  }

  private static TorchBlock snganDiscriminator(ReferenceCase reference) {
    return new SnganDiscriminator32(
        new SnganDiscriminator32.Settings(
            reference.intSetting("width"), 3, reference.intSetting("classes")));
  }

  /** Calls a block as often as the case says; output and gradients are those of the last call. */
  private static Map<String, NDArray> run(
      ReferenceCase reference, NDManager manager, TorchBlock block) {
    return run(reference, manager, block, in -> Map.of("output", forward(reference, block, in)));
  }

  /** The same with several outputs, of which "output" is the one that is weighted by the probe. */
  static Map<String, NDArray> run(
      ReferenceCase reference,
      NDManager manager,
      TorchBlock block,
      Function<Map<String, NDArray>, Map<String, NDArray>> forward) {
    block.initialize(manager);
    StateDict.load(block, reference.state(manager), reference.toString());
    Map<String, NDArray> state = block.stateDict();
    Map<String, NDArray> inputs = reference.inputs(manager);
    var variables = new LinkedHashMap<>(state);
    variables.putAll(inputs);
    var outputs = new LinkedHashMap<String, NDArray>();
    try (var recording = Autograd.record()) {
      ReferenceComponents.requireGradients(reference, inputs);
      int calls = Json.first(reference.settings(), "calls").asInt(1);
      for (int call = 0; call < calls; call++) {
        outputs.putAll(forward.apply(inputs));
      }
      NDArray probe = inputs.get("probe");
      NDArray output = outputs.get("output");
      NDArray objective = probe == null ? output.sum() : output.mul(probe).sum();
      ReferenceComponents.putGradients(reference, objective, variables, outputs);
    }
    state.forEach((name, array) -> outputs.put("state." + name, array));
    return outputs;
  }

  /** Images are shown to a network as tiles, and what comes out of it is the tiles' mean. */
  static NDArray forward(ReferenceCase reference, TorchBlock block, Map<String, NDArray> inputs) {
    int tiles = reference.settings().has("tiles") ? reference.intSetting("tiles") : 1;
    var arguments = new NDList();
    inputs.forEach(
        (name, array) -> {
          if (name.equals("x") && tiles > 1) {
            arguments.add(array.tile(new long[] {1, 1, tiles, tiles}));
          } else if (!name.equals("probe")) {
            arguments.add(array);
          }
        });
    boolean training = Json.first(reference.settings(), "training", "train").asBoolean(false);
    if (reference.settings().has("heads")) {
      return allLogits(reference, (FeatureDiscriminator) block, arguments, training);
    }
    NDArray output = block.forward(arguments, training).singletonOrThrow();
    if (tiles == 1 || output.getShape().dimension() < 4) {
      return output;
    }
    long size = output.getShape().get(2) / tiles;
    return output
        .reshape(output.getShape().get(0), -1, tiles, size, tiles, size)
        .sum(new int[] {2, 4})
        .div((float) (tiles * tiles));
  }

  /** The logit and, beside it, those of all heads. */
  private static NDArray allLogits(
      ReferenceCase reference, FeatureDiscriminator network, NDList arguments, boolean training) {
    NDArray features = network.features(arguments.get(0), training);
    NDArray all = network.logits(features, null, training).reshape(-1, 1);
    for (String head : heads(reference).keySet()) {
      all = all.concat(network.head(head, features, training), 1);
    }
    return all;
  }
}
