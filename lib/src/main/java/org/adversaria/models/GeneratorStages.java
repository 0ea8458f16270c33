package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.adversaria.nn.ConditionalLayer;
import org.adversaria.nn.SelfAttention;
import org.adversaria.nn.TorchBlock;

/**
 * The blocks of a BigGAN's generator: {@code blocks.i.0} is residual, {@code blocks.i.1} the
 * self-attention after it, if any; or {@code blocks.i.0} is a self-attention without a residual
 * block.
 */
final class GeneratorStages extends TorchBlock {

  private final List<Stage> stages = new ArrayList<>();

  /** A residual block and the attention after it, of which one may be null. */
  private static final class Stage extends ConditionalLayer {

    private final ConditionalLayer block;
    private final SelfAttention attention;

    Stage(ConditionalLayer block, SelfAttention attention) {
      this.block = block == null ? null : child("0", block);
      this.attention = attention == null ? null : child(block == null ? "0" : "1", attention);
    }

    /** The residual block's output, which the attention is given. */
    NDArray residual(NDArray x, NDArray y, boolean training) {
      return block == null ? x : block.forward(x, y, training);
    }

    @Override
    public NDArray forward(NDArray x, NDArray y, boolean training) {
      NDArray h = residual(x, y, training);
      return attention == null ? h : attention.forward(h, training);
    }
  }

  /** Adds a stage; the attention may be null. */
  void add(ConditionalLayer block, SelfAttention attention) {
    stages.add(child(Integer.toString(stages.size()), new Stage(block, attention)));
  }

  /** Adds a self-attention that the state dict counts as a block. */
  void addAttention(SelfAttention attention) {
    add(null, attention);
  }

  /** The number of residual blocks, each of which has a condition. */
  int size() {
    return (int) stages.stream().filter(stage -> stage.block != null).count();
  }

  /**
   * {@inheritDoc}
   *
   * <p>Inputs are the feature map and, in a conditional generator, the condition of each residual
   * block.
   */
  @Override
  public NDList forward(NDList inputs, boolean training) {
    return new NDList(run(inputs, training, (stage, h) -> {}));
  }

  /** The attention maps {@code (N, H W, H W / 4)} of these inputs, in evaluation mode. */
  NDList attentionMaps(NDList inputs) {
    var maps = new NDList();
    run(inputs, false, (attention, h) -> maps.add(attention.attention(h, false)));
    return maps;
  }

  /** Calls a function with each self-attention and its input. */
  private NDArray run(
      NDList inputs, boolean training, BiConsumer<SelfAttention, NDArray> beforeAttention) {
    NDArray h = inputs.get(0);
    int next = 1;
    for (Stage stage : stages) {
      NDArray y = stage.block == null || inputs.size() == 1 ? null : inputs.get(next++);
      h = stage.residual(h, y, training);
      if (stage.attention != null) {
        beforeAttention.accept(stage.attention, h);
        h = stage.attention.forward(h, training);
      }
    }
    return h;
  }
}
