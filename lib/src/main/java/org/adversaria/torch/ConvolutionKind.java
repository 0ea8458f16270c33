package org.adversaria.torch;

import java.util.ArrayList;
import java.util.List;

/**
 * A kind of convolution whose faults and remedies are told apart from other kinds'. A convolution
 * library has kernels of its own for each kind, and a wrong kernel is wrong for its kind.
 *
 * @param transposed true for transposed convolutions
 * @param form what its shapes have in common
 */
record ConvolutionKind(boolean transposed, Form form) {

  /**
   * Whether convolution kernels leave no remainder of so many channels: they work on blocks of 4, 8
   * or 16, and on several of these at a time.
   */
  private static boolean whole(int channels) {
    return channels == 16 || channels % 32 == 0;
  }

  /** What the shapes of a convolution have in common; the first form that fits is its form. */
  enum Form {
    /** One group; the numbers of input and of output channels are 16 or multiples of 32. */
    WHOLE,
    /** One group; the input channels or the output channels are another number. */
    RAGGED,
    /** A group for each input channel, with one output channel each. */
    DEPTHWISE,
    /** Several groups in another way. */
    GROUPED
  }

  /** How a convolution is computed; each way gives the same result, gradients of any order too. */
  enum Way {
    /** As PyTorch does. */
    DIRECT,
    /** Ragged: with zeros for the channels that are missing to 16 or a multiple of 32. */
    PADDED,
    /** As matrix products over unfolded images. Not for whole: that is what a library is for. */
    UNFOLDED
  }

  /** All kinds; a way of one may compute one that stands before it. */
  static List<ConvolutionKind> all() {
    var kinds = new ArrayList<ConvolutionKind>();
    for (Form form : Form.values()) {
      kinds.add(new ConvolutionKind(false, form));
      kinds.add(new ConvolutionKind(true, form));
    }
    return kinds;
  }

  /**
   * Returns the kind of a convolution.
   *
   * @param inputs channels of its input
   * @param outputs channels of its output
   */
  static ConvolutionKind of(boolean transposed, int inputs, int outputs, int groups) {
    Form form;
    if (groups == 1) {
      form = whole(inputs) && whole(outputs) ? Form.WHOLE : Form.RAGGED;
    } else {
      form = inputs == groups && outputs == groups ? Form.DEPTHWISE : Form.GROUPED;
    }
    return new ConvolutionKind(transposed, form);
  }

  /** The ways to compute this kind, the fastest first. */
  List<Way> ways() {
    return switch (form) {
      case WHOLE -> List.of(Way.DIRECT);
      case RAGGED -> List.of(Way.DIRECT, Way.PADDED, Way.UNFOLDED);
      case DEPTHWISE, GROUPED -> List.of(Way.DIRECT, Way.UNFOLDED);
    };
  }

  /** The kind in words, such as "transposed convolutions, depthwise". */
  @Override
  public String toString() {
    String words =
        switch (form) {
          case WHOLE -> "of 16 channels or multiples of 32";
          case RAGGED -> "of other than 16 channels or multiples of 32";
          case DEPTHWISE -> "with a group for each channel";
          case GROUPED -> "in groups";
        };
    return (transposed ? "transposed convolutions " : "convolutions ") + words;
  }
}
