package org.adversaria.methods;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
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
    if (!contrast.loss().comparesProxies()) {
      return Embeddings.of(labels, vectors, null);
    }
    NDArray every = labels.getManager().arange(0, numClasses, 1, labels.getDataType());
    NDArray table = contrast.head().table(discriminator, every, true);
    NDArray proxies = contrast.head().proxies(table, labels);
    return new Embeddings(labels, vectors, proxies, table, null);
  }

  /** The parts of a verdict on all batches. */
  private static List<Verdict> split(Verdict all, List<NDArray> labels) {
    int batches = labels.size();
    List<NDArray> logits = parts(all.logits(), batches);
    List<ClassLogits> classes = split(all.classes(), labels);
    List<Embeddings> embeddings = split(all.embeddings(), labels);
    return IntStream.range(0, batches)
        .mapToObj(i -> new Verdict(logits.get(i), classes.get(i), embeddings.get(i)))
        .toList();
  }

  private static List<ClassLogits> split(ClassLogits all, List<NDArray> labels) {
    int batches = labels.size();
    if (all == null) {
      return Collections.nCopies(batches, null);
    }
    List<NDArray> logits = parts(all.logits(), batches);
    List<NDArray> twins = parts(all.twin(), batches);
    return IntStream.range(0, batches)
        .mapToObj(i -> new ClassLogits(labels.get(i), logits.get(i), twins.get(i)))
        .toList();
  }

  private static List<Embeddings> split(Embeddings all, List<NDArray> labels) {
    int batches = labels.size();
    if (all == null) {
      return Collections.nCopies(batches, null);
    }
    List<NDArray> vectors = parts(all.vectors(), batches);
    List<NDArray> proxies = parts(all.proxies(), batches);
    return IntStream.range(0, batches)
        .mapToObj(
            i -> new Embeddings(labels.get(i), vectors.get(i), proxies.get(i), all.table(), null))
        .toList();
  }

  private static NDArray joined(List<NDArray> batches) {
    return batches.size() == 1 ? batches.get(0) : NDArrays.concat(new NDList(batches));
  }

  /** DJL's split into one part gives a copy through which no gradient flows. Nulls for null. */
  private static List<NDArray> parts(NDArray all, int count) {
    if (all == null || count == 1) {
      return Collections.nCopies(count, all);
    }
    return all.split(count);
  }
}
