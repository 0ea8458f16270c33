package org.adversaria.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.adversaria.augmentations.AdaComponents;
import org.adversaria.data.Batch;
import org.adversaria.data.Datasets;
import org.adversaria.data.ImageData;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.methods.UNetComponents;
import org.adversaria.metrics.MetricComponents;
import org.adversaria.models.CganDiscriminator;
import org.adversaria.models.CganGenerator;
import org.adversaria.models.DcganDiscriminator;
import org.adversaria.models.DcganGenerator;
import org.adversaria.models.stylegan2.StyleComponents;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.FusedUpdates;
import org.adversaria.torch.FusedUpdates.AdamSettings;
import org.adversaria.torch.FusedUpdates.RmsPropSettings;
import org.adversaria.torch.FusedUpdates.SgdSettings;
import org.adversaria.torch.TorchOps;
import org.adversaria.training.Averaging;
import org.adversaria.training.Optimizer;
import org.apache.commons.io.FileUtils;

/**
 * The registry: which function of the library answers for which component of a reference case.
 *
 * <p>An entry turns settings, inputs and state into a call of the library, and its results into
 * named outputs; it computes nothing that the library could.
 */
public final class ReferenceComponents {

  /**
   * What the library has, by name or up to a dot. A case of these fails where its component has no
   * entry; other components wait for their method.
   */
  public static final List<String> CLAIMED =
      List.of(
          "augment.ada",
          "augment.diffaugment",
          "augment.fliptranslate",
          "autograd",
          "data.cifar10bin",
          "data.icgan",
          "data.idx",
          "layers.batchnorm",
          "layers.bias_act",
          "layers.biasact",
          "layers.block.biggan",
          "layers.block.bigganDeep",
          "layers.conv2d_resample",
          "layers.conv2dlayer",
          "layers.conv2dresample",
          "layers.downsample2d",
          "layers.filter2d",
          "layers.filteredresize",
          "layers.fullyconnected",
          "layers.instancenorm",
          "layers.minibatchstd",
          "layers.modulatedconv2d",
          "layers.pixelnorm",
          "layers.reflectionpad",
          "layers.selfattention",
          "layers.spectralnorm",
          "layers.upfirdn2d",
          "layers.upsample2d",
          "losses.acgan",
          "losses.adcgan",
          "losses.adversarial",
          "losses.amgan",
          "losses.contrastive",
          "losses.csgan",
          "losses.ecgan",
          "losses.glead",
          "losses.projection",
          "losses.stylegan2",
          "losses.tacgan",
          "losses.unetgan",
          "metrics.fid",
          "metrics.inceptionscore",
          "metrics.kid",
          "metrics.moments",
          "metrics.mse",
          "metrics.prdc",
          "metrics.precisionrecall",
          "metrics.psnr",
          "metrics.ssim",
          "models.adcgan",
          "models.biggan",
          "models.bigganDeep",
          "models.cgan",
          "models.csgan",
          "models.dcgan",
          "models.ecgan",
          "models.glead",
          "models.icgan",
          "models.sagan",
          "models.sngan",
          "models.stylegan2",
          "models.unetgan",
          "ops",
          "optim",
          "regularizers.consistency",
          "regularizers.gradientpenalty",
          "regularizers.latentoptimisation",
          "regularizers.orthogonal",
          "regularizers.pathlength",
          "regularizers.r1",
          "regularizers.weightclip",
          "training.stylegan2");

  private static final String GRADIENT = "grad.";

  private static final List<String> TEN_CLASSES =
      List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");

  private static final Map<String, Component> COMPONENTS = new TreeMap<>();

  static {
    adversarial("minimax", new AdversarialLoss.Minimax());
    adversarial("nonsaturating", new AdversarialLoss.NonSaturating());
    adversarial("hinge", new AdversarialLoss.Hinge());
    adversarial("wasserstein", new AdversarialLoss.Wasserstein());
    adversarial("leastsquares", new AdversarialLoss.LeastSquares());
    COMPONENTS.put("models.cgan.generator", ReferenceComponents::cganGenerator);
    COMPONENTS.put("models.cgan.discriminator", ReferenceComponents::cganDiscriminator);
    COMPONENTS.put("models.dcgan.generator", ReferenceComponents::dcganGenerator);
    COMPONENTS.put("models.dcgan.discriminator", ReferenceComponents::dcganDiscriminator);
    COMPONENTS.put("ops.conv_transpose2d", ReferenceComponents::convTranspose2d);
    COMPONENTS.put("ops.instance_norm", ReferenceComponents::instanceNorm);
    COMPONENTS.put("layers.instancenorm", ReferenceComponents::instanceNorm);
    COMPONENTS.put("autograd.second_order", ReferenceComponents::secondOrder);
    COMPONENTS.put("optim.adam", ReferenceComponents::adam);
    COMPONENTS.put("optim.rmsprop", ReferenceComponents::rmsProp);
    COMPONENTS.put("optim.sgd", ReferenceComponents::sgd);
    COMPONENTS.put("data.idx", ReferenceComponents::idx);
    COMPONENTS.put("data.cifar10bin", ReferenceComponents::cifar10);
    COMPONENTS.put("optim.ema", ReferenceComponents::movingAverage);
    COMPONENTS.put("training.stylegan2.averaging", ReferenceComponents::decays);
    COMPONENTS.put("training.stylegan2.lazyadam", ReferenceComponents::lazyAdam);
    COMPONENTS.putAll(LossComponents.all());
    COMPONENTS.putAll(MetricComponents.all());
    COMPONENTS.putAll(LayerComponents.all());
    COMPONENTS.putAll(StyleComponents.all());
    COMPONENTS.putAll(EcganComponents.all());
    COMPONENTS.putAll(IcGanComponents.all());
    COMPONENTS.putAll(CriticComponents.all());
    COMPONENTS.putAll(UNetComponents.all());
    COMPONENTS.putAll(DataComponents.all());
    COMPONENTS.putAll(TranslationComponents.all());
    COMPONENTS.putAll(AdaComponents.all());
  }

  private ReferenceComponents() {}

  /**
   * Returns all entries.
   *
   * @return the functions by the name of the component
   */
  public static Map<String, Component> all() {
    return Map.copyOf(COMPONENTS);
  }

  private static void adversarial(String kind, AdversarialLoss loss) {
    String prefix = "losses.adversarial." + kind;
    COMPONENTS.put(
        prefix + ".discriminator",
        (reference, manager) ->
            loss(reference, manager, in -> loss.discriminator(in.get("real"), in.get("fake"))));
    COMPONENTS.put(
        prefix + ".generator",
        (reference, manager) -> loss(reference, manager, in -> loss.generator(in.get("fake"))));
  }

  public static Map<String, NDArray> loss(
      ReferenceCase reference, NDManager manager, Function<Map<String, NDArray>, NDArray> loss) {
    Map<String, NDArray> inputs = new LinkedHashMap<>(reference.state(manager));
    inputs.putAll(reference.inputs(manager));
    try (var recording = Autograd.record()) {
      requireGradients(reference, inputs);
      NDArray value = loss.apply(inputs);
      var outputs = new LinkedHashMap<>(Map.of("loss", value));
      putGradients(reference, value, inputs, outputs);
      return outputs;
    }
  }

  private static Map<String, NDArray> cganGenerator(ReferenceCase reference, NDManager manager) {
    var sizes =
        new CganGenerator.Sizes(
            reference.intSetting("zDim"),
            reference.intSetting("hiddenZ"),
            reference.intSetting("hiddenY"),
            reference.intSetting("hiddenJoint"),
            0.5,
            false);
    var image = new Shape(1, 1, reference.intSetting("imageSize"));
    var network = new CganGenerator(sizes, reference.intSetting("numClasses"), image);
    return network(
        reference, manager, network, in -> network.pixels(in.get("z"), in.get("y"), false));
  }

  private static Map<String, NDArray> cganDiscriminator(
      ReferenceCase reference, NDManager manager) {
    var sizes =
        new CganDiscriminator.Sizes(
            reference.intSetting("unitsX"),
            reference.intSetting("piecesX"),
            reference.intSetting("unitsY"),
            reference.intSetting("piecesY"),
            reference.intSetting("unitsJoint"),
            reference.intSetting("piecesJoint"),
            0.5);
    var image = new Shape(1, 1, reference.intSetting("imageSize"));
    var network = new CganDiscriminator(sizes, reference.intSetting("numClasses"), image);
    return network(
        reference, manager, network, in -> network.logits(in.get("x"), in.get("y"), false));
  }

  private static Map<String, NDArray> dcganGenerator(ReferenceCase reference, NDManager manager) {
    var network =
        new DcganGenerator(
            reference.intSetting("nz"),
            reference.intSetting("ngf"),
            reference.intSetting("nc"),
            reference.intSetting("resolution"));
    boolean training = reference.booleanSetting("training", false);
    return network(reference, manager, network, in -> network.forward(in.get("z"), null, training));
  }

  private static Map<String, NDArray> dcganDiscriminator(
      ReferenceCase reference, NDManager manager) {
    var network =
        new DcganDiscriminator(
            reference.intSetting("ndf"),
            reference.intSetting("nc"),
            reference.intSetting("resolution"));
    boolean training = reference.booleanSetting("training", false);
    return network(reference, manager, network, in -> network.forward(in.get("x"), null, training));
  }

  /** A network of one output, which the probe weights. */
  private static Map<String, NDArray> network(
      ReferenceCase reference,
      NDManager manager,
      TorchBlock network,
      Function<Map<String, NDArray>, NDArray> forward) {
    return LayerComponents.run(
        reference, manager, network, in -> Map.of("output", forward.apply(in)));
  }

  private static Map<String, NDArray> convTranspose2d(ReferenceCase reference, NDManager manager) {
    var geometry =
        new TorchOps.Transposed(
            reference.intSetting("stride", 1),
            reference.intSetting("padding", 0),
            reference.intSetting("outputPadding", 0),
            reference.intSetting("groups", 1));
    return probed(
        reference,
        manager,
        in -> TorchOps.convTranspose2d(in.get("x"), in.get("weight"), in.get("bias"), geometry));
  }

  private static Map<String, NDArray> instanceNorm(ReferenceCase reference, NDManager manager) {
    double epsilon = reference.doubleSetting("eps", 1e-5);
    return probed(
        reference,
        manager,
        in -> TorchOps.instanceNorm(in.get("x"), in.get("weight"), in.get("bias"), epsilon));
  }

  /**
   * The output of a function of inputs and state, and the gradients of its sum weighted with the
   * input "probe".
   */
  public static Map<String, NDArray> probed(
      ReferenceCase reference,
      NDManager manager,
      Function<Map<String, NDArray>, NDArray> function) {
    var variables = new LinkedHashMap<>(reference.state(manager));
    variables.putAll(reference.inputs(manager));
    try (var recording = Autograd.record()) {
      requireGradients(reference, variables);
      NDArray output = function.apply(variables);
      var outputs = new LinkedHashMap<>(Map.of("output", output));
      putGradients(reference, objective(output, variables), variables, outputs);
      return outputs;
    }
  }

  /** The sum of an output, weighted with the input "probe" where there is one. */
  public static NDArray objective(NDArray output, Map<String, NDArray> inputs) {
    NDArray probe = inputs.get("probe");
    return probe == null ? output.sum() : output.mul(probe).sum();
  }

  private static Map<String, NDArray> secondOrder(ReferenceCase reference, NDManager manager) {
    var variables = new LinkedHashMap<>(reference.state(manager));
    variables.putAll(reference.inputs(manager));
    try (var recording = Autograd.record()) {
      requireGradients(reference, variables);
      NDArray x = variables.get("x");
      NDArray hidden = Activation.tanh(linear(x, variables, "0"));
      NDArray output = linear(Activation.tanh(linear(hidden, variables, "2")), variables, "4");
      NDArray first = Autograd.grad(output.sum(), new NDList(x), true).get(0);
      NDArray squares = first.square().sum(new int[] {1});
      boolean aroundZero = reference.textSetting("penalty").equals("zero_centered");
      NDArray penalty = (aroundZero ? squares : squares.sqrt().sub(1).square()).mean();
      var outputs =
          new LinkedHashMap<>(Map.of("output", output, "gradient", first, "penalty", penalty));
      putGradients(reference, penalty, variables, outputs);
      return outputs;
    }
  }

  static NDArray linear(NDArray x, Map<String, NDArray> weights, String name) {
    return x.matMul(weights.get(name + ".weight").transpose()).add(weights.get(name + ".bias"));
  }

  private static Map<String, NDArray> adam(ReferenceCase reference, NDManager manager) {
    Map<String, NDArray> parameters = reference.state(manager);
    NDList first = zeros(parameters);
    NDList second = zeros(parameters);
    var counts = new NDList();
    parameters.values().forEach(parameter -> counts.add(manager.create(0f)));
    var settings =
        new AdamSettings(
            reference.doubleSetting("lr"),
            reference.doubleSetting("beta1", 0.9),
            reference.doubleSetting("beta2", 0.999),
            reference.doubleSetting("eps", 1e-8),
            reference.doubleSetting("weightDecay", 0));
    return steps(
        reference,
        "grad",
        manager,
        parameters,
        (p, g) -> FusedUpdates.adam(p, g, first, second, counts, settings));
  }

  private static Map<String, NDArray> rmsProp(ReferenceCase reference, NDManager manager) {
    Map<String, NDArray> parameters = reference.state(manager);
    NDList squares = zeros(parameters);
    NDList means = zeros(parameters);
    NDList buffers = zeros(parameters);
    var settings =
        new RmsPropSettings(
            reference.doubleSetting("lr"),
            reference.doubleSetting("alpha", 0.99),
            reference.doubleSetting("eps", 1e-8),
            reference.doubleSetting("weightDecay", 0),
            reference.doubleSetting("momentum", 0),
            reference.booleanSetting("centered", false));
    return steps(
        reference,
        "grad",
        manager,
        parameters,
        (p, g) -> FusedUpdates.rmsProp(p, g, squares, means, buffers, settings));
  }

  private static Map<String, NDArray> sgd(ReferenceCase reference, NDManager manager) {
    Map<String, NDArray> parameters = reference.state(manager);
    NDList buffers = zeros(parameters);
    var settings =
        new SgdSettings(
            reference.doubleSetting("lr"),
            reference.doubleSetting("momentum", 0),
            reference.doubleSetting("weightDecay", 0),
            reference.booleanSetting("nesterov", false));
    return steps(
        reference,
        "grad",
        manager,
        parameters,
        (p, g) -> FusedUpdates.sgd(p, g, buffers, settings));
  }

  private static Map<String, NDArray> movingAverage(ReferenceCase reference, NDManager manager) {
    double decay = reference.doubleSetting("decay");
    return steps(
        reference,
        "value",
        manager,
        reference.state(manager),
        (average, values) -> FusedUpdates.average(average, values, decay));
  }

  /** The decays of the generator's average after each step. */
  private static Map<String, NDArray> decays(ReferenceCase reference, NDManager manager) {
    double batch = reference.doubleSetting("batch");
    var averaging =
        Averaging.halvingEvery(
            1000 * reference.doubleSetting("ema_kimg") / batch,
            reference.doubleSetting("ema_rampup", 0));
    double[] decays =
        LongStream.range(0, reference.intSetting("steps")).mapToDouble(averaging::at).toArray();
    return Map.of("decay", manager.create(decays));
  }

  private static Map<String, NDArray> lazyAdam(ReferenceCase reference, NDManager manager) {
    var adam =
        new Optimizer.Adam(
            reference.doubleSetting("lr"),
            reference.doubleSetting("beta1"),
            reference.doubleSetting("beta2"));
    int interval = reference.intSetting("interval", 0);
    Optimizer.Adam lazy = interval == 0 ? adam : adam.withUpdateEvery(interval);
    return Map.of(
        "lr", manager.create(lazy.learningRate().at(0)),
        "beta1", manager.create(lazy.beta1()),
        "beta2", manager.create(lazy.beta2()));
  }

  /** An update of lists, in place: the parameters, and what a step is given for them. */
  private interface Update {
    void apply(NDList parameters, NDList given);
  }

  private static Map<String, NDArray> steps(
      ReferenceCase reference,
      String prefix,
      NDManager manager,
      Map<String, NDArray> parameters,
      Update update) {
    Map<String, NDArray> inputs = reference.inputs(manager);
    var list = new NDList(parameters.values());
    for (int step = 1; step <= reference.intSetting("steps"); step++) {
      var given = new NDList();
      for (String name : parameters.keySet()) {
        given.add(inputs.get(prefix + "." + step + "." + name));
      }
      update.apply(list, given);
    }
    return parameters;
  }

  private static NDList zeros(Map<String, NDArray> parameters) {
    return new NDList(parameters.values().stream().map(NDArray::zerosLike).toList());
  }

  public static void requireGradients(ReferenceCase reference, Map<String, NDArray> variables) {
    variables.forEach(
        (name, array) -> {
          if (reference.expected().containsKey(GRADIENT + name)) {
            array.setRequiresGradient(true);
          }
        });
  }

  /** Adds the gradients that the case expects. */
  public static void putGradients(
      ReferenceCase reference,
      NDArray scalar,
      Map<String, NDArray> variables,
      Map<String, NDArray> outputs) {
    var names =
        variables.keySet().stream()
            .filter(name -> reference.expected().containsKey(GRADIENT + name))
            .toList();
    if (names.isEmpty()) {
      return;
    }
    NDList gradients =
        Autograd.grad(scalar, new NDList(names.stream().map(variables::get).toList()));
    for (int i = 0; i < names.size(); i++) {
      outputs.put(GRADIENT + names.get(i), gradients.get(i));
    }
  }

  private static Map<String, NDArray> idx(ReferenceCase reference, NDManager manager)
      throws IOException {
    return read(
        manager,
        folder ->
            Datasets.idx(
                "case",
                decoded(reference, "imagesBase64", folder.resolve("images")),
                decoded(reference, "labelsBase64", folder.resolve("labels")),
                TEN_CLASSES));
  }

  private static Map<String, NDArray> cifar10(ReferenceCase reference, NDManager manager)
      throws IOException {
    return read(
        manager,
        folder ->
            Datasets.cifarBinary(
                "case",
                List.of(decoded(reference, "fileBase64", folder.resolve("batch.bin"))),
                TEN_CLASSES));
  }

  /** Reads a data set from files in a folder of its own. */
  private interface Source {

    ImageData from(Path folder) throws IOException;
  }

  private static Map<String, NDArray> read(NDManager manager, Source source) throws IOException {
    Path folder = Files.createTempDirectory("case");
    try {
      ImageData data = source.from(folder);
      Batch all = Batch.of(data, manager, IntStream.range(0, data.size()).toArray());
      return Map.of("images", all.images(), "labels", all.labels());
    } finally {
      FileUtils.deleteDirectory(folder.toFile());
    }
  }

  private static Path decoded(ReferenceCase reference, String setting, Path file)
      throws IOException {
    return Files.write(file, Base64.getDecoder().decode(reference.textSetting(setting)));
  }
}
