package org.adversaria.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.LinkedHashMap;
import java.util.Map;
import org.adversaria.models.Backbone;
import org.adversaria.models.BigGanLatent;
import org.adversaria.models.HeadedDiscriminator;
import org.adversaria.nn.TorchBlock;

/** The registry's part for IC-GAN's networks of BigGAN's blocks. */
final class IcGanComponents {

  private IcGanComponents() {}

  static Map<String, Component> all() {
    return Map.of(
        "models.icgan.generator",
        (reference, manager) -> run(reference, manager, backbone(reference).newGenerator()),
        "models.icgan.discriminator",
        (reference, manager) -> {
          Backbone.IcGan backbone = backbone(reference);
          return run(
              reference,
              manager,
              HeadedDiscriminator.projection(backbone.newBody(), backbone.condition()));
        });
  }

  private static Backbone.IcGan backbone(ReferenceCase reference) {
    var latent =
        new BigGanLatent(
            reference.intSetting("latent", 1),
            reference.intSetting("shared", 0),
            reference.booleanSetting("hierarchical", false));
    return new Backbone.IcGan(
        LayerComponents.backbone(reference),
        latent,
        reference.intSetting("features"),
        reference.intSetting("sharedFeatures", 1));
  }

  private static Map<String, NDArray> run(
      ReferenceCase reference, NDManager manager, TorchBlock network) {
    return LayerComponents.run(
        reference,
        manager,
        network,
        in -> Map.of("output", LayerComponents.forward(reference, network, instances(in))));
  }

  /** The same inputs with features, and labels where there are any, in one array. */
  private static Map<String, NDArray> instances(Map<String, NDArray> inputs) {
    var joined = new LinkedHashMap<>(inputs);
    NDArray labels = joined.remove("labels");
    NDArray features = joined.remove("features");
    joined.put(
        "y",
        labels == null
            ? features
            : features.concat(labels.toType(DataType.FLOAT32, true).reshape(-1, 1), 1));
    return joined;
  }
}
