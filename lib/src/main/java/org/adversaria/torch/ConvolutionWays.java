package org.adversaria.torch;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.adversaria.torch.ConvolutionKind.Form;
import org.adversaria.torch.ConvolutionKind.Way;

/**
 * The implementation of each kind of convolution on this processor.
 *
 * <p>Scripts are written with {@code torch.conv2d} and {@code torch.conv_transpose2d}; if a kind is
 * not computed directly, {@link #applied} replaces them by methods that select the way by the
 * shapes of each call. Arrays on a GPU and inconsistent shapes are passed to PyTorch, which throws
 * for the latter.
 *
 * @param ways the way of each kind that is not direct
 */
record ConvolutionWays(Map<ConvolutionKind, Way> ways) {

  static final ConvolutionWays DIRECT = new ConvolutionWays(Map.of());

  private static final String SIGNATURE =
      """
      (self, input: Tensor, weight: Tensor, bias: Optional[Tensor]=None, \
      stride: List[int]=[1, 1], padding: List[int]=[0, 0], \
      dilation: List[int]=[1, 1], groups: int=1) -> Tensor:
      """;

  private static final String TRANSPOSED_SIGNATURE =
      """
      (self, input: Tensor, weight: Tensor, bias: Optional[Tensor]=None, \
      stride: List[int]=[1, 1], padding: List[int]=[0, 0], \
      output_padding: List[int]=[0, 0], groups: int=1, \
      dilation: List[int]=[1, 1]) -> Tensor:
      """;

  private static final String ARGUMENTS =
      "(input, weight, bias, stride, padding, dilation, groups)";

  private static final String TRANSPOSED_ARGUMENTS =
      "(input, weight, bias, stride, padding, output_padding, groups, dilation)";

  private static final String SPLIT =
      "def routed_split_conv2d" + SIGNATURE + split("conv2d", ARGUMENTS);

  private static final String SPLIT_TRANSPOSED =
      "def routed_split_conv_transpose2d"
          + TRANSPOSED_SIGNATURE
          + split("conv_transpose2d", TRANSPOSED_ARGUMENTS);

  private static String split(String operation, String arguments) {
    return """
          images = torch.size(input, 0)
          rest = torch.remainder(images, 16)
          whole = torch.sub(images, rest)
          if torch.eq(whole, 0) or torch.eq(rest, 0):
            y = torch.@OPERATION@ARGUMENTS
          else:
            both = input
            input = torch.slice(both, 0, 0, whole, 1)
            first = torch.@OPERATION@ARGUMENTS
            input = torch.slice(both, 0, whole, images, 1)
            second = torch.@OPERATION@ARGUMENTS
            y = torch.cat([first, second], 0)
          return y
        """
        .indent(2)
        .replace("@OPERATION", operation)
        .replace("@ARGUMENTS", arguments);
  }

  /**
   * Pads channels with zeros: padded input channels have zero weights, padded output channels are
   * cropped.
   */
  private static final String PADDED =
      "def routed_padded_conv2d"
          + SIGNATURE
          + """
            outputs = torch.size(weight, 0)
            i = self.routed_missing(torch.size(weight, 1))
            o = self.routed_missing(outputs)
            if torch.gt(i, 0):
              input = torch.constant_pad_nd(input, [0, 0, 0, 0, 0, i], 0)
            weight = torch.constant_pad_nd(weight, [0, 0, 0, 0, 0, i, 0, o], 0)
            if torch.gt(o, 0):
              y = self.routed_split_conv2d(input, weight, self.routed_longer(bias, o), stride, padding, dilation, 1)
              y = torch.slice(y, 1, 0, outputs, 1)
            else:
              y = self.routed_split_conv2d(input, weight, bias, stride, padding, dilation, 1)
            return y
          """;

  private static final String PADDED_TRANSPOSED =
      "def routed_padded_conv_transpose2d"
          + TRANSPOSED_SIGNATURE
          + """
            outputs = torch.size(weight, 1)
            i = self.routed_missing(torch.size(weight, 0))
            o = self.routed_missing(outputs)
            if torch.gt(i, 0):
              input = torch.constant_pad_nd(input, [0, 0, 0, 0, 0, i], 0)
            weight = torch.constant_pad_nd(weight, [0, 0, 0, 0, 0, o, 0, i], 0)
            if torch.gt(o, 0):
              y = self.routed_split_conv_transpose2d(input, weight, self.routed_longer(bias, o), stride, padding, output_padding, 1, dilation)
              y = torch.slice(y, 1, 0, outputs, 1)
            else:
              y = self.routed_split_conv_transpose2d(input, weight, bias, stride, padding, output_padding, 1, dilation)
            return y
          """;

  private static final String LONGER =
      """
      def routed_longer(self, b: Optional[Tensor], more: int) -> Optional[Tensor]:
        longer = b
        if b is not None:
          longer = torch.constant_pad_nd(b, [0, more], 0)
        return longer
      """;

  /** The number of channels missing to 16 or a multiple of 32. */
  private static final String MISSING =
      """
      def routed_missing(self, channels: int) -> int:
        missing = torch.remainder(torch.neg(channels), 32)
        if torch.le(channels, 16):
          missing = torch.sub(16, channels)
        return missing
      """;

  /** Each output pixel is a product of the kernels with a patch of the input. */
  private static final String UNFOLDED =
      "def routed_unfolded_conv2d"
          + SIGNATURE
          + """
            n = torch.size(input, 0)
            kh = torch.size(weight, 2)
            kw = torch.size(weight, 3)
            reach_y = torch.mul(dilation[0], torch.sub(kh, 1))
            reach_x = torch.mul(dilation[1], torch.sub(kw, 1))
            h = torch.sub(torch.add(torch.size(input, 2), torch.mul(padding[0], 2)), reach_y)
            v = torch.sub(torch.add(torch.size(input, 3), torch.mul(padding[1], 2)), reach_x)
            h = torch.add(torch.floordiv(torch.sub(h, 1), stride[0]), 1)
            v = torch.add(torch.floordiv(torch.sub(v, 1), stride[1]), 1)
            if torch.eq(torch.mul(kh, kw), 1) and self.routed_still(stride, padding):
              pixels = input
            else:
              pixels = torch.im2col(input, [kh, kw], dilation, padding, stride)
            rows = torch.mul(torch.mul(torch.size(weight, 1), kh), kw)
            pixels = torch.reshape(pixels, [n, groups, rows, torch.mul(h, v)])
            y = torch.matmul(torch.reshape(weight, [groups, -1, rows]), pixels)
            return self.routed_shifted(torch.reshape(y, [n, torch.size(weight, 0), h, v]), bias)
          """;

  /** Each input pixel adds the kernels, times its value, to a patch of the output. */
  private static final String UNFOLDED_TRANSPOSED =
      "def routed_unfolded_conv_transpose2d"
          + TRANSPOSED_SIGNATURE
          + """
            n = torch.size(input, 0)
            kh = torch.size(weight, 2)
            kw = torch.size(weight, 3)
            reach_y = torch.add(torch.mul(dilation[0], torch.sub(kh, 1)), output_padding[0])
            reach_x = torch.add(torch.mul(dilation[1], torch.sub(kw, 1)), output_padding[1])
            h = torch.mul(torch.sub(torch.size(input, 2), 1), stride[0])
            v = torch.mul(torch.sub(torch.size(input, 3), 1), stride[1])
            h = torch.add(torch.sub(h, torch.mul(padding[0], 2)), torch.add(reach_y, 1))
            v = torch.add(torch.sub(v, torch.mul(padding[1], 2)), torch.add(reach_x, 1))
            inputs = torch.floordiv(torch.size(weight, 0), groups)
            pixels = torch.mul(torch.size(input, 2), torch.size(input, 3))
            kernels = torch.transpose(torch.reshape(weight, [groups, inputs, -1]), 1, 2)
            y = torch.matmul(kernels, torch.reshape(input, [n, groups, inputs, pixels]))
            y = torch.reshape(y, [n, -1, pixels])
            if torch.eq(torch.mul(kh, kw), 1) and self.routed_still(stride, padding):
              y = torch.reshape(y, [n, -1, h, v])
            else:
              y = torch.col2im(y, [h, v], [kh, kw], dilation, padding, stride)
            return self.routed_shifted(y, bias)
          """;

  /** Whether a kernel of one pixel meets each pixel once. */
  private static final String STILL =
      """
      def routed_still(self, stride: List[int], padding: List[int]) -> bool:
        return torch.eq(stride, [1, 1]) and torch.eq(padding, [0, 0])
      """;

  private static final String SHIFTED =
      """
      def routed_shifted(self, y: Tensor, b: Optional[Tensor]) -> Tensor:
        if b is not None:
          y = torch.add(y, torch.reshape(b, [1, -1, 1, 1]))
        return y
      """;

  boolean direct() {
    return ways.isEmpty();
  }

  Way of(ConvolutionKind kind) {
    return ways.getOrDefault(kind, Way.DIRECT);
  }

  /** The same with another way for a kind. */
  ConvolutionWays with(ConvolutionKind kind, Way way) {
    var changed = new LinkedHashMap<>(ways);
    if (way == Way.DIRECT) {
      changed.remove(kind);
    } else {
      changed.put(kind, way);
    }
    return new ConvolutionWays(changed);
  }

  /** A script's methods, with these ways for their convolutions. */
  String applied(String source) {
    if (direct()
        || !source.contains("torch.conv2d(") && !source.contains("torch.conv_transpose2d(")) {
      return source;
    }
    return source
            .strip()
            .indent(0)
            .replace("torch.conv2d(", "self.routed_conv2d(")
            .replace("torch.conv_transpose2d(", "self.routed_conv_transpose2d(")
        + routed()
        + (uses(false, Way.PADDED) || uses(false, Way.SPLIT) ? SPLIT : "")
        + (uses(true, Way.PADDED) || uses(true, Way.SPLIT) ? SPLIT_TRANSPOSED : "")
        + (uses(false, Way.PADDED) ? PADDED : "")
        + (uses(true, Way.PADDED) ? PADDED_TRANSPOSED : "")
        + (uses(false, Way.PADDED) || uses(true, Way.PADDED) ? MISSING + LONGER : "")
        + (uses(false, Way.UNFOLDED) ? UNFOLDED : "")
        + (uses(true, Way.UNFOLDED) ? UNFOLDED_TRANSPOSED : "")
        + (uses(false, Way.UNFOLDED) || uses(true, Way.UNFOLDED) ? STILL + SHIFTED : "");
  }

  private boolean uses(boolean transposed, Way way) {
    return ways.entrySet().stream()
        .anyMatch(entry -> entry.getKey().transposed() == transposed && entry.getValue() == way);
  }

  /** The methods that select the way by the shapes of a call. */
  private String routed() {
    return choice(false, "conv2d", SIGNATURE, ARGUMENTS)
        + choice(true, "conv_transpose2d", TRANSPOSED_SIGNATURE, TRANSPOSED_ARGUMENTS);
  }

  private String choice(boolean transposed, String operation, String signature, String arguments) {
    String text =
        """
        def routed_@OPERATION@SIGNATURE\
          first = torch.size(weight, 0)
          second = torch.size(weight, 1)
          whole = torch.eq(torch.remainder(first, 32), 0) or torch.eq(first, 16)
          if whole:
            whole = torch.eq(torch.remainder(second, 32), 0) or torch.eq(second, 16)
          single = torch.eq(torch.dim(input), 3)
          if single:
            input = torch.unsqueeze(input, 0)
          if ops.prim.is_cuda(input) or torch.ne(torch.size(input, 1), @INPUTS):
            y = torch.@OPERATION@ARGUMENTS
          elif torch.eq(groups, 1):
            if torch.eq(torch.mul(torch.size(weight, 2), torch.size(weight, 3)), 1):
              y = @POINT
            elif whole:
              y = @WHOLE
            else:
              y = @RAGGED
          elif torch.eq(first, groups) and torch.eq(second, 1):
            y = @DEPTHWISE
          else:
            y = @GROUPED
          if single:
            y = torch.squeeze(y, 0)
          return y
        """
            .replace("@OPERATION", operation)
            .replace("@INPUTS", transposed ? "first" : "torch.mul(second, groups)")
            .replace("@SIGNATURE", signature)
            .replace("@ARGUMENTS", arguments);
    for (Form form : Form.values()) {
      Way way = of(new ConvolutionKind(transposed, form));
      String prefix =
          way == Way.DIRECT ? "torch." : "self.routed_" + way.name().toLowerCase(Locale.ROOT) + "_";
      text = text.replace("@" + form.name(), prefix + operation + arguments);
    }
    return text;
  }
}
