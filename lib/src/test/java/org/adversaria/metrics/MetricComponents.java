package org.adversaria.metrics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.adversaria.reference.Component;
import org.adversaria.reference.Json;
import org.adversaria.reference.ReferenceCase;
import org.adversaria.reference.ReferenceFormatException;

/**
 * The registry's part for {@code org.adversaria.metrics}. Inputs, settings and outputs are known by
 * the names that the field's programs use for them.
 */
public final class MetricComponents {

  private MetricComponents() {}

  public static Map<String, Component> all() {
    return Map.of(
        "metrics.moments", MetricComponents::moments,
        "metrics.fid", MetricComponents::fid,
        "metrics.kid", MetricComponents::kid,
        "metrics.inceptionscore", MetricComponents::inceptionScore,
        "metrics.prdc", MetricComponents::prdc,
        "metrics.precisionrecall", MetricComponents::precisionRecall,
        "metrics.ssim", MetricComponents::ssim,
        "metrics.psnr", MetricComponents::psnr,
        "metrics.mse", MetricComponents::mse);
  }

  private static Map<String, NDArray> moments(ReferenceCase reference, NDManager manager) {
    NDArray features = input(reference.inputs(manager), "features", "x", "real", "input");
    try (var moments = Moments.of(features)) {
      NDArray mean = attached(moments.mean(), manager);
      NDArray covariance = attached(moments.covariance(), manager);
      var outputs = named(mean, "mean", "mu");
      outputs.putAll(named(covariance, "covariance", "sigma", "cov"));
      return outputs;
    }
  }

  private static NDArray attached(NDArray array, NDManager manager) {
    array.attach(manager);
    return array;
  }

  private static Map<String, NDArray> fid(ReferenceCase reference, NDManager manager) {
    Map<String, NDArray> in = reference.inputs(manager);
    return named(manager.create(distance(in)), "fid", "distance", "value", "output");
  }

  private static double distance(Map<String, NDArray> in) {
    if (find(in, "mu1", "mu_real", "mean1", "real_mu") != null) {
      return FrechetDistance.between(
          input(in, "mu1", "mu_real", "mean1", "real_mu"),
          input(in, "sigma1", "sigma_real", "cov1", "real_sigma"),
          input(in, "mu2", "mu_fake", "mean2", "fake_mu"),
          input(in, "sigma2", "sigma_fake", "cov2", "fake_sigma"));
    }
    try (var real = Moments.of(real(in));
        var fake = Moments.of(fake(in))) {
      return FrechetDistance.between(real, fake);
    }
  }

  private static Map<String, NDArray> kid(ReferenceCase reference, NDManager manager) {
    Map<String, NDArray> in = reference.inputs(manager);
    var kernel =
        new KernelDistance(
            (int) setting(reference, 3, "degree"),
            setting(reference, 0, "gamma"),
            setting(reference, 1, "coef0", "coef", "coefficient"));
    double value = kernel.unbiased(real(in), fake(in));
    return named(manager.create(value), "kid", "mmd2", "mmd", "value", "mean", "output");
  }

  private static Map<String, NDArray> inceptionScore(ReferenceCase reference, NDManager manager) {
    Map<String, NDArray> in = reference.inputs(manager);
    int splits = (int) setting(reference, 1, "splits", "n_split", "num_splits");
    NDArray probabilities = find(in, "probabilities", "probs", "preds", "p");
    Estimate estimate =
        probabilities == null
            ? InceptionScore.of(input(in, "logits", "input"), splits)
            : InceptionScore.ofProbabilities(probabilities, splits);
    var outputs = named(manager.create(estimate.mean()), "mean", "is", "score", "value", "output");
    outputs.putAll(named(manager.create(estimate.deviation()), "std", "deviation"));
    return outputs;
  }

  private static Map<String, NDArray> prdc(ReferenceCase reference, NDManager manager) {
    Map<String, NDArray> in = reference.inputs(manager);
    var prdc = Prdc.of(real(in), fake(in), neighbour(reference, 5));
    return Map.of(
        "precision", manager.create(prdc.precision()),
        "recall", manager.create(prdc.recall()),
        "density", manager.create(prdc.density()),
        "coverage", manager.create(prdc.coverage()));
  }

  private static Map<String, NDArray> precisionRecall(ReferenceCase reference, NDManager manager) {
    Map<String, NDArray> in = reference.inputs(manager);
    var both = ImprovedPrecisionRecall.of(real(in), fake(in), neighbour(reference, 3));
    return Map.of(
        "precision", manager.create(both.precision()), "recall", manager.create(both.recall()));
  }

  private static int neighbour(ReferenceCase reference, int byDefault) {
    return (int) setting(reference, byDefault, "k", "nearest_k", "nearestK", "nhood_size");
  }

  private static Map<String, NDArray> ssim(ReferenceCase reference, NDManager manager) {
    Map<String, NDArray> in = reference.inputs(manager);
    boolean uniform = reference.settings().path("window").asText("gaussian").equals("uniform");
    NDArray ssim =
        ImageSimilarity.ssim(
            first(in),
            second(in),
            range(reference),
            uniform ? SsimWindow.uniform() : SsimWindow.gaussian());
    return named(ssim, "ssim", "value", "output");
  }

  private static Map<String, NDArray> psnr(ReferenceCase reference, NDManager manager) {
    Map<String, NDArray> in = reference.inputs(manager);
    NDArray psnr = ImageSimilarity.psnr(first(in), second(in), range(reference));
    return named(psnr, "psnr", "value", "output");
  }

  private static Map<String, NDArray> mse(ReferenceCase reference, NDManager manager) {
    Map<String, NDArray> in = reference.inputs(manager);
    return named(ImageSimilarity.mse(first(in), second(in)), "mse", "value", "output");
  }

  private static double range(ReferenceCase reference) {
    return setting(reference, 2, "range", "data_range", "dataRange");
  }

  private static NDArray real(Map<String, NDArray> in) {
    return input(in, "real", "real_features", "features1", "x");
  }

  private static NDArray fake(Map<String, NDArray> in) {
    return input(in, "fake", "fake_features", "features2", "y");
  }

  private static NDArray first(Map<String, NDArray> in) {
    return input(in, "a", "x", "img1", "im1", "real");
  }

  private static NDArray second(Map<String, NDArray> in) {
    return input(in, "b", "y", "img2", "im2", "fake");
  }

  private static NDArray input(Map<String, NDArray> in, String... names) {
    NDArray array = find(in, names);
    if (array == null) {
      throw new ReferenceFormatException(
          "an input is absent: one of " + Arrays.toString(names) + "; there are " + in.keySet());
    }
    return array;
  }

  private static NDArray find(Map<String, NDArray> in, String... names) {
    return Arrays.stream(names).filter(in::containsKey).map(in::get).findFirst().orElse(null);
  }

  /** The first of the settings that is a number. */
  private static double setting(ReferenceCase reference, double byDefault, String... names) {
    JsonNode value = Json.first(reference.settings(), names);
    return value.isNumber() ? value.doubleValue() : byDefault;
  }

  private static Map<String, NDArray> named(NDArray array, String... names) {
    var outputs = new LinkedHashMap<String, NDArray>();
    for (String name : names) {
      outputs.put(name, array);
    }
    return outputs;
  }
}
