package org.adversaria.notebook;

import org.adversaria.training.SavedRun;

/** Runs opened from their directory: how far they came. */
final class SavedRunRenderer implements Renderer<SavedRun> {

  @Override
  public MimeBundle render(SavedRun run) {
    return RunRecordRenderer.about(run.record())
        .row("directory", run.directory().toString())
        .bundle();
  }

  @Override
  public void inline(SavedRun run, Inline out) {
    out.leaf(RunRecordRenderer.inline(run.record()));
  }

  @Override
  public boolean isRich() {
    return true;
  }
}
