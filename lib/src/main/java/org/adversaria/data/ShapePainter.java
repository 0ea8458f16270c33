package org.adversaria.data;

/**
 * Renders a {@link ShapeScene} to bytes, with edges antialiased over one pixel.
 *
 * <p>Pixels are computed with additions, multiplications, divisions and square roots only, and
 * angles with {@link StrictMath}, so that the bytes are the same on every platform. Shapes are
 * always lighter than their background.
 */
final class ShapePainter {

  private static final double RADIANS = Math.PI / 180;

  /** Mean and spread of a shape's lightness, in grey and in colour. */
  private static final double GREY_LIGHTNESS = 0.82;

  private static final double COLOR_LIGHTNESS = 0.60;
  private static final double LIGHTNESS_SPREAD = 0.14;
  private static final double TEXTURE_DEPTH = 0.34;
  private static final double TEXTURE_PERIOD = 0.62;
  private static final double BACKGROUND_LIGHTNESS = 0.13;
  private static final double BACKGROUND_SPREAD = 0.08;
  private static final double BACKGROUND_DEPTH = 0.10;
  private static final double BACKGROUND_SATURATION = 0.6;

  private static final double PAPER = 0.95;
  private static final double PENCIL = 0.1;

  private final ShapeScene scene;
  private final int resolution;
  private final int channels;
  private final double textureDepth;
  private final double backgroundDepth;
  private final double cos;
  private final double sin;
  private final double gradientX;
  private final double gradientY;
  private final Tint shapeTint;
  private final Tint backgroundTint;

  ShapePainter(ShapeScene scene, int resolution, int channels, double variation) {
    this.scene = scene;
    this.resolution = resolution;
    this.channels = channels;
    // At a variation of 0.5 patterns have 0.7 of their strength, at 1 all of it.
    double strength = Math.min(1, 0.4 + 0.6 * variation);
    // A pattern with a period of a few pixels looks like noise, so it is weaker at low resolution.
    double periodInPixels = TEXTURE_PERIOD * scene.size() * resolution / 2;
    textureDepth = TEXTURE_DEPTH * strength * Math.min(1, periodInPixels / 6);
    backgroundDepth = BACKGROUND_DEPTH * strength;
    cos = StrictMath.cos(RADIANS * scene.rotation());
    sin = StrictMath.sin(RADIANS * scene.rotation());
    gradientX = StrictMath.cos(RADIANS * scene.backgroundAngle());
    gradientY = StrictMath.sin(RADIANS * scene.backgroundAngle());
    shapeTint = Tint.of(scene.hue(), 1);
    backgroundTint = Tint.of(scene.backgroundHue(), BACKGROUND_SATURATION);
  }

  /** Returns the image as channels-first bytes. */
  byte[] paint() {
    var image = new byte[channels * resolution * resolution];
    int plane = resolution * resolution;
    double pixels = scene.size() * resolution / 2;
    for (int i = 0; i < plane; i++) {
      double px = (2 * (i % resolution) + 1.0) / resolution - 1;
      double py = (2 * (i / resolution) + 1.0) / resolution - 1;
      double dx = (px - scene.x()) / scene.size();
      double dy = (py - scene.y()) / scene.size();
      double u = cos * dx + sin * dy;
      double v = sin * dx - cos * dy;
      double cover = soft(-scene.outline().distance(u, v) * pixels);
      double front = shapeLightness(u, v, pixels);
      double back = backgroundLightness(px, py);
      for (int c = 0; c < channels; c++) {
        double value = back(back, c) + cover * (front(front, c) - back(back, c));
        image[c * plane + i] = (byte) (int) (255 * clamp(value) + 0.5);
      }
    }
    return image;
  }

  /** Returns the scene's outline in pencil on paper, as bytes of one channel. */
  byte[] sketch() {
    var image = new byte[resolution * resolution];
    double pixels = scene.size() * resolution / 2;
    // Half the width of the line: a pixel and a half at 32.
    double half = Math.max(0.75, resolution / 44.0);
    for (int i = 0; i < image.length; i++) {
      double px = (2 * (i % resolution) + 1.0) / resolution - 1;
      double py = (2 * (i / resolution) + 1.0) / resolution - 1;
      double dx = (px - scene.x()) / scene.size();
      double dy = (py - scene.y()) / scene.size();
      double away = scene.outline().distance(cos * dx + sin * dy, sin * dx - cos * dy) * pixels;
      double line = soft(half - Math.abs(away));
      image[i] = (byte) (int) (255 * (PAPER + line * (PENCIL - PAPER)) + 0.5);
    }
    return image;
  }

  private double front(double lightness, int channel) {
    return channels == 1 ? lightness : shapeTint.shade(lightness, channel);
  }

  private double back(double lightness, int channel) {
    return channels == 1 ? lightness : backgroundTint.shade(lightness, channel);
  }

  private double shapeLightness(double u, double v, double pixels) {
    double mean = channels == 1 ? GREY_LIGHTNESS : COLOR_LIGHTNESS;
    double lightness = mean + LIGHTNESS_SPREAD * scene.lightness();
    return lightness * (1 - textureDepth * pattern(u, v, pixels));
  }

  /** The dark share of the texture at a point: 0 for the plain colour, 1 for the pattern. */
  private double pattern(double u, double v, double pixels) {
    double a = wave(u) * TEXTURE_PERIOD;
    double b = wave(v) * TEXTURE_PERIOD;
    return switch (scene.texture()) {
      case PLAIN -> 0;
      case STRIPES -> soft((Math.abs(a) - TEXTURE_PERIOD / 4) * pixels);
      case CHECKS -> {
        double columns = 2 * soft((Math.abs(a) - TEXTURE_PERIOD / 4) * pixels) - 1;
        double rows = 2 * soft((Math.abs(b) - TEXTURE_PERIOD / 4) * pixels) - 1;
        yield 0.5 + 0.5 * columns * rows;
      }
      case DOTS -> soft((0.3 * TEXTURE_PERIOD - Math.sqrt(a * a + b * b)) * pixels);
    };
  }

  /** The position within the pattern's period, in [-1/2, 1/2). */
  private double wave(double coordinate) {
    double t = coordinate / TEXTURE_PERIOD + scene.phase();
    return t - Math.floor(t) - 0.5;
  }

  private double backgroundLightness(double px, double py) {
    double lightness = BACKGROUND_LIGHTNESS + BACKGROUND_SPREAD * scene.backgroundLightness();
    return switch (scene.background()) {
      case PLAIN -> lightness;
      case GRADIENT -> lightness + backgroundDepth * 0.75 * (gradientX * px + gradientY * py);
      case GLOW -> lightness + backgroundDepth * (1 - Math.min(2, px * px + py * py));
    };
  }

  /** The coverage at a signed distance in pixels from an edge. */
  private static double soft(double pixels) {
    return clamp(0.5 + pixels);
  }

  private static double clamp(double value) {
    return Math.max(0, Math.min(1, value));
  }

  /**
   * A hue at any lightness: the pure colour, mixed with black or white. Lightness is 0.299 R +
   * 0.587 G + 0.114 B.
   */
  private record Tint(double red, double green, double blue, double lightness) {

    static Tint of(double hue, double saturation) {
      double r = channel(hue, 1);
      double g = channel(hue, 2.0 / 3);
      double b = channel(hue, 1.0 / 3);
      double grey = 0.299 * r + 0.587 * g + 0.114 * b;
      return new Tint(
          grey + saturation * (r - grey),
          grey + saturation * (g - grey),
          grey + saturation * (b - grey),
          grey);
    }

    /** The share of a primary colour: 1 within a sixth of the circle, 0 beyond a third. */
    private static double channel(double hue, double primary) {
      double t = hue + 1 - primary;
      double distance = Math.abs(t - Math.floor(t + 0.5)) * 6;
      return clamp(2 - distance);
    }

    double shade(double target, int channel) {
      double pure = channel == 0 ? red : channel == 1 ? green : blue;
      if (target <= lightness) {
        return pure * target / lightness;
      }
      return pure + (1 - pure) * (target - lightness) / (1 - lightness);
    }
  }
}
