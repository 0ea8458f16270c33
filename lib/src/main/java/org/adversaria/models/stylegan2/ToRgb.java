package org.adversaria.models.stylegan2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import org.adversaria.nn.Initializers;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchScript;

/**
 * From a block's features to the RGB image it adds: a modulated 1x1 convolution without
 * demodulation, and a bias. It is computed as a batch of matrix products, since each image has its
 * own weight.
 *
 * <p>State dict: {@code affine}, {@code weight (channels, in, 1, 1)}, {@code bias}.
 *
 * <p>Source: Karras et al., "Analyzing and Improving the Image Quality of StyleGAN", 2020, section
 * 4.1; the published code of StyleGAN2 with adaptive augmentation ({@code ToRGBLayer}).
 */
final class ToRgb extends TorchBlock {

  /** The sum of images, in float32 in every precision. */
  private static final TorchScript JOINED =
      TorchScript.of(
          Upfirdn2d.upsample(2, FirFilter.TAPS).method("larger", FirFilter.SHAPE)
              + """
              def joined(self, image: Tensor, f: Tensor, colours: Tensor) -> Tensor:
                return torch.add(self.larger(image, f), colours)
              """);

  private final Parameter weight;
  private final Parameter bias;
  private final EqualizedLinear affine;
  private final TorchScript script;

  /**
   * Creates the layer.
   *
   * @param in input channels
   * @param channels of the image
   * @param width the size of w
   * @param clamp the largest absolute value of an output, or null for none
   */
  public ToRgb(int in, int channels, int width, Double clamp) {
    weight =
        parameter(
            "weight", Parameter.Type.WEIGHT, Initializers.normal(1), new Shape(channels, in, 1, 1));
    bias = parameter("bias", Parameter.Type.BIAS, Initializer.ZEROS, new Shape(channels));
    affine = child("affine", new EqualizedLinear(width, in, BiasAct.Function.LINEAR, 1, 1));
    BiasAct act = BiasAct.of(BiasAct.Function.LINEAR).clamped(clamp);
    script =
        TorchScript.of(
            act.method("act", 1)
                + Text.format(
                    """
                    def colours(self, x: Tensor, v: Tensor, aw: Tensor, ab: Tensor, w: Tensor, b: Tensor) -> Tensor:
                      s = torch.addmm(ab, v, torch.t(aw), beta=%1$s, alpha=%2$s)
                      w = torch.mul(torch.unsqueeze(torch.flatten(w, 1), 0), torch.unsqueeze(s, 1))
                      t = ops.prim.dtype(x)
                      b = torch.to(torch.reshape(b, [1, -1, 1]), t)
                      y = torch.baddbmm(b, torch.to(w, t), torch.flatten(x, 2))
                      y = torch.reshape(y, [torch.size(x, 0), -1, torch.size(x, 2), torch.size(x, 3)])
                      return self.act(y)
                    """,
                    1 / Math.sqrt(in), EqualizedLinear.gain(1, width) / Math.sqrt(in)),
            TorchScript.Mixed.IMAGES);
  }

  /**
   * Computes the RGB image.
   *
   * @param x {@code (N, in, H, W)}
   * @param w {@code (N, width)}
   * @return {@code (N, channels, H, W)}
   */
  public NDArray forward(NDArray x, NDArray w) {
    return script
        .method("colours")
        .call(x, w, affine.weight(), affine.bias(), weight.getArray(), bias.getArray());
  }

  /**
   * Computes the RGB image and adds it to the upsampled previous one.
   *
   * @param image {@code (N, channels, H / 2, W / 2)}
   * @param filter the low-pass filter {@code (4, 4)}
   * @param x {@code (N, in, H, W)}
   * @param w {@code (N, width)}
   * @return {@code (N, channels, H, W)}
   */
  public NDArray forward(NDArray image, NDArray filter, NDArray x, NDArray w) {
    return JOINED.method("joined").call(image, filter, forward(x, w));
  }

  /** {@inheritDoc} Inputs are x and w. */
  @Override
  public NDList forward(NDList inputs, boolean training) {
    return new NDList(forward(inputs.get(0), inputs.get(1)));
  }
}
