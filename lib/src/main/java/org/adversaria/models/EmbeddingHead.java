package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import org.adversaria.nn.Embedding;
import org.adversaria.nn.Linear;
import org.adversaria.torch.TorchScript;

/**
 * A discriminator's heads for contrastive losses: vectors l(h) of samples, and a vector e(y) of
 * each class, its proxy.
 *
 * <p>Names in the state dict, as in PyTorch-StudioGAN: {@code linear2} from the features, {@code
 * linear3} with a nonlinear map, {@code embedding} for the proxies.
 *
 * <p>Source: Kang and Park, "ContraGAN: Contrastive Learning for Conditional Image Generation",
 * 2020, section 3.
 */
public final class EmbeddingHead {

  /** As {@code torch.nn.functional.normalize}, and the products of all rows with all vectors. */
  private static final TorchScript SCRIPT =
      TorchScript.of(
          """
          def unit(self, x: Tensor) -> Tensor:
            length = torch.norm(x, 2, [1], True)
            return torch.div(x, torch.clamp_min(length, 1e-12))

          def products(self, x: Tensor, table: Tensor) -> Tensor:
            return torch.matmul(x, torch.t(table))
          """);

  private final Settings settings;
  private final Linear first;
  private final Linear second;
  private final Embedding classes;

  /**
   * The settings of the heads.
   *
   * @param width the size of a vector, at least 1
   * @param normalised true for vectors of norm 1, as in the papers; it does not change losses of
   *     cosines
   * @param nonlinear true for a ReLU and a further layer on the vectors
   */
  public record Settings(int width, boolean normalised, boolean nonlinear) {

    /**
     * The published heads: affine, with vectors of norm 1.
     *
     * @param width the size of a vector, at least 1: 512 for CIFAR, 768 and more for ImageNet
     * @return the settings
     */
    public static Settings unit(int width) {
      return new Settings(width, true, false);
    }
  }

  /**
   * The vectors of a batch of samples.
   *
   * @param vectors l of the samples {@code (N, width)}
   * @param proxies e of their classes {@code (N, width)}
   * @param products inner products of l with the vectors of all classes, which are not normalised,
   *     {@code (N, K)}
   */
  public record Output(NDArray vectors, NDArray proxies, NDArray products) {}

  /**
   * Declares the heads of a body, before it is initialised.
   *
   * @param body the network below
   * @param numClasses the number of classes K
   * @param settings of the heads
   */
  public EmbeddingHead(Body body, int numClasses, Settings settings) {
    this.settings = settings;
    first = body.linear("linear2", settings.width());
    second =
        settings.nonlinear() ? body.linear("linear3", settings.width(), settings.width()) : null;
    classes = body.embedding("embedding", numClasses, settings.width());
  }

  /**
   * Computes the heads.
   *
   * @param h features {@code (N, featureWidth)}
   * @param y labels, int64 {@code (N)} in [0, K)
   * @param training true in training, where some layers behave differently
   * @return the vectors
   */
  public Output forward(NDArray h, NDArray y, boolean training) {
    NDArray l = first.forward(h, training); // (N, width)
    if (settings.nonlinear()) {
      l = second.forward(Activation.relu(l), training);
    }
    l = unit(l);
    NDArray table = classes.vectors(h.getManager(), training); // (K, width)
    NDArray e = unit(Embedding.lookup(y, table)); // (N, width)
    return new Output(l, e, SCRIPT.method("products").call(l, table));
  }

  private NDArray unit(NDArray rows) {
    return settings.normalised() ? SCRIPT.method("unit").call(rows) : rows;
  }
}
