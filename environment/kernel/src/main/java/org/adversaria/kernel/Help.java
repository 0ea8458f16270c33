package org.adversaria.kernel;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Optional;
import org.adversaria.kernel.help.CodeHelp;
import org.adversaria.kernel.help.Completeness;
import org.adversaria.kernel.help.Completion;
import org.adversaria.kernel.help.Completions;
import org.adversaria.notebook.MimeBundle;
import org.dflib.jjava.jupyter.messages.request.CompleteRequest;
import org.dflib.jjava.jupyter.messages.request.InspectRequest;

/**
 * Answers what front ends ask for the author of a cell. The protocol counts code points, Java's
 * texts count {@code char}s.
 */
final class Help {

  private Help() {}

  static JsonObject complete(CodeHelp help, CompleteRequest request) {
    String code = request.getCode();
    Completions found = help.complete(code, index(code, request.getCursorPos()));
    int start = code.codePointCount(0, found.start());
    int end = code.codePointCount(0, found.end());
    var matches = new JsonArray();
    var types = new JsonArray();
    for (Completion item : found.items()) {
      matches.add(item.text());
      var type = new JsonObject();
      type.addProperty("start", start);
      type.addProperty("end", end);
      type.addProperty("text", item.text());
      type.addProperty("type", item.type());
      type.addProperty("signature", item.signature());
      types.add(type);
    }
    var metadata = new JsonObject();
    metadata.add("_jupyter_types_experimental", types);
    JsonObject content = Messages.ok();
    content.add("matches", matches);
    content.addProperty("cursor_start", start);
    content.addProperty("cursor_end", end);
    content.add("metadata", metadata);
    return content;
  }

  static JsonObject inspect(CodeHelp help, InspectRequest request) {
    String code = request.getCode();
    int cursor = index(code, request.getCursorPos());
    Optional<MimeBundle> found = help.inspect(code, cursor, request.getDetailLevel() > 0);
    JsonObject content =
        found
            .map(Messages::content)
            .orElseGet(
                () -> {
                  var nothing = new JsonObject();
                  nothing.add("data", new JsonObject());
                  nothing.add("metadata", new JsonObject());
                  return nothing;
                });
    content.addProperty("status", "ok");
    content.addProperty("found", found.isPresent());
    return content;
  }

  static JsonObject isComplete(CodeHelp help, String code) {
    Completeness found = help.isComplete(code);
    var content = new JsonObject();
    String status =
        switch (found.status()) {
          case COMPLETE -> "complete";
          case INCOMPLETE -> "incomplete";
          case INVALID -> "invalid";
          case UNKNOWN -> "unknown";
        };
    content.addProperty("status", status);
    content.addProperty("indent", found.indent());
    return content;
  }

  private static int index(String code, int codePoints) {
    int length = code.codePointCount(0, code.length());
    return code.offsetByCodePoints(0, Math.max(0, Math.min(codePoints, length)));
  }
}
