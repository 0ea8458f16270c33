package org.adversaria.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.adversaria.losses.AdversarialLoss;
import org.adversaria.losses.ClassLogits;
import org.adversaria.losses.ClassifierLoss;
import org.adversaria.losses.ContrastiveLoss;
import org.adversaria.losses.Embeddings;
import org.adversaria.losses.Energies;
import org.adversaria.models.EcganDiscriminator;
import org.adversaria.models.EmbeddingHead;
import org.adversaria.models.FeatureDiscriminator;
import org.adversaria.models.LogitHead;
import org.adversaria.models.StudioBigGanGenerator;
import org.adversaria.models.StudioBigGanSizes;
import org.adversaria.models.WeightInit;
import org.adversaria.nn.Linear;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.TorchOps;
import org.adversaria.training.Schedule;

/**
 * The registry's part for ECGAN, ContraGAN and ReACGAN. Arrays and settings are known by several
 * names, those of the published codes among them.
 */
final class EcganComponents {

  private static final String[] VECTORS = {
    "vectors", "embed", "embeds", "inst_embed", "embedding", "embeddings", "cls_embed"
  };
  private static final String[] PROXIES = {"proxies", "proxy", "cls_proxy"};
  private static final String[] LABELS = {"labels", "label", "y"};
  private static final String[] TABLE = {
    "table", "embedding.weight", "all_proxies", "proxy_table", "class_proxies", "weight"
  };
  private static final String[] LOGITS = {"logits", "cls_output", "cls_out", "f", "output"};

  private EcganComponents() {}

  static Map<String, Component> all() {
    var components = new LinkedHashMap<String, Component>();
    put(components, EcganComponents::twoC, "2c", "twoc", "contragan", "conditional", "two_c");
    put(
        components,
        r -> new ContrastiveLoss.ProxyNca(),
        "proxynca",
        "proxyNca",
        "proxy_nca",
        "proxy-nca");
    put(components, r -> new ContrastiveLoss.NtXent(), "ntxent", "ntXent", "nt_xent", "nt-xent");
    put(components, EcganComponents::d2dCe, "d2dce", "d2dCe", "d2d_ce", "d2d-ce", "reacgan");
    components.put("losses.contrastive.temperature", EcganComponents::temperature);
    components.put("losses.ecgan.temperature", EcganComponents::temperature);
    components.put("losses.ecgan.heads", EcganComponents::heads);
    components.put("losses.ecgan.discriminator", EcganComponents::discriminator);
    components.put("losses.ecgan.generator", EcganComponents::generator);
    components.put("models.ecgan.generator", EcganComponents::generatorNetwork);
    components.put("models.ecgan.discriminator", EcganComponents::discriminatorNetwork);
    return components;
  }

  private static void put(
      Map<String, Component> components,
      Function<ReferenceCase, ContrastiveLoss> loss,
      String... names) {
    for (String name : names) {
      components.put(
          "losses.contrastive." + name,
          (reference, manager) -> contrastive(reference, manager, loss.apply(reference)));
    }
  }

  private static ContrastiveLoss twoC(ReferenceCase reference) {
    String[] collects = {"collectsPositives", "pos_collected_numerator", "posCollectedNumerator"};
    JsonNode margin = Json.first(reference.settings(), "margin");
    JsonNode positives = Json.first(reference.settings(), collects);
    boolean ofEcgan = !margin.isMissingNode() || !positives.isMissingNode();
    return new ContrastiveLoss.TwoC(
        margin.asDouble(0),
        positives.asBoolean(true),
        Json.first(reference.settings(), "scaled").asBoolean(ofEcgan));
  }

  private static ContrastiveLoss d2dCe(ReferenceCase reference) {
    return new ContrastiveLoss.D2dCe(
        number(reference, 0.98, "margin", "m_p", "mp", "positiveMargin"));
  }

  private static Map<String, NDArray> contrastive(
      ReferenceCase reference, NDManager manager, ContrastiveLoss loss) {
    Map<String, NDArray> in = new LinkedHashMap<>(reference.state(manager));
    in.putAll(reference.inputs(manager));
    try (var recording = Autograd.record()) {
      ReferenceComponents.requireGradients(reference, in);
      NDArray value =
          loss.of(batch(in), number(reference, 1, "temperature", "t", "start_temperature"));
      return results(reference, in, value);
    }
  }

  private static Embeddings batch(Map<String, NDArray> in) {
    NDArray labels = find(in, LABELS);
    NDArray table = find(in, TABLE);
    NDArray proxies = find(in, PROXIES);
    NDArray vectors = find(in, VECTORS);
    return new Embeddings(
        labels == null ? null : labels.toType(DataType.INT64, false),
        vectors == null ? find(in, "zis", "z_i", "zi") : vectors,
        proxies == null && table != null ? table.get(labels) : proxies,
        table,
        find(in, "views", "view", "zjs", "z_j", "zj", "aug"));
  }

  private static Map<String, NDArray> temperature(ReferenceCase reference, NDManager manager) {
    double first = number(reference, 1, "start_temperature", "start", "first");
    double last = number(reference, 1, "end_temperature", "end", "last");
    int stairs = (int) number(reference, 1, "tempering_step", "temperingStep", "stairs");
    long steps = (long) number(reference, 1, "total_step", "totalStep", "total", "steps");
    JsonNode kind = Json.first(reference.settings(), "tempering_type", "temperingType", "type");
    Schedule schedule =
        switch (kind.asText("constant")) {
          case "continuous" -> new Schedule.Linear(first, last, steps);
          case "discrete" -> new Schedule.Stairs(first, last, stairs, steps);
          default -> new Schedule.Constant(first);
        };
    NDArray asked = find(reference.inputs(manager), "step", "steps", "step_count", "input");
    double[] values =
        Arrays.stream(asked.toType(DataType.INT64, true).toLongArray())
            .mapToDouble(schedule::at)
            .toArray();
    NDArray result = manager.create(values).reshape(asked.getShape());
    return Map.of("temperature", result, "output", result);
  }

  private static Map<String, NDArray> heads(ReferenceCase reference, NDManager manager) {
    Map<String, NDArray> in = reference.inputs(manager);
    NDArray f = find(in, LOGITS);
    NDArray labels = find(in, LABELS).toType(DataType.INT64, false);
    NDArray conditional = Energies.conditional(f, labels);
    NDArray unconditional = Energies.unconditional(f);
    double alpha = number(reference, 1, "alpha", "uncond_lambda", "uncondLambda");
    var outputs = new LinkedHashMap<String, NDArray>();
    List.of("conditional", "cond", "cond_output").forEach(n -> outputs.put(n, conditional));
    List.of("unconditional", "uncond", "uncond_output").forEach(n -> outputs.put(n, unconditional));
    outputs.put("joint", Energies.joint(f, labels, alpha));
    return outputs;
  }

  private static Map<String, NDArray> discriminator(ReferenceCase reference, NDManager manager) {
    Map<String, NDArray> in = reference.inputs(manager);
    try (var recording = Autograd.record()) {
      ReferenceComponents.requireGradients(reference, in);
      ClassifierLoss.EcGan energies = energies(reference);
      ClassLogits real = logits(in, "real");
      ClassLogits fake = logits(in, "fake");
      NDArray value =
          new AdversarialLoss.Hinge().discriminator(energies.logits(real), energies.logits(fake));
      value = value.add(energies.discriminator(real, fake));
      return results(reference, in, withContrast(reference, in, "real", value));
    }
  }

  private static Map<String, NDArray> generator(ReferenceCase reference, NDManager manager) {
    Map<String, NDArray> in = reference.inputs(manager);
    try (var recording = Autograd.record()) {
      ReferenceComponents.requireGradients(reference, in);
      NDArray logits = energies(reference).logits(logits(in, "fake"));
      NDArray value = new AdversarialLoss.Hinge().generator(logits);
      return results(reference, in, withContrast(reference, in, "fake", value));
    }
  }

  private static ClassifierLoss.EcGan energies(ReferenceCase reference) {
    return new ClassifierLoss.EcGan(
        number(reference, 1, "alpha", "uncond_lambda", "uncondLambda"),
        number(reference, 0, "classifierWeight", "cls_disc_lambda", "lambda_clf", "lambdaClf"));
  }

  private static ClassLogits logits(Map<String, NDArray> in, String side) {
    NDArray f = find(in, side, "cls_out_" + side, side + "Logits", side + "_logits");
    return ClassLogits.of(labels(in, side), f);
  }

  private static NDArray labels(Map<String, NDArray> in, String side) {
    return find(in, side + "Labels", side + "_labels").toType(DataType.INT64, false);
  }

  private static NDArray withContrast(
      ReferenceCase reference, Map<String, NDArray> in, String side, NDArray value) {
    double weight = number(reference, 0, "contrastWeight", "contrastive_lambda", "lambda_c");
    if (weight == 0) {
      return value;
    }
    NDArray vectors = find(in, side + "Vectors", "cls_embed_" + side, side + "_embed");
    NDArray proxies = find(in, side + "Proxies", "cls_proxies_" + side, side + "_proxy");
    NDArray contrast =
        twoC(reference)
            .of(
                Embeddings.of(labels(in, side), vectors, proxies),
                number(reference, 1, "temperature", "t"));
    return value.add(TorchOps.scale(contrast, weight));
  }

  private static Map<String, NDArray> results(
      ReferenceCase reference, Map<String, NDArray> variables, NDArray value) {
    var outputs = new LinkedHashMap<>(Map.of("loss", value, "output", value));
    ReferenceComponents.putGradients(reference, value, variables, outputs);
    return outputs;
  }

  private static StudioBigGanSizes sizes(ReferenceCase reference) {
    int width = (int) number(reference, 96, "width", "g_conv_dim", "d_conv_dim");
    return new StudioBigGanSizes(
        (int) number(reference, 32, "resolution", "img_size"),
        3,
        (int) number(reference, 10, "classes", "num_classes", "numClasses"),
        (int) number(reference, width, "g_conv_dim", "width"),
        (int) number(reference, width, "d_conv_dim", "width"),
        (int) number(reference, 0, "attention", "attention_after_nth_gen_block"),
        (int) number(reference, 0, "attention", "attention_after_nth_dis_block"),
        (int) number(reference, 80, "latent", "z_dim"),
        (int) number(reference, 128, "shared", "shared_dim"),
        WeightInit.ORTHOGONAL);
  }

  private static Map<String, NDArray> generatorNetwork(ReferenceCase reference, NDManager manager) {
    var network = new StudioBigGanGenerator(sizes(reference));
    return LayerComponents.run(
        reference,
        manager,
        network,
        in -> Map.of("output", LayerComponents.forward(reference, network, in)));
  }

  /** All that the heads of a strategy say, side by side, as published: one pass, each head once. */
  private static Map<String, NDArray> discriminatorNetwork(
      ReferenceCase reference, NDManager manager) {
    String strategy =
        Json.first(reference.settings(), "strategy", "conditional_strategy").asText("ECGAN");
    LogitHead head =
        switch (strategy) {
          case "ECGAN" -> LogitHead.ENERGIES;
          case "ProjGAN" -> LogitHead.PROJECTION;
          default -> LogitHead.PLAIN;
        };
    var network = new EcganDiscriminator(sizes(reference), head);
    var embedding =
        new EmbeddingHead(
            (int) number(reference, 512, "embedding", "hypersphere_dim"),
            flag(reference, true, "normalised", "normalize_embed"),
            flag(reference, false, "nonlinear", "nonlinear_embed"));
    int classes = sizes(reference).numClasses();
    boolean embeds = head == LogitHead.ENERGIES || strategy.equals("ContraGAN");
    if (embeds) {
      embedding.addTo(network, classes, StudioBigGanSizes.NORM);
    } else if (head == LogitHead.PLAIN) {
      network.addHead(
          EcganDiscriminator.CLASSIFIER,
          new Linear(network.featureWidth(), classes, true, StudioBigGanSizes.NORM));
    }
    boolean training = flag(reference, false, "training", "train");
    return LayerComponents.run(
        reference,
        manager,
        network,
        in -> {
          NDList arguments = arguments(reference, in);
          NDArray labels = arguments.get(1);
          NDArray features = network.features(arguments.get(0), training);
          var said = new LinkedHashMap<String, NDArray>();
          logits(network, head, features, labels, training, said);
          if (embeds) {
            NDArray every = manager.arange(0, classes, 1, DataType.INT64);
            NDArray table = embedding.table(network, every, training);
            said.put("cls_proxy", embedding.proxies(table, labels));
            said.put("cls_embed", embedding.vectors(network, features, training));
          }
          said.put("output", sideBySide(said.values()));
          return said;
        });
  }

  private static NDList arguments(ReferenceCase reference, Map<String, NDArray> in) {
    int tiles = (int) number(reference, 1, "tiles");
    return new NDList(
        find(in, "x", "images", "input").tile(new long[] {1, 1, tiles, tiles}), find(in, LABELS));
  }

  private static void logits(
      FeatureDiscriminator network,
      LogitHead head,
      NDArray features,
      NDArray labels,
      boolean training,
      Map<String, NDArray> said) {
    if (head == LogitHead.ENERGIES) {
      NDArray f = network.energies(features, training);
      said.put("cls_output", f);
      said.put("cond_output", Energies.conditional(f, labels));
      said.put("uncond_output", Energies.unconditional(f));
      return;
    }
    said.put("authen_output", network.logits(features, labels, training));
    if (head == LogitHead.PLAIN
        && network.getChildren().keys().contains(EcganDiscriminator.CLASSIFIER)) {
      said.put("cls_output", network.head(EcganDiscriminator.CLASSIFIER, features, training));
    }
  }

  private static NDArray sideBySide(Collection<NDArray> arrays) {
    var columns = new NDList();
    for (NDArray array : arrays) {
      columns.add(array.reshape(array.getShape().get(0), -1));
    }
    // Through DJL's concatenation of one array no gradient flows.
    return columns.size() == 1 ? columns.get(0) : NDArrays.concat(columns, 1);
  }

  private static NDArray find(Map<String, NDArray> in, String... names) {
    return Arrays.stream(names).filter(in::containsKey).map(in::get).findFirst().orElse(null);
  }

  private static double number(ReferenceCase reference, double byDefault, String... names) {
    JsonNode value = Json.first(reference.settings(), names);
    return value.isNumber() ? value.doubleValue() : byDefault;
  }

  private static boolean flag(ReferenceCase reference, boolean byDefault, String... names) {
    return Json.first(reference.settings(), names).asBoolean(byDefault);
  }
}
