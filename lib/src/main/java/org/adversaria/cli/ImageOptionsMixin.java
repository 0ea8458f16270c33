package org.adversaria.cli;

import org.adversaria.data.ImageOptions;
import org.adversaria.data.Split;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How the images of a path are read, in commands that take one. */
final class ImageOptionsMixin {

  @Option(
      names = "--resolution",
      paramLabel = "N",
      description =
          "Makes squares of N by N pixels of the images of a path, see --fit. By default they are"
              + " taken as they are and must have one size.")
  private Integer resolution;

  @Option(
      names = "--fit",
      paramLabel = "WAY",
      defaultValue = "crop",
      description =
          "How an image that is not square becomes one: crop, the centred square; or pad, the whole"
              + " image on black. By default ${DEFAULT-VALUE}.")
  private ImageOptions.Fit fit;

  @Option(
      names = "--no-orientation",
      description = "Leaves images as they are stored, whatever EXIF's orientation says.")
  private boolean asStored;

  @Option(
      names = "--skip-broken",
      description = "Leaves images out that cannot be read, and says which.")
  private boolean skipBroken;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /** The options for a part of a data set. */
  ImageOptions options(Split split) {
    if (resolution != null && resolution == 0) {
      throw new ParameterException(
          command.commandLine(), "--resolution: squares have at least 1 pixel, not 0");
    }
    try {
      return new ImageOptions(
          split, resolution == null ? 0 : resolution, fit, !asStored, skipBroken);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--resolution: " + e.getMessage());
    }
  }
}
