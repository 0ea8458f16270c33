package org.adversaria.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchScript;

/**
 * A layer's weight after spectral normalisation, if any. The layer declares it once, with the names
 * of its {@link SpectralNorm}, and calls {@link #get} in every forward pass.
 *
 * <p>The vectors u and v are made of the detached weight and have no graph. The product W v, which
 * the power iteration and sigma share, has one. Copies of the buffers, not the buffers, are part of
 * graphs, so that they may change before gradients are computed.
 */
final class LayerWeight {

  /** A method of both scripts: x / max(|x|, epsilon). */
  private static final String UNIT =
      """
      def unit(self, x: Tensor) -> Tensor:
        return torch.div(x, torch.clamp_min(torch.linalg_vector_norm(x), %s))

      """;

  /** To be formatted with the number of iterations. */
  private static final String HOOK =
      """
      def train(self, w: Tensor, u: Tensor, v: Tensor) -> Tensor:
        matrix = torch.flatten(w, 1)
        transposed = torch.t(torch.detach(matrix))
        left = u
        right = v
        product = u
        for i in range(%d):
          right = self.unit(torch.mv(transposed, left))
          product = torch.mv(matrix, right)
          left = self.unit(torch.detach(product))
        x = torch.copy_(u, left)
        x = torch.copy_(v, right)
        return torch.div(w, torch.dot(left, product))

      def evaluate(self, w: Tensor, u: Tensor, v: Tensor) -> Tensor:
        product = torch.mv(torch.flatten(w, 1), torch.clone(v))
        return torch.div(w, torch.dot(torch.clone(u), product))
      """;

  private static final String STEPPING =
      """
      def train(self, w: Tensor, u: Tensor, sv: Tensor) -> Tensor:
        left, sigma = self.step(w, u)
        x = torch.copy_(u, left)
        x = torch.copy_(sv, torch.detach(sigma))
        return torch.div(w, sigma)

      def evaluate(self, w: Tensor, u: Tensor, sv: Tensor) -> Tensor:
        left, sigma = self.step(w, u)
        return torch.div(w, sigma)

      def step(self, w: Tensor, u: Tensor) -> Tuple[Tensor, Tensor]:
        matrix = torch.flatten(w, 1)
        right = torch.squeeze(self.unit(torch.mm(u, torch.detach(matrix))), 0)
        product = torch.mv(matrix, right)
        left = self.unit(torch.detach(product))
        return (left, torch.dot(product, left))
      """;

  private final Parameter weight;

  /** Null without normalisation, as are the buffers. */
  private final TorchScript script;

  private final Parameter leftBuffer;
  private final Parameter rightBuffer;

  private LayerWeight(
      Parameter weight, String script, Parameter leftBuffer, Parameter rightBuffer) {
    this.weight = weight;
    this.script = script == null ? null : TorchScript.of(script);
    this.leftBuffer = leftBuffer;
    this.rightBuffer = rightBuffer;
  }

  /** Declares the parameter, and the buffers of the normalisation, in the layer. */
  static LayerWeight declare(
      TorchBlock layer, SpectralNorm norm, Initializer initializer, Shape shape) {
    if (norm instanceof SpectralNorm.Hook hook) {
      return new LayerWeight(
          layer.parameter("weight_orig", Parameter.Type.WEIGHT, initializer, shape),
          Text.format(UNIT, hook.epsilon()) + Text.format(HOOK, hook.iterations()),
          buffer(layer, "weight_u", LayerWeight::randomUnit, new Shape(shape.get(0))),
          buffer(
              layer, "weight_v", LayerWeight::randomUnit, new Shape(shape.size() / shape.get(0))));
    }
    Parameter weight = layer.parameter("weight", Parameter.Type.WEIGHT, initializer, shape);
    if (norm instanceof SpectralNorm.BigGan bigGan) {
      return stepping(layer, weight, bigGan.epsilon(), "u0", "sv0");
    } else if (norm instanceof SpectralNorm.Mimicry mimicry) {
      return stepping(layer, weight, mimicry.epsilon(), "sn_u", "sn_sigma");
    }
    return new LayerWeight(weight, null, null, null);
  }

  /** Runs a power iteration in every call and stores it in training mode. */
  private static LayerWeight stepping(
      TorchBlock layer, Parameter weight, double epsilon, String u, String sigma) {
    return new LayerWeight(
        weight,
        Text.format(UNIT, epsilon) + STEPPING,
        buffer(layer, u, Initializers.normal(1), new Shape(1, weight.getShape().get(0))),
        buffer(layer, sigma, Initializer.ONES, new Shape(1)));
  }

  private static Parameter buffer(
      TorchBlock layer, String name, Initializer initializer, Shape shape) {
    return layer.buffer(name, Parameter.Type.OTHER, initializer, shape);
  }

  private static NDArray randomUnit(NDManager manager, Shape shape, DataType type) {
    NDArray x = manager.randomNormal(shape, type);
    return x.divi(x.norm());
  }

  /**
   * Returns the weight for one call.
   *
   * @param manager the owner of the result
   * @param training true to change the buffers
   */
  NDArray get(NDManager manager, boolean training) {
    if (script == null) {
      return weight.getArray();
    }
    NDArray normalised =
        script
            .method(training ? "train" : "evaluate")
            .call(weight.getArray(), leftBuffer.getArray(), rightBuffer.getArray());
    normalised.attach(manager);
    return normalised;
  }
}
