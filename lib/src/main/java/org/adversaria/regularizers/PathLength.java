package org.adversaria.regularizers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.TorchScript;

/**
 * Path length regularisation: the Jacobian of the images by w should scale all directions alike.
 *
 * <pre>
 * weight E_(w,y) (|J_w^T y|_2 - a)^2
 * </pre>
 *
 * <p>{@code J_w^T y} is the gradient of the images multiplied by normal noise y, and a the moving
 * mean of its lengths over training.
 *
 * <p>Source: Karras et al., "Analyzing and Improving the Image Quality of StyleGAN", 2020, section
 * 3.2, equation 4; the length over several w is the root of the mean square, as in the published
 * code.
 *
 * @param weight of the penalty, at least 0; 2 in the published code
 * @param decay the weight of a batch in the moving mean, in [0, 1]; 0.01 in the published code
 */
public record PathLength(double weight, double decay) {

  private static final TorchScript SCRIPT =
      TorchScript.of(
          """
          def projected(self, images: Tensor, noise: Tensor) -> Tensor:
            pixels = torch.mul(torch.size(images, 2), torch.size(images, 3))
            return torch.sum(torch.mul(images, torch.div(noise, torch.sqrt(pixels))))

          def lengths(self, gradient: Tensor) -> Tensor:
            return torch.sqrt(torch.mean(torch.sum(torch.square(gradient), [2]), [1]))

          def penalty(self, lengths: Tensor, mean: Tensor, weight: Tensor, decay: Tensor) -> Tensor:
            moved = torch.lerp(torch.clone(mean), torch.mean(lengths), decay)
            x = torch.copy_(mean, torch.detach(moved))
            return torch.mul(torch.mean(torch.square(torch.sub(lengths, moved))), weight)
          """);

  /** The published settings: weight 2, decay 0.01. */
  public PathLength() {
    this(2, 0.01);
  }

  /**
   * No penalty.
   *
   * @return a regularisation of weight 0
   */
  public static PathLength none() {
    return new PathLength(0, 0);
  }

  /**
   * Computes |J_w^T y|, with a graph for further gradients.
   *
   * @param images {@code (N, C, H, W)}, with their graph
   * @param ws the styles of the images, {@code (N, copies, width)}
   * @param noise standard normal, of the shape of the images
   * @return lengths {@code (N)}
   */
  public NDArray lengths(NDArray images, NDArray ws, NDArray noise) {
    NDArray projected = SCRIPT.method("projected").call(images, noise); // a scalar
    NDArray gradient = Autograd.grad(projected, new NDList(ws), true).singletonOrThrow();
    return SCRIPT.method("lengths").call(gradient);
  }

  /**
   * Computes the penalty. As in the published code, the mean is updated first, and the gradient
   * also flows through the batch's part in it.
   *
   * @param lengths {@code (N)}
   * @param mean a scalar, changed in place
   * @return a scalar to minimise
   */
  public NDArray penalty(NDArray lengths, NDArray mean) {
    var manager = lengths.getManager();
    return SCRIPT
        .method("penalty")
        .call(lengths, mean, manager.create((float) weight), manager.create((float) decay));
  }
}
