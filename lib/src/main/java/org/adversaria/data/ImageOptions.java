package org.adversaria.data;

import java.util.Objects;

/**
 * How images of a path are read: which part, at which resolution, and what is done about images
 * that do not fit or cannot be read.
 *
 * <pre>{@code
 * ImageOptions options = ImageOptions.standard().withResolution(64).withSkipBroken(true);
 * ImageData photos = Datasets.open("my-images", options);
 * }</pre>
 *
 * @param split the part
 * @param resolution the side of square images in pixels, 1 to 16384; 0 for images as they are,
 *     which then must have one size
 * @param fit how an image that is not square becomes a square; of no effect without a resolution
 * @param orientation whether an image is turned as its EXIF data say, as viewers show it
 * @param skipBroken whether an image that cannot be read is left out and told of, see {@link
 *     ImageData#notes()}, instead of refused
 */
public record ImageOptions(
    Split split, int resolution, Fit fit, boolean orientation, boolean skipBroken) {

  /** How an image that is not square becomes a square. */
  public enum Fit {
    /** The centred square is cut out and scaled. */
    CROP,
    /** The whole image is scaled and centred on black. */
    PAD
  }

  /**
   * Options.
   *
   * @param split the part
   * @param resolution the side of square images in pixels; 0 for images as they are
   * @param fit how an image that is not square becomes a square
   * @param orientation whether an image is turned as its EXIF data say
   * @param skipBroken whether an image that cannot be read is left out
   * @throws IllegalArgumentException if the resolution is not 0 to 16384
   */
  public ImageOptions {
    Objects.requireNonNull(split, "split");
    Objects.requireNonNull(fit, "fit");
    if (resolution != 0) {
      Datasets.requireResolution(resolution);
    }
  }

  /**
   * Returns the options by default: the training part, images as they are, turned as their EXIF
   * data say; broken ones are refused.
   *
   * @return the options
   */
  public static ImageOptions standard() {
    return new ImageOptions(Split.TRAIN, 0, Fit.CROP, true, false);
  }

  /**
   * Returns these options for another part.
   *
   * @param part the part
   * @return the options
   */
  public ImageOptions withSplit(Split part) {
    return new ImageOptions(part, resolution, fit, orientation, skipBroken);
  }

  /**
   * Returns these options with another resolution.
   *
   * @param side the side of square images in pixels, 1 to 16384; 0 for images as they are
   * @return the options
   * @throws IllegalArgumentException if it is not 0 to 16384
   */
  public ImageOptions withResolution(int side) {
    return new ImageOptions(split, side, fit, orientation, skipBroken);
  }

  /**
   * Returns these options with another way to make squares.
   *
   * @param way crop or pad
   * @return the options
   */
  public ImageOptions withFit(Fit way) {
    return new ImageOptions(split, resolution, way, orientation, skipBroken);
  }

  /**
   * Returns these options with or without EXIF's orientation.
   *
   * @param apply whether it is applied
   * @return the options
   */
  public ImageOptions withOrientation(boolean apply) {
    return new ImageOptions(split, resolution, fit, apply, skipBroken);
  }

  /**
   * Returns these options with broken images left out or refused.
   *
   * @param skip whether they are left out
   * @return the options
   */
  public ImageOptions withSkipBroken(boolean skip) {
    return new ImageOptions(split, resolution, fit, orientation, skip);
  }
}
