package org.adversaria.models;

/** How a discriminator's logit is read from its features h, and what it says of classes. */
public enum LogitHead {

  /** One logit psi(h), whatever the class: for classifiers beside it. */
  PLAIN,

  /**
   * One logit psi(h) + &lt;v<sub>y</sub>, h&gt;, see {@link Projection}: Miyato and Koyama, "cGANs
   * with Projection Discriminator", 2018.
   */
  PROJECTION,

  /**
   * A logit f(x)[y] for each class y, see {@link Energies}: Chen et al., "A Unified View of cGANs
   * with and without Classifiers", 2021.
   */
  ENERGIES;

  /** The outputs of the layer that gives the logits. */
  int outputs(int numClasses) {
    return this == ENERGIES ? numClasses : 1;
  }
}
