package org.adversaria.notebook;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.adversaria.torch.Text;

/** The content of a PNG, JPEG or GIF file as a picture, other bytes as hexadecimal digits. */
final class BytesRenderer implements Renderer<byte[]> {

  private static final int MOST_BYTES = 64;
  private static final int MOST_BYTES_INLINE = 8;

  @Override
  public MimeBundle render(byte[] content) {
    return picture(content, "").orElseGet(() -> MimeBundle.text(hex(content, MOST_BYTES)));
  }

  /** The picture that bytes are, if they are one; with its name where it has one. */
  static Optional<MimeBundle> picture(byte[] content, String name) {
    return Pictures.type(content)
        .map(
            type -> {
              Optional<Pictures.Size> size = Pictures.size(content);
              String kind = type.substring("image/".length()).toUpperCase(java.util.Locale.ROOT);
              String text =
                  (name.isEmpty() ? kind + " picture" : name)
                      + size.map(known -> ", " + known).orElse("");
              return Pictures.of(type, content, text, size);
            });
  }

  @Override
  public void inline(byte[] content, Inline out) {
    out.raw(hex(content, MOST_BYTES_INLINE));
  }

  private static String hex(byte[] content, int most) {
    String start =
        HexFormat.ofDelimiter(" ")
            .formatHex(Arrays.copyOf(content, Math.min(most, content.length)));
    String rest = content.length > most ? " ..." : "";
    return Text.format("byte[%d] {%s%s}", content.length, start, rest);
  }
}
