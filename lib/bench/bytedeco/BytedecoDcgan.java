import static org.bytedeco.pytorch.global.torch.batch_norm;
import static org.bytedeco.pytorch.global.torch.conv2d;
import static org.bytedeco.pytorch.global.torch.conv_transpose2d;
import static org.bytedeco.pytorch.global.torch.grad;
import static org.bytedeco.pytorch.global.torch.leaky_relu;
import static org.bytedeco.pytorch.global.torch.ones;
import static org.bytedeco.pytorch.global.torch.rand;
import static org.bytedeco.pytorch.global.torch.randn;
import static org.bytedeco.pytorch.global.torch.relu;
import static org.bytedeco.pytorch.global.torch.set_num_threads;
import static org.bytedeco.pytorch.global.torch.softplus;
import static org.bytedeco.pytorch.global.torch.tanh;
import static org.bytedeco.pytorch.global.torch.zeros;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;

/**
 * The row dcgan-32 in Bytedeco's PyTorch for the JVM: {@code BytedecoDcgan ROW WARMUP STEPS THREADS}
 * prints the line that StepTime prints. The same networks, losses, order, optimizer and averaging as
 * peer.py; gradients are asked for the network whose turn it is only.
 */
public final class BytedecoDcgan {

  private static final int BATCH = 64;
  private static final int WIDTH = 64;
  private static final int LATENT = 100;

  /** One network: its convolutions' kernels and, between them, the normalisations. */
  private static final class Network {

    final List<Tensor> parameters = new ArrayList<>();
    final List<Tensor> buffers = new ArrayList<>();
    final Adam adam;
    private final boolean draws;
    private final int[] widths;

    Network(boolean draws) {
      this.draws = draws;
      widths = draws ? new int[] {LATENT, 256, 128, 64, 3} : new int[] {3, 64, 128, 256, 1};
      for (int i = 0; i + 1 < widths.length; i++) {
        int first = draws ? widths[i] : widths[i + 1];
        int second = draws ? widths[i + 1] : widths[i];
        parameters.add(randn(first, second, 4, 4).mul_(new Scalar(0.02)));
        if (normalised(i)) {
          parameters.add(ones(widths[i + 1]));
          parameters.add(zeros(widths[i + 1]));
          buffers.add(zeros(widths[i + 1]));
          buffers.add(ones(widths[i + 1]));
        }
      }
      parameters.forEach(parameter -> parameter.requires_grad_(true));
      var options = new AdamOptions(2e-4);
      options.betas().put(0.5, 0.999);
      adam = new Adam(vector(parameters), options);
    }

    private boolean normalised(int layer) {
      return draws ? layer < widths.length - 2 : layer > 0 && layer < widths.length - 2;
    }

    Tensor forward(Tensor x) {
      int parameter = 0;
      int buffer = 0;
      for (int i = 0; i + 1 < widths.length; i++) {
        boolean end = draws ? i == 0 : i == widths.length - 2;
        long[] stride = end ? new long[] {1, 1} : new long[] {2, 2};
        long[] padding = end ? new long[] {0, 0} : new long[] {1, 1};
        Tensor w = parameters.get(parameter++);
        var none = new TensorOptional();
        x =
            draws
                ? conv_transpose2d(x, w, none, stride, padding, new long[] {0, 0}, 1, 1, 1)
                : conv2d(x, w, none, stride, padding, new long[] {1, 1}, 1);
        if (normalised(i)) {
          x =
              batch_norm(
                  x,
                  new TensorOptional(parameters.get(parameter++)),
                  new TensorOptional(parameters.get(parameter++)),
                  new TensorOptional(buffers.get(buffer++)),
                  new TensorOptional(buffers.get(buffer++)),
                  true,
                  0.1,
                  1e-5,
                  true);
        }
        if (i + 2 < widths.length) {
          x = draws ? relu(x) : leaky_relu(x, new Scalar(0.2));
        }
      }
      return draws ? tanh(x) : x.reshape(-1);
    }

    void learn(Tensor loss) {
      TensorVector gradients =
          grad(
              new TensorVector(loss),
              vector(parameters),
              new TensorVector(),
              new BoolOptional(),
              false,
              false);
      for (int i = 0; i < parameters.size(); i++) {
        parameters.get(i).mutable_grad().put(gradients.get(i));
      }
      adam.step();
    }
  }

  private static TensorVector vector(List<Tensor> tensors) {
    return new TensorVector(tensors.toArray(Tensor[]::new));
  }

  private final Network g = new Network(true);
  private final Network d = new Network(false);
  private final Tensor images =
      rand(BATCH, 3, 32, 32).mul_(new Scalar(2)).sub_(new Scalar(1));
  private final List<Tensor> average =
      g.parameters.stream().map(parameter -> parameter.detach().clone()).toList();
  private final List<Tensor> averageBuffers = g.buffers.stream().map(Tensor::clone).toList();

  private Tensor generate() {
    return g.forward(randn(BATCH, LATENT, 1, 1));
  }

  private void step() {
    try (var scope = new PointerScope()) {
      Tensor generated;
      try (var guard = new NoGradGuard()) {
        generated = generate();
      }
      Tensor real = softplus(d.forward(images).neg()).mean();
      d.learn(real.add(softplus(d.forward(generated)).mean()));
      g.learn(softplus(d.forward(generate()).neg()).mean());
      try (var guard = new NoGradGuard()) {
        for (int i = 0; i < average.size(); i++) {
          average.get(i).lerp_(g.parameters.get(i), new Scalar(1e-3));
        }
        for (int i = 0; i < averageBuffers.size(); i++) {
          averageBuffers.get(i).copy_(g.buffers.get(i));
        }
      }
    }
  }

  public static void main(String... arguments) {
    if (arguments.length != 4 || !arguments[0].equals("dcgan-32")) {
      throw new IllegalArgumentException("Usage: BytedecoDcgan dcgan-32 WARMUP STEPS THREADS");
    }
    int warmUp = Integer.parseInt(arguments[1]);
    var milliseconds = new double[Integer.parseInt(arguments[2])];
    set_num_threads(Integer.parseInt(arguments[3]));
    var pair = new BytedecoDcgan();
    for (int i = -warmUp; i < milliseconds.length; i++) {
      long start = System.nanoTime();
      pair.step();
      if (i >= 0) {
        milliseconds[i] = (System.nanoTime() - start) / 1e6;
      }
    }
    Arrays.sort(milliseconds);
    System.out.printf(
        Locale.ROOT,
        "%s\tfp32\t%s\t%.3f\t%.3f\t%.3f%n",
        arguments[0],
        arguments[3],
        milliseconds[milliseconds.length / 2],
        milliseconds[milliseconds.length / 10],
        milliseconds[milliseconds.length * 9 / 10]);
  }
}
