package org.adversaria.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import org.adversaria.torch.TorchScript;

/**
 * Self-attention over the positions of a feature map.
 *
 * <pre>
 * out = x + gamma o(g beta^T)    beta = softmax(theta^T phi) over positions
 * </pre>
 *
 * <p>1x1 convolutions without bias: {@code theta} and {@code phi} to C / 8 channels, {@code g} to C
 * / 2, {@code o} back to C; {@code phi} and {@code g} are max-pooled to a quarter of the positions,
 * as in SAGAN's and BigGAN's code. The scalar {@code gamma} is initially 0, which makes the layer
 * the identity.
 *
 * <p>Source: Zhang et al., "Self-Attention Generative Adversarial Networks", 2019, section 3; the
 * widths and the pooling are those of its published code and of BigGAN's.
 */
public final class SelfAttention extends Layer {

  private static final TorchScript SCRIPT =
      TorchScript.of(
          """
          def beta(self, theta: Tensor, phi: Tensor) -> Tensor:
            queries = torch.transpose(torch.flatten(theta, 2), 1, 2)
            keys = torch.flatten(torch.max_pool2d(phi, [2, 2]), 2)
            return torch.softmax(torch.bmm(queries, keys), -1)

          def attend(self, theta: Tensor, phi: Tensor, g: Tensor) -> Tensor:
            values = torch.flatten(torch.max_pool2d(g, [2, 2]), 2)
            beta = self.beta(theta, phi)
            return torch.view_as(torch.bmm(values, torch.transpose(beta, 1, 2)), g)
          """);

  /**
   * The names of the parts in the state dict of a code base.
   *
   * @param theta the queries' convolution
   * @param phi the keys' convolution
   * @param g the values' convolution
   * @param o the output convolution
   * @param gamma the factor
   * @param gammaShape its shape, of one element
   */
  public record Names(
      String theta, String phi, String g, String o, String gamma, Shape gammaShape) {

    /** The names of BigGAN's PyTorch code. */
    public static final Names BIGGAN = new Names("theta", "phi", "g", "o", "gamma", new Shape());

    /** The names of PyTorch-StudioGAN and of ECGAN's code. */
    public static final Names STUDIO =
        new Names(
            "conv1x1_theta", "conv1x1_phi", "conv1x1_g", "conv1x1_attn", "sigma", new Shape(1));
  }

  private final Conv2d theta;
  private final Conv2d phi;
  private final Conv2d g;
  private final Conv2d o;
  private final Parameter gamma;

  /**
   * Creates the layer.
   *
   * @param channels the number of channels C
   * @param norm of the convolutions' weights
   * @throws IllegalArgumentException if there are fewer than 8 channels
   */
  public SelfAttention(int channels, SpectralNorm norm) {
    this(channels, norm, Names.BIGGAN);
  }

  /**
   * Creates the layer with names of another code base.
   *
   * @param channels the number of channels C
   * @param norm of the convolutions' weights
   * @param names of its parts
   * @throws IllegalArgumentException if there are fewer than 8 channels
   */
  public SelfAttention(int channels, SpectralNorm norm, Names names) {
    if (channels < 8) {
      throw new IllegalArgumentException(
          "Self-attention compares C / 8 channels, so that it needs at least 8, but there are "
              + channels
              + ": widen the network or leave the attention out");
    }
    theta = child(names.theta(), new Conv2d(channels, channels / 8, 1, 1, 0, false, norm));
    phi = child(names.phi(), new Conv2d(channels, channels / 8, 1, 1, 0, false, norm));
    g = child(names.g(), new Conv2d(channels, channels / 2, 1, 1, 0, false, norm));
    o = child(names.o(), new Conv2d(channels / 2, channels, 1, 1, 0, false, norm));
    gamma = parameter(names.gamma(), Parameter.Type.OTHER, Initializer.ZEROS, names.gammaShape());
  }

  /**
   * Adds the attention's output to the input.
   *
   * @param x {@code (N, C, H, W)} of even H and W
   * @return {@code (N, C, H, W)}
   */
  @Override
  public NDArray forward(NDArray x, boolean training) {
    NDArray attention =
        SCRIPT
            .method("attend")
            .call(theta.forward(x, training), phi.forward(x, training), g.forward(x, training));
    return o.forward(attention, training).mul(gamma.getArray()).add(x);
  }

  /**
   * Computes the attention map beta: in row i, the weights with which position i, the query, takes
   * up the values of all pooled positions. They are positive and their sum is 1.
   *
   * @param x the layer's input {@code (N, C, H, W)} of even H and W
   * @param training true in training, where spectral normalisation behaves differently
   * @return {@code (N, H W, H W / 4)}: rows are positions of the map, columns those of the pooled
   *     map of H / 2 by W / 2, both row by row
   */
  public NDArray attention(NDArray x, boolean training) {
    return SCRIPT.method("beta").call(theta.forward(x, training), phi.forward(x, training));
  }
}
