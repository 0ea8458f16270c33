package org.adversaria.cli;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.adversaria.data.Batch;
import org.adversaria.data.ImageData;
import org.adversaria.data.ImagePairs;
import org.adversaria.data.InstanceData;
import org.adversaria.data.TrainingData;
import org.adversaria.figures.Figures;
import org.adversaria.methods.TranslationNetworks;
import org.adversaria.models.Condition;
import org.adversaria.models.Generator;
import org.adversaria.torch.Autograd;
import org.adversaria.training.Report;

/** The pictures of a training: real images, and what its generators make of the same latents. */
final class SampleBoard {

  /** Images in a row. */
  private static final int COLUMNS = 8;

  /** Rows of classes or instances. */
  private static final int ROWS = 8;

  private final TrainingData data;

  SampleBoard(TrainingData data) {
    this.data = data;
  }

  /** The first real images, at most 64. */
  BufferedImage real() {
    try (NDManager manager = NDManager.newBaseManager()) {
      return data instanceof ImagePairs pairs
          ? Figures.rows(
              List.of("A", "B"), List.of(first(pairs.a(), manager), first(pairs.b(), manager)))
          : Figures.grid(first(images(), COLUMNS * ROWS, manager), COLUMNS);
    }
  }

  /** Samples at a moment of the training. */
  BufferedImage samples(Report report) {
    try (NDManager manager = NDManager.newBaseManager()) {
      return data instanceof ImagePairs pairs
          ? translations(report, pairs, manager)
          : generated(report, manager);
    }
  }

  private ImageData images() {
    return data instanceof InstanceData instances ? instances.images() : (ImageData) data;
  }

  private static NDArray first(ImageData images, NDManager manager) {
    return first(images, COLUMNS, manager);
  }

  /** Images from everywhere in the data, which may be sorted by class. */
  private static NDArray first(ImageData images, int most, NDManager manager) {
    int count = Math.min(most, images.size());
    int[] chosen =
        IntStream.range(0, count).map(i -> (int) ((long) i * images.size() / count)).toArray();
    return Batch.of(images, manager, chosen).images();
  }

  private static BufferedImage translations(Report report, ImagePairs pairs, NDManager manager) {
    TranslationNetworks networks = TranslationNetworks.of(report::network);
    NDArray a = first(pairs.a(), manager);
    NDArray b = first(pairs.b(), manager);
    return Autograd.noGrad(
        () ->
            Figures.rows(
                List.of("A", "A to B", "B", "B to A"),
                List.of(
                    a,
                    networks.generatorAB().forward(a, false),
                    b,
                    networks.generatorBA().forward(b, false))));
  }

  private BufferedImage generated(Report report, NDManager manager) {
    Generator generator = report.generator();
    if (generator.condition() instanceof Condition.Classes classes) {
      int rows = Math.min(ROWS + 2, classes.count());
      NDArray samples = report.samples(labels(rows, manager));
      return Figures.classGrid(samples, COLUMNS, images().classNames().subList(0, rows));
    }
    if (data instanceof InstanceData instances
        && generator.condition() instanceof Condition.Instances) {
      int rows = Math.min(ROWS, instances.size());
      int[] each = IntStream.range(0, rows * COLUMNS).map(i -> i / COLUMNS).toArray();
      return Figures.grid(report.samples(instances.conditions(each, manager)), COLUMNS);
    }
    return Figures.grid(report.samples(labels(ROWS, manager)), COLUMNS);
  }

  private static NDArray labels(int rows, NDManager manager) {
    return manager.create(
        LongStream.range(0, (long) rows * COLUMNS).map(i -> i / COLUMNS).toArray());
  }
}
