package org.adversaria.augmentations;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.adversaria.torch.Text;

/**
 * The transforms of {@link Ada}, in the order in which they are applied. Each acts on an image with
 * probability multiplier times p; one of multiplier 0 is left out.
 *
 * <p>Source: Karras et al., "Training Generative Adversarial Networks with Limited Data", 2020,
 * section 2.3 (groups) and appendix B (multipliers, ranges).
 *
 * @param blitting moves pixels to pixels
 * @param geometry moves pixels to places between pixels
 * @param color changes colours, the same in all pixels of an image
 * @param filter amplifies bands of frequency
 * @param corruption adds noise, cuts out a square
 */
public record AdaTransforms(
    Blitting blitting, Geometry geometry, Color color, Filter filter, Corruption corruption) {

  /**
   * Pixel blitting.
   *
   * @param xflip multiplier of mirroring left to right
   * @param rotate90 multiplier of turning by a multiple of 90 degrees
   * @param xint multiplier of shifting by whole pixels
   * @param xintMax the largest shift as a part of the width and of the height
   */
  public record Blitting(double xflip, double rotate90, double xint, double xintMax) {

    /**
     * The paper's range.
     *
     * @param multiplier of all three
     * @return the transforms
     */
    public static Blitting of(double multiplier) {
      return new Blitting(multiplier, multiplier, multiplier, 0.125);
    }
  }

  /**
   * General geometric transforms.
   *
   * @param scale multiplier of scaling
   * @param rotate multiplier of turning, before or after the anisotropic scaling
   * @param aniso multiplier of scaling the width by a factor and the height by its inverse
   * @param xfrac multiplier of shifting
   * @param scaleStd the standard deviation of log2 of the scale
   * @param rotateMax the largest angle, in half turns
   * @param anisoStd the standard deviation of log2 of the factor
   * @param xfracStd the standard deviation of shifts as a part of the width and of the height
   */
  public record Geometry(
      double scale,
      double rotate,
      double aniso,
      double xfrac,
      double scaleStd,
      double rotateMax,
      double anisoStd,
      double xfracStd) {

    /**
     * The paper's ranges.
     *
     * @param multiplier of all four
     * @return the transforms
     */
    public static Geometry of(double multiplier) {
      return new Geometry(multiplier, multiplier, multiplier, multiplier, 0.2, 1, 0.2, 0.125);
    }
  }

  /**
   * Colour transforms.
   *
   * @param brightness multiplier of adding a number
   * @param contrast multiplier of multiplying by a factor
   * @param lumaflip multiplier of negating the luma, the mean of the channels
   * @param hue multiplier of turning about the luma's axis; not of grey images
   * @param saturation multiplier of scaling the distance from the luma's axis; not of grey images
   * @param brightnessStd the standard deviation of the brightness, in the images' units
   * @param contrastStd the standard deviation of log2 of the contrast
   * @param hueMax the largest angle of the hue, in half turns
   * @param saturationStd the standard deviation of log2 of the saturation
   */
  public record Color(
      double brightness,
      double contrast,
      double lumaflip,
      double hue,
      double saturation,
      double brightnessStd,
      double contrastStd,
      double hueMax,
      double saturationStd) {

    /**
     * The paper's ranges.
     *
     * @param multiplier of all five
     * @return the transforms
     */
    public static Color of(double multiplier) {
      return new Color(multiplier, multiplier, multiplier, multiplier, multiplier, 0.2, 0.5, 1, 1);
    }

    boolean none() {
      return DoubleStream.of(brightness, contrast, lumaflip, hue, saturation).sum() == 0;
    }
  }

  /**
   * Image-space filtering: the frequencies of an image in four bands, each an octave but the
   * lowest.
   *
   * @param imgfilter multiplier of amplifying a band
   * @param bands a further multiplier for each band, the lowest frequencies first
   * @param imgfilterStd the standard deviation of log2 of the amplification
   */
  public record Filter(double imgfilter, List<Double> bands, double imgfilterStd) {

    /**
     * Checks the number of bands.
     *
     * @param imgfilter multiplier of amplifying a band
     * @param bands a further multiplier for each band, the lowest frequencies first
     * @param imgfilterStd the standard deviation of log2 of the amplification
     * @throws IllegalArgumentException if there are not four
     */
    public Filter {
      bands = List.copyOf(bands);
      if (bands.size() != Wavelets.BANDS) {
        throw new IllegalArgumentException(
            Text.format(
                "The image filter has %d bands, but there are %d multipliers: %s",
                Wavelets.BANDS, bands.size(), bands));
      }
    }

    /**
     * The paper's range, in all bands.
     *
     * @param multiplier of amplifying a band
     * @return the transform
     */
    public static Filter of(double multiplier) {
      return new Filter(multiplier, List.of(1.0, 1.0, 1.0, 1.0), 1);
    }
  }

  /**
   * Image-space corruptions.
   *
   * @param noise multiplier of adding normal noise
   * @param cutout multiplier of setting a rectangle to 0
   * @param noiseStd the standard deviation of the noise is that times the absolute value of a
   *     normal number
   * @param cutoutSize the rectangle's sides as parts of the width and the height
   */
  public record Corruption(double noise, double cutout, double noiseStd, double cutoutSize) {

    /**
     * The paper's ranges.
     *
     * @param noise multiplier of adding normal noise
     * @param cutout multiplier of setting a rectangle to 0
     * @return the transforms
     */
    public static Corruption of(double noise, double cutout) {
      return new Corruption(noise, cutout, 0.1, 0.5);
    }
  }

  private static final Map<String, AdaTransforms> PRESETS = presets();

  private static Map<String, AdaTransforms> presets() {
    var presets = new LinkedHashMap<String, AdaTransforms>();
    presets.put("blit", of(1, 0, 0, 0, 0, 0));
    presets.put("geom", of(0, 1, 0, 0, 0, 0));
    presets.put("color", of(0, 0, 1, 0, 0, 0));
    presets.put("filter", of(0, 0, 0, 1, 0, 0));
    presets.put("noise", of(0, 0, 0, 0, 1, 0));
    presets.put("cutout", of(0, 0, 0, 0, 0, 1));
    presets.put("bg", of(1, 1, 0, 0, 0, 0));
    presets.put("bgc", of(1, 1, 1, 0, 0, 0));
    presets.put("bgcf", of(1, 1, 1, 1, 0, 0));
    presets.put("bgcfn", of(1, 1, 1, 1, 1, 0));
    presets.put("bgcfnc", of(1, 1, 1, 1, 1, 1));
    return presets;
  }

  private static AdaTransforms of(
      int blit, int geom, int color, int filter, int noise, int cutout) {
    return new AdaTransforms(
        Blitting.of(blit),
        Geometry.of(geom),
        Color.of(color),
        Filter.of(filter),
        Corruption.of(noise, cutout));
  }

  /**
   * Returns a set of transforms by its name in the published code, with multipliers of 1.
   *
   * @param name {@code blit}, {@code geom}, {@code color}, {@code filter}, {@code noise}, {@code
   *     cutout}, or initials of the first ones together: {@code bg}, {@code bgc} (the paper's
   *     choice for small data sets), {@code bgcf}, {@code bgcfn}, {@code bgcfnc}
   * @return the transforms
   * @throws IllegalArgumentException if there is no such set; the message lists them
   */
  public static AdaTransforms preset(String name) {
    AdaTransforms transforms = PRESETS.get(name);
    if (transforms == null) {
      throw new IllegalArgumentException(
          Text.format(
              "There are no transforms '%s' of ADA; there are %s",
              name, String.join(", ", PRESETS.keySet())));
    }
    return transforms;
  }
}
