package org.adversaria.models.published;

import org.adversaria.models.Condition;
import org.adversaria.torch.Text;

/** Conditions in words. */
final class Conditions {

  private Conditions() {}

  static String words(Condition condition) {
    String classes =
        condition.numClasses() == 0
            ? "no classes"
            : Text.format(
                "%d class%s", condition.numClasses(), condition.numClasses() == 1 ? "" : "es");
    return condition instanceof Condition.Instances instances
        ? Text.format("instances of %d features, %s", instances.features(), classes)
        : classes;
  }
}
