package org.adversaria.notebook;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.List;
import org.adversaria.torch.Text;

/** Lists of arrays: each of the first ones as it is shown alone. */
final class NdListRenderer implements Renderer<NDList> {

  private static final int MOST = 10;

  @Override
  public MimeBundle render(NDList list) {
    String head =
        Text.format("NDList of %,d %s", list.size(), list.size() == 1 ? "array" : "arrays");
    List<String> texts = new ArrayList<>(List.of(head));
    var html = new StringBuilder("<div>").append(head).append("</div>");
    for (NDArray array : list.subList(0, Math.min(MOST, list.size()))) {
      MimeBundle bundle = Renderers.render(array);
      texts.add(String.valueOf(bundle.data().get(MimeBundle.TEXT)));
      html.append(Html.of(bundle));
    }
    if (list.size() > MOST) {
      String more = Text.format("and %,d more arrays", list.size() - MOST);
      texts.add(more);
      html.append(Html.note(more));
    }
    return MimeBundle.html(html.toString(), String.join("\n", texts));
  }

  @Override
  public void inline(NDList list, Inline out) {
    out.elements("NDList[", list.iterator(), list.size(), "]");
  }
}
