package org.adversaria.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.adversaria.models.Backbone;
import org.adversaria.models.BigGanDeepGenerator;
import org.adversaria.models.BigGanGenerator;
import org.adversaria.models.BigGanLatent;
import org.adversaria.models.BigGanSizes;
import org.adversaria.models.Body;
import org.adversaria.models.HeadedDiscriminator;
import org.adversaria.models.Projection;
import org.adversaria.models.SaGanGenerator;
import org.adversaria.models.SaGanSizes;
import org.adversaria.models.SnganBody32;
import org.adversaria.models.SnganGenerator32;
import org.adversaria.models.StudioBigGanSizes;
import org.adversaria.models.WeightInit;
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

/** The registry's part for the layers and networks of BigGAN, BigGAN-deep, SAGAN and SNGAN. */
public final class LayerComponents {

  private static final String CLASSIFYING = "models.adcgan.discriminator";

  private LayerComponents() {}

  public static Map<String, Component> all() {
    var components = new TreeMap<String, Component>();
    components.put("layers.spectralnorm.hook", LayerComponents::normalised);
    components.put("layers.spectralnorm.biggan", LayerComponents::normalised);
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
                reference.booleanSetting("spectralNorm", true)
                    ? bigGan(reference)
                    : SpectralNorm.none()));
    blocks(components);
    put(components, "models.biggan.generator", LayerComponents::bigGanGenerator);
    put(
        components,
        "models.biggan.discriminator",
        reference ->
            discriminator(
                new Backbone.BigGan(backbone(reference), BigGanLatent.plain(1)).newBody(),
                reference));
    components.put(CLASSIFYING, LayerComponents::classifierDiscriminator);
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
        reference ->
            discriminator(new Backbone.BigGanDeep(backbone(reference), 1, 1).newBody(), reference));
    put(
        components,
        "models.sagan.generator",
        reference -> new SaGanGenerator(saGan(reference, attention(reference), Set.of())));
    put(
        components,
        "models.sagan.discriminator",
        reference ->
            discriminator(
                new Backbone.SaGan(saGan(reference, Set.of(), attention(reference))).newBody(),
                reference));
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
                reference.booleanSetting("first", false) ? DBlock.Place.FIRST : DBlock.Place.LATER,
                reference.booleanSetting("wide", true),
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
    return new SpectralNorm.BigGan(reference.doubleSetting("eps", 1e-12));
  }

  private static IntFunction<ConditionalBatchNorm> norms(ReferenceCase reference) {
    return channels ->
        ConditionalBatchNorm.linear(
            channels, reference.intSetting("width"), bigGan(reference), 1e-5);
  }

  /** A layer with the weights of the case: without a bias where there is none among them. */
  private static Map<String, NDArray> normalised(ReferenceCase reference, NDManager manager) {
    return run(reference, manager, normalised(reference, reference.state(manager).keySet()));
  }

  private static TorchBlock normalised(ReferenceCase reference, Set<String> weights) {
    boolean bias = weights.contains("bias");
    SpectralNorm norm =
        reference.component().endsWith("hook")
            ? new SpectralNorm.Hook(
                reference.intSetting("iterations", 1), reference.doubleSetting("eps", 1e-12))
            : bigGan(reference);
    return switch (reference.textSetting("layer")) {
      case "conv" -> {
        int kernel = reference.intSetting("kernel");
        yield new Conv2d(
            reference.intSetting("before"),
            reference.intSetting("after"),
            kernel,
            reference.intSetting("stride", 1),
            reference.intSetting("padding", kernel / 2),
            bias,
            norm);
      }
      case "linear" ->
          new Linear(reference.intSetting("before"), reference.intSetting("after"), bias, norm);
      default ->
          new Embedding(reference.intSetting("classes"), reference.intSetting("width"), norm);
    };
  }

  private static TorchBlock conditionalNorm(ReferenceCase reference) {
    int channels = reference.intSetting("channels");
    int width = reference.intSetting("width");
    return reference.booleanSetting("labels", false)
        ? ConditionalBatchNorm.perClass(channels, width, 1e-5)
        : ConditionalBatchNorm.linear(channels, width, bigGan(reference), 1e-5);
  }

  static BigGanSizes backbone(ReferenceCase reference) {
    return BigGanSizes.of(reference.intSetting("resolution"), reference.intSetting("classes", 0))
        .withWidth(reference.intSetting("width"))
        .withNorm(bigGan(reference))
        .withAttention(attention(reference).stream().mapToInt(place -> place).toArray());
  }

  /** The places of attention: resolutions, or numbers of blocks. */
  private static Set<Integer> attention(ReferenceCase reference) {
    Set<Integer> attention = new HashSet<>();
    reference.settings().path("attention").forEach(place -> attention.add(place.intValue()));
    return attention;
  }

  private static SaGanSizes saGan(
      ReferenceCase reference, Set<Integer> ofGenerator, Set<Integer> ofDiscriminator) {
    int width = reference.intSetting("width");
    SpectralNorm norm = StudioBigGanSizes.NORM;
    return new SaGanSizes(
        reference.intSetting("resolution"),
        3,
        reference.intSetting("classes", 0),
        new SaGanSizes.Network(width, ofGenerator, norm),
        new SaGanSizes.Network(width, ofDiscriminator, norm),
        reference.intSetting("latent", 1),
        WeightInit.ORTHOGONAL);
  }

  private static TorchBlock bigGanGenerator(ReferenceCase reference) {
    var latent =
        new BigGanLatent(
            reference.intSetting("latent"),
            reference.intSetting("shared", 0),
            reference.booleanSetting("hierarchical", false));
    return new BigGanGenerator(backbone(reference), latent);
  }

  /** With a projection where its vectors are among the weights. */
  private static Map<String, NDArray> classifierDiscriminator(
      ReferenceCase reference, NDManager manager) {
    boolean projects = reference.state(manager).containsKey("embed.weight");
    Body body = new Backbone.BigGan(backbone(reference), BigGanLatent.plain(1)).newBody();
    int classes = reference.intSetting("classes");
    Linear logit = body.linear("logit", 1);
    Optional<Embedding> vectors =
        projects
            ? Optional.of(body.embedding("class_embedding", classes, body.featureWidth()))
            : Optional.empty();
    List<Linear> heads = new ArrayList<>();
    heads(reference).forEach((name, outputs) -> heads.add(body.linear(name, outputs)));
    var network =
        new HeadedDiscriminator<>(
            body,
            (h, y, training) -> {
              NDArray psi = logit.forward(h, training);
              NDArray all =
                  vectors
                      .map(v -> Projection.logits(psi, v.forward(y, training), h).reshape(-1, 1))
                      .orElse(psi);
              for (Linear head : heads) {
                all = all.concat(head.forward(h, training), 1);
              }
              return all;
            });
    return run(reference, manager, network);
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
            reference.intSetting("classes", 0)));
  }

  private static TorchBlock snganDiscriminator(ReferenceCase reference) {
    var body =
        new SnganBody32(
            new SnganBody32.Settings(
                reference.intSetting("width"), 3, reference.intSetting("classes", 0)));
    return discriminator(body, reference);
  }

  /** With a projection where there are classes. */
  private static TorchBlock discriminator(Body body, ReferenceCase reference) {
    int classes = reference.intSetting("classes", 0);
    return classes == 0
        ? HeadedDiscriminator.plain(body)
        : HeadedDiscriminator.projection(body, classes);
  }

  /** Calls a block as often as the case says; output and gradients are those of the last call. */
  static Map<String, NDArray> run(ReferenceCase reference, NDManager manager, TorchBlock block) {
    return run(reference, manager, block, in -> Map.of("output", forward(reference, block, in)));
  }

  /** The same with several outputs, of which "output" is the one that is weighted by the probe. */
  public static Map<String, NDArray> run(
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
      int calls = reference.intSetting("calls", 1);
      for (int call = 0; call < calls; call++) {
        outputs.putAll(forward.apply(inputs));
      }
      NDArray objective = ReferenceComponents.objective(outputs.get("output"), inputs);
      ReferenceComponents.putGradients(reference, objective, variables, outputs);
    }
    state.forEach((name, array) -> outputs.put("state." + name, array));
    return outputs;
  }

  /** Images are shown to a network as tiles, and what comes out of it is the tiles' mean. */
  public static NDArray forward(
      ReferenceCase reference, TorchBlock block, Map<String, NDArray> inputs) {
    int tiles = reference.intSetting("tiles", 1);
    var arguments = new NDList();
    inputs.forEach(
        (name, array) -> {
          if (name.equals("x") && tiles > 1) {
            arguments.add(array.tile(new long[] {1, 1, tiles, tiles}));
          } else if (!name.equals("probe")) {
            arguments.add(whole(array));
          }
        });
    boolean training = Json.first(reference.settings(), "training", "train").asBoolean(false);
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

  /** Labels as layers take them. */
  private static NDArray whole(NDArray array) {
    return array.getDataType().isInteger() ? array.toType(DataType.INT64, false) : array;
  }
}
