package org.adversaria.notebook;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.adversaria.data.ImageData;
import org.adversaria.figures.Animation;
import org.adversaria.figures.ChartOptions;
import org.adversaria.figures.Figures;
import org.adversaria.torch.Text;
import org.adversaria.training.Report;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * One place that shows how a training stands: samples of the same latents, the losses above them if
 * wanted, and the step. It is what {@code Training.reportEvery} calls.
 */
public final class Live implements Consumer<Report> {

  private static final String LOSS = "loss_";
  private static final int MOST_CLASSES = 10;
  private static final int IN_FILM = 30;

  private final Panel panel = new Panel();
  private final List<BufferedImage> frames = new ArrayList<>();
  private final ImageData data;
  private String title = "";
  private ChartOptions losses;
  private int samples = 10;

  Live(ImageData data) {
    this.data = data;
  }

  /**
   * Says what is trained.
   *
   * @param text stands before the step
   * @return this
   */
  public Live titled(String text) {
    title = text;
    return this;
  }

  /**
   * Says how many samples are shown.
   *
   * @param number of each class; in a row, of three, if the generator knows no classes
   * @return this
   */
  public Live samples(int number) {
    samples = number;
    return this;
  }

  /**
   * Draws the players' losses, too.
   *
   * @param options the chart's range and the like
   * @return this
   */
  public Live losses(ChartOptions options) {
    losses = options.size(860, 240).xLabel("step").smoothing(0.95);
    return this;
  }

  @Override
  public void accept(Report report) {
    int classes = report.generator().numClasses();
    BufferedImage picture = picture(report, classes);
    Table log = losses(report.log());
    if (losses != null && log.columnCount() > 1) { // nothing is logged at step 0
      List<String> players = log.columnNames().subList(1, log.columnCount());
      picture = Figures.stack(Figures.curves(log, "step", players, losses), picture);
    }
    String before = title.isEmpty() ? "" : title + ": ";
    String alt = Text.format("%ssamples at step %,d", before, report.step());
    panel.update(
        Notebook.picture(
            log.columnCount() > 1 && losses != null ? alt + ", below the losses so far" : alt,
            picture),
        Text.format(
            "%sstep %,d of %,d, %d s",
            Html.escape(before), report.step(), report.steps(), report.elapsed().toSeconds()));
  }

  private BufferedImage picture(Report report, int classes) {
    if (classes == 0) {
      NDArray images = report.samples(3 * samples);
      frames.add(frame(report, images));
      return Figures.grid(images, samples);
    }
    int shown = Math.min(MOST_CLASSES, classes);
    NDArray images = report.samples(samples).get(Text.format(":%d", shown * samples));
    int each = Math.max(1, Math.min(samples, IN_FILM / shown));
    Shape image = images.getShape().slice(1);
    NDArray first =
        images.reshape(new Shape(shown, samples).addAll(image)).get(Text.format(":, :%d", each));
    frames.add(frame(report, first.reshape(new Shape(shown * each).addAll(image))));
    return Figures.classGrid(images, samples, data.classNames().subList(0, shown));
  }

  private static BufferedImage frame(Report report, NDArray images) {
    return Figures.titled(
        Text.format("step %,d", report.step()), Figures.grid(images, IN_FILM / 2, 2));
  }

  /** The columns of losses under the names of the players. */
  static Table losses(Table log) {
    Table losses = Table.create("losses", log.column("step"));
    for (Column<?> column : log.columns()) {
      if (column.name().startsWith(LOSS)) {
        losses.addColumns(column.copy().setName(column.name().substring(LOSS.length())));
      }
    }
    return losses;
  }

  /**
   * The reports so far as a film: some of each one's samples.
   *
   * @return the film
   */
  public Animation film() {
    return Figures.animate(frames, Duration.ofMillis(400));
  }
}
