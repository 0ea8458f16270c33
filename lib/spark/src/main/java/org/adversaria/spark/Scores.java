package org.adversaria.spark;

import java.util.ArrayList;
import java.util.List;
import org.adversaria.metrics.NamedMetric;

/**
 * The scores that a sweep asks for. It holds their names only: each cell's process asks {@link
 * org.adversaria.metrics.Evaluation} for them.
 *
 * <pre>{@code
 * sweep.evaluate(e -> e.fid().intraFid())
 * }</pre>
 */
public final class Scores {

  private final List<String> names = new ArrayList<>();

  Scores() {}

  /**
   * Asks for the Fréchet distance of features.
   *
   * @return this
   */
  public Scores fid() {
    return with(NamedMetric.FID);
  }

  /**
   * Asks for the kernel distance of features.
   *
   * @return this
   */
  public Scores kid() {
    return with(NamedMetric.KID);
  }

  /**
   * Asks for the inception score.
   *
   * @return this
   */
  public Scores inceptionScore() {
    return with(NamedMetric.IS);
  }

  /**
   * Asks for precision, recall, density and coverage.
   *
   * @return this
   */
  public Scores prdc() {
    return with(NamedMetric.PRDC);
  }

  /**
   * Asks for improved precision and recall.
   *
   * @return this
   */
  public Scores improvedPrecisionRecall() {
    return with(NamedMetric.PR);
  }

  /**
   * Asks for the FID inside each class, and its mean.
   *
   * @return this
   */
  public Scores intraFid() {
    return with(NamedMetric.INTRA_FID);
  }

  /**
   * Asks how often a classifier of the real data finds the class that was asked for.
   *
   * @return this
   */
  public Scores conditionalAccuracy() {
    return with(NamedMetric.ACCURACY);
  }

  /**
   * Asks how well a classifier trained on the samples does on the data's test part.
   *
   * @return this
   */
  public Scores classificationAccuracyScore() {
    return with(NamedMetric.CAS);
  }

  /**
   * Asks how much of the real spread of position, size and hue there is inside each class; for
   * drawn shapes only.
   *
   * @return this
   */
  public Scores factorDiversity() {
    return with(NamedMetric.FACTORS);
  }

  private Scores with(NamedMetric option) {
    if (!names.contains(option.word())) {
      names.add(option.word());
    }
    return this;
  }

  List<String> names() {
    return List.copyOf(names);
  }
}
