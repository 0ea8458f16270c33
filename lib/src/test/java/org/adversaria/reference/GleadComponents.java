package org.adversaria.reference;

import static org.adversaria.reference.StyleComponents.first;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.adversaria.losses.GeneratorLeading;
import org.adversaria.losses.ImageDistance;
import org.adversaria.models.GleadDiscriminator;
import org.adversaria.models.GleadDiscriminator.Judgement;
import org.adversaria.models.StyleGan2Sizes;
import org.adversaria.models.StyleGan2Synthesis;
import org.adversaria.nn.NoiseMode;
import org.adversaria.nn.StateDict;
import org.adversaria.nn.TorchBlock;
import org.adversaria.reference.StyleComponents.Options;
import org.adversaria.torch.Autograd;

/** The registry's part for GLeaD. Settings go by the names of its published code. */
final class GleadComponents {

  /** What the published code calls the number of channels of the reconstructing heads. */
  private static final int RECONSTRUCTION = 512;

  private GleadComponents() {}

  static Map<String, Component> all() {
    var components = new TreeMap<String, Component>();
    components.put("models.glead.discriminator", GleadComponents::discriminator);
    components.put("models.glead.synthesis", GleadComponents::synthesis);
    components.put("models.glead.generator", GleadComponents::synthesis);
    for (String name : new String[] {"", ".distance", ".reg", ".task", ".mse", ".cos", ".cosine"}) {
      components.put("losses.glead" + name, GleadComponents::loss);
    }
    return components;
  }

  private static GleadDiscriminator newDiscriminator(ReferenceCase reference) {
    StyleGan2Sizes sizes = StyleComponents.sizes(reference);
    var options = new Options(reference);
    int end = options.integer(64, "decoder_res", "glead_res_d");
    int channels = options.integer(-1, "decoder_out_channel");
    GleadDiscriminator.Head head =
        switch (channels) {
          case 0 -> new GleadDiscriminator.Plain();
          case RECONSTRUCTION ->
              new GleadDiscriminator.Reconstruction(
                  sizes.channelsAt(options.integer(64, "glead_res_g")));
          default ->
              new GleadDiscriminator.Projection(channels < 0 ? sizes.channelsAt(end) : channels);
        };
    int kernel = options.integer(1, "decoder_conv_kernel_size");
    return new GleadDiscriminator(sizes, new GleadDiscriminator.Decoder(end, kernel, head));
  }

  private static Map<String, NDArray> discriminator(ReferenceCase reference, NDManager manager) {
    GleadDiscriminator network = newDiscriminator(reference);
    var variables = new LinkedHashMap<>(StyleComponents.load(reference, manager, network));
    Map<String, NDArray> inputs = reference.inputs(manager);
    variables.putAll(inputs);
    NDArray x = first(inputs, StyleComponents.IMAGES);
    var found = new LinkedHashMap<String, NDArray>();
    Map<String, NDArray> outputs =
        StyleComponents.derived(
            reference,
            variables,
            in -> {
              Judgement judged =
                  network.judge(
                      x, StyleComponents.labels(inputs, StyleComponents.sizes(reference)));
              describe(judged, found);
              return judged.logits();
            },
            x);
    outputs.putAll(found);
    return outputs;
  }

  private static void describe(Judgement judged, Map<String, NDArray> found) {
    found.put("logits", judged.logits());
    judged.decoded().forEach((size, map) -> found.put("decoded" + size, map));
    judged.decoded().forEach((size, map) -> found.put("fmaps." + size, map));
    found.put("features", judged.features());
    found.put("final_out", judged.features());
    found.put("inter_feat", judged.features());
    if (judged.image() != null) {
      found.put("image", judged.image());
      found.put("inter_img", judged.image());
      found.put("ws", judged.style());
    }
  }

  private static Map<String, NDArray> synthesis(ReferenceCase reference, NDManager manager) {
    var network = new StyleGan2Synthesis(StyleComponents.sizes(reference));
    NoiseMode noise = StyleComponents.noise(new Options(reference));
    var variables = new LinkedHashMap<>(StyleComponents.load(reference, manager, network));
    Map<String, NDArray> inputs = reference.inputs(manager);
    variables.putAll(inputs);
    NDArray features = first(inputs, "features", "feature_map", "x", "feat");
    NDArray image = first(inputs, "image", "inter_image", "inter_img", "img");
    NDArray ws = first(inputs, StyleComponents.STYLES);
    return StyleComponents.derived(
        reference,
        variables,
        in -> {
          if (features == null) {
            return network.forward(ws, noise, true).images();
          }
          return image == null
              ? network.withFeatures(features, ws, noise, true)
              : network.fromFeatures(features, image, ws, noise, true);
        },
        features == null ? ws : features);
  }

  private static ImageDistance distance(ReferenceCase reference) {
    String component = reference.component();
    String last = component.substring(component.lastIndexOf('.') + 1);
    var options = new Options(reference);
    return switch (options
        .text(last, "loss", "loss_type", "type", "reg_loss", "distance")
        .toLowerCase(Locale.ROOT)) {
      case "cos", "cosine" -> new ImageDistance.Cosine();
      default -> new ImageDistance.Pixels();
    };
  }

  private static Map<String, NDArray> loss(ReferenceCase reference, NDManager manager) {
    double weight = new Options(reference).number(1.0, "weight", "reg_weight", "lambda");
    Map<String, NDArray> inputs = reference.inputs(manager);
    if (inputs.containsKey("source")) {
      return ReferenceComponents.loss(
          reference,
          manager,
          in -> distance(reference).of(in.get("source"), in.get("target")).mul(weight));
    }
    return task(reference, manager, inputs, weight);
  }

  /** D's task with both networks, whose states have the prefixes D and G. */
  private static Map<String, NDArray> task(
      ReferenceCase reference, NDManager manager, Map<String, NDArray> inputs, double weight) {
    GleadDiscriminator discriminator = newDiscriminator(reference);
    var generator = new StyleGan2Synthesis(StyleComponents.sizes(reference));
    var variables = new LinkedHashMap<String, NDArray>();
    part(reference, manager, discriminator, "D.", variables);
    part(reference, manager, generator, "G.", variables);
    int start = new Options(reference).integer(64, "glead_res_g");
    var outputs = new LinkedHashMap<String, NDArray>();
    try (var recording = Autograd.record()) {
      NDArray x = first(inputs, StyleComponents.IMAGES);
      Judgement judged = discriminator.judge(x, null);
      NDArray loss;
      if (inputs.containsKey("gfeat")) {
        var features = new GeneratorLeading.Features(distance(reference), weight);
        var made = new StyleGan2Synthesis.Result(x, Map.of(start, inputs.get("gfeat")));
        loss = new GeneratorLeading(start, null, features).fake(judged, made, generator);
      } else {
        var task = new GeneratorLeading.Reconstruction(distance(reference), weight);
        NDArray remade =
            new GeneratorLeading(start, task, null).remade(judged, generator, NoiseMode.NONE);
        outputs.put("remade", remade);
        loss = task.distance().of(remade, x).mul(weight);
      }
      outputs.put("loss", loss);
      StyleComponents.put("grad.", reference, loss, variables, outputs);
    }
    return outputs;
  }

  private static void part(
      ReferenceCase reference,
      NDManager manager,
      TorchBlock network,
      String prefix,
      Map<String, NDArray> variables) {
    network.initialize(manager);
    var own = new LinkedHashMap<String, NDArray>();
    reference
        .state(manager)
        .forEach(
            (name, array) -> {
              if (name.startsWith(prefix)) {
                own.put(name.substring(prefix.length()), array);
              }
            });
    StateDict.load(network, own, reference + " " + prefix);
    network.stateDict().forEach((name, array) -> variables.put(prefix + name, array));
  }
}
