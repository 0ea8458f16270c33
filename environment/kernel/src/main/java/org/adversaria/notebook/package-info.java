/**
 * What the cells of a notebook call, and how values look in it; the same under every Java kernel.
 *
 * <p>{@link org.adversaria.notebook.Notebook} is imported statically when a kernel starts. {@link
 * org.adversaria.notebook.Renderers} makes of a value what a front end shows, a {@link
 * org.adversaria.notebook.MimeBundle}; it is open for types of a user's own. A kernel is reached
 * through {@link org.adversaria.notebook.FrontEnd}.
 */
package org.adversaria.notebook;
