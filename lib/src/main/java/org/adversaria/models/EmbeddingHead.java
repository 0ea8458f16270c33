package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import org.adversaria.nn.Embedding;
import org.adversaria.nn.Linear;
import org.adversaria.nn.SpectralNorm;
import org.adversaria.torch.TorchScript;

/**
 * A discriminator's heads for contrastive losses: images as vectors l(h) that are compared with
 * each other and with a vector of their class, its proxy e(y).
 *
 * <p>Names in the state dict, as in PyTorch-StudioGAN: {@code linear2} from the features, {@code
 * linear3} where the map is not linear, {@code embedding} for the proxies.
 *
 * <p>Source: Kang and Park, "ContraGAN: Contrastive Learning for Conditional Image Generation",
 * 2020, section 3.
 *
 * @param width the length of a vector
 * @param normalised true to bring vectors to length 1, as the papers' settings do; losses that take
 *     cosines do not change with it
 * @param nonlinear true for a ReLU and a further layer on the vectors
 */
public record EmbeddingHead(int width, boolean normalised, boolean nonlinear) {

  private static final String FIRST = "linear2";
  private static final String SECOND = "linear3";
  private static final String PROXIES = "embedding";

  /** As {@code torch.nn.functional.normalize}. */
  private static final TorchScript UNIT =
      TorchScript.of(
          """
          def unit(self, x: Tensor) -> Tensor:
            length = torch.norm(x, 2, [1], True)
            return torch.div(x, torch.clamp_min(length, 1e-12))
          """);

  /**
   * Puts the heads on a discriminator, before it is initialised.
   *
   * @param discriminator the network
   * @param numClasses the number of classes K; 0 for no proxies
   * @param norm of the weights
   */
  public void addTo(FeatureDiscriminator discriminator, int numClasses, SpectralNorm norm) {
    int features = discriminator.featureWidth();
    discriminator.addHead(FIRST, new Linear(features, width, true, norm));
    if (nonlinear) {
      discriminator.addHead(SECOND, new Linear(width, width, true, norm));
    }
    if (numClasses > 0) {
      discriminator.addHead(PROXIES, new Embedding(numClasses, width, norm));
    }
  }

  /**
   * The vectors of images.
   *
   * @param discriminator a network with these heads
   * @param features {@code (N, featureWidth)}, see {@link FeatureDiscriminator#features}
   * @param training true where layers behave differently while training
   * @return {@code (N, width)}
   */
  public NDArray vectors(FeatureDiscriminator discriminator, NDArray features, boolean training) {
    NDArray vectors = discriminator.head(FIRST, features, training);
    if (nonlinear) {
      vectors = discriminator.head(SECOND, Activation.relu(vectors), training);
    }
    return normalised ? unit(vectors) : vectors;
  }

  /**
   * The vectors of all classes as they are learned, of any length.
   *
   * @param discriminator a network with these heads
   * @param classes the classes in order, int64 {@code (K)}
   * @param training true where layers behave differently while training
   * @return {@code (K, width)}
   */
  public NDArray table(FeatureDiscriminator discriminator, NDArray classes, boolean training) {
    return discriminator.head(PROXIES, classes, training);
  }

  /**
   * The proxies of labels.
   *
   * @param table the vectors of all classes {@code (K, width)}
   * @param labels int64 {@code (N)} in [0, K)
   * @return {@code (N, width)}
   */
  public NDArray proxies(NDArray table, NDArray labels) {
    NDArray proxies = table.get(labels);
    return normalised ? unit(proxies) : proxies;
  }

  private static NDArray unit(NDArray rows) {
    return UNIT.method("unit").call(rows);
  }
}
