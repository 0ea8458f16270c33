package org.adversaria.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.List;
import org.adversaria.augmentations.Augmentation;
import org.adversaria.losses.ClassLogits;
import org.adversaria.losses.ClassifierLoss;
import org.adversaria.models.FeatureDiscriminator;

/**
 * Puts several batches of one size through a discriminator in one pass.
 *
 * @param discriminator the network
 * @param classifier the loss that says which heads are read; null for none
 * @param augmentation what images are seen through; null for none
 */
record Judge(
    FeatureDiscriminator discriminator, ClassifierLoss classifier, Augmentation augmentation) {

  /** A verdict for each batch. */
  List<Verdict> verdicts(List<NDArray> images, List<NDArray> labels) {
    int batches = images.size();
    NDArray all = joined(images);
    NDArray seen = augmentation == null ? all : augmentation.apply(all);
    NDArray features = discriminator.features(seen, true);
    NDArray asked = joined(labels);
    NDList logits = parts(discriminator.logits(features, asked, true), batches);
    var verdicts = new ArrayList<Verdict>();
    if (classifier == null) {
      logits.forEach(part -> verdicts.add(new Verdict(part, null)));
      return verdicts;
    }
    NDList classes = parts(discriminator.head(classifier.head(), features, true), batches);
    NDList twins =
        classifier.twin()
            ? parts(discriminator.head(ClassifierLoss.TWIN, features, true), batches)
            : null;
    for (int i = 0; i < batches; i++) {
      NDArray twin = twins == null ? null : twins.get(i);
      var classLogits = new ClassLogits(labels.get(i), classes.get(i), twin);
      verdicts.add(new Verdict(logits.get(i), classLogits));
    }
    return verdicts;
  }

  private static NDArray joined(List<NDArray> batches) {
    return batches.size() == 1 ? batches.get(0) : NDArrays.concat(new NDList(batches));
  }

  /** DJL's split into one part gives a copy through which no gradient flows. */
  private static NDList parts(NDArray all, int count) {
    return count == 1 ? new NDList(all) : all.split(count);
  }
}
