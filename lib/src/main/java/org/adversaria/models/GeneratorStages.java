package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.List;
import org.adversaria.nn.ConditionalLayer;
import org.adversaria.nn.SelfAttention;
import org.adversaria.nn.TorchBlock;

/**
 * The blocks of a BigGAN's generator: {@code blocks.i.0} is residual, {@code blocks.i.1} the
 * self-attention after it, where there is any.
 */
final class GeneratorStages extends TorchBlock {

  private final List<Stage> stages = new ArrayList<>();

  /** A residual block, and the attention after it or null. */
  private static final class Stage extends ConditionalLayer {

    private final ConditionalLayer block;
    private final SelfAttention attention;

    Stage(ConditionalLayer block, SelfAttention attention) {
      this.block = child("0", block);
      this.attention = attention == null ? null : child("1", attention);
    }

    @Override
    public NDArray forward(NDArray x, NDArray y, boolean training) {
      NDArray h = block.forward(x, y, training);
      return attention == null ? h : attention.forward(h, training);
    }
  }

  /** Adds a stage; the attention may be null. */
  void add(ConditionalLayer block, SelfAttention attention) {
    stages.add(child(Integer.toString(stages.size()), new Stage(block, attention)));
  }

  int size() {
    return stages.size();
  }

  /**
   * {@inheritDoc}
   *
   * <p>Inputs are the feature map and the condition of each stage.
   */
  @Override
  public NDList forward(NDList inputs, boolean training) {
    NDArray h = inputs.get(0);
    for (int i = 0; i < stages.size(); i++) {
      h = stages.get(i).forward(h, inputs.get(i + 1), training);
    }
    return new NDList(h);
  }
}
