package org.adversaria.kernel;

import com.google.gson.JsonObject;
import org.adversaria.notebook.FrontEnd;
import org.adversaria.notebook.MimeBundle;
import org.dflib.jjava.jupyter.messages.MessageType;

/** Shows values below the cell that the calling thread belongs to. */
final class KernelFrontEnd implements FrontEnd {

  private final Outputs outputs;
  private final Messages messages;

  KernelFrontEnd(Outputs outputs, Messages messages) {
    this.outputs = outputs;
    this.messages = messages;
  }

  @Override
  public void display(MimeBundle content, String id) {
    publish(MessageType.PUBLISH_DISPLAY_DATA, content, id);
  }

  @Override
  public void update(MimeBundle content, String id) {
    publish(MessageType.PUBLISH_UPDATE_DISPLAY_DATA, content, id);
  }

  private void publish(MessageType<?> type, MimeBundle bundle, String id) {
    Cell cell = outputs.cell();
    if (cell == null) {
      return;
    }
    cell.output().flush();
    JsonObject content = Messages.content(bundle);
    var place = new JsonObject();
    if (id != null) {
      place.addProperty("display_id", id);
    }
    content.add("transient", place);
    messages.publish(cell.request(), type, content);
  }
}
