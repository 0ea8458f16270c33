package org.adversaria.models.stylegan2;

import ai.djl.ndarray.NDArray;
import org.adversaria.nn.Compiled;
import org.adversaria.nn.Layer;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchScript;
import org.adversaria.torch.TracedFunction;

/**
 * Minibatch standard deviation: channels with the standard deviation over the images of a batch, by
 * which the discriminator recognises a generator of little variety.
 *
 * <p>The batch is split into groups, image i into group {@code i mod (N / group)}, and the channels
 * into parts. The standard deviation over the images of a group, averaged over the channels of a
 * part and over all pixels, is one additional channel for each part.
 *
 * <p>Source: Karras et al., "Progressive Growing of GANs", 2018, section 3; groups and parts as in
 * the published code of StyleGAN2.
 */
final class MinibatchStd extends Layer {

  private static final String GROUPS =
      """
      g = ops.prim.min(n, %d)
        if torch.ne(torch.remainder(n, g), 0):
          g = n""";

  private final int group;
  private final TorchScript script;

  /**
   * Creates the layer.
   *
   * @param group images in a group, at least 0; 0 for the whole batch. A smaller batch is one group
   * @param channels the number of channels to add, a divisor of the input's
   */
  public MinibatchStd(int group, int channels) {
    this.group = group;
    script =
        TorchScript.of(
            Text.format(
                """
                def deviation(self, x: Tensor) -> Tensor:
                  n = torch.size(x, 0)
                  %s
                  height = torch.size(x, 2)
                  width = torch.size(x, 3)
                  y = torch.reshape(x, [g, -1, %2$d, torch.floordiv(torch.size(x, 1), %2$d), height, width])
                  y = torch.sub(y, torch.mean(y, [0], True))
                  y = torch.mean(torch.square(y), [0])
                  y = torch.mean(torch.sqrt(torch.add(y, 1e-8)), [2, 3, 4])
                  y = torch.repeat(torch.reshape(y, [-1, %2$d, 1, 1]), [g, 1, height, width])
                  return torch.cat([x, y], 1)
                """,
                group == 0 ? "g = n" : Text.format(GROUPS, group), channels));
  }

  /**
   * Appends the channels.
   *
   * @param x {@code (N, C, H, W)}
   * @return {@code (N, C + channels, H, W)}
   * @throws IllegalArgumentException if the batch size is not a multiple of the group; {@linkplain
   *     Compiled compiled}, such a batch is one group
   */
  @Override
  public NDArray forward(NDArray x, boolean training) {
    long images = x.getShape().get(0);
    boolean whole = group == 0 || images <= group || images % group == 0;
    if (!whole && !TracedFunction.tracing()) {
      throw new IllegalArgumentException(
          Text.format("A batch of %d images does not split into groups of %d", images, group));
    }
    return script.method("deviation").call(x);
  }
}
