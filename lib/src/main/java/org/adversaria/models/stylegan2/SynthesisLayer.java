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
 * A layer of StyleGAN2's synthesis: a modulated convolution whose style is an affine map of w,
 * noise with a learned strength that all channels share, bias, and leaky ReLU.
 *
 * <p>State dict: {@code affine}, {@code weight (out, in, 3, 3)}, {@code bias}, {@code
 * noise_strength}, and the buffers {@code noise_const} and {@code resample_filter}.
 *
 * <p>Source: Karras et al., "Analyzing and Improving the Image Quality of StyleGAN", 2020, figure
 * 2d; the published code of StyleGAN2 with adaptive augmentation ({@code SynthesisLayer}).
 */
final class SynthesisLayer extends TorchBlock {

  private static final int KERNEL = 3;

  private final Parameter weight;
  private final Parameter bias;
  private final Parameter strength;
  private final Parameter noise;
  private final Parameter filter;
  private final EqualizedLinear affine;
  private final TorchScript plain;
  private final TorchScript fused;

  /**
   * Creates the layer.
   *
   * @param in input channels
   * @param out output channels
   * @param width the size of w
   * @param resolution the output's height and width
   * @param up 2 to double the size, or 1
   * @param clamp the largest absolute value of an output, or null for none
   */
  public SynthesisLayer(int in, int out, int width, int resolution, int up, Double clamp) {
    weight =
        parameter(
            "weight",
            Parameter.Type.WEIGHT,
            Initializers.normal(1),
            new Shape(out, in, KERNEL, KERNEL));
    strength = parameter("noise_strength", Parameter.Type.OTHER, Initializer.ZEROS, new Shape());
    bias = parameter("bias", Parameter.Type.BIAS, Initializer.ZEROS, new Shape(out));
    filter = FirFilter.declare(this::buffer);
    noise =
        buffer(
            "noise_const",
            Parameter.Type.OTHER,
            Initializers.normal(1),
            new Shape(resolution, resolution));
    affine = child("affine", new EqualizedLinear(width, in, BiasAct.Function.LINEAR, 1, 1));
    BiasAct act = BiasAct.of(BiasAct.Function.LRELU).clamped(clamp);
    var resampling = ResampledConv.layer(up, 1, KERNEL);
    double size = EqualizedLinear.gain(1, width);
    plain = script(new ModulatedConv2d(resampling, true, false), act, resolution, size);
    fused = script(new ModulatedConv2d(resampling, true, true), act, resolution, size);
  }

  /**
   * The gain of the activation is multiplied into demodulation, noise and bias, which are small.
   */
  private static TorchScript script(
      ModulatedConv2d conv, BiasAct act, int resolution, double size) {
    String body =
        conv.fused()
            ? "  x = torch.add(self.grouped(x, w, s, d, f), b)\n"
            : """
                d = torch.reshape(d, [torch.size(x, 0), -1, 1, 1])
                x = torch.addcmul(b, self.modulated(x, w, s, f), d)
              """;
    return TorchScript.of(
        conv.methods(new Shape(KERNEL, KERNEL), FirFilter.SHAPE)
            + act.method("act", 1)
            + Text.format(
                """
                def silent(self, x: Tensor, v: Tensor, a: List[Tensor], w: Tensor, b: Tensor, f: Tensor) -> Tensor:
                  return self.act(self.styled(x, v, a, w, b, f))

                def noisy(self, x: Tensor, v: Tensor, a: List[Tensor], w: Tensor, b: Tensor, f: Tensor, \
                strength: Tensor, noise: Tensor) -> Tensor:
                  x = self.styled(x, v, a, w, b, f)
                  noise = torch.mul(noise, torch.mul(strength, %1$s))
                  return self.act(torch.add(x, torch.to(noise, ops.prim.dtype(x))))

                def random(self, x: Tensor, v: Tensor, a: List[Tensor], w: Tensor, b: Tensor, f: Tensor, \
                strength: Tensor) -> Tensor:
                  noise = torch.randn([torch.size(x, 0), 1, %2$d, %2$d], dtype=6, \
                layout=None, device=ops.prim.device(x), pin_memory=None)
                  return self.noisy(x, v, a, w, b, f, strength, noise)

                def styled(self, x: Tensor, v: Tensor, a: List[Tensor], w: Tensor, b: Tensor, f: Tensor) -> Tensor:
                  s = torch.addmm(a[1], v, torch.t(a[0]), beta=1, alpha=%3$s)
                  d = torch.mul(self.norms(w, s), %1$s)
                  t = ops.prim.dtype(x)
                  w = torch.to(w, t)
                  s = torch.to(s, t)
                  d = torch.to(d, t)
                  b = torch.to(torch.reshape(torch.mul(b, %1$s), [1, -1, 1, 1]), t)
                  f = torch.to(f, t)
                """,
                act.gain(), resolution, size)
            + body
            + "  return x\n",
        TorchScript.Mixed.IMAGES);
  }

  /**
   * Computes the layer.
   *
   * @param x {@code (N, in, H, W)}
   * @param w {@code (N, width)}
   * @param mode the source of noise
   * @param inFusedForm true for the fused form of the convolution
   * @return {@code (N, out, resolution, resolution)}
   */
  public NDArray forward(NDArray x, NDArray w, NoiseMode mode, boolean inFusedForm) {
    TorchScript script = inFusedForm ? fused : plain;
    var style = new NDList(affine.weight(), affine.bias());
    NDArray kernel = weight.getArray();
    NDArray shift = bias.getArray();
    NDArray fir = filter.getArray();
    NDArray level = strength.getArray();
    return switch (mode) {
      case RANDOM -> script.method("random").call(x, w, style, kernel, shift, fir, level);
      case CONSTANT ->
          script.method("noisy").call(x, w, style, kernel, shift, fir, level, noise.getArray());
      case NONE -> script.method("silent").call(x, w, style, kernel, shift, fir);
    };
  }

  /** {@inheritDoc} Inputs are x and w, with random noise; the form is plain in training. */
  @Override
  public NDList forward(NDList inputs, boolean training) {
    return new NDList(forward(inputs.get(0), inputs.get(1), NoiseMode.RANDOM, !training));
  }
}
