package org.adversaria.metrics;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.adversaria.data.Datasets;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.ScriptFile;

/**
 * The field's standard extractor, from which published FID and inception scores come: Inception-v3
 * with the weights of 2015-12-05, in NVIDIA's translation to TorchScript.
 *
 * <p>Images go through the steps of NVIDIA's {@code metric_utils.py}: x becomes the byte {@code
 * 127.5 x + 128}, clamped to [0, 255] and truncated; grey images are repeated to three channels;
 * the network itself brings them to 299x299 pixels. The vectors are its 2,048 features after the
 * last pooling. The logits are the logarithms of its 1,008 class probabilities without the bias of
 * the last layer, as the inception score wants them.
 *
 * <p>C. Szegedy et al., "Rethinking the Inception architecture for computer vision", CVPR 2016; M.
 * Heusel et al., "GANs trained by a two time-scale update rule converge to a local Nash
 * equilibrium", NeurIPS 2017; T. Karras et al., "Training generative adversarial networks with
 * limited data", NeurIPS 2020, whose code is at NVlabs/stylegan2-ada-pytorch.
 */
public final class InceptionFeatures implements FeatureExtractor {

  private static final String NETWORK = "inception-2015-12-05";
  private static final String FORWARD = "forward";

  /** SHA-256 of the published file. */
  private static final String PUBLISHED =
      "f58cb9b6ec323ed63459aa4fb441fe750cfe39fafad6da5cb504a16f19e958f4";

  private final ScriptFile network;
  private final String fingerprint;
  private final boolean standard;

  private InceptionFeatures(ScriptFile network, String fingerprint, boolean standard) {
    this.network = network;
    this.fingerprint = fingerprint;
    this.standard = standard;
  }

  /**
   * Loads the network from {@code networks/inception-2015-12-05.pt} in {@link Datasets#folder()};
   * where it is not there, its 91 MiB are downloaded from NVIDIA.
   *
   * @param device where to compute
   * @return the extractor
   * @throws org.adversaria.data.DataException if the file is another one or cannot be had; the
   *     message tells how to place it by hand
   */
  public static InceptionFeatures standard(Device device) {
    return of(Datasets.network(NETWORK), device);
  }

  /**
   * Loads the network from a file. Unless its bytes are the published ones, scores carry its
   * fingerprint in their names, for they are not to be compared with published ones.
   *
   * @param file NVIDIA's TorchScript file, or one of the same signature: {@code forward(images
   *     uint8 (N, 3, H, W), return_features, use_fp16, no_output_bias)}
   * @param device where to compute
   * @return the extractor
   * @throws IllegalArgumentException if there is no such file
   * @throws org.adversaria.torch.TorchScriptException if the file is not TorchScript, or asks for
   *     more than computing, see {@link ScriptFile}
   */
  public static InceptionFeatures of(Path file, Device device) {
    return of(file, device, PUBLISHED);
  }

  static InceptionFeatures of(Path file, Device device, String published) {
    ScriptFile network = ScriptFile.load(file, device);
    try {
      String fingerprint = new Fingerprint().add(file).hex();
      return new InceptionFeatures(network, fingerprint, fingerprint.equals(published));
    } catch (IOException e) {
      network.close();
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }

  /**
   * {@inheritDoc} It is {@code inception}, followed by eight digits where the file is not the
   * published one.
   */
  @Override
  public String name() {
    return standard ? "inception" : "inception-" + fingerprint.substring(0, 8);
  }

  /** {@inheritDoc} It is the SHA-256 of the file. */
  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public Device device() {
    return network.device();
  }

  /** {@inheritDoc} The published network's scores go by their plain names. */
  @Override
  public String label(String score) {
    return standard ? score : FeatureExtractor.super.label(score);
  }

  /**
   * {@inheritDoc}
   *
   * <p>The network runs twice, once for each; see {@link #vectors}.
   *
   * @throws org.adversaria.torch.TorchScriptException if the file's network has another signature
   */
  @Override
  public Features extract(NDArray images) {
    try (var scope = new NDScope();
        var paused = Autograd.pause()) {
      NDArray bytes = bytes(images);
      NDArray vectors = network.call(FORWARD, bytes, true);
      NDArray probabilities = network.call(FORWARD, bytes, false, false, true);
      // A probability may underflow to 0, whose logarithm would turn sums of p log p into NaN.
      NDArray logits = probabilities.maximum(Float.MIN_NORMAL).log();
      NDScope.unregister(vectors, logits);
      return new Features(vectors, logits);
    }
  }

  @Override
  public NDArray vectors(NDArray images) {
    try (var scope = new NDScope();
        var paused = Autograd.pause()) {
      NDArray vectors = network.call(FORWARD, bytes(images), true);
      NDScope.unregister(vectors);
      return vectors;
    }
  }

  private static NDArray bytes(NDArray images) {
    Shape shape = images.getShape();
    if (shape.dimension() != 4 || shape.get(1) != 1 && shape.get(1) != 3) {
      throw new IllegalArgumentException(
          "Inception takes images (N, 1, H, W) or (N, 3, H, W), but these are " + shape);
    }
    NDArray bytes = images.mul(127.5f).add(128f).clip(0, 255).toType(DataType.UINT8, false);
    return shape.get(1) == 3 ? bytes : bytes.repeat(1, 3);
  }

  /** Frees the network. */
  @Override
  public void close() {
    network.close();
  }
}
