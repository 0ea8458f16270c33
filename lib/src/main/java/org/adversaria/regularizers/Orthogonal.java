package org.adversaria.regularizers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.util.function.Consumer;
import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.TorchOps;
import org.adversaria.torch.TorchScript;
import org.adversaria.training.GanStep;
import org.adversaria.training.Terms;

/**
 * Orthogonal regularisation: penalises inner products of a layer's filters. Filters that are
 * orthonormal preserve the norm of their inputs. BigGAN trains its generator with it so that
 * samples from truncated latents are good.
 *
 * <p>A weight {@code (out, in, k, k)} is reshaped to a matrix W of {@code out} rows, one for each
 * filter. The penalty is a sum over the weights:
 *
 * <pre>
 * beta sum |W W^T - I|^2          original, equation 2 of the second source
 * beta sum |W W^T * (1 - I)|^2    modified, equation 3
 * </pre>
 *
 * <p>where * is element by element: the modified form does not change the filters' norms. The
 * published PyTorch code of BigGAN adds 2 strength (W W<sup>T</sup> * (1 - I)) W to the gradient,
 * which is the gradient of this penalty with beta = strength / 2.
 *
 * <p>Sources: Brock et al., "Neural Photo Editing with Introspective Adversarial Networks", 2017;
 * Brock et al., "Large Scale GAN Training for High Fidelity Natural Image Synthesis", 2019, section
 * 3.1.
 *
 * @param beta the weight, at least 0; 0.0001 in BigGAN
 * @param form the original or the modified penalty
 */
public record Orthogonal(double beta, Form form) implements Regularizer {

  /** The class embedding of BigGAN's generators, which the published code does not penalise. */
  private static final String SHARED = "shared";

  private static final TorchScript SCRIPT =
      TorchScript.of(
          """
          def products(self, w: Tensor) -> Tensor:
            rows = torch.flatten(w, 1)
            return torch.mm(rows, torch.t(rows))

          def crossing(self, w: Tensor) -> Tensor:
            g = self.products(w)
            return torch.sum(torch.square(torch.sub(g, torch.diag_embed(torch.diagonal(g)))))

          def lengths(self, w: Tensor) -> Tensor:
            return torch.sum(torch.square(torch.sub(torch.diagonal(self.products(w)), 1)))

          def modified(self, weights: List[Tensor]) -> Tensor:
            terms = annotate(List[Tensor], [])
            for w in weights:
              terms.append(self.crossing(w))
            return torch.sum(torch.stack(terms))

          def original(self, weights: List[Tensor]) -> Tensor:
            terms = annotate(List[Tensor], [])
            for w in weights:
              terms.append(torch.add(self.crossing(w), self.lengths(w)))
            return torch.sum(torch.stack(terms))
          """);

  /** Which products of filters are penalised. */
  public enum Form {
    /** All: the minimum is at orthonormal filters. */
    ORIGINAL,
    /** Those of different filters: the minimum is at orthogonal filters of any norm. */
    MODIFIED
  }

  @Override
  public Consumer<Terms> generator(GanStep<?> step) {
    if (beta == 0) {
      return Regularizer.super.generator(step);
    }
    return terms -> terms.add("orthogonal", penalty(weights(step.networks().generator(), SHARED)));
  }

  /**
   * Computes the penalty.
   *
   * @param weights the weights, each of two dimensions or more; at least one
   * @return a scalar to minimise
   * @throws org.adversaria.torch.TorchScriptException if a weight has fewer than two dimensions
   */
  public NDArray penalty(NDList weights) {
    String method = form == Form.ORIGINAL ? "original" : "modified";
    return TorchOps.scale(SCRIPT.method(method).call(weights), beta);
  }

  /**
   * Returns the weights of a network that are penalised: trained arrays of two dimensions or more,
   * without the given parts.
   *
   * @param network the network
   * @param skipped names of parts or parameters that are left out, as in the state dict; {@code
   *     "shared"} for the class embedding of BigGAN's generator
   * @return the weights, in the order of the state dict
   */
  public static NDList weights(TorchBlock network, String... skipped) {
    var weights = new NDList();
    for (Pair<String, Parameter> pair : network.getParameters()) {
      Parameter parameter = pair.getValue();
      if (parameter.requiresGradient()
          && parameter.getShape().dimension() >= 2
          && !isWithin(pair.getKey(), skipped)) {
        weights.add(parameter.getArray());
      }
    }
    return weights;
  }

  private static boolean isWithin(String name, String... parts) {
    for (String part : parts) {
      if (name.equals(part) || name.startsWith(part + ".")) {
        return true;
      }
    }
    return false;
  }
}
