package org.adversaria.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.List;
import org.adversaria.augmentations.Augmentation;
import org.adversaria.losses.ClassLogits;
import org.adversaria.losses.ClassifierLoss;
import org.adversaria.losses.Embeddings;
import org.adversaria.models.FeatureDiscriminator;

/**
 * Puts several batches of one size through a discriminator in one pass, so that every layer is used
 * once.
 *
 * @param discriminator the network
 * @param numClasses the number of classes
 * @param classifier the loss that says which heads are read; null for none
 * @param contrast the term that says how images become vectors; null for none
 * @param augmentation what images are seen through; null for none
 */
record Judge(
    FeatureDiscriminator discriminator,
    int numClasses,
    ClassifierLoss classifier,
    Contrast contrast,
    Augmentation augmentation) {

  /** A verdict for each batch. */
  List<Verdict> verdicts(List<NDArray> images, List<NDArray> labels) {
    NDArray all = joined(images);
    NDArray seen = augmentation == null ? all : augmentation.apply(all);
    NDArray features = discriminator.features(seen, true);
    NDArray asked = joined(labels);
    ClassLogits classes = classes(features, asked);
    NDArray logits =
        classifier != null && classifier.energies()
            ? classifier.logits(classes)
            : discriminator.logits(features, asked, true);
    return split(new Verdict(logits, classes, embeddings(features, asked)), labels);
  }

  private ClassLogits classes(NDArray features, NDArray labels) {
    if (classifier == null) {
      return null;
    }
    NDArray logits =
        classifier.energies()
            ? discriminator.energies(features, true)
            : discriminator.head(classifier.head(), features, true);
    NDArray twin =
        classifier.twin() ? discriminator.head(ClassifierLoss.TWIN, features, true) : null;
    return new ClassLogits(labels, logits, twin);
  }

  private Embeddings embeddings(NDArray features, NDArray labels) {
    if (contrast == null) {
      return null;
    }
    NDArray vectors = contrast.head().vectors(discriminator, features, true);
    NDArray every = labels.getManager().arange(numClasses).toType(labels.getDataType(), false);
    NDArray table = contrast.head().table(discriminator, every, true);
    NDArray proxies = contrast.head().proxies(table, labels);
    return new Embeddings(labels, vectors, proxies, table, null);
  }

  /** The parts of a verdict on all batches. */
  private static List<Verdict> split(Verdict all, List<NDArray> labels) {
    int batches = labels.size();
    NDList logits = parts(all.logits(), batches);
    NDList classes = parts(all.classes() == null ? null : all.classes().logits(), batches);
    NDList twins = parts(all.classes() == null ? null : all.classes().twin(), batches);
    Embeddings embeddings = all.embeddings();
    NDList vectors = parts(embeddings == null ? null : embeddings.vectors(), batches);
    NDList proxies = parts(embeddings == null ? null : embeddings.proxies(), batches);
    var verdicts = new ArrayList<Verdict>();
    for (int i = 0; i < batches; i++) {
      NDArray own = labels.get(i);
      verdicts.add(
          new Verdict(
              logits.get(i),
              classes == null
                  ? null
                  : new ClassLogits(own, classes.get(i), twins == null ? null : twins.get(i)),
              embeddings == null
                  ? null
                  : new Embeddings(own, vectors.get(i), proxies.get(i), embeddings.table(), null)));
    }
    return verdicts;
  }

  private static NDArray joined(List<NDArray> batches) {
    return batches.size() == 1 ? batches.get(0) : NDArrays.concat(new NDList(batches));
  }

  /** DJL's split into one part gives a copy through which no gradient flows. Null for nothing. */
  private static NDList parts(NDArray all, int count) {
    if (all == null) {
      return null;
    }
    return count == 1 ? new NDList(all) : all.split(count);
  }
}
