package org.adversaria.notebook;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.adversaria.data.Batch;
import org.adversaria.data.ImageData;
import org.adversaria.figures.Figures;
import org.adversaria.torch.Text;

/** Data sets: name, size, classes, and a row of images from all over the set. */
final class ImageDataRenderer implements Renderer<ImageData> {

  private static final int MOST_IMAGES = 10;
  private static final int MOST_CLASSES = 20;
  private static final int WIDTH = 900;

  @Override
  public MimeBundle render(ImageData data) {
    String text = text(data) + "\n" + classes(data);
    if (data.size() == 0) {
      return MimeBundle.text(text);
    }
    MimeBundle samples = Pictures.of(samples(data), "samples of " + data.name());
    String html =
        "<div>" + Html.escape(text(data)) + "</div>" + Html.note(classes(data)) + Html.of(samples);
    return MimeBundle.html(html, text);
  }

  private static String text(ImageData data) {
    return Text.format(
        "%s: %,d images %s, %,d classes",
        data.name(), data.size(), data.imageShape(), data.numClasses());
  }

  private static String classes(ImageData data) {
    List<String> names = data.classNames();
    String shown = String.join(", ", names.subList(0, Math.min(MOST_CLASSES, names.size())));
    return names.size() > MOST_CLASSES
        ? Text.format("%s, ... %,d more", shown, names.size() - MOST_CLASSES)
        : shown;
  }

  private static BufferedImage samples(ImageData data) {
    int count = Math.max(1, Math.min(MOST_IMAGES, WIDTH / data.width()));
    int[] indices = IntStream.range(0, Math.min(count, data.size())).toArray();
    int step = data.size() / indices.length;
    // One further each time: classes may follow one another in turns.
    int[] spread = Arrays.stream(indices).map(i -> (i * step + i) % data.size()).toArray();
    List<String> captions =
        Arrays.stream(spread).mapToObj(i -> data.classNames().get(data.label(i))).toList();
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      Batch batch = Batch.of(data, manager, spread);
      try (var images = batch.images();
          var labels = batch.labels()) {
        return Figures.grid(images, spread.length, captions);
      }
    }
  }

  @Override
  public void inline(ImageData data, Inline out) {
    out.leaf(text(data));
  }

  @Override
  public boolean isRich() {
    return true;
  }
}
