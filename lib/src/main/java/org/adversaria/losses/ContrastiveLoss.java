package org.adversaria.losses;

import ai.djl.ndarray.NDArray;
import org.adversaria.config.OpenType;
import org.adversaria.torch.DataTypes;
import org.adversaria.torch.TorchScript;

/**
 * A loss of a discriminator's vectors that is small where vectors of one class are near each other
 * and those of different classes are not.
 *
 * <p>Both players minimise it in addition to an {@link AdversarialLoss}: D on real images, G on
 * generated ones. l is the vector of an image, e that of its class (its proxy), s the cosine of two
 * vectors, and t the temperature. Sums run over the images of the batch.
 */
@OpenType
public interface ContrastiveLoss {

  /**
   * Computes the loss of a batch.
   *
   * @param batch at least two images
   * @param temperature t, above 0
   * @return a scalar, the mean over the batch, to minimise
   * @throws org.adversaria.torch.TorchScriptException if the arrays' shapes do not fit
   */
  NDArray of(Embeddings batch, double temperature);

  /**
   * The conditional contrastive loss (2C): positives are an image's proxy and the images of its
   * class, negatives all other images.
   *
   * <pre>
   * L = mean_i -log [(a_i + sum_(j != i, y_j = y_i) b_ij) / (a_i + sum_(j != i) b_ij)]
   * a_i = exp((s(l_i, e_i) - m) / t)    b_ij = exp((s(l_i, l_j) - m) / t)
   * </pre>
   *
   * <p>Source: Kang and Park, "ContraGAN: Contrastive Learning for Conditional Image Generation",
   * 2020, equations 6 to 8; the published code of ContraGAN and of ECGAN.
   *
   * @param margin m, 0 in the published settings. It is the same in numerator and denominator, and
   *     so cancels
   * @param collectsPositives true for the sum in the numerator, as in the published settings; false
   *     for a_i alone, for which images of one class are negatives
   * @param scaled true for -log (t x the ratio), as in ECGAN's code, which adds the constant -log
   *     t; false for the paper's loss
   */
  record TwoC(double margin, boolean collectsPositives, boolean scaled) implements ContrastiveLoss {

    /**
     * The loss of ContraGAN's paper.
     *
     * @return the loss without margin, with positives in the numerator
     */
    public static TwoC paper() {
      return new TwoC(0, true, false);
    }

    @Override
    public NDArray of(Embeddings batch, double temperature) {
      String method = collectsPositives ? "two_c" : "two_c_proxy";
      NDArray loss = Scripts.call(method, batch, temperature, margin);
      return scaled ? loss.sub((float) Math.log(temperature)) : loss;
    }
  }

  /**
   * Proxy-NCA: the positive is an image's proxy, negatives are those of the other classes. There is
   * no temperature.
   *
   * <pre>
   * L = mean_i -s(l_i, e_(y_i)) + log sum_(c != y_i) exp(l_i . e_c)
   * </pre>
   *
   * <p>Source: Movshovitz-Attias et al., "No Fuss Distance Metric Learning using Proxies", 2017,
   * equation 4. As in the published code of ContraGAN and ECGAN, the similarity to the image's own
   * proxy is a cosine, those to others are inner products with proxies that are not normalised.
   */
  record ProxyNca() implements ContrastiveLoss {

    @Override
    public NDArray of(Embeddings batch, double temperature) {
      return Scripts.SCRIPT
          .method("proxy_nca")
          .call(batch.vectors(), batch.proxies(), batch.products(), batch.labels());
    }
  }

  /**
   * NT-Xent: the positive l_i' is an image's augmented view, negatives are all other images and
   * views of any class. Mean and sum are over images and views.
   *
   * <pre>
   * L = mean_i -log [exp(s(l_i, l_i') / t) / sum_(j != i) exp(s(l_i, l_j) / t)]
   * </pre>
   *
   * <p>Source: Chen et al., "A Simple Framework for Contrastive Learning of Visual
   * Representations", 2020, equation 1.
   */
  record NtXent() implements ContrastiveLoss {

    @Override
    public NDArray of(Embeddings batch, double temperature) {
      return Scripts.SCRIPT
          .method("nt_xent")
          .call(batch.vectors(), batch.views().get(), Scripts.number(batch, temperature));
    }
  }

  /**
   * Data-to-data cross-entropy (D2D-CE) of ReACGAN: a cross-entropy in which the batch's images of
   * other classes stand for the wrong classes, with margins beyond which a pair has no gradient.
   *
   * <pre>
   * L = mean_i a_i + log [exp(-a_i) + sum_(y_j != y_i) exp(b_ij - c_i)]
   * a_i = max(0, m - s(l_i, e_i)) / t    b_ij = max(0, s(l_i, l_j) - 1 + m) / t
   * c_i = max_(j != i) (s(l_i, l_j) - 1 + m) / t
   * </pre>
   *
   * <p>c_i is part of the published code only and has no gradient. It sets the weight of the
   * negatives; in the paper it is 0.
   *
   * <p>Source: Kang et al., "Rebooting ACGAN: Auxiliary Classifier GANs with Stable Training",
   * 2021, section 3.2 and the published code.
   *
   * @param margin m, called {@code m_p} in the published settings: 0.98 for CIFAR-10; the margin of
   *     the negatives is 1 - m
   */
  record D2dCe(double margin) implements ContrastiveLoss {

    @Override
    public NDArray of(Embeddings batch, double temperature) {
      return Scripts.call("d2d_ce", batch, temperature, margin);
    }
  }

  /** The losses as TorchScript methods, in which all arrays of shape (N, N) are intermediate. */
  final class Scripts {

    private static final TorchScript SCRIPT =
        TorchScript.of(
            """
            def unit(self, x: Tensor) -> Tensor:
              return torch.div(x, torch.clamp_min(torch.norm(x, 2, [1], True), 1e-8))

            def cosines(self, x: Tensor, y: Tensor) -> Tensor:
              return torch.matmul(self.unit(x), torch.t(self.unit(y)))

            def pairwise(self, x: Tensor, y: Tensor) -> Tensor:
              return torch.sum(torch.mul(self.unit(x), self.unit(y)), [1], True)

            def own(self, x: Tensor) -> Tensor:
              ones = torch.ones_like(torch.select(x, 1, 0))
              return torch.gt(torch.diag_embed(ones), 0)

            def same(self, labels: Tensor) -> Tensor:
              return torch.eq(torch.unsqueeze(labels, 1), torch.unsqueeze(labels, 0))

            def without(self, x: Tensor, places: Tensor) -> Tensor:
              return torch.masked_fill(x, places, float("-inf"))

            def ratio(self, x: Tensor, e: Tensor, y: Tensor, t: Tensor, m: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
              pairs = torch.div(torch.sub(self.cosines(x, x), m), t)
              pairs0 = self.without(pairs, self.own(x))
              proxy = torch.div(torch.sub(self.pairwise(x, e), m), t)
              every = torch.logsumexp(torch.cat([proxy, pairs0], 1), [1], False)
              return (proxy, pairs0, every)

            def two_c(self, x: Tensor, e: Tensor, y: Tensor, t: Tensor, m: Tensor) -> Tensor:
              proxy, pairs, every = self.ratio(x, e, y, t, m)
              others = torch.logical_not(self.same(y))
              positives = torch.cat([proxy, self.without(pairs, others)], 1)
              return torch.mean(torch.sub(every, torch.logsumexp(positives, [1], False)))

            def two_c_proxy(self, x: Tensor, e: Tensor, y: Tensor, t: Tensor, m: Tensor) -> Tensor:
              proxy, pairs, every = self.ratio(x, e, y, t, m)
              return torch.mean(torch.sub(every, torch.squeeze(proxy, 1)))

            def proxy_nca(self, x: Tensor, e: Tensor, products: Tensor, y: Tensor) -> Tensor:
              wrong = torch.scatter(products, 1, torch.unsqueeze(y, 1), float("-inf"))
              right = torch.squeeze(self.pairwise(x, e), 1)
              return torch.mean(torch.sub(torch.logsumexp(wrong, [1], False), right))

            def nt_xent(self, x: Tensor, view: Tensor, t: Tensor) -> Tensor:
              both = torch.cat([x, view], 0)
              all = self.without(torch.div(self.cosines(both, both), t), self.own(both))
              right = torch.div(torch.squeeze(self.pairwise(x, view), 1), t)
              rights = torch.cat([right, right], 0)
              return torch.mean(torch.sub(torch.logsumexp(all, [1], False), rights))

            def d2d_ce(self, x: Tensor, e: Tensor, y: Tensor, t: Tensor, m: Tensor) -> Tensor:
              pairs = torch.div(torch.sub(torch.add(self.cosines(x, x), m), 1), t)
              largest = torch.amax(self.without(torch.detach(pairs), self.own(x)), [1], True)
              weights = torch.exp(torch.sub(torch.relu(pairs), largest))
              negatives = torch.sum(torch.masked_fill(weights, self.same(y), 0), [1], False)
              far = torch.relu(torch.div(torch.sub(m, torch.squeeze(self.pairwise(x, e), 1)), t))
              return torch.mean(torch.add(far, torch.log(torch.add(torch.exp(torch.neg(far)), negatives))))
            """);

    private Scripts() {}

    private static NDArray call(
        String method, Embeddings batch, double temperature, double margin) {
      return SCRIPT
          .method(method)
          .call(
              batch.vectors(),
              batch.proxies(),
              batch.labels(),
              number(batch, temperature),
              number(batch, margin));
    }

    /** A scalar array of the vectors' type, with their manager. */
    private static NDArray number(Embeddings batch, double value) {
      NDArray vectors = batch.vectors();
      return vectors
          .getManager()
          .create(value)
          .toType(DataTypes.require(vectors.getDataType()), false);
    }
  }
}
