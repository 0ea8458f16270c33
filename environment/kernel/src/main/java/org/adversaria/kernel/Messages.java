package org.adversaria.kernel;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import org.adversaria.kernel.protocol.Iopub;
import org.adversaria.kernel.protocol.Requests;
import org.adversaria.notebook.MimeBundle;
import org.dflib.jjava.jupyter.kernel.history.HistoryEntry;
import org.dflib.jjava.jupyter.messages.Message;
import org.dflib.jjava.jupyter.messages.MessageContext;
import org.dflib.jjava.jupyter.messages.MessageType;
import org.dflib.jjava.jupyter.messages.adapters.HistoryEntryAdapter;
import org.dflib.jjava.jupyter.messages.publish.PublishStatus;

/**
 * The messages that the kernel sends. Their content is JSON as the protocol has it: the base
 * library's types lack fields that front ends ask for, as the status {@code aborted}.
 */
final class Messages {

  private static final Gson GSON = new Gson();

  private final Iopub iopub;

  Messages(Iopub iopub) {
    this.iopub = iopub;
  }

  void publish(MessageContext parent, MessageType<?> type, Object content) {
    iopub.sendMessage(message(parent, type, content));
  }

  void busy(MessageContext parent) {
    publish(parent, MessageType.PUBLISH_STATUS, PublishStatus.BUSY);
  }

  void idle(MessageContext parent) {
    publish(parent, MessageType.PUBLISH_STATUS, PublishStatus.IDLE);
  }

  /** Answers a request that came from a socket. */
  static void reply(Message<?> request, Requests to, MessageType<?> type, JsonObject content) {
    to.reply(message(request, type, content));
  }

  /** The content's Java type is free: what is sent is its JSON. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Message<?> message(MessageContext parent, MessageType<?> type, Object content) {
    return new Message(parent, type, content);
  }

  static JsonObject ok() {
    var content = new JsonObject();
    content.addProperty("status", "ok");
    return content;
  }

  static JsonObject error(String name, String message, List<String> lines) {
    var content = new JsonObject();
    content.addProperty("status", "error");
    content.addProperty("ename", name);
    content.addProperty("evalue", message);
    content.add("traceback", json(lines));
    return content;
  }

  static JsonObject content(MimeBundle bundle) {
    var content = new JsonObject();
    content.add("data", json(bundle.data()));
    content.add("metadata", json(bundle.metadata()));
    return content;
  }

  static JsonElement history(List<HistoryEntry> entries) {
    var list = new JsonArray();
    entries.forEach(
        entry -> list.add(HistoryEntryAdapter.INSTANCE.serialize(entry, HistoryEntry.class, null)));
    return list;
  }

  static JsonElement json(Object value) {
    return GSON.toJsonTree(value);
  }
}
