package org.adversaria.models.stylegan2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.List;
import org.adversaria.nn.Initializers;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.TorchScript;

/**
 * The layers of StyleGAN2's synthesis at one resolution, and the RGB image they add to the
 * upsampled image of the previous block. The input of the first block is a learned constant.
 */
final class SynthesisBlock extends TorchBlock {

  /** The resolution of the first block. */
  static final int FIRST = 4;

  /** Repeats the constant for each style. */
  private static final TorchScript COPIES =
      TorchScript.of(
          """
          def copies(self, x: Tensor, w: Tensor) -> Tensor:
            return torch.repeat(torch.unsqueeze(x, 0), [torch.size(w, 0), 1, 1, 1])
          """);

  /** Features {@code (N, C, R, R)}, and the image up to this block {@code (N, channels, R, R)}. */
  record State(NDArray features, NDArray image) {}

  /**
   * The options of a synthesis.
   *
   * @param noise its source
   * @param fused true for the fused form of modulated convolutions
   */
  record Mode(NoiseMode noise, boolean fused) {}

  private final Parameter constant;
  private final Parameter filter;
  private final SynthesisLayer conv0;
  private final SynthesisLayer conv1;
  private final ToRgb colours;

  SynthesisBlock(StyleGan2Sizes sizes, int resolution) {
    int out = sizes.channelsAt(resolution);
    int width = sizes.width();
    filter = FirFilter.declare(this::buffer);
    if (resolution == FIRST) {
      conv0 = null;
      constant =
          parameter(
              "const",
              Parameter.Type.OTHER,
              Initializers.normal(1),
              new Shape(out, resolution, resolution));
    } else {
      constant = null;
      conv0 =
          child(
              "conv0",
              new SynthesisLayer(
                  sizes.channelsAt(resolution / 2), out, width, resolution, 2, sizes.clamp()));
    }
    conv1 = child("conv1", new SynthesisLayer(out, out, width, resolution, 1, sizes.clamp()));
    colours = child("torgb", new ToRgb(out, sizes.channels(), width, sizes.clamp()));
  }

  /** The number of convolutions, which is that of styles that only this block uses. */
  int convolutions() {
    return conv0 == null ? 1 : 2;
  }

  /**
   * @param state of half the size; null for the first block
   * @param styles one for each layer, {@code (N, width)}
   */
  State forward(State state, List<NDArray> styles, Mode mode) {
    if (conv0 == null) {
      NDArray x = COPIES.method("copies").call(constant.getArray(), styles.get(0));
      x = conv1.forward(x, styles.get(0), mode.noise(), mode.fused());
      return new State(x, colours.forward(x, styles.get(1)));
    }
    NDArray x = conv0.forward(state.features(), styles.get(0), mode.noise(), mode.fused());
    x = conv1.forward(x, styles.get(1), mode.noise(), mode.fused());
    return new State(x, colours.forward(state.image(), filter.getArray(), x, styles.get(2)));
  }

  /** {@inheritDoc} Inputs are features and image (not in the first block), and the styles. */
  @Override
  public NDList forward(NDList inputs, boolean training) {
    int before = conv0 == null ? 0 : 2;
    State state = before == 0 ? null : new State(inputs.get(0), inputs.get(1));
    State result =
        forward(
            state, inputs.subList(before, inputs.size()), new Mode(NoiseMode.RANDOM, !training));
    return new NDList(result.features(), result.image());
  }
}
