package org.adversaria.notebook;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.RenderedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.adversaria.torch.Text;

/** Pictures as bundles, with what is said where they cannot be seen. */
final class Pictures {

  static final String PNG = "image/png";

  /** Width and height in pixels. */
  record Size(int width, int height) {

    @Override
    public String toString() {
      return Text.format("%d x %d", width, height);
    }
  }

  private Pictures() {}

  /** A drawn picture as PNG. */
  static MimeBundle of(RenderedImage image, String alt) {
    return of(PNG, png(image), alt, Optional.of(size(image)));
  }

  /** The content of a picture's file, as it is. */
  static MimeBundle of(String type, byte[] content, String alt, Optional<Size> size) {
    var data = new LinkedHashMap<String, Object>();
    data.put(type, Base64.getEncoder().encodeToString(content));
    data.put(MimeBundle.TEXT, alt);
    var said = new LinkedHashMap<String, Object>();
    said.put("alt", alt);
    size.ifPresent(known -> said.put("width", known.width));
    size.ifPresent(known -> said.put("height", known.height));
    return new MimeBundle(data, Map.of(type, said));
  }

  /** The same picture, of which something else is said. */
  static MimeBundle described(MimeBundle picture, String alt) {
    var data = new LinkedHashMap<>(picture.data());
    data.put(MimeBundle.TEXT, alt);
    var metadata = new LinkedHashMap<>(picture.metadata());
    metadata.replaceAll(
        (type, said) -> {
          var more = new LinkedHashMap<Object, Object>((Map<?, ?>) said);
          more.put("alt", alt);
          return more;
        });
    return new MimeBundle(data, metadata);
  }

  static Size size(RenderedImage image) {
    return new Size(image.getWidth(), image.getHeight());
  }

  static byte[] png(RenderedImage image) {
    var out = new ByteArrayOutputStream();
    // In memory: a thread that is interrupted can still write there.
    try (var stream = new MemoryCacheImageOutputStream(out)) {
      if (!ImageIO.write(image, "png", stream)) {
        ImageIO.write(repainted(image), "png", stream);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** For pixels that PNG has no form for. */
  private static BufferedImage repainted(RenderedImage image) {
    var copy = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_ARGB);
    Graphics2D g = copy.createGraphics();
    g.drawRenderedImage(image, new java.awt.geom.AffineTransform());
    g.dispose();
    return copy;
  }

  /** By the first bytes, for a file's name may be wrong and an array has none. */
  static Optional<String> type(byte[] content) {
    String start = new String(content, 0, Math.min(8, content.length), StandardCharsets.ISO_8859_1);
    if (start.startsWith("GIF87a") || start.startsWith("GIF89a")) {
      return Optional.of("image/gif");
    } else if (start.equals("\u0089PNG\r\n\u001a\n")) {
      return Optional.of(PNG);
    } else if (start.startsWith("\u00ff\u00d8\u00ff")) {
      return Optional.of("image/jpeg");
    }
    return Optional.empty();
  }

  /** The size that a picture's header tells, without decoding its pixels. */
  static Optional<Size> size(byte[] content) {
    try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(content))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (readers.hasNext()) {
        ImageReader reader = readers.next();
        try {
          reader.setInput(in);
          return Optional.of(new Size(reader.getWidth(0), reader.getHeight(0)));
        } finally {
          reader.dispose();
        }
      }
    } catch (IOException | RuntimeException e) {
      return Optional.empty(); // a front end may still show what is damaged
    }
    return Optional.empty();
  }
}
