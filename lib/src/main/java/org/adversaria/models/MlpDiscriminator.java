package org.adversaria.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.adversaria.nn.Elementwise;
import org.adversaria.nn.Embedding;
import org.adversaria.nn.Linear;
import org.adversaria.nn.Sequential;
import org.adversaria.nn.TorchBlock;

/**
 * The small discriminator and classifier of TAC-GAN's experiments with Gaussians.
 *
 * <p>A point goes through two hidden tanh layers and an affine map to features, which every head is
 * an affine map of: the logit "real", the classifier and its twin. With a projection the logit
 * gains the inner product of the features and a learned vector of the class (Miyato and Koyama,
 * "cGANs with Projection Discriminator", 2018, equation 3).
 *
 * <p>State dict: {@code encode.0}, {@code encode.2}, {@code encode.4} and those of the heads that
 * there are, {@code gan_linear}, {@code aux_linear}, {@code mi_linear}, each with {@code weight}
 * and {@code bias}; {@code projection.weight}.
 *
 * <p>Source: the code of Gong et al., "Twin Auxiliary Classifiers GAN", 2019, which has all heads
 * always; here no head is made that no loss would train.
 */
public final class MlpDiscriminator extends TorchBlock {

  /**
   * Which heads there are.
   *
   * @param logit whether there is the logit "real"
   * @param projection whether that logit depends on the class; without the logit of no effect
   * @param classifier the outputs of the classifier, 0 for none
   * @param twin whether there is a twin classifier, of as many outputs as classes
   */
  public record Heads(boolean logit, boolean projection, int classifier, boolean twin) {}

  /**
   * What the heads say; null for those that there are not.
   *
   * @param logit {@code (N)}, real above generated
   * @param classifier logits {@code (N, outputs)}
   * @param twin logits {@code (N, numClasses)}
   */
  public record Outputs(NDArray logit, NDArray classifier, NDArray twin) {}

  private final Sequential encode;
  private final Linear logit;
  private final Embedding projection;
  private final Linear classifier;
  private final Linear twin;

  /**
   * Creates the network.
   *
   * @param dimension the numbers of a point
   * @param numClasses the number of classes
   * @param width the units of each layer; 10 in the published code
   * @param heads which heads there are
   */
  public MlpDiscriminator(int dimension, int numClasses, int width, Heads heads) {
    encode =
        child(
            "encode",
            new Sequential(
                List.of(
                    new Linear(dimension, width),
                    Elementwise.tanh(),
                    new Linear(width, width),
                    Elementwise.tanh(),
                    new Linear(width, width))));
    logit = heads.logit() ? child("gan_linear", new Linear(width, 1)) : null;
    classifier =
        heads.classifier() > 0 ? child("aux_linear", new Linear(width, heads.classifier())) : null;
    twin = heads.twin() ? child("mi_linear", new Linear(width, numClasses)) : null;
    projection = heads.projection() ? child("projection", new Embedding(numClasses, width)) : null;
  }

  /**
   * Judges points.
   *
   * @param points {@code (N, dimension)}
   * @param labels int64 {@code (N)}; only a projection looks at them
   * @return what the heads say
   */
  public Outputs forward(NDArray points, NDArray labels) {
    NDArray features = encode.forward(points, false);
    return new Outputs(
        logit == null ? null : logit(features, labels),
        classifier == null ? null : classifier.forward(features, false),
        twin == null ? null : twin.forward(features, false));
  }

  private NDArray logit(NDArray features, NDArray labels) {
    NDArray psi = logit.forward(features, false);
    return projection == null
        ? psi.reshape(-1)
        : Projection.logits(psi, projection.forward(labels, false), features);
  }

  /**
   * {@inheritDoc}
   *
   * @return the outputs that there are, in the order of {@link Outputs}
   */
  @Override
  public NDList forward(NDList inputs, boolean training) {
    Outputs outputs = forward(inputs.get(0), inputs.get(1));
    return new NDList(
        Stream.of(outputs.logit(), outputs.classifier(), outputs.twin())
            .filter(Objects::nonNull)
            .toList());
  }
}
