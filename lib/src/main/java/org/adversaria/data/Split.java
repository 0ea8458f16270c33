package org.adversaria.data;

/** The part of a data set. */
public enum Split {
  /** The images for training. */
  TRAIN,
  /** The images for evaluation; none of them is in {@link #TRAIN}. */
  TEST;

  /** The name of a data set's part; the training part has no suffix. */
  String suffix(String name) {
    return this == TRAIN ? name : name + "-test";
  }
}
