package org.adversaria.torch;

import java.util.ArrayList;
import java.util.List;

/**
 * A kind of convolution, for which faults and workarounds are separate. A convolution library has
 * different kernels for each kind, and an error of a kernel affects its kind only.
 *
 * @param transposed true for transposed convolutions
 * @param form the class of its shapes
 */
record ConvolutionKind(boolean transposed, Form form) {

  /**
   * Whether a number of channels has no remainder for convolution kernels, which process several
   * blocks of 4, 8 or 16 channels at a time.
   */
  private static boolean whole(int channels) {
    return channels == 16 || channels % 32 == 0;
  }

  /** A class of shapes of convolutions; the first one that applies counts. */
  enum Form {
    /** One group; kernels of one pixel. */
    POINT,
    /** One group; the numbers of input and of output channels are 16 or multiples of 32. */
    WHOLE,
    /** One group; the number of input or output channels is another one. */
    RAGGED,
    /**
     * A group for each input channel, with one output channel each. The kernels of this library are
     * constant filters; gradients of second order by them are not checked.
     */
    DEPTHWISE,
    /** Several groups, not depthwise. */
    GROUPED
  }

  /** An implementation of a convolution; all have the same results and gradients of any order. */
  enum Way {
    /** PyTorch's convolution. */
    DIRECT,
    /**
     * PyTorch's convolution of a multiple of 16 images, and of the rest. In a gradient of second
     * order by the kernels the images are channels.
     */
    SPLIT,
    /** For ragged ones: split, and channels padded with zeros to 16 or a multiple of 32. */
    PADDED,
    /** Matrix products over unfolded images; not for whole ones, which would be too slow. */
    UNFOLDED
  }

  /** All kinds; the ways of a kind may use convolutions of earlier kinds. */
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
   * @param kernel height and width of its kernels
   */
  static ConvolutionKind of(boolean transposed, int inputs, int outputs, int kernel, int groups) {
    Form form;
    if (groups == 1 && kernel == 1) {
      form = Form.POINT;
    } else if (groups == 1) {
      form = whole(inputs) && whole(outputs) ? Form.WHOLE : Form.RAGGED;
    } else {
      form = inputs == groups && outputs == groups ? Form.DEPTHWISE : Form.GROUPED;
    }
    return new ConvolutionKind(transposed, form);
  }

  /** The ways for this kind, the fastest first. */
  List<Way> ways() {
    return switch (form) {
      case WHOLE -> List.of(Way.DIRECT, Way.SPLIT);
      case RAGGED -> List.of(Way.DIRECT, Way.PADDED, Way.UNFOLDED);
      case POINT, DEPTHWISE, GROUPED -> List.of(Way.DIRECT, Way.UNFOLDED);
    };
  }

  /** The kind in words, such as "transposed convolutions, depthwise". */
  @Override
  public String toString() {
    String words =
        switch (form) {
          case POINT -> "with kernels of one pixel";
          case WHOLE -> "of 16 channels or multiples of 32";
          case RAGGED -> "of other than 16 channels or multiples of 32";
          case DEPTHWISE -> "with a group for each channel";
          case GROUPED -> "in groups";
        };
    return (transposed ? "transposed convolutions " : "convolutions ") + words;
  }
}
