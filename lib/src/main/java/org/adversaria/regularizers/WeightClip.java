package org.adversaria.regularizers;

import org.adversaria.nn.TorchBlock;
import org.adversaria.torch.Text;
import org.adversaria.torch.TorchScript;
import org.adversaria.training.Player;

/**
 * WGAN's clipping of weights: after each update of D all its parameters are brought back into [-c,
 * c], so that D is Lipschitz continuous. Buffers, such as running statistics, stay as they are.
 *
 * <pre>
 * w &lt;- clip(w, -c, c)
 * </pre>
 *
 * <p>Source: Arjovsky et al., "Wasserstein GAN", 2017, algorithm 1, line 7. The published code
 * clips before an update in place of after it.
 *
 * @param bound c, above 0; 0.01 in the paper
 */
public record WeightClip(double bound) implements Regularizer {

  private static final TorchScript SCRIPT =
      TorchScript.of(
          """
          def clip(self, parameters: List[Tensor], bound: float) -> None:
            for parameter in parameters:
              x = torch.clamp_(parameter, -bound, bound)
          """);

  /**
   * Checks the bound.
   *
   * @param bound c, above 0
   * @throws IllegalArgumentException if it is not above 0
   */
  public WeightClip {
    if (!(bound > 0)) {
      throw new IllegalArgumentException(
          Text.format(
              "Weights are clipped to a bound above 0, such as the paper's 0.01, not to %s",
              bound));
    }
  }

  @Override
  public Player discriminatorPlayer(Player player) {
    return player.afterUpdate(player.afterUpdate().andThen(this::clip));
  }

  /**
   * Clips the parameters of a network that are trained.
   *
   * @param network changed in place
   */
  public void clip(TorchBlock network) {
    SCRIPT.method("clip").update(network.trainable(), bound);
  }
}
