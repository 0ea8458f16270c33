package org.adversaria.notebook;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.adversaria.torch.Text;

/**
 * Arrays: shape, type and device; the values of a small one, numbers about a large one; a picture
 * where it is one ({@link ArrayPicture}). The array stays as it is, nothing is left in memory.
 */
final class NdArrayRenderer implements Renderer<NDArray> {

  static final String CLOSED = "NDArray, closed: its values are freed";

  /** Up to so many values are all shown. */
  private static final int SMALL = 1_000;

  /** Larger arrays are not read as a whole. */
  private static final long LARGEST = 1L << 26;

  private static final int FIRST = 8;

  @Override
  public MimeBundle render(NDArray array) {
    if (array.isReleased()) {
      return MimeBundle.text(CLOSED);
    }
    try (var reading = Reading.of(array)) {
      if (!ArrayValues.areReadable(array)) {
        return MimeBundle.text(head(array) + ", values of this kind are not shown");
      }
      return readable(array);
    }
  }

  private static MimeBundle readable(NDArray array) {
    long size = array.size();
    boolean small = size <= SMALL;
    boolean likely = ArrayPicture.isLikely(array) && size <= LARGEST;
    ArrayStatistics statistics =
        size <= LARGEST && (!small || likely) ? ArrayValues.statistics(array) : null;
    Optional<ArrayPicture> picture = likely ? ArrayPicture.of(array, statistics) : Optional.empty();
    boolean all = small && picture.isEmpty();
    String text = head(array) + "\n" + (all ? ArrayText.of(array) : summary(array, statistics));
    return picture
        .map(drawn -> withPicture(drawn, head(array), statistics.toString(), text))
        .orElseGet(() -> MimeBundle.text(text));
  }

  private static MimeBundle withPicture(
      ArrayPicture picture, String head, String statistics, String text) {
    String alt = head + ", " + picture.note();
    MimeBundle png = Pictures.of(picture.image(), alt);
    var data = new LinkedHashMap<String, Object>();
    data.put(
        MimeBundle.HTML,
        "<div>"
            + Html.escape(head)
            + "</div>"
            + Html.of(png)
            + Html.note(picture.note() + "; " + statistics));
    data.put(Pictures.PNG, png.data().get(Pictures.PNG));
    data.put(MimeBundle.TEXT, text);
    return new MimeBundle(data, png.metadata());
  }

  private static String summary(NDArray array, ArrayStatistics statistics) {
    String first = String.join(", ", numbers(array, ArrayValues.first(array, FIRST)));
    String all = Text.format("%,d values", array.size());
    return statistics == null
        ? Text.format("%s, too many to sum up\nfirst: %s, ...", all, first)
        : Text.format("%s: %s\nfirst: %s, ...", all, statistics, first);
  }

  private static List<String> numbers(NDArray array, double[] values) {
    return array.getDataType().isFloating()
        ? List.of(ArrayText.numbers(values))
        : Arrays.stream(values).mapToObj(value -> Long.toString((long) value)).toList();
  }

  /** Such as {@code NDArray (2, 3) float32 cpu()}. */
  static String head(NDArray array) {
    return Text.format(
        "NDArray %s %s %s%s",
        array.getShape(),
        array.getDataType().toString(),
        array.getDevice(),
        array.hasGradient() ? ", with gradient" : "");
  }

  @Override
  public void inline(NDArray array, Inline out) {
    if (array.isReleased()) {
      out.raw("NDArray, closed");
      return;
    }
    try (var reading = Reading.of(array)) {
      String value = array.size() == 1 && ArrayValues.areReadable(array) ? " " + first(array) : "";
      out.raw(head(array) + value);
    }
  }

  private static String first(NDArray array) {
    return numbers(array, ArrayValues.numbers(array)).get(0);
  }

  @Override
  public boolean isRich() {
    return true;
  }
}
