package org.adversaria.regularizers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.adversaria.augmentations.FlipTranslate;
import org.adversaria.torch.Autograd;
import org.adversaria.torch.TorchOps;
import org.adversaria.training.GanStep;
import org.adversaria.training.Terms;

/**
 * CR, consistency regularisation: D minimises the squared difference of its outputs on two views of
 * a real image.
 *
 * <pre>
 * L_D  +  lambda E |D(x) - D(T(x))|^2
 * </pre>
 *
 * <p>T is a random flip and shift. The mean is over all elements of an array; where D has several
 * outputs, their terms are added. Gradients flow into both views.
 *
 * <p>Source: Zhang et al., "Consistency Regularization for Generative Adversarial Networks", 2020,
 * equation 2.
 *
 * @param lambda the weight, at least 0; 10 in the paper
 */
public record Cr(double lambda) implements Regularizer {

  @Override
  public Consumer<Terms> discriminator(GanStep<?> step) {
    if (lambda == 0) {
      return Regularizer.super.discriminator(step);
    }
    GanStep.Samples<?> real = step.real();
    GanStep.Samples<?> view = step.discriminate(view(real.x()), real.y());
    return terms -> terms.add("cr", penalty(real.compared(), view.compared()));
  }

  /**
   * Computes the term.
   *
   * @param real outputs of D on real images
   * @param view outputs on their views, of the same shapes
   * @return a scalar to minimise
   */
  public NDArray penalty(NDList real, NDList view) {
    return distance(real, view, lambda);
  }

  /** T(x), computed without gradients. */
  static NDArray view(NDArray x) {
    return Autograd.noGrad(() -> new FlipTranslate().apply(x));
  }

  /** The sum over outputs of the weighted mean squared differences, a scalar. */
  static NDArray distance(NDList a, NDList b, double weight) {
    return IntStream.range(0, a.size())
        .mapToObj(i -> TorchOps.scale(a.get(i).sub(b.get(i)).square().mean(), weight))
        .reduce(NDArray::add)
        .orElseThrow();
  }
}
