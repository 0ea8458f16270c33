package org.adversaria.cli;

import java.io.PrintWriter;
import org.adversaria.data.Datasets;
import org.adversaria.torch.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tech.tablesaw.api.Row;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** Lists the data sets that are known by name. */
@Command(
    name = "datasets",
    description = "Lists the data sets that are known by name, and where their files are kept.",
    mixinStandardHelpOptions = true)
final class DatasetsCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    var names = StringColumn.create("name");
    var sizes = StringColumn.create("download");
    var titles = StringColumn.create("title");
    names.append("shapes, shapes-grey");
    sizes.append("none");
    titles.append("Ten classes of drawn shapes, 32x32; shapes-64 and the like: 16 to 128 pixels");
    for (Row row : Datasets.catalog()) {
      names.append(row.getString("name"));
      sizes.append(Text.format("%.0f MB", row.getLong("bytes") / 1e6));
      titles.append(row.getString("title"));
    }
    PrintWriter out = spec.commandLine().getOut();
    TextTable.print(Table.create(names, sizes, titles), out);
    out.println();
    out.println("Files are kept in " + Datasets.folder());
    out.flush();
  }
}
