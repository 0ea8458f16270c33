package org.adversaria.cli;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.adversaria.config.SettingsJson;
import org.adversaria.data.Datasets;
import org.adversaria.data.ImageData;
import org.adversaria.data.ImageOptions;
import org.adversaria.data.ImagePairs;
import org.adversaria.data.InstanceData;
import org.adversaria.data.TrainingData;
import org.adversaria.methods.CycleGan;
import org.adversaria.methods.Methods;
import org.adversaria.methods.TagGan;
import org.adversaria.metrics.ContrastiveEncoder;
import org.adversaria.torch.Text;
import org.adversaria.training.RunRecord;

/**
 * Where training data came from, and how they were read. A run's record holds it, so that the run
 * is resumed, sampled and repeated without naming the data again.
 *
 * @param data the name of a data set, or an absolute path
 * @param target images of the second domain of a translation, named as data; null for pairs side by
 *     side in the files of data, and for other methods
 * @param neighbours the size of the neighbourhoods of IC-GAN
 * @param images how images are read
 * @param unchecked whether checksums of data sets are ignored
 */
record DataOrigin(
    String data, String target, int neighbours, ImageOptions images, boolean unchecked) {

  /** The size of a neighbourhood in IC-GAN's paper. */
  static final int NEIGHBOURS = 50;

  /** StyleGAN2's presets for instances begin so. */
  private static final String IC_GAN = "ic-gan-";

  /** An origin whose paths do not depend on the folder that a command was called in. */
  static DataOrigin of(
      String data, String target, int neighbours, ImageOptions images, boolean unchecked) {
    return new DataOrigin(absolute(data), absolute(target), neighbours, images, unchecked);
  }

  private static String absolute(String nameOrPath) {
    return nameOrPath != null && Files.exists(Path.of(nameOrPath))
        ? Path.of(nameOrPath).toAbsolutePath().normalize().toString()
        : nameOrPath;
  }

  /**
   * The origin of a run's data.
   *
   * @throws IllegalArgumentException if the record has none, as that of a run of a notebook
   */
  static DataOrigin of(RunRecord record, Path run) {
    Map<String, Object> origin = record.data().origin();
    if (origin == null || origin.isEmpty()) {
      throw new IllegalArgumentException(
          Text.format(
              "The record of %s does not tell where its data '%s' came from, since the run was not"
                  + " started from a terminal: name them by --data",
              run, record.data().name()));
    }
    return (DataOrigin) SettingsJson.read(origin, DataOrigin.class);
  }

  /**
   * The origin of a run's data at another place.
   *
   * @param record of the run; where it has no origin, images are taken as they are
   * @param run the run's directory, for messages
   * @param data the new place; null where it is the old one
   * @param target that of the second domain; null where it is the old one
   */
  static DataOrigin moved(RunRecord record, Path run, String data, String target) {
    boolean known = record.data().origin() != null && !record.data().origin().isEmpty();
    DataOrigin old =
        known
            ? of(record, run)
            : new DataOrigin(data, target, NEIGHBOURS, ImageOptions.standard(), false);
    return of(
        data == null ? old.data : data,
        target == null ? old.target : target,
        old.neighbours,
        old.images,
        old.unchecked);
  }

  /** Opens the data of a run. */
  TrainingData open(RunRecord record, Device device) {
    String preset = String.valueOf(record.settings().get("preset"));
    return open(Methods.named(record.method()), preset, device);
  }

  /** As a run's record holds it. */
  Map<String, Object> asJson() {
    return SettingsJson.write(this);
  }

  /** Opens the data as a method with a preset needs them. */
  TrainingData open(Methods<?> method, String preset, Device device) {
    if (method.name().equals(TagGan.NAME)) {
      throw new IllegalArgumentException(
          "tag-gan learns from images with tags and not from images alone: see the notebook"
              + " cgan-tags");
    }
    if (method.data() == ImagePairs.class) {
      boolean unpaired = method.name().equals(CycleGan.NAME) && target != null;
      return unpaired ? ImagePairs.unpaired(images(data), images(target)) : pairs();
    }
    requireNoTarget(method);
    boolean ofInstances = method.data() == InstanceData.class || preset.startsWith(IC_GAN);
    return ofInstances ? instances(device) : images(data);
  }

  private void requireNoTarget(Methods<?> method) {
    if (target != null) {
      throw new IllegalArgumentException(
          Text.format(
              "--to is for translations, csgan and cycle-gan, and not for %s", method.name()));
    }
  }

  private ImageData images(String nameOrPath) {
    return unchecked
        ? Datasets.openUnchecked(nameOrPath, images)
        : Datasets.open(nameOrPath, images);
  }

  private ImagePairs pairs() {
    if (!Files.isDirectory(Path.of(data))) {
      throw new IllegalArgumentException(
          Text.format(
              "A translation learns from a folder of images, with those of the other domain beside"
                  + " them in each file, or in a folder named by --to; %s is no folder",
              data));
    }
    if (!images.equals(ImageOptions.standard().withResolution(images.resolution()))) {
      throw new IllegalArgumentException(
          "--split, --fit, --no-orientation and --skip-broken are not for pairs, which are read whole:"
              + " leave them out");
    }
    if (Files.isDirectory(Path.of(data, "train"))) {
      throw new IllegalArgumentException(
          Text.format(
              "%s has parts, and pairs are read from all files below a folder: name the part, %s",
              data, Path.of(data, "train")));
    }
    if (images.resolution() == 0) {
      throw new IllegalArgumentException(
          "Say at which resolution pairs are read, by --resolution such as 256");
    }
    return target == null
        ? ImagePairs.sideBySide(Path.of(data), images.resolution())
        : ImagePairs.folders(Path.of(data), Path.of(target), images.resolution());
  }

  /** Features from an encoder that learns without labels, once for these images. */
  InstanceData instances(Device device) {
    ImageData instances = images(data);
    NDManager manager = NDManager.newBaseManager(device, "PyTorch");
    try (ContrastiveEncoder encoder = ContrastiveEncoder.of(instances)) {
      NDArray features = encoder.vectors(instances, manager);
      return InstanceData.of(instances, features, neighbours);
    }
  }
}
