package org.adversaria.data;

import java.util.List;

/**
 * What {@link Datasets#examine} found at a path: what is there, what is wrong with it, and what
 * would be used.
 *
 * @param source the path
 * @param layout how the images lie there, such as "a folder with a folder for each class"
 * @param parts the images of each part, the one that is looked at first
 * @param classes the images of each class of that part, broken ones aside
 * @param sizes the images of each size, width by height such as {@code 640x480}, most frequent
 *     first
 * @param channels the images in grey and in colour
 * @param formats the images of each format
 * @param leftOut the files that are not used, by reason
 * @param broken the images that cannot be read
 * @param duplicates the images that look like others
 * @param constant the images of a single colour
 * @param use what {@link Datasets#open(String, ImageOptions)} returns under the same options
 * @param problems why it returns nothing, each with the remedy; empty if it does
 * @param notes what else is worth knowing
 */
public record ImageReport(
    String source,
    String layout,
    List<Count> parts,
    List<Count> classes,
    List<Count> sizes,
    List<Count> channels,
    List<Count> formats,
    List<LeftOut> leftOut,
    List<Broken> broken,
    Duplicates duplicates,
    LeftOut constant,
    Use use,
    List<String> problems,
    List<String> notes) {

  /**
   * A number of images.
   *
   * @param name of what they have in common
   * @param images how many
   */
  public record Count(String name, int images) {}

  /**
   * Files with one thing in common, such as why they are left out.
   *
   * @param why what they have in common
   * @param files how many
   * @param such some of them
   */
  public record LeftOut(String why, int files, List<String> such) {}

  /**
   * An image that cannot be read.
   *
   * @param file the file or entry
   * @param why the problem
   */
  public record Broken(String file, String why) {}

  /**
   * Images that look alike: their perceptual hashes differ in at most 3 of 63 bits and their
   * colours little.
   *
   * @param images the images that look like another one
   * @param groups the groups of images that look alike
   * @param largest the images of the largest group
   * @param such two images of each of some groups, the larger groups first
   */
  public record Duplicates(int images, int groups, int largest, List<List<String>> such) {}

  /**
   * What would be used.
   *
   * @param images how many images
   * @param channels 1 or 3; 0 where nothing can be used
   * @param height of all in pixels
   * @param width of all in pixels
   * @param bytes of memory that they take
   * @param how what is done to them: crop or pad, scaling
   * @param suggestedResolution a power of two that the images fill
   */
  public record Use(
      int images,
      int channels,
      int height,
      int width,
      long bytes,
      String how,
      int suggestedResolution) {}
}
