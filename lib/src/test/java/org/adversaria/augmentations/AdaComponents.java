package org.adversaria.augmentations;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.adversaria.reference.Component;
import org.adversaria.reference.ReferenceCase;
import org.adversaria.reference.ReferenceComponents;
import org.adversaria.torch.Autograd;

/** The registry's part for ADA. */
public final class AdaComponents {

  private AdaComponents() {}

  /**
   * Returns the entries.
   *
   * @return the functions by the name of the component
   */
  public static Map<String, Component> all() {
    return Map.of(
        "augment.ada", AdaComponents::drawn,
        "augment.ada.percentile", AdaComponents::percentile,
        "augment.ada.filters", AdaComponents::filters,
        "augment.ada.controller", AdaComponents::controller);
  }

  /** Given draws; the penalty is that of R1, whose gradient flows through the gradient. */
  private static Map<String, NDArray> drawn(ReferenceCase reference, NDManager manager) {
    Map<String, NDArray> in = reference.inputs(manager);
    NDArray x = in.get("x");
    AdaDraws draws = AdaDraws.given((int) x.getShape().get(0), in);
    try (var recording = Autograd.record()) {
      x.setRequiresGradient(true);
      NDArray probe = in.get("probe");
      probe.setRequiresGradient(true);
      double p = reference.doubleSetting("p");
      NDArray output = new Ada(transforms(reference), p, AdaController.NONE).apply(x, p, draws);
      NDArray gradient =
          Autograd.grad(output.mul(probe).sum(), new NDList(x), true).singletonOrThrow();
      NDArray penalty = gradient.square().sum();
      NDArray second = Autograd.grad(penalty, new NDList(probe)).singletonOrThrow();
      return Map.of(
          "output", output, "grad.x", gradient, "penalty", penalty, "grad2.probe", second);
    }
  }

  private static Map<String, NDArray> percentile(ReferenceCase reference, NDManager manager) {
    var ada = new Ada(transforms(reference), 1, AdaController.NONE);
    double percentile = reference.doubleSetting("percentile");
    return ReferenceComponents.probed(
        reference, manager, in -> ada.atPercentile(in.get("x"), percentile));
  }

  private static Map<String, NDArray> filters(ReferenceCase reference, NDManager manager) {
    double[][] bands = Wavelets.bands();
    var all = new double[bands.length * bands[0].length];
    for (int band = 0; band < bands.length; band++) {
      System.arraycopy(bands[band], 0, all, band * bands[0].length, bands[0].length);
    }
    return Map.of(
        "Hz_geom", manager.create(Wavelets.SYM6),
        "Hz_fbank", manager.create(all, new Shape(bands.length, bands[0].length)));
  }

  /** Two steps of each interval give their logits, as two batches of real images. */
  private static Map<String, NDArray> controller(ReferenceCase reference, NDManager manager) {
    int interval = reference.intSetting("interval");
    var controller =
        new AdaController(
            reference.doubleSetting("target"), interval, reference.doubleSetting("kimg"));
    var ada = new Ada(AdaTransforms.preset("bgc"), reference.doubleSetting("p"), controller);
    AugmentationState state = ada.newState();
    state.initialize(manager);
    NDArray logits = reference.inputs(manager).get("logits"); // (K, M)
    var p = new double[(int) logits.getShape().get(0)];
    for (int k = 0; k < p.length; k++) {
      NDList batches = logits.get(k).split(2);
      for (int step = 0; step < interval; step++) {
        if (step < batches.size()) {
          state.observe(batches.get(step));
        }
        state.afterStep((long) k * interval + step, reference.intSetting("batch"));
      }
      p[k] = state.stateDict().get("p").getFloat();
    }
    return Map.of("p", manager.create(p));
  }

  private static AdaTransforms transforms(ReferenceCase reference) {
    Numbers s = new Numbers(reference);
    return new AdaTransforms(
        new AdaTransforms.Blitting(
            s.of("xflip"), s.of("rotate90"), s.of("xint"), s.or("xint_max", 0.125)),
        new AdaTransforms.Geometry(
            s.of("scale"),
            s.of("rotate"),
            s.of("aniso"),
            s.of("xfrac"),
            s.or("scale_std", 0.2),
            s.or("rotate_max", 1),
            s.or("aniso_std", 0.2),
            s.or("xfrac_std", 0.125)),
        new AdaTransforms.Color(
            s.of("brightness"),
            s.of("contrast"),
            s.of("lumaflip"),
            s.of("hue"),
            s.of("saturation"),
            s.or("brightness_std", 0.2),
            s.or("contrast_std", 0.5),
            s.or("hue_max", 1),
            s.or("saturation_std", 1)),
        new AdaTransforms.Filter(s.of("imgfilter"), s.bands(), s.or("imgfilter_std", 1)),
        new AdaTransforms.Corruption(
            s.of("noise"), s.of("cutout"), s.or("noise_std", 0.1), s.or("cutout_size", 0.5)));
  }

  /** Settings, of which absent multipliers are 0. */
  private record Numbers(ReferenceCase reference) {

    double of(String name) {
      return or(name, 0);
    }

    double or(String name, double byDefault) {
      return reference.doubleSetting(name, byDefault);
    }

    List<Double> bands() {
      JsonNode node = reference.settings().get("imgfilter_bands");
      if (node == null) {
        return List.of(1.0, 1.0, 1.0, 1.0);
      }
      var bands = new ArrayList<Double>();
      node.forEach(band -> bands.add(band.asDouble()));
      return bands;
    }
  }
}
