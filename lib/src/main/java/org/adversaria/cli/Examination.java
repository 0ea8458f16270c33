package org.adversaria.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.adversaria.cli.Finding.Mark;

/**
 * What was found in one look at the machine.
 *
 * @param findings one for each thing, in the order of the screen
 */
record Examination(List<Finding> findings) {

  /** Looks at one thing; what it throws is a finding too. */
  @FunctionalInterface
  interface Check {

    Finding examine() throws Exception;
  }

  /** Looks at everything, which changes nothing and downloads nothing. */
  static Examination of(Surroundings here) {
    var machine = new MachineChecks(here);
    var software = new SoftwareChecks(here);
    var findings = new ArrayList<Finding>();
    findings.add(safely("system", machine::system));
    findings.add(safely("processor", machine::processor));
    findings.add(safely("memory", machine::memory));
    findings.add(safely("Java", software::java));
    findings.add(safely("DJL's cache", software::cache));
    findings.add(safely("natives", software::natives));
    findings.add(safely("engine", software::engine));
    findings.add(safely("bfloat16", software::bfloat16));
    findings.add(safely("threads", software::threads));
    findings.add(safely("GPU", software::gpu));
    findings.add(safely("figures", software::figures));
    findings.add(safely("notebooks", new NotebookCheck(here)::examine));
    findings.add(safely("data", machine::data));
    findings.add(safely("runs", machine::runs));
    findings.add(safely("text", machine::text));
    return new Examination(List.copyOf(findings));
  }

  static Finding safely(String name, Check check) {
    try {
      return check.examine();
    } catch (Exception | LinkageError e) {
      return Finding.problem(
          name, message(e), "This look failed; please report it with the output of --json");
    }
  }

  /** The message of what lies at the bottom of a failure, on one line. */
  static String message(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String text = cause.getMessage() == null ? "" : ": " + cause.getMessage();
    return (cause.getClass().getSimpleName() + text).replaceAll("\\s+", " ");
  }

  /** The worst mark of all. */
  Mark worst() {
    return findings.stream().map(Finding::mark).max(Comparator.naturalOrder()).orElse(Mark.OK);
  }
}
