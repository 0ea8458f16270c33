package org.adversaria.notebook;

import java.util.Map;
import org.adversaria.torch.Text;

/** HTML that carries everything inside itself, in colours that any theme has. */
final class Html {

  private Html() {}

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /** A line of small, paler text. */
  static String note(String text) {
    return "<div style=\"opacity: 0.7; font-size: smaller\">" + escape(text) + "</div>";
  }

  /** Text as it is, where a front end's own plain text stands: without margins. */
  static String pre(String text) {
    return "<pre style=\"margin: 0\">" + escape(text) + "</pre>";
  }

  /** The richest form of a bundle that HTML can hold. */
  static String of(MimeBundle bundle) {
    Map<String, Object> data = bundle.data();
    if (data.get(MimeBundle.HTML) != null) {
      return String.valueOf(data.get(MimeBundle.HTML));
    }
    for (Map.Entry<String, Object> form : data.entrySet()) {
      if (form.getKey().equals("image/svg+xml")) {
        return String.valueOf(form.getValue());
      } else if (form.getKey().startsWith("image/")) {
        return img(form.getKey(), String.valueOf(form.getValue()), alt(bundle, form.getKey()));
      }
    }
    if (data.get("text/latex") != null) {
      return "<div>" + escape(String.valueOf(data.get("text/latex"))) + "</div>";
    }
    return pre(String.valueOf(data.get(MimeBundle.TEXT)));
  }

  static String img(String type, String base64, String alt) {
    return Text.format("<img src=\"data:%s;base64,%s\" alt=\"%s\">", type, base64, escape(alt));
  }

  private static String alt(MimeBundle bundle, String type) {
    return bundle.metadata().get(type) instanceof Map<?, ?> said && said.get("alt") != null
        ? said.get("alt").toString()
        : String.valueOf(bundle.data().get(MimeBundle.TEXT));
  }

  /** What is left of HTML where only text is shown. */
  static String toText(String html) {
    return html.replaceAll("(?is)<(style|script)\\b.*?</\\1>", "")
        .replaceAll("(?is)<img\\b[^>]*?\\balt=\"([^\"]*)\"[^>]*>", "$1")
        .replaceAll("\\s+", " ")
        .replaceAll("(?i)<br\\b[^>]*>|</(p|div|tr|li|h[1-6]|pre|table|caption|summary)>", "\n")
        .replaceAll("(?i)</t[dh]>", "  ")
        .replaceAll("</?[A-Za-z!][^>]*>", "")
        .replaceAll("&lt;", "<")
        .replaceAll("&gt;", ">")
        .replaceAll("&quot;", "\"")
        .replaceAll("&#39;", "'")
        .replaceAll("&nbsp;", " ")
        .replaceAll("&amp;", "&")
        .replaceAll(" *\\n\\s*", "\n")
        .strip();
  }
}
