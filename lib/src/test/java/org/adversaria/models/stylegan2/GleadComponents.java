package org.adversaria.models.stylegan2;

import static org.adversaria.models.stylegan2.StyleComponents.first;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.adversaria.losses.ImageDistance;
import org.adversaria.methods.Glead;
import org.adversaria.models.stylegan2.GleadDiscriminator.Output;
import org.adversaria.models.stylegan2.StyleComponents.Options;
import org.adversaria.nn.Resample;
import org.adversaria.nn.StateDict;
import org.adversaria.nn.TorchBlock;
import org.adversaria.reference.Component;
import org.adversaria.reference.ReferenceCase;
import org.adversaria.reference.ReferenceComponents;
import org.adversaria.torch.Autograd;

/** The registry's part for GLeaD. Settings go by the names of its published code. */
public final class GleadComponents {

  /** What the published code calls the number of channels of the reconstructing heads. */
  private static final int RECONSTRUCTION = 512;

  private GleadComponents() {}

  public static Map<String, Component> all() {
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
              NDArray labels = StyleComponents.conditions(inputs, StyleComponents.sizes(reference));
              Output output = network.forward(x, labels, true);
              describe(output, network.decoded(x), found);
              return output.logits();
            },
            x);
    outputs.putAll(found);
    return outputs;
  }

  private static void describe(
      Output output, Map<Integer, NDArray> decoded, Map<String, NDArray> found) {
    found.put("logits", output.logits());
    decoded.forEach((size, map) -> found.put("decoded" + size, map));
    decoded.forEach((size, map) -> found.put("fmaps." + size, map));
    found.put("features", output.features());
    found.put("final_out", output.features());
    found.put("inter_feat", output.features());
    if (output.image() != null) {
      found.put("image", output.image());
      found.put("inter_img", output.image());
      found.put("ws", output.style());
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
      Output decoded = discriminator.forward(x, null, true);
      NDArray loss;
      if (inputs.containsKey("gfeat")) {
        NDArray features = inputs.get("gfeat");
        int size = (int) features.getShape().get(3);
        NDArray f = decoded.features();
        NDArray sized = f.getShape().get(3) == size ? f : Resample.bilinear(f, size);
        loss = distance(reference).of(sized, features).mul(weight);
      } else {
        NDArray again = Glead.reconstruct(decoded, generator, start, NoiseMode.NONE);
        outputs.put("remade", again);
        loss = distance(reference).of(again, x).mul(weight);
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
