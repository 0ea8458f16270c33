package org.adversaria.methods;

import ai.djl.ndarray.NDArray;
import org.adversaria.models.Condition;
import org.adversaria.training.Step;

/**
 * The distribution of the conditions of generated samples. The choices differ where classes differ
 * in size.
 */
public enum ConditionSampling {

  /**
   * All classes with equal probability, as in the published code of BigGAN and PyTorch-StudioGAN.
   * Conditions that are not classes are drawn from the data.
   */
  UNIFORM {
    @Override
    NDArray draw(Step step, Condition condition, int count) {
      return condition instanceof Condition.Classes classes
          ? step.uniformLabels(classes.count(), count)
          : DATA.draw(step, condition, count);
    }
  },

  /**
   * The conditions of random samples of the data, so that a class has its frequency in the data, as
   * in the published code of StyleGAN2 with adaptive augmentation.
   */
  DATA {
    @Override
    NDArray draw(Step step, Condition condition, int count) {
      return condition instanceof Condition.None ? null : step.dataConditions(count);
    }
  };

  /** Draws conditions {@code (count, ...)}; null where there is no condition. */
  abstract NDArray draw(Step step, Condition condition, int count);
}
