package org.adversaria.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.adversaria.cli.Finding.Mark;
import org.adversaria.torch.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what the machine is and what works on it. */
@Command(
    name = "doctor",
    description = "Says what this machine is, what works on it, and what to do about the rest.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "The exit status is 1 where something does not work; warnings alone leave it at 0."
    })
final class DoctorCommand implements Callable<Integer> {

  private static final int WIDTH = 100;
  private static final String HOME = "~";

  @Spec private CommandSpec spec;

  @Option(
      names = "--json",
      description =
          "Prints one JSON object, to go with a report of a fault. It holds what the screen shows:"
              + " versions, processor, memory, the named settings, and paths, in which your home"
              + " folder is written ~. It holds no other part of the environment.")
  private boolean json;

  @Override
  public Integer call() throws JsonProcessingException {
    Surroundings here = Surroundings.ofProcess();
    PrintWriter out = spec.commandLine().getOut();
    Mark worst = print(Examination.of(here), here, out);
    return worst == Mark.PROBLEM ? Main.FAILURE : 0;
  }

  private Mark print(Examination examination, Surroundings here, PrintWriter out)
      throws JsonProcessingException {
    List<Finding> findings =
        examination.findings().stream().map(finding -> withoutHome(finding, here)).toList();
    if (json) {
      printJson(findings, examination.worst(), out);
    } else {
      printText(findings, out);
    }
    out.flush();
    return examination.worst();
  }

  /** Paths tell no user's name. */
  private static Finding withoutHome(Finding finding, Surroundings here) {
    String home = here.property("user.home").orElse("");
    return home.length() < 2
        ? finding
        : new Finding(
            finding.name(),
            finding.value().replace(home, HOME),
            finding.mark(),
            finding.remedy() == null ? null : finding.remedy().replace(home, HOME));
  }

  private static void printJson(List<Finding> findings, Mark worst, PrintWriter out)
      throws JsonProcessingException {
    var checks = new ArrayList<Map<String, String>>();
    for (Finding finding : findings) {
      var check = new LinkedHashMap<String, String>();
      check.put("name", finding.name());
      check.put("value", finding.value());
      check.put("mark", finding.mark().toString());
      if (finding.remedy() != null) {
        check.put("remedy", finding.remedy());
      }
      checks.add(check);
    }
    var object = new LinkedHashMap<String, Object>();
    object.put("adversaria", Main.Version.own());
    object.put("worst", worst.toString());
    object.put("checks", checks);
    out.println(
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(object));
  }

  private static void printText(List<Finding> findings, PrintWriter out) {
    out.println("Adversaria " + Main.Version.own());
    out.println();
    int names = findings.stream().mapToInt(finding -> finding.name().length()).max().orElse(0);
    int indent = Mark.PROBLEM.toString().length() + 2 + names + 2;
    for (Finding finding : findings) {
      String first = Text.format("%-7s  %-" + names + "s  ", finding.mark(), finding.name());
      printWrapped(first, finding.value(), indent, out);
      if (finding.remedy() != null) {
        printWrapped(" ".repeat(indent), "-> " + finding.remedy(), indent, out);
      }
    }
    out.println();
    out.println(summary(findings));
  }

  private static String summary(List<Finding> findings) {
    Map<Mark, Long> counts =
        findings.stream().collect(Collectors.groupingBy(Finding::mark, Collectors.counting()));
    return Text.format(
        "%d ok, warnings: %d, problems: %d",
        counts.getOrDefault(Mark.OK, 0L),
        counts.getOrDefault(Mark.WARNING, 0L),
        counts.getOrDefault(Mark.PROBLEM, 0L));
  }

  /** Breaks a text between words; a word that is too long for a line keeps together. */
  private static void printWrapped(String first, String text, int indent, PrintWriter out) {
    var line = new StringBuilder(first);
    boolean empty = true;
    for (String word : text.split(" ")) {
      if (!empty && line.length() + 1 + word.length() > WIDTH) {
        out.println(line);
        line = new StringBuilder(" ".repeat(indent));
        empty = true;
      }
      line.append(empty ? "" : " ").append(word);
      empty = false;
    }
    out.println(line);
  }
}
