package org.adversaria.nn;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** Layers applied one after the other, named 0, 1, 2, ... as in {@code torch.nn.Sequential}. */
public final class Sequential extends Layer {

  private final List<Layer> layers;

  /**
   * Creates a sequence of layers.
   *
   * @param layers the layers, first applied first
   */
  public Sequential(List<? extends Layer> layers) {
    this.layers = List.copyOf(layers);
    for (int i = 0; i < layers.size(); i++) {
      child(Integer.toString(i), layers.get(i));
    }
  }

  /** {@inheritDoc} */
  @Override
  public NDArray forward(NDArray x, boolean training) {
    for (Layer layer : layers) {
      x = layer.forward(x, training);
    }
    return x;
  }
}
