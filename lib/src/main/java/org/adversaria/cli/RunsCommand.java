package org.adversaria.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.adversaria.torch.Text;
import org.adversaria.training.RunRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** Lists runs. */
@Command(
    name = "runs",
    description = "Lists the runs below a folder, with their last scores.",
    mixinStandardHelpOptions = true)
final class RunsCommand implements Callable<Integer> {

  /** Folders between the given one and a run. */
  private static final int DEPTH = 3;

  private static final List<String> COLUMNS =
      List.of("run", "method", "preset", "data", "state", "steps", "time", "scores");

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FOLDER",
      arity = "0..1",
      defaultValue = "runs",
      description = "Where to look. By default ${DEFAULT-VALUE}.")
  private Path folder;

  @Option(names = "--json", description = "Prints a JSON list.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(
          Text.format("there is no folder %s: name the one that holds your runs", folder));
    }
    List<Map<String, String>> rows = new ArrayList<>();
    for (Path run : found()) {
      row(run, rows);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(rows));
    } else if (rows.isEmpty()) {
      spec.commandLine().getErr().println("there are no runs below " + folder);
    } else {
      Table table = Table.create("runs");
      COLUMNS.forEach(
          name ->
              table.addColumns(
                  StringColumn.create(name, rows.stream().map(row -> row.get(name)).toList())));
      TextTable.print(table, out);
    }
    out.flush();
    return 0;
  }

  private List<Path> found() throws IOException {
    try (Stream<Path> files =
        Files.find(
            folder,
            DEPTH,
            (path, attributes) -> attributes.isDirectory() && RunRecord.exists(path))) {
      // A checkpoint holds a copy of its run's record.
      return files.filter(path -> !RunRecord.exists(path.resolve("../.."))).sorted().toList();
    }
  }

  /** A run that cannot be read is told of and listed no further. */
  private void row(Path run, List<Map<String, String>> rows) {
    try {
      RunRecord record = RunRecord.read(run);
      var row = new LinkedHashMap<String, String>();
      row.put("run", run.toString());
      row.put("method", Text.visible(record.method()));
      row.put("preset", Text.visible(String.valueOf(record.settings().get("preset"))));
      row.put("data", Text.visible(record.data().name()));
      row.put("state", Text.visible(record.state()));
      row.put("steps", Text.format("%,d of %,d", record.stepsDone(), record.steps()));
      row.put("time", Durations.text(record.seconds()));
      row.put("scores", scores(run));
      rows.add(row);
    } catch (IOException e) {
      spec.commandLine().getErr().println("warning: " + Text.visibleLines(e.getMessage()));
    }
  }

  private static String scores(Path run) throws IOException {
    return RunScores.last(run).stream()
        .map(each -> Text.format("%s %.4g", Text.visible(each.score()), each.value()))
        .collect(Collectors.joining(", "));
  }
}
