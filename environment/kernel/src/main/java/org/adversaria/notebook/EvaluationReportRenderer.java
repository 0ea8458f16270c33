package org.adversaria.notebook;

import org.adversaria.metrics.EvaluationReport;

/** Evaluations: the table of their scores, which has the name of what was evaluated. */
final class EvaluationReportRenderer implements Renderer<EvaluationReport> {

  private final TableRenderer tables = new TableRenderer();

  @Override
  public MimeBundle render(EvaluationReport report) {
    return tables.render(report.table());
  }

  @Override
  public void inline(EvaluationReport report, Inline out) {
    out.leaf("evaluation of " + report.name());
  }

  @Override
  public boolean isRich() {
    return true;
  }
}
