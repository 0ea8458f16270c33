package org.adversaria.data;

/**
 * The random factors of one image of {@link Shapes}, which vary within a class.
 *
 * <p>The random numbers do not depend on the variation, which scales the difference of a scene from
 * the plain one.
 *
 * @param outline the class
 * @param x the centre, -1 at the left and 1 at the right edge of the image
 * @param y the centre, -1 at the upper and 1 at the lower edge of the image
 * @param size the shape's radius, as a share of half the image's side
 * @param rotation clockwise, in degrees
 * @param hue the shape's colour on the colour circle, in [0, 1)
 * @param lightness the shape's lightness, in [-1, 1] about the mean
 * @param texture of the shape
 * @param phase of the texture's pattern, in [0, 1)
 * @param background of the image
 * @param backgroundHue the background's colour on the colour circle, in [0, 1)
 * @param backgroundLightness the background's lightness, in [-1, 1] about the mean
 * @param backgroundAngle the direction of the background's gradient, in degrees
 */
record ShapeScene(
    ShapeOutline outline,
    double x,
    double y,
    double size,
    double rotation,
    double hue,
    double lightness,
    Texture texture,
    double phase,
    Background background,
    double backgroundHue,
    double backgroundLightness,
    double backgroundAngle) {

  /** The texture of a shape. */
  enum Texture {
    PLAIN,
    STRIPES,
    CHECKS,
    DOTS
  }

  /** The background of an image. */
  enum Background {
    PLAIN,
    GRADIENT,
    GLOW
  }

  private static final double MEAN_SIZE = 0.64;
  private static final double SIZE_SPREAD = 0.2;
  private static final double MAX_ROTATION = 28;

  /** Draws the factors of an image; {@code variation} is in [0, 1]. */
  static ShapeScene draw(ShapeOutline outline, double variation, SplitMix random) {
    double size = MEAN_SIZE + SIZE_SPREAD * variation * random.nextDouble(-1, 1);
    double room = 1 - 1.1 * size;
    return new ShapeScene(
        outline,
        room * variation * random.nextDouble(-1, 1),
        room * variation * random.nextDouble(-1, 1),
        size,
        MAX_ROTATION * variation * random.nextDouble(-1, 1),
        hue(variation, random),
        variation * random.nextDouble(-1, 1),
        pick(Texture.values(), variation, random),
        random.nextDouble(),
        pick(Background.values(), variation, random),
        hue(variation, random),
        variation * random.nextDouble(-1, 1),
        random.nextDouble(0, 360));
  }

  /** A hue of the whole colour circle from a variation of 0.5 on, of an arc around orange below. */
  private static double hue(double variation, SplitMix random) {
    double hue = 0.08 + Math.min(1, 2 * variation) * random.nextDouble(-0.5, 0.5);
    return hue < 0 ? hue + 1 : hue;
  }

  /** The plain value with probability {@code 1 - variation}, else one of the others. */
  private static <T> T pick(T[] values, double variation, SplitMix random) {
    boolean plain = random.nextDouble() >= variation;
    int other = 1 + random.nextInt(values.length - 1);
    return values[plain ? 0 : other];
  }
}
