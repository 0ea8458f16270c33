package org.adversaria.methods;

import ai.djl.ndarray.NDArray;
import org.adversaria.training.Turn;

/** Where the labels of generated images come from. They matter where classes differ in size. */
public enum LabelSampling {

  /**
   * Every class as often as the others, as in the published code of BigGAN, PyTorch-StudioGAN and
   * what builds on them.
   */
  UNIFORM {
    @Override
    NDArray draw(Turn turn, int numClasses, int count) {
      return turn.randomLabels(numClasses, count);
    }
  },

  /**
   * Those of images of the data set drawn at random, so that a class comes as often as in the data,
   * as in the published code of StyleGAN2 with adaptive augmentation.
   */
  DATA {
    @Override
    NDArray draw(Turn turn, int numClasses, int count) {
      return turn.dataLabels(count);
    }
  };

  /** Draws labels, int64 {@code (count)}. */
  abstract NDArray draw(Turn turn, int numClasses, int count);
}
