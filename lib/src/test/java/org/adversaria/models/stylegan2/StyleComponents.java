package org.adversaria.models.stylegan2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.models.stylegan2.Upfirdn2d.Axis;
import org.adversaria.nn.StateDict;
import org.adversaria.nn.TorchBlock;
import org.adversaria.reference.Component;
import org.adversaria.reference.ReferenceCase;
import org.adversaria.reference.ReferenceComponents;
import org.adversaria.regularizers.PathLength;
import org.adversaria.regularizers.R1;
import org.adversaria.torch.Autograd;

/** The registry's part for StyleGAN2. Settings go by the names of NVIDIA's code. */
public final class StyleComponents {

  static final String[] IMAGES = {"x", "img", "image", "images", "input", "real"};
  private static final String[] LATENTS = {"z", "latents", "latent", "input", "x"};
  private static final String[] FILTER = {"f", "filter", "resample_filter", "kernel"};
  private static final String[] WEIGHT = {"weight", "w"};
  private static final String[] BIAS = {"bias", "b"};
  private static final String[] LABELS = {"c", "labels", "y", "label"};
  static final String[] STYLES = {"ws", "w", "styles"};

  private StyleComponents() {}

  public static Map<String, Component> all() {
    var components = new LinkedHashMap<String, Component>();
    components.put("layers.upfirdn2d", (r, m) -> operation(r, m, (o, in) -> upfirdn(o, in)));
    components.put("layers.upsample2d", (r, m) -> operation(r, m, StyleComponents::upsample));
    components.put("layers.downsample2d", (r, m) -> operation(r, m, StyleComponents::downsample));
    components.put("layers.filter2d", (r, m) -> operation(r, m, StyleComponents::filter));
    for (String name : new String[] {"filteredresize", "conv2dresample", "conv2d_resample"}) {
      components.put("layers." + name, (r, m) -> operation(r, m, StyleComponents::resize));
    }
    components.put("layers.biasact", (r, m) -> operation(r, m, StyleComponents::biasAct));
    components.put("layers.bias_act", (r, m) -> operation(r, m, StyleComponents::biasAct));
    components.put("layers.modulatedconv2d", (r, m) -> operation(r, m, StyleComponents::modulated));
    components.put("layers.pixelnorm", (r, m) -> layer(r, m, new PixelNorm(), "x"));
    components.put("layers.minibatchstd", (r, m) -> layer(r, m, deviation(new Options(r)), "x"));
    components.put("layers.fullyconnected", StyleComponents::fullyConnected);
    components.put("layers.conv2dlayer", (r, m) -> layer(r, m, conv(new Options(r)), "x"));
    components.put("models.stylegan2.mapping", StyleComponents::mapping);
    components.put("models.stylegan2.synthesis", StyleComponents::synthesis);
    components.put("models.stylegan2.generator", StyleComponents::generator);
    components.put("models.stylegan2.discriminator", StyleComponents::discriminator);
    components.put("models.icgan.stylegan2.generator", StyleComponents::generator);
    components.put("models.icgan.stylegan2.discriminator", StyleComponents::discriminator);
    var loss = new AdversarialLoss.NonSaturating();
    components.put(
        "losses.stylegan2.discriminator",
        (r, m) ->
            ReferenceComponents.loss(
                r, m, in -> loss.discriminator(in.get("real"), in.get("fake"))));
    components.put(
        "losses.stylegan2.generator",
        (r, m) -> ReferenceComponents.loss(r, m, in -> loss.generator(in.get("fake"))));
    components.putAll(GleadComponents.all());
    components.put("regularizers.r1.stylegan2", StyleComponents::r1);
    components.put("regularizers.pathlength", StyleComponents::pathLength);
    return components;
  }

  /** Settings and inputs under any of several names, whatever their case and underscores. */
  static final class Options {

    private final Map<String, JsonNode> settings = new LinkedHashMap<>();

    Options(ReferenceCase reference) {
      reference.settings().properties().forEach(e -> settings.put(plain(e.getKey()), e.getValue()));
    }

    private static String plain(String name) {
      return name.replace("_", "").toLowerCase(Locale.ROOT);
    }

    JsonNode find(String... names) {
      for (String name : names) {
        JsonNode value = settings.get(plain(name));
        if (value != null && !value.isNull()) {
          return value;
        }
      }
      return null;
    }

    /** Whether a setting is there, but null, which may mean another thing than its absence. */
    boolean isNull(String... names) {
      for (String name : names) {
        if (settings.containsKey(plain(name))) {
          return settings.get(plain(name)).isNull();
        }
      }
      return false;
    }

    int integer(int byDefault, String... names) {
      JsonNode value = find(names);
      return value == null ? byDefault : value.intValue();
    }

    Double number(Double byDefault, String... names) {
      JsonNode value = find(names);
      return value == null ? byDefault : Double.valueOf(value.doubleValue());
    }

    boolean flag(boolean byDefault, String... names) {
      JsonNode value = find(names);
      return value == null ? byDefault : value.asBoolean();
    }

    String text(String byDefault, String... names) {
      JsonNode value = find(names);
      return value == null ? byDefault : value.asText();
    }

    /** One number for both axes, or one for each. */
    int[] pair(int byDefault, String... names) {
      JsonNode value = find(names);
      if (value == null || value.isNumber()) {
        int both = value == null ? byDefault : value.intValue();
        return new int[] {both, both};
      }
      return new int[] {value.get(0).intValue(), value.get(1).intValue()};
    }

    /** Left, right, top, bottom. */
    int[] padding(String... names) {
      JsonNode value = find(names);
      if (value != null && value.size() == 4) {
        var four = new int[4];
        for (int i = 0; i < 4; i++) {
          four[i] = value.get(i).intValue();
        }
        return four;
      }
      int[] two = pair(0, names);
      return new int[] {two[0], two[0], two[1], two[1]};
    }
  }

  static NDArray first(Map<String, NDArray> arrays, String... names) {
    for (String name : names) {
      if (arrays.containsKey(name)) {
        return arrays.get(name);
      }
    }
    return null;
  }

  /** A function of inputs; some of them may be given as state. */
  private static Map<String, NDArray> operation(
      ReferenceCase reference,
      NDManager manager,
      BiFunction<Options, Map<String, NDArray>, NDArray> function) {
    var options = new Options(reference);
    Map<String, NDArray> inputs = new LinkedHashMap<>(reference.inputs(manager));
    inputs.putAll(reference.state(manager));
    return derived(reference, inputs, in -> function.apply(options, in), first(inputs, IMAGES));
  }

  private static Map<String, NDArray> layer(
      ReferenceCase reference, NDManager manager, TorchBlock block, String input) {
    Map<String, NDArray> inputs = new LinkedHashMap<>(reference.inputs(manager));
    block.initialize(manager);
    Map<String, NDArray> state = block.stateDict();
    var given = new LinkedHashMap<String, NDArray>(reference.state(manager));
    state.keySet().forEach(name -> given.putIfAbsent(name, inputs.remove(name)));
    StateDict.load(block, given, reference.toString());
    inputs.putAll(state);
    NDArray x = inputs.containsKey(input) ? inputs.get(input) : first(inputs, IMAGES);
    return derived(reference, inputs, in -> block.forward(new NDList(x), true).get(0), x);
  }

  /**
   * The output, gradients of its sum weighted by the probe, and those of the penalty, the sum of
   * the squares of the gradient with respect to an input.
   */
  static Map<String, NDArray> derived(
      ReferenceCase reference,
      Map<String, NDArray> variables,
      Function<Map<String, NDArray>, NDArray> function,
      NDArray differentiated) {
    var outputs = new LinkedHashMap<String, NDArray>();
    try (var recording = Autograd.record()) {
      requireGradients(reference, variables, differentiated);
      NDArray output = function.apply(variables);
      outputs.put("output", output);
      addGradients(reference, variables, differentiated, output, outputs);
    }
    return outputs;
  }

  private static void requireGradients(
      ReferenceCase reference, Map<String, NDArray> variables, NDArray differentiated) {
    if (differentiated != null) {
      differentiated.setRequiresGradient(true);
    }
    for (String name : reference.expected().keySet()) {
      NDArray variable = variables.get(name.replaceFirst("^grad2?\\.", ""));
      if (name.startsWith("grad") && variable != null && !variable.hasGradient()) {
        variable.setRequiresGradient(true);
      }
    }
  }

  private static void addGradients(
      ReferenceCase reference,
      Map<String, NDArray> variables,
      NDArray differentiated,
      NDArray output,
      Map<String, NDArray> outputs) {
    NDArray objective = ReferenceComponents.objective(output, variables);
    if (reference.expected().containsKey("penalty")) {
      NDArray gradient =
          Autograd.grad(objective, new NDList(differentiated), true).singletonOrThrow();
      NDArray penalty = gradient.square().sum();
      outputs.put("penalty", penalty);
      put("grad2.", reference, penalty, variables, outputs);
    }
    put("grad.", reference, objective, variables, outputs);
  }

  static void put(
      String prefix,
      ReferenceCase reference,
      NDArray objective,
      Map<String, NDArray> variables,
      Map<String, NDArray> outputs) {
    var names = new java.util.ArrayList<String>();
    var arrays = new NDList();
    for (String expected : reference.expected().keySet()) {
      if (expected.startsWith(prefix)) {
        names.add(expected);
        arrays.add(variables.get(expected.substring(prefix.length())));
      }
    }
    if (names.isEmpty()) {
      return;
    }
    NDList gradients = Autograd.grad(objective, arrays, true);
    for (int i = 0; i < names.size(); i++) {
      outputs.put(names.get(i), gradients.get(i));
    }
  }

  // Operations

  private static NDArray upfirdn(Options options, Map<String, NDArray> in) {
    int[] up = options.pair(1, "up");
    int[] down = options.pair(1, "down");
    int[] padding = options.padding("padding", "pad");
    var operation =
        new Upfirdn2d(
            new Axis(up[0], down[0], padding[0], padding[1]),
            new Axis(up[1], down[1], padding[2], padding[3]),
            options.flag(false, "flip_filter", "flip"),
            options.number(1.0, "gain"));
    return operation.apply(first(in, IMAGES), filterOf(options, in));
  }

  /** Given as an array, or as the taps that make one up. */
  private static NDArray filterOf(Options options, Map<String, NDArray> in) {
    NDArray given = first(in, FILTER);
    JsonNode taps = options.find(FILTER);
    if (given != null || taps == null || !taps.isArray() || !taps.get(0).isNumber()) {
      return given;
    }
    var values = new double[taps.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = taps.get(i).doubleValue();
    }
    return org.adversaria.models.stylegan2.FirFilter.of(first(in, IMAGES).getManager(), values);
  }

  private static NDArray upsample(Options options, Map<String, NDArray> in) {
    int[] factors = options.pair(2, "up", "factor");
    return sampled(options, in, factors, Axis::longer, factors[0] * factors[1]);
  }

  private static NDArray downsample(Options options, Map<String, NDArray> in) {
    return sampled(options, in, options.pair(2, "down", "factor"), Axis::shorter, 1);
  }

  private static NDArray filter(Options options, Map<String, NDArray> in) {
    return sampled(options, in, new int[] {1, 1}, (factor, taps) -> Axis.same(taps), 1);
  }

  /** Both axes by their factors and the filter's width and height. */
  private static NDArray sampled(
      Options options,
      Map<String, NDArray> in,
      int[] factors,
      BiFunction<Integer, Integer, Axis> axis,
      double gain) {
    NDArray f = filterOf(options, in);
    Shape taps = f == null ? new Shape(1) : f.getShape();
    int[] more = options.padding("padding", "pad");
    var operation =
        new Upfirdn2d(
            axis.apply(factors[0], (int) taps.get(taps.dimension() - 1)).padded(more[0], more[1]),
            axis.apply(factors[1], (int) taps.get(0)).padded(more[2], more[3]),
            options.flag(false, "flip_filter", "flip"),
            gain * options.number(1.0, "gain"));
    return operation.apply(first(in, IMAGES), f);
  }

  /** With a weight a resampled convolution; without one up- or downsampling. */
  private static NDArray resize(Options options, Map<String, NDArray> in) {
    NDArray weight = first(in, WEIGHT);
    int up = options.integer(1, "up");
    int down = options.integer(1, "down");
    if (weight == null) {
      return down > 1
          ? downsample(options, in)
          : up > 1 ? upsample(options, in) : filter(options, in);
    }
    return resampling(options)
        .apply(first(in, IMAGES), weight, filterOf(options, in), options.integer(1, "groups"));
  }

  private static ResampledConv resampling(Options options) {
    int[] padding = options.padding("padding", "pad");
    return new ResampledConv(
        options.integer(1, "up"),
        options.integer(1, "down"),
        new ResampledConv.Padding(padding[0], padding[1], padding[2], padding[3]),
        options.flag(true, "flip_weight"),
        options.flag(false, "flip_filter"));
  }

  private static NDArray biasAct(Options options, Map<String, NDArray> in) {
    return activation(options, "linear")
        .apply(first(in, IMAGES), first(in, BIAS), options.integer(1, "dim", "axis"));
  }

  private static BiasAct activation(Options options, String byDefault) {
    BiasAct.Function function =
        BiasAct.Function.valueOf(
            options.text(byDefault, "act", "activation").toUpperCase(Locale.ROOT));
    return new BiasAct(
        function,
        options.number(0.2, "alpha"),
        options.number(function.gain(), "gain"),
        options.number(null, "clamp", "conv_clamp"));
  }

  private static NDArray modulated(Options options, Map<String, NDArray> in) {
    var operation =
        new ModulatedConv2d(
            resampling(options),
            options.flag(true, "demodulate"),
            options.flag(true, "fused_modconv", "fused"));
    NDArray y =
        operation.apply(
            first(in, IMAGES),
            first(in, WEIGHT),
            first(in, "styles", "s", "style"),
            filterOf(options, in));
    return in.containsKey("noise") ? y.add(in.get("noise")) : y;
  }

  // Layers

  private static TorchBlock deviation(Options options) {
    return new MinibatchStd(
        options.integer(0, "group_size", "group"),
        options.integer(1, "num_channels", "channels", "features"));
  }

  /** Without a bias where the case has none. */
  private static Map<String, NDArray> fullyConnected(ReferenceCase reference, NDManager manager) {
    var options = new Options(reference);
    Map<String, NDArray> arrays = new LinkedHashMap<>(reference.inputs(manager));
    arrays.putAll(reference.state(manager));
    Shape weight = first(arrays, WEIGHT).getShape();
    int in = (int) weight.get(1);
    int out = (int) weight.get(0);
    BiasAct.Function function = activation(options, "linear").activation();
    double rate = options.number(1.0, "lr_multiplier", "rate");
    var block =
        first(arrays, BIAS) == null
            ? EqualizedLinear.unbiased(in, out, function, rate)
            : new EqualizedLinear(in, out, function, rate, 0);
    return layer(reference, manager, block, "x");
  }

  private static TorchBlock conv(Options options) {
    BiasAct act = activation(options, "linear");
    return new EqualizedConv2d(
        new EqualizedConv2d.Settings(
            options.integer(0, "in_channels"),
            options.integer(0, "out_channels"),
            options.integer(3, "kernel_size"),
            options.flag(true, "bias"),
            act,
            options.integer(1, "up"),
            options.integer(1, "down")));
  }

  // Networks

  static StyleGan2Sizes sizes(ReferenceCase reference) {
    var options = new Options(reference);
    return new StyleGan2Sizes(
        options.integer(32, "img_resolution", "resolution"),
        options.integer(3, "img_channels", "channels"),
        options.integer(0, "c_dim", "classes", "num_classes"),
        options.integer(0, "h_dim"),
        options.integer(512, "z_dim", "latent"),
        options.integer(512, "w_dim", "width"),
        options.integer(32_768, "channel_base"),
        options.integer(512, "channel_max"),
        options.integer(8, "mapping_layers", "num_layers", "map"),
        options.number(null, "conv_clamp", "clamp"),
        !options.text("resnet", "architecture").equals("orig"),
        options.isNull("mbstd_group_size", "group_size", "mbstd")
            ? 0
            : options.integer(4, "mbstd_group_size", "group_size", "mbstd"));
  }

  static Map<String, NDArray> load(ReferenceCase reference, NDManager manager, TorchBlock network) {
    network.initialize(manager);
    StateDict.load(network, reference.state(manager), reference.toString());
    return network.stateDict();
  }

  static NoiseMode noise(Options options) {
    return switch (options.text("const", "noise_mode", "noise")) {
      case "none" -> NoiseMode.NONE;
      case "random" -> NoiseMode.RANDOM;
      default -> NoiseMode.CONSTANT;
    };
  }

  /** Labels of classes, instances, or null where there are none. */
  static NDArray conditions(Map<String, NDArray> inputs, StyleGan2Sizes sizes) {
    NDArray labels = labels(inputs, sizes);
    NDArray features = inputs.get("h");
    return features == null || labels == null
        ? features == null ? labels : features
        : features.concat(labels.toType(DataType.FLOAT32, false).reshape(-1, 1), 1);
  }

  /** Labels of classes, from labels or one-hot vectors; null where there are none. */
  private static NDArray labels(Map<String, NDArray> inputs, StyleGan2Sizes sizes) {
    NDArray given = first(inputs, LABELS);
    if (given == null || sizes.classes() == 0) {
      return null;
    }
    return given.getShape().dimension() == 2
        ? given.argMax(1)
        : given.toType(DataType.INT64, false);
  }

  private static NDArray styles(MappingNetwork mapping, NDArray w, Options options, int copies) {
    double psi = options.number(1.0, "truncation_psi", "psi");
    int cutoff = options.integer(copies, "truncation_cutoff", "cutoff");
    return psi == 1 ? mapping.copies(w) : mapping.truncated(w, psi, cutoff);
  }

  private static Map<String, NDArray> mapping(ReferenceCase reference, NDManager manager) {
    var options = new Options(reference);
    int copies = options.integer(0, "num_ws");
    var sizes =
        MappingNetwork.Sizes.of(
            options.integer(512, "z_dim"),
            options.integer(0, "c_dim"),
            options.integer(512, "w_dim"),
            copies,
            options.integer(8, "num_layers", "mapping_layers"));
    var network = new MappingNetwork(sizes);
    Map<String, NDArray> state = load(reference, manager, network);
    Map<String, NDArray> inputs = reference.inputs(manager);
    var variables = new LinkedHashMap<>(state);
    variables.putAll(inputs);
    NDArray z = sizes.latent() == 0 ? null : first(inputs, LATENTS);
    Map<String, NDArray> outputs =
        derived(
            reference,
            variables,
            in -> {
              NDArray w =
                  network.forward(
                      z, first(inputs, LABELS), options.flag(false, "training", "train"));
              return copies == 0 ? w : styles(network, w, options, copies);
            },
            z);
    state.forEach((name, array) -> outputs.put("state." + name, array));
    return outputs;
  }

  private static Map<String, NDArray> synthesis(ReferenceCase reference, NDManager manager) {
    var network = new StyleGan2Synthesis(sizes(reference));
    var options = new Options(reference);
    var variables = new LinkedHashMap<>(load(reference, manager, network));
    Map<String, NDArray> inputs = reference.inputs(manager);
    variables.putAll(inputs);
    NDArray ws = first(inputs, STYLES);
    boolean training = options.flag(false, "training", "train");
    return derived(reference, variables, in -> network.images(ws, noise(options), training), ws);
  }

  private static Map<String, NDArray> generator(ReferenceCase reference, NDManager manager) {
    StyleGan2Sizes sizes = sizes(reference);
    var network = new StyleGan2Generator(sizes);
    var options = new Options(reference);
    Map<String, NDArray> state = load(reference, manager, network);
    Map<String, NDArray> inputs = reference.inputs(manager);
    var variables = new LinkedHashMap<>(state);
    variables.putAll(inputs);
    NDArray z = first(inputs, LATENTS);
    boolean training = options.flag(false, "training", "train");
    var made = new LinkedHashMap<String, NDArray>();
    Map<String, NDArray> outputs =
        derived(
            reference,
            variables,
            in -> {
              NDArray w = network.styles(z, conditions(inputs, sizes), training);
              NDArray ws = styles(network.mapping(), w, options, network.copies());
              made.put("ws", ws);
              return network.synthesis().images(ws, noise(options), training);
            },
            z);
    outputs.putAll(made);
    state.forEach((name, array) -> outputs.put("state." + name, array));
    return outputs;
  }

  private static Map<String, NDArray> discriminator(ReferenceCase reference, NDManager manager) {
    StyleGan2Sizes sizes = sizes(reference);
    var network = new StyleGan2Discriminator(sizes);
    var variables = new LinkedHashMap<>(load(reference, manager, network));
    Map<String, NDArray> inputs = reference.inputs(manager);
    variables.putAll(inputs);
    NDArray x = first(inputs, IMAGES);
    return derived(
        reference,
        variables,
        in -> {
          NDArray logits = network.forward(x, conditions(inputs, sizes), true);
          return reference.expected().get("output").toArray(manager).getShape().dimension() == 2
              ? logits.reshape(-1, 1)
              : logits;
        },
        x);
  }

  // Objectives

  private static Map<String, NDArray> r1(ReferenceCase reference, NDManager manager) {
    StyleGan2Sizes sizes = sizes(reference);
    var network = new StyleGan2Discriminator(sizes);
    var variables = new LinkedHashMap<>(load(reference, manager, network));
    Map<String, NDArray> inputs = reference.inputs(manager);
    double gamma = new Options(reference).number(10.0, "r1_gamma", "gamma");
    var outputs = new LinkedHashMap<String, NDArray>();
    try (var recording = Autograd.record()) {
      NDArray x = R1.input(first(inputs, IMAGES));
      NDArray logits = network.forward(x, conditions(inputs, sizes), true);
      NDArray loss = new R1(gamma).penalty(logits, x);
      outputs.put("loss", loss);
      put("grad.", reference, loss, variables, outputs);
    }
    return outputs;
  }

  private static Map<String, NDArray> pathLength(ReferenceCase reference, NDManager manager) {
    var network = new StyleGan2Synthesis(sizes(reference));
    var options = new Options(reference);
    var variables = new LinkedHashMap<>(load(reference, manager, network));
    Map<String, NDArray> inputs = reference.inputs(manager);
    variables.putAll(inputs);
    var regularizer =
        new PathLength(options.number(2.0, "pl_weight"), options.number(0.01, "pl_decay"));
    NDArray ws = first(inputs, STYLES);
    NDArray mean = first(inputs, "pl_mean", "mean");
    var outputs = new LinkedHashMap<String, NDArray>();
    try (var recording = Autograd.record()) {
      ws.setRequiresGradient(true);
      NDArray images = network.images(ws, noise(options), true);
      NDArray lengths = regularizer.lengths(images, ws, first(inputs, "pl_noise", "noise"));
      outputs.put("lengths", lengths);
      NDArray loss = regularizer.penalty(lengths, mean);
      outputs.put("loss", loss);
      outputs.put("pl_mean", mean);
      put("grad.", reference, loss, variables, outputs);
    }
    return outputs;
  }
}
