package org.adversaria.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.adversaria.data.Datasets;
import org.adversaria.data.ImageReport;
import org.adversaria.data.ImageReport.Count;
import org.adversaria.data.ImageReport.Duplicates;
import org.adversaria.data.ImageReport.LeftOut;
import org.adversaria.data.Split;
import org.adversaria.torch.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells what images a path has, what is wrong with them, and what would be used. */
@Command(
    name = "data",
    description =
        "Looks at all images of a path: what is there, what is wrong with it, and what a training"
            + " would use.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "The exit status is 0 where the images can be used, 1 where they cannot, 2 where the command was not understood.",
      "",
      "Examples:",
      "  adversaria data my-images/",
      "  adversaria data my-images/ --resolution 64 --skip-broken",
      "  adversaria data faces.zip --json"
    })
final class DataCommand implements Callable<Integer> {

  /** The classes, sizes and broken images that are named; --json has all of them. */
  private static final int LISTED = 12;

  /** The files of a reason that are named. */
  private static final int NAMED = 3;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "PATH",
      description =
          "A folder of images or of class folders, with or without train and test (val, valid,"
              + " validation) above them; a tar archive or a zip of such; or what StyleGAN's data"
              + " tool writes.")
  private Path path;

  @Option(
      names = "--split",
      paramLabel = "PART",
      defaultValue = "train",
      description = "The part to look at: train or test. By default ${DEFAULT-VALUE}.")
  private Split split;

  @Mixin private ImageOptionsMixin images;

  @Option(names = "--json", description = "Prints everything that was found, as JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (Datasets.isName(path.toString())) {
      throw new ParameterException(
          spec.commandLine(),
          Text.format("%s is the name of a data set, and this command looks into paths", path));
    }
    if (path.toString().isBlank()) {
      throw new ParameterException(spec.commandLine(), "PATH: an empty text is no path");
    }
    if (Files.notExists(path)) {
      throw new ParameterException(
          spec.commandLine(),
          Text.format(
              "there is nothing at %s; 'adversaria datasets' lists the data sets that have a name",
              path));
    }
    ImageReport report = Datasets.examine(path, images.options(split));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(report));
    } else {
      print(report, out);
    }
    out.flush();
    return report.problems().isEmpty() ? 0 : Main.FAILURE;
  }

  private void print(ImageReport report, PrintWriter out) {
    out.println(Text.visible(report.source()) + ": " + report.layout());
    line(out, "parts", counts(report.parts()));
    line(out, "classes", classes(report.classes()));
    line(out, "sizes", counts(report.sizes()));
    line(out, "channels", counts(report.channels()));
    line(out, "formats", counts(report.formats()));
    report.leftOut().forEach(group -> line(out, "left out", group(group)));
    report.broken().stream().limit(LISTED).forEach(b -> line(out, "broken", b.why()));
    if (report.broken().size() > LISTED) {
      line(out, "broken", "and " + (report.broken().size() - LISTED) + " more");
    }
    line(out, "duplicates", duplicates(report.duplicates()));
    line(out, "constant", report.constant().files() == 0 ? "none" : group(report.constant()));
    line(out, "used", used(report.use()));
    report.notes().forEach(note -> line(out, "note", note));
    report.problems().forEach(problem -> line(out, "problem", problem));
  }

  private static void line(PrintWriter out, String what, String text) {
    if (!text.isEmpty()) {
      out.println(Text.format("  %-11s %s", what, text));
    }
  }

  private static String counts(List<Count> counts) {
    String listed =
        counts.stream()
            .limit(LISTED)
            .map(count -> count.name() + " " + count.images())
            .collect(Collectors.joining(", "));
    return counts.size() > LISTED ? listed + " and " + (counts.size() - LISTED) + " more" : listed;
  }

  private static String classes(List<Count> classes) {
    IntStream images = classes.stream().mapToInt(Count::images);
    String range =
        classes.size() > LISTED
            ? Text.format(
                " (%d to %d images)",
                classes.stream().mapToInt(Count::images).min().orElse(0), images.max().orElse(0))
            : "";
    return classes.size() + range + ": " + counts(classes);
  }

  private static String group(LeftOut group) {
    int named = Math.min(NAMED, group.such().size());
    return Text.format(
        "%d, %s: %s%s",
        group.files(),
        group.why(),
        String.join(", ", group.such().subList(0, named)),
        group.files() > named ? " and others" : "");
  }

  private static String duplicates(Duplicates duplicates) {
    return duplicates.groups() == 0
        ? "none"
        : Text.format(
            "%d images look like another one, in %d groups of up to %d, such as %s",
            duplicates.images(),
            duplicates.groups(),
            duplicates.largest(),
            String.join(" and ", duplicates.such().get(0)));
  }

  private static String used(ImageReport.Use use) {
    return use.images() == 0
        ? use.how()
        : Text.format(
            "%d images of %dx%dx%d, %.1f MB: %s",
            use.images(), use.channels(), use.height(), use.width(), use.bytes() / 1e6, use.how());
  }
}
