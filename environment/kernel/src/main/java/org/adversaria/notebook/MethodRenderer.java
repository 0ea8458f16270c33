package org.adversaria.notebook;

import org.adversaria.config.SettingsJson;
import org.adversaria.training.Method;

/** Methods: their name and settings. */
final class MethodRenderer implements Renderer<Method<?>> {

  @Override
  public MimeBundle render(Method<?> method) {
    var grid = new Grid(method.name()).left("").left("");
    SettingsJson.write(method.settings())
        .forEach((name, value) -> grid.row(name, RunRecordRenderer.setting(value)));
    return grid.bundle();
  }

  @Override
  public void inline(Method<?> method, Inline out) {
    out.leaf(method.name());
  }
}
