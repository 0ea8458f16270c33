package org.adversaria.notebook;

import java.awt.image.RenderedImage;

/** A picture as PNG. */
final class ImageRenderer implements Renderer<RenderedImage> {

  @Override
  public MimeBundle render(RenderedImage image) {
    return Pictures.of(image, text(image));
  }

  @Override
  public void inline(RenderedImage image, Inline out) {
    out.raw(text(image));
  }

  @Override
  public boolean isRich() {
    return true;
  }

  private static String text(RenderedImage image) {
    return "picture, " + Pictures.size(image);
  }
}
