package org.adversaria.methods;

import ai.djl.ndarray.NDArray;
import org.adversaria.models.Condition;
import org.adversaria.training.Step;

/** Where the conditions of generated samples come from. It matters where classes differ in size. */
public enum ConditionSampling {

  /**
   * Every class as often as the others, as in the published code of BigGAN, PyTorch-StudioGAN and
   * what builds on them. Conditions that are not classes are taken from the data.
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
   * Those of samples of the data drawn at random, so that a class comes as often as in the data, as
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
