package org.adversaria.data;

/** The part of a data set: what one trains on, or what is kept aside. */
public enum Split {
  /** The images for training. */
  TRAIN,
  /** The images kept aside for evaluation; none of them is in {@link #TRAIN}. */
  TEST;

  /** The name of a data set's part: the training part goes by the plain name. */
  String suffix(String name) {
    return this == TRAIN ? name : name + "-test";
  }
}
