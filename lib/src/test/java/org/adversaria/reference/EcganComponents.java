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
import java.util.Optional;
import java.util.function.Function;
import org.adversaria.losses.ContrastiveLoss;
import org.adversaria.losses.Embeddings;
import org.adversaria.losses.Energies;
import org.adversaria.methods.Contrast;
import org.adversaria.methods.EcGan;
import org.adversaria.models.Backbone;
import org.adversaria.models.Body;
import org.adversaria.models.EmbeddingHead;
import org.adversaria.models.HeadedDiscriminator;
import org.adversaria.models.Projection;
import org.adversaria.models.StudioBigGanGenerator;
import org.adversaria.models.StudioBigGanSizes;
import org.adversaria.models.WeightInit;
import org.adversaria.nn.ArrayTree;
import org.adversaria.nn.Embedding;
import org.adversaria.nn.Linear;
import org.adversaria.torch.Autograd;
import org.adversaria.training.GanStep;
import org.adversaria.training.Schedule;
import org.adversaria.training.Step;

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
    NDArray l = vectors == null ? find(in, "zis", "z_i", "zi") : vectors;
    return new Embeddings(
        labels == null ? null : labels.toType(DataType.INT64, false),
        l,
        proxies == null && table != null ? table.get(labels) : proxies,
        table == null ? null : l.matMul(table.transpose()),
        () -> find(in, "views", "view", "zjs", "z_j", "zj", "aug"));
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
      return results(reference, in, method(reference).discriminatorTerms(step(in)).total());
    }
  }

  private static Map<String, NDArray> generator(ReferenceCase reference, NDManager manager) {
    Map<String, NDArray> in = reference.inputs(manager);
    try (var recording = Autograd.record()) {
      ReferenceComponents.requireGradients(reference, in);
      return results(reference, in, method(reference).generatorTerms(step(in)).total());
    }
  }

  private static EcGan method(ReferenceCase reference) {
    return new EcGan(
        LossComponents.settings(
            new EcGan.Objective(
                number(reference, 1, "alpha", "uncond_lambda", "uncondLambda"),
                number(
                    reference, 0, "classifierWeight", "cls_disc_lambda", "lambda_clf", "lambdaClf"),
                Contrast.of(
                    twoC(reference),
                    number(reference, 0, "contrastWeight", "contrastive_lambda", "lambda_c"),
                    number(reference, 1, "temperature", "t"),
                    1))));
  }

  private static GanStep<EcGan.Output> step(Map<String, NDArray> in) {
    var first = new Step(0, 1, null, () -> null, () -> null);
    return new GanStep<EcGan.Output>(first, null, x -> x, ArrayTree::flatten)
        .with(samples(in, "real"), samples(in, "fake"));
  }

  private static GanStep.Samples<EcGan.Output> samples(Map<String, NDArray> in, String side) {
    NDArray f = find(in, side, "cls_out_" + side, side + "Logits", side + "_logits");
    if (f == null) {
      return null;
    }
    NDArray vectors = find(in, side + "Vectors", "cls_embed_" + side, side + "_embed");
    NDArray proxies = find(in, side + "Proxies", "cls_proxies_" + side, side + "_proxy");
    var embedding = new EmbeddingHead.Output(vectors, proxies, null);
    return GanStep.Samples.of(labels(in, side), new EcGan.Output(f, Optional.of(embedding)));
  }

  private static NDArray labels(Map<String, NDArray> in, String side) {
    return find(in, side + "Labels", side + "_labels").toType(DataType.INT64, false);
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
    var settings =
        new EmbeddingHead.Settings(
            (int) number(reference, 512, "embedding", "hypersphere_dim"),
            flag(reference, true, "normalised", "normalize_embed"),
            flag(reference, false, "nonlinear", "nonlinear_embed"));
    Body body = new Backbone.StudioBigGan(sizes(reference)).newBody();
    HeadedDiscriminator.Heads<Map<String, NDArray>> heads =
        heads(strategy, body, sizes(reference).numClasses(), settings);
    var network = new HeadedDiscriminator<>(body, heads);
    boolean training = flag(reference, false, "training", "train");
    return LayerComponents.run(
        reference,
        manager,
        network,
        in -> {
          NDList arguments = arguments(reference, in);
          Map<String, NDArray> outputs =
              new LinkedHashMap<>(network.forward(arguments.get(0), arguments.get(1), training));
          outputs.put("output", sideBySide(outputs.values()));
          return outputs;
        });
  }

  private static HeadedDiscriminator.Heads<Map<String, NDArray>> heads(
      String strategy, Body body, int classes, EmbeddingHead.Settings settings) {
    return switch (strategy) {
      case "ECGAN" -> energies(body, classes, settings);
      case "ProjGAN" -> projection(body, classes);
      case "ContraGAN" -> contrast(body, classes, settings);
      default -> classifier(body, classes);
    };
  }

  private static HeadedDiscriminator.Heads<Map<String, NDArray>> energies(
      Body body, int classes, EmbeddingHead.Settings settings) {
    Linear logits = body.linear("logit", classes);
    var embedding = new EmbeddingHead(body, classes, settings);
    return (h, y, training) -> {
      var outputs = new LinkedHashMap<String, NDArray>();
      NDArray f = logits.forward(h, training);
      outputs.put("cls_output", f);
      outputs.put("cond_output", Energies.conditional(f, y));
      outputs.put("uncond_output", Energies.unconditional(f));
      EmbeddingHead.Output vectors = embedding.forward(h, y, training);
      outputs.put("cls_proxy", vectors.proxies());
      outputs.put("cls_embed", vectors.vectors());
      return outputs;
    };
  }

  private static HeadedDiscriminator.Heads<Map<String, NDArray>> projection(
      Body body, int classes) {
    Linear logit = body.linear("logit", 1);
    Embedding vectors = body.embedding("class_embedding", classes, body.featureWidth());
    return (h, y, training) ->
        Map.of(
            "authen_output",
            Projection.logits(logit.forward(h, training), vectors.forward(y, training), h));
  }

  private static HeadedDiscriminator.Heads<Map<String, NDArray>> contrast(
      Body body, int classes, EmbeddingHead.Settings settings) {
    Linear logit = body.linear("logit", 1);
    var embedding = new EmbeddingHead(body, classes, settings);
    return (h, y, training) -> {
      var outputs = new LinkedHashMap<String, NDArray>();
      outputs.put("authen_output", logit.forward(h, training).reshape(-1));
      EmbeddingHead.Output vectors = embedding.forward(h, y, training);
      outputs.put("cls_proxy", vectors.proxies());
      outputs.put("cls_embed", vectors.vectors());
      return outputs;
    };
  }

  private static HeadedDiscriminator.Heads<Map<String, NDArray>> classifier(
      Body body, int classes) {
    Linear logit = body.linear("logit", 1);
    Linear classifier = body.linear("classifier", classes);
    return (h, y, training) -> {
      var outputs = new LinkedHashMap<String, NDArray>();
      outputs.put("authen_output", logit.forward(h, training).reshape(-1));
      outputs.put("cls_output", classifier.forward(h, training));
      return outputs;
    };
  }

  private static NDList arguments(ReferenceCase reference, Map<String, NDArray> in) {
    int tiles = (int) number(reference, 1, "tiles");
    return new NDList(
        find(in, "x", "images", "input").tile(new long[] {1, 1, tiles, tiles}), find(in, LABELS));
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
