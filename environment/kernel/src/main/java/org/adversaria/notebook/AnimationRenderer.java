package org.adversaria.notebook;

import org.adversaria.figures.Animation;

/** An animation as GIF. */
final class AnimationRenderer implements Renderer<Animation> {

  @Override
  public MimeBundle render(Animation animation) {
    return BytesRenderer.picture(animation.gif(), "animation").orElseThrow();
  }

  @Override
  public void inline(Animation animation, Inline out) {
    out.raw("animation");
  }

  @Override
  public boolean isRich() {
    return true;
  }
}
