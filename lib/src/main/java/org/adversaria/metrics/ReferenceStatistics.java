package org.adversaria.metrics;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.adversaria.data.Datasets;
import org.adversaria.data.ImageData;
import org.adversaria.nn.SafeTensors;
import org.adversaria.torch.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The moments of a data set's features, computed once and kept under {@code statistics/} in the
 * folder of data sets.
 *
 * <p>The name of their folder holds the data's checksum and the extractor's fingerprint, so that a
 * change of either is never answered from what is kept. Moments of a class are a file of their own
 * and are kept only if asked for: at 2048 features each class takes 32 MiB, and no two classes need
 * be in memory at once.
 */
final class ReferenceStatistics {

  private static final Logger LOG = LoggerFactory.getLogger(ReferenceStatistics.class);
  private static final int KEY_LENGTH = 12;

  private final ImageData data;
  private final FeatureExtractor extractor;
  private final int batchSize;
  private final boolean byClass;
  private final IntConsumer onImages;
  private final Path folder;

  /**
   * Names the statistics; nothing is computed yet.
   *
   * @param byClass whether the moments of single classes will be asked for
   * @param onImages is told how many images have just been looked at
   */
  ReferenceStatistics(
      EvaluationSettings settings,
      FeatureExtractor extractor,
      boolean byClass,
      IntConsumer onImages) {
    this.data = settings.real();
    this.extractor = extractor;
    this.batchSize = settings.batchSize();
    this.byClass = byClass;
    this.onImages = onImages;
    String key =
        Text.format(
            "%s-%s-%s-%s",
            data.name(), key(data.checksum()), extractor.name(), key(extractor.fingerprint()));
    folder = Datasets.folder().resolve("statistics").resolve(key);
  }

  /** The beginning is enough for a name: the files hold the whole. */
  private static String key(String digest) {
    return digest.substring(0, Math.min(KEY_LENGTH, digest.length()));
  }

  /** The moments of all images; the caller closes them. */
  Moments all() {
    Path file = folder.resolve("all.safetensors");
    return read(file)
        .orElseGet(
            () -> {
              Moments merged = merged();
              keep(file, merged);
              return merged;
            });
  }

  /** The moments of a class that has images; the caller closes them. */
  Moments ofClass(int label) {
    Path file = classFile(label);
    return read(file)
        .orElseGet(
            () -> {
              Moments moments = compute(label);
              keep(file, moments);
              return moments;
            });
  }

  private Path classFile(int label) {
    return folder.resolve(Text.format("class-%04d.safetensors", label));
  }

  /** From the classes, so that no image is looked at twice where those are asked for, too. */
  private Moments merged() {
    int[] present = IntStream.range(0, data.size()).map(data::label).distinct().sorted().toArray();
    Moments whole = null;
    for (int label : present) {
      Moments moments = byClass ? ofClass(label) : compute(label);
      if (whole == null) {
        whole = moments;
      } else {
        whole.merge(moments);
        moments.close();
      }
    }
    return whole;
  }

  private Moments compute(int label) {
    try (var collector = new FeatureCollector(extractor, Set.of(FeatureCollector.Need.MOMENTS))) {
      new DataSource(data, extractor.device(), 0, batchSize)
          .forEachBatchOfClass(
              label,
              (images, labels) -> {
                collector.add(images, labels);
                onImages.accept((int) images.size(0));
              });
      return collector.releaseMoments();
    }
  }

  private Optional<Moments> read(Path file) {
    if (Files.notExists(file)) {
      return Optional.empty();
    }
    try (NDManager manager = NDManager.newBaseManager(extractor.device(), "PyTorch")) {
      if (!SafeTensors.metadata(file).equals(provenance())) {
        return Optional.empty();
      }
      return Optional.of(Moments.from(SafeTensors.read(file, manager)));
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("Reference statistics will be computed anew: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private void keep(Path file, Moments moments) {
    try {
      Files.createDirectories(folder);
      SafeTensors.write(file, moments.state(), provenance());
    } catch (IOException e) {
      LOG.warn("{} cannot be written ({}) and will be computed again", file, e.toString());
    }
  }

  private Map<String, String> provenance() {
    return Map.of(
        "data", data.name(),
        "checksum", data.checksum(),
        "extractor", extractor.name(),
        "fingerprint", extractor.fingerprint());
  }
}
