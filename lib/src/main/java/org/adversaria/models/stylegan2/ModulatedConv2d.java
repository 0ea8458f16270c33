package org.adversaria.models.stylegan2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.adversaria.nn.Compiled;
import org.adversaria.torch.DataTypes;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchScript;

/**
 * Convolution with a weight for each image: an image's style s scales the input channels of the
 * weight, {@code w' = s_i w_oik}, and demodulation restores the scale of each output channel that
 * it has on normal inputs, {@code w'' = w' / sqrt(sum_ik w'^2 + 1e-8)}.
 *
 * <p>Two forms have the same result. Plain, for training: the style scales the images before a
 * convolution with one shared weight, and the demodulation scales them after it. Fused: each image
 * has its own weight in one grouped convolution.
 *
 * <p>Source: Karras et al., "Analyzing and Improving the Image Quality of StyleGAN", 2020, section
 * 2.2, equations 1 and 3.
 *
 * @param resampling the convolution
 * @param demodulate true to demodulate
 * @param fused true for the fused form
 */
public record ModulatedConv2d(ResampledConv resampling, boolean demodulate, boolean fused) {

  private record Compiled(ModulatedConv2d operation, Shape kernel, Shape filter) {}

  private static final Map<Compiled, TorchScript> SCRIPTS = new ConcurrentHashMap<>();

  /** A script's method for 1 / |w'| of each image and output channel, {@code (N, out)}. */
  static final String NORMS =
      """
      def norms(self, w: Tensor, s: Tensor) -> Tensor:
        squares = torch.sum(torch.square(w), [2, 3])
        return torch.rsqrt(torch.add(torch.matmul(torch.square(s), torch.t(squares)), 1e-8))
      """;

  private static final String PLAIN =
      """
      def modulated(self, x: Tensor, w: Tensor, s: Tensor, f: Tensor) -> Tensor:
        x = torch.mul(x, torch.reshape(s, [torch.size(x, 0), -1, 1, 1]))
        return self.conv(x, w, None, f, 1)

      def whole(self, x: Tensor, w: Tensor, s: Tensor, f: Tensor) -> Tensor:
        x = self.modulated(x, w, s, f)
        %s
      """;

  private static final String FUSED =
      """
      def grouped(self, x: Tensor, w: Tensor, s: Tensor, d: Optional[Tensor], f: Tensor) -> Tensor:
        n = torch.size(x, 0)
        w = torch.mul(torch.unsqueeze(w, 0), torch.reshape(s, [n, 1, -1, 1, 1]))
        if d is not None:
          w = torch.mul(w, torch.reshape(d, [n, -1, 1, 1, 1]))
        x = torch.reshape(x, [1, -1, torch.size(x, 2), torch.size(x, 3)])
        x = self.conv(x, torch.flatten(w, 0, 1), None, f, n)
        return torch.reshape(x, [n, -1, torch.size(x, 2), torch.size(x, 3)])

      def whole(self, x: Tensor, w: Tensor, s: Tensor, f: Tensor) -> Tensor:
        return self.grouped(x, w, s, %s, f)
      """;

  /**
   * Convolves images.
   *
   * @param x {@code (N, in, H, W)}
   * @param weight {@code (out, in, kH, kW)}
   * @param styles {@code (N, in)}
   * @param filter for resampling, as for {@link Upfirdn2d#apply}
   * @return {@code (N, out, H', W')}
   * @throws org.adversaria.torch.TorchScriptException if the shapes do not fit
   */
  public NDArray apply(NDArray x, NDArray weight, NDArray styles, NDArray filter) {
    NDArray f = filter == null ? x.getManager().ones(new Shape(1, 1)) : filter.stopGradient();
    TorchScript script =
        SCRIPTS.computeIfAbsent(
            new Compiled(this, weight.getShape().slice(2), f.getShape()),
            key -> TorchScript.of(key.operation().methods(key.kernel(), key.filter())));
    return script
        .method("whole")
        .call(x, weight, styles, f.toType(DataTypes.require(x.getDataType()), false));
  }

  /**
   * Methods of a script: {@code whole(x, w, s, f)}; {@code norms(w, s)}; in the plain form {@code
   * modulated(x, w, s, f)} before demodulation, in the fused form {@code grouped(x, w, s, d, f)}
   * with factors d {@code (N, out)} of the output channels, or None.
   */
  String methods(Shape kernel, Shape filter) {
    String conv = resampling.methods("conv", kernel, filter) + NORMS;
    if (fused) {
      return conv + Text.format(FUSED, demodulate ? "self.norms(w, s)" : "None");
    }
    String last =
        demodulate
            ? "return torch.mul(x, torch.reshape(self.norms(w, s), [torch.size(x, 0), -1, 1, 1]))"
            : "return x";
    return conv + Text.format(PLAIN, last);
  }
}
