package org.adversaria.metrics;

import java.io.Serializable;
import org.adversaria.torch.Text;

/**
 * A block of features and how many samples it was compared with.
 *
 * <p>No record: Kryo, which Spark can be told to use, does not know them.
 */
final class Pairing implements Serializable {

  private static final long serialVersionUID = 1L;

  private final String provenance;
  private final boolean real;
  private final String block;
  private final int rows;
  private final long others;

  private Pairing(String provenance, boolean real, String block, int rows, long others) {
    this.provenance = provenance;
    this.real = real;
    this.block = block;
    this.rows = rows;
    this.others = others;
  }

  static Pairing of(FeatureBlock block, long others) {
    return new Pairing(block.provenance(), block.isReal(), block.name(), block.rows(), others);
  }

  /** The block with the others of both. */
  Pairing merge(Pairing other) {
    if (!block.equals(other.block) || !provenance.equals(other.provenance)) {
      throw new IllegalArgumentException(
          Text.format(
              "These are results of different blocks, %s of %s and %s of %s: merge those of one",
              block, provenance, other.block, other.provenance));
    }
    return new Pairing(provenance, real, block, rows, others + other.others);
  }

  /** Fails where pairs are missing or were merged twice. */
  void requireOthers(long expected) {
    if (others != expected) {
      throw new IllegalArgumentException(
          Text.format(
              "The %s were compared with %d of %d samples: merge the results of each pair of blocks"
                  + " once",
              block, others, expected));
    }
  }

  String provenance() {
    return provenance;
  }

  /** Whether the block is of real samples. */
  boolean isReal() {
    return real;
  }

  /** The block's name. */
  String block() {
    return block;
  }

  /** The samples of the block. */
  int rows() {
    return rows;
  }
}
