package org.adversaria.metrics;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * One number of an {@link EvaluationReport}.
 *
 * @param name the score, such as {@code FID}
 * @param label the name under which it is printed: with the feature extractor where that is not the
 *     field's standard one, such as {@code FID[shapes-classifier]}
 * @param value the score
 * @param deviation the standard deviation over subsets, splits or classes; null where there is none
 * @param better which values are better
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Score(String name, String label, double value, Double deviation, Better better) {

  /** Which values of a score are better. */
  public enum Better {
    /** The smaller the better. */
    LOWER("lower"),
    /** The larger the better. */
    HIGHER("higher"),
    /** The closer to 1, which is what the data itself has, the better. */
    NEAR_ONE("near 1");

    private final String words;

    Better(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }
}
