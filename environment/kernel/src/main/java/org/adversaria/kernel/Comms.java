package org.adversaria.kernel;

import com.google.gson.JsonObject;
import org.adversaria.kernel.protocol.Iopub;
import org.dflib.jjava.jupyter.channels.DefaultReplyEnvironment;
import org.dflib.jjava.jupyter.kernel.comm.Comm;
import org.dflib.jjava.jupyter.kernel.comm.CommManager;
import org.dflib.jjava.jupyter.messages.Message;
import org.dflib.jjava.jupyter.messages.MessageContext;
import org.dflib.jjava.jupyter.messages.MessageType;
import org.dflib.jjava.jupyter.messages.comm.CommCloseCommand;
import org.dflib.jjava.jupyter.messages.comm.CommMsgCommand;
import org.dflib.jjava.jupyter.messages.comm.CommOpenCommand;
import org.dflib.jjava.jupyter.messages.request.CommInfoRequest;

/**
 * Comms: channels between objects here and in a front end, for widgets. Targets are registered with
 * {@link #manager()}; what they do when a message comes runs like a cell's code.
 */
public final class Comms {

  private static final CommManager MANAGER = new CommManager();

  private final Iopub iopub;

  Comms(Iopub iopub) {
    this.iopub = iopub;
    MANAGER.setIOPubChannel(iopub);
  }

  /**
   * The kernel's comms.
   *
   * @return where targets are registered and comms are opened
   */
  public static CommManager manager() {
    return MANAGER;
  }

  /** Says which cell a comm that is opened from now on belongs to. */
  void setContext(MessageContext cell) {
    MANAGER.setMessageContext(cell);
  }

  static boolean isCommMessage(Message<?> message) {
    Object content = message.getContent();
    return content instanceof CommOpenCommand
        || content instanceof CommMsgCommand
        || content instanceof CommCloseCommand;
  }

  /** Hands a front end's message to the comm that it is for. */
  @SuppressWarnings("unchecked") // the header's type says what the content is
  void handle(Message<?> message) {
    var environment = new Environment(iopub, message);
    MessageType<?> type = message.getHeader().getType();
    if (type == MessageType.COMM_OPEN_COMMAND) {
      MANAGER.handleCommOpenCommand(environment, (Message<CommOpenCommand>) message);
    } else if (type == MessageType.COMM_MSG_COMMAND) {
      MANAGER.handleCommMsgCommand(environment, (Message<CommMsgCommand>) message);
    } else if (type == MessageType.COMM_CLOSE_COMMAND) {
      MANAGER.handleCommCloseCommand(environment, (Message<CommCloseCommand>) message);
    }
  }

  /** The open comms, of one target or of all. */
  JsonObject info(CommInfoRequest request) {
    var comms = new JsonObject();
    for (Comm comm : MANAGER) {
      String wanted = request.getTargetName();
      if (wanted == null || wanted.equals(comm.getTargetName())) {
        var one = new JsonObject();
        one.addProperty("target_name", comm.getTargetName());
        comms.add(comm.getID(), one);
      }
    }
    JsonObject content = Messages.ok();
    content.add("comms", comms);
    return content;
  }

  /** The kernel itself publishes the states busy and idle. */
  private static final class Environment extends DefaultReplyEnvironment {

    Environment(Iopub iopub, Message<?> message) {
      super(null, iopub, message);
    }

    @Override
    public void setBusyDeferIdle() {}
  }
}
