package org.adversaria.cli;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.adversaria.config.SettingsPaths;
import org.adversaria.figures.ChartOptions;
import org.adversaria.figures.Figures;
import org.adversaria.torch.AtomicFile;
import org.adversaria.torch.Text;
import org.adversaria.training.RunRecord;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.Table;
import tech.tablesaw.io.csv.CsvReadOptions;

/**
 * The page {@code report.html} of a run's directory: samples over time, curves, scores and
 * settings. It holds everything it shows, so that it can be sent by mail.
 */
final class RunPage {

  private static final String FILE = "report.html";
  private static final String PICTURES = "pictures";
  private static final String REAL = "real.png";
  private static final String TEMPLATE = "report.html";

  /** Pictures of samples on the page: the newest, and others at equal distances. */
  private static final int MOST_PICTURES = 24;

  /** Bytes from which a picture is JPEG on the page: noise makes PNG files large. */
  private static final int LARGE = 250_000;

  private static final float JPEG_QUALITY = 0.9f;

  private static final double SMOOTHING = 0.9;

  private final Path run;
  private final RunRecord record;

  private RunPage(Path run) throws IOException {
    this.run = run;
    record = RunRecord.read(run);
  }

  /** Keeps a picture of real images. */
  static void real(Path run, BufferedImage picture) throws IOException {
    save(run, REAL, picture);
  }

  /** Keeps a picture of the samples of a step. */
  static void samples(Path run, long step, BufferedImage picture) throws IOException {
    save(run, Text.format("step-%09d.png", step), picture);
  }

  private static void save(Path run, String name, BufferedImage picture) throws IOException {
    Files.createDirectories(run.resolve(PICTURES));
    Figures.save(picture, run.resolve(PICTURES).resolve(name));
  }

  /** Writes the page anew from what is in the directory. */
  static void update(Path run) throws IOException {
    AtomicFile.write(run.resolve(FILE), new RunPage(run).html().getBytes(StandardCharsets.UTF_8));
  }

  /** The page of a run. */
  static Path file(Path run) {
    return run.resolve(FILE);
  }

  private String html() throws IOException {
    String page;
    try (InputStream in = RunPage.class.getResourceAsStream(TEMPLATE)) {
      page = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    return page.replace("{{title}}", escaped(record.method() + " on " + record.data().name()))
        .replace("{{facts}}", facts())
        .replace("{{samples}}", samples())
        .replace("{{real}}", real())
        .replace("{{curves}}", curves())
        .replace("{{scores}}", scores())
        .replace("{{settings}}", rows(SettingsPaths.flat(record.settings())))
        .replace("{{versions}}", rows(record.versions()));
  }

  private String facts() {
    var facts = new LinkedHashMap<String, Object>();
    facts.put("state", record.state());
    facts.put("steps", Text.format("%,d of %,d", record.stepsDone(), record.steps()));
    facts.put("time", Durations.text(record.seconds()));
    facts.put(
        "data",
        Text.format(
            "%s, %,d images%s",
            record.data().name(),
            record.data().size(),
            record.data().flip() ? ", mirrored at random" : ""));
    facts.put("seed", record.seed());
    facts.put("device", record.device() + ", " + record.precision());
    facts.put("started", record.started());
    return rows(facts);
  }

  private static String rows(Map<String, ?> values) {
    return values.entrySet().stream()
        .map(
            each ->
                Text.format(
                    "<tr><th>%s</th><td>%s</td></tr>",
                    escaped(each.getKey()), escaped(String.valueOf(each.getValue()))))
        .collect(Collectors.joining("\n"));
  }

  /** A figure for each picture; the page's script shows one at a time. */
  private String samples() throws IOException {
    var figures = new StringBuilder();
    for (Path picture : chosenPictures()) {
      String name = picture.getFileName().toString();
      long step = Long.parseLong(name.replaceAll("\\D", ""));
      figures.append(figure(Text.format("step %,d", step), Files.readAllBytes(picture)));
    }
    return figures.toString();
  }

  private List<Path> chosenPictures() throws IOException {
    Path folder = run.resolve(PICTURES);
    if (Files.notExists(folder)) {
      return List.of();
    }
    List<Path> all;
    try (Stream<Path> files = Files.list(folder)) {
      all =
          files
              .filter(file -> file.getFileName().toString().matches("step-\\d+\\.png"))
              .sorted()
              .toList();
    }
    var chosen = new ArrayList<Path>();
    int count = Math.min(MOST_PICTURES, all.size());
    for (int i = 0; i < count; i++) {
      chosen.add(all.get(count == 1 ? 0 : i * (all.size() - 1) / (count - 1)));
    }
    return chosen;
  }

  private String real() throws IOException {
    Path file = run.resolve(PICTURES).resolve(REAL);
    return Files.exists(file) ? figure("real images", Files.readAllBytes(file)) : "";
  }

  private static String figure(String caption, byte[] png) throws IOException {
    boolean large = png.length >= LARGE;
    return Text.format(
        "<figure><img alt=\"%s\" src=\"data:image/%s;base64,%s\"><figcaption>%s</figcaption></figure>%n",
        escaped(caption),
        large ? "jpeg" : "png",
        Base64.getEncoder().encodeToString(large ? jpeg(png) : png),
        escaped(caption));
  }

  private static byte[] jpeg(byte[] png) throws IOException {
    BufferedImage picture = ImageIO.read(new ByteArrayInputStream(png));
    var opaque =
        new BufferedImage(picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = opaque.createGraphics();
    graphics.drawImage(picture, 0, 0, Color.WHITE, null);
    graphics.dispose();
    var bytes = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      ImageWriteParam quality = writer.getDefaultWriteParam();
      quality.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      quality.setCompressionQuality(JPEG_QUALITY);
      writer.setOutput(out);
      writer.write(null, new IIOImage(opaque, null, null), quality);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /** Losses in one chart, all other terms in another. */
  private String curves() throws IOException {
    Path file = run.resolve("log.csv");
    if (Files.notExists(file)) {
      return "";
    }
    Table log =
        Table.read()
            .usingOptions(
                CsvReadOptions.builder(file.toFile())
                    .columnTypes(
                        name -> name.equals("step") ? ColumnType.LONG : ColumnType.DOUBLE));
    List<String> terms = log.columnNames().stream().filter(name -> !name.equals("step")).toList();
    List<String> losses = terms.stream().filter(name -> name.startsWith("loss")).toList();
    List<String> others = terms.stream().filter(name -> !name.startsWith("loss")).toList();
    return curve(log, losses, "Losses") + curve(log, others, "Other terms");
  }

  private static String curve(Table log, List<String> columns, String title) throws IOException {
    if (columns.isEmpty() || log.rowCount() == 0) {
      return "";
    }
    double smoothing = log.rowCount() > 100 ? SMOOTHING : 0;
    var options = ChartOptions.defaults().title(title).smoothing(smoothing);
    var png = new ByteArrayOutputStream();
    ImageIO.write(Figures.curves(log, "step", columns, options), "png", png);
    String caption = smoothing > 0 ? "smoothed over some ten steps" : "each step";
    return figure(title + ", " + caption, png.toByteArray());
  }

  private String scores() throws IOException {
    List<RunScores> all = RunScores.read(run);
    if (all.isEmpty()) {
      return "<p>Not evaluated yet: <code>adversaria evaluate RUN --against DATA</code> adds scores"
          + " here.</p>";
    }
    return "<table><tr><th>step</th><th>score</th><th>value</th><th>samples</th><th>against</th></tr>"
        + all.stream()
            .map(
                each ->
                    Text.format(
                        "<tr><td>%,d</td><td>%s</td><td>%.4g</td><td>%,d</td><td>%s</td></tr>",
                        each.step(),
                        escaped(each.score()),
                        each.value(),
                        each.samples(),
                        escaped(each.against())))
            .collect(Collectors.joining("\n"))
        + "</table>";
  }

  private static String escaped(String text) {
    return Text.visible(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
