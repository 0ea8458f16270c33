package org.adversaria.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.util.List;
import java.util.function.Function;
import org.adversaria.torch.EnginePanel.Convolution;
import org.adversaria.torch.EnginePanel.Setting;

/** The panel's computations in PyTorch, as the library runs them. */
final class PyTorchKernels implements EnginePanel.Kernels {

  private static final int TRIALS = 4;

  private static final String SCRIPT =
      """
        def panel_plain(self, x: Tensor, w: Tensor, v: Tensor, g: Tensor) -> List[Tensor]:
          s = int(torch.item(g[0]))
          p = int(torch.item(g[1]))
          y = torch.conv2d(self.laid(x, g), w, None, [s, s], [p, p], [1, 1], int(torch.item(g[2])))
          return self.gradients(x, w, v, y, g)

        def panel_transposed(self, x: Tensor, w: Tensor, v: Tensor, g: Tensor) -> List[Tensor]:
          s = int(torch.item(g[0]))
          p = int(torch.item(g[1]))
          c = int(torch.item(g[2]))
          y = torch.conv_transpose2d(self.laid(x, g), w, None, [s, s], [p, p], [0, 0], c, [1, 1])
          return self.gradients(x, w, v, y, g)

        def laid(self, x: Tensor, g: Tensor) -> Tensor:
          if bool(torch.eq(g[3], 1)):
            x = torch.contiguous(x, memory_format=2)
          return x

        def gradients(self, x: Tensor, w: Tensor, v: Tensor, y: Tensor, g: Tensor) -> List[Tensor]:
          results = [y]
          second = bool(torch.eq(g[4], 1))
          total = torch.sum(torch.mul(y, v))
          for gradient in torch.autograd.grad([total], [x, w], None, second, second, False):
            if gradient is not None:
              results.append(gradient)
          if second:
            by_x = torch.sum(torch.square(results[1]))
            by_w = torch.sum(torch.square(results[2]))
            for gradient in torch.autograd.grad([by_x], [w], None, True, False, False):
              if gradient is not None:
                results.append(gradient)
            for gradient in torch.autograd.grad([by_w], [x], None, False, False, False):
              if gradient is not None:
                results.append(gradient)
          full = annotate(List[Tensor], [])
          for result in results:
            full.append(torch.to(torch.detach(result), 6))
          return full

        def panel_trial(self, x: Tensor, w: Tensor) -> List[Tensor]:
          x = torch.contiguous(x, memory_format=2)
          y = torch.conv2d(x, w, None, [1, 1], [1, 1], [1, 1], 1)
          results = annotate(List[Tensor], [])
          for gradient in torch.autograd.grad([torch.sum(y)], [x, w], None, False, False, False):
            if gradient is not None:
              results.append(gradient)
          return results

        def panel_product(self, a: Tensor, b: Tensor) -> Tensor:
          return torch.to(torch.matmul(a, b), 6)

        def panel_norm(self, x: Tensor, v: Tensor) -> List[Tensor]:
          y = torch.batch_norm(x, None, None, None, None, True, 0.1, 1e-05, True)
          results = [torch.detach(y)]
          total = torch.sum(torch.mul(y, v))
          for gradient in torch.autograd.grad([total], [x], None, False, False, False):
            if gradient is not None:
              results.append(gradient)
          return results

        def panel_low(self, x: Tensor) -> Tensor:
          return torch.to(x, 15)
        """;

  @Override
  public List<float[]> convolution(
      Convolution c, float[] x, float[] w, float[] v, Setting setting) {
    TorchScript script = TorchScript.unchecked(SCRIPT, setting.ways());
    return apart(
        manager -> {
          int first = c.transposed() ? c.inputs() : c.outputs();
          int second = (c.transposed() ? c.outputs() : c.inputs()) / c.groups();
          NDArray images = manager.create(x, shape(c, c.inputs(), c.size()));
          NDArray weight = manager.create(w, new Shape(first, second, c.kernel(), c.kernel()));
          NDArray vectors = manager.create(v, shape(c, c.outputs(), c.outputSize()));
          int[] geometry = {
            c.stride(), c.padding(), c.groups(), c.isChannelsLast() ? 1 : 0, c.isSecond() ? 1 : 0
          };
          return numbers(
              script
                  .method(c.transposed() ? "panel_transposed" : "panel_plain")
                  .callList(
                      input(images, setting.precision()),
                      input(weight, setting.precision()),
                      cast(vectors, setting.precision()),
                      manager.create(geometry)));
        });
  }

  private static Shape shape(Convolution c, int channels, int size) {
    return new Shape(c.batch(), channels, size, size);
  }

  private static NDArray input(NDArray array, Precision precision) {
    // Detached: the gradient by the cast array is needed, not that by its source.
    NDArray input = cast(array, precision).stopGradient();
    input.setRequiresGradient(true);
    return input;
  }

  private static NDArray cast(NDArray array, Precision precision) {
    return precision == Precision.BF16
        ? TorchScript.unchecked(SCRIPT, ConvolutionWays.DIRECT).method("panel_low").call(array)
        : array;
  }

  @Override
  public float[] product(float[] a, float[] b, int n, int k, int m, Precision precision) {
    return apart(
        manager ->
            TorchScript.unchecked(SCRIPT, ConvolutionWays.DIRECT)
                .method("panel_product")
                .call(
                    cast(manager.create(a, new Shape(n, k)), precision),
                    cast(manager.create(b, new Shape(k, m)), precision))
                .toFloatArray());
  }

  @Override
  public List<float[]> batchNorm(float[] x, float[] v, int n, int channels, int pixels) {
    return apart(
        manager -> {
          NDArray images = manager.create(x, new Shape(n, channels, pixels, 1));
          images.setRequiresGradient(true);
          return numbers(
              TorchScript.unchecked(SCRIPT, ConvolutionWays.DIRECT)
                  .method("panel_norm")
                  .callList(images, manager.create(v, images.getShape())));
        });
  }

  /** The ratio of the times of a convolution with its gradients in bfloat16 and fp32. */
  static double slowdown() {
    return apart(manager -> fastest(manager, Precision.BF16) / fastest(manager, Precision.FP32));
  }

  /** The nanoseconds of the fastest of some trials, some 10 ms each in fp32. */
  private static double fastest(NDManager manager, Precision precision) {
    NDArray images = input(manager.ones(new Shape(16, 64, 16, 16)), precision);
    NDArray weight = input(manager.ones(new Shape(64, 64, 3, 3)), precision);
    TorchScript.Method trial =
        TorchScript.unchecked(SCRIPT, ConvolutionWays.DIRECT).method("panel_trial");
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < TRIALS; i++) {
      try (var scope = new NDScope()) {
        long start = System.nanoTime();
        trial.callList(images, weight);
        best = Math.min(best, System.nanoTime() - start);
      }
    }
    return best;
  }

  /** Computes with gradients enabled, in a scope and manager of its own. */
  private static <T> T apart(Function<NDManager, T> computation) {
    boolean previousMode = JniUtils.isGradMode();
    JniUtils.setGradMode(true);
    try (NDManager manager = Torch.processManager().newSubManager(Device.cpu());
        var scope = new NDScope()) {
      return computation.apply(manager);
    } finally {
      JniUtils.setGradMode(previousMode);
    }
  }

  private static List<float[]> numbers(NDList arrays) {
    return arrays.stream().map(NDArray::toFloatArray).toList();
  }
}
