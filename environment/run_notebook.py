"""Executes notebooks with the project's kernel and leaves the results beside each other.

Called by run.sh, which sets up the kernel first and names it in JUPYTER_PATH. For each notebook
NAME.ipynb it prints a line per code cell with its time and writes NAME.ipynb (executed) and
NAME.html into the output folder; the notebook itself is only read. What was executed is written
also when a cell fails or Ctrl-C stops it. Exit status: 0, 1 after a failure, 130 after Ctrl-C.

The values of --set are kept in the executed notebook: in a code cell tagged `injected-parameters`, after
the cell tagged `parameters` or before the first code cell, and as `adversaria.settings` in its metadata.
Whoever executes that notebook again gets the same values; a --set then replaces the cell.

Ctrl-C interrupts the running cell, by Jupyter's message; a training writes its checkpoint first. A second
Ctrl-C ends the kernel as it is.
"""

import argparse
import asyncio
import atexit
import os
import re
import signal
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbclient.util import ensure_async
from nbconvert import HTMLExporter

SECONDS_TO_START = 60
TITLE_WIDTH = 60
LAST_LINES = 5
INJECTED = "injected-parameters"
ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}

# On the grey of a code cell, #f5f5f5, JupyterLab's own colours of these have a contrast of 3.7 to
# 4.4; WCAG 2.1 asks for 4.5.
CODE_COLORS = """<style>
:root {
  --jp-mirror-editor-comment-color: #336b6b;
  --jp-mirror-editor-number-color: #007a00;
  --jp-mirror-editor-operator-color: #9a1fe6;
  --jp-mirror-editor-error-color: #d40000;
}
</style>
"""

ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class Stopped(Exception):
    """Ctrl-C came; no further cell is executed."""


class NotebookRun(NotebookClient):
    """Executes one notebook: tells of every cell, and lets Ctrl-C stop it."""

    def __init__(self, notebook, **options):
        super().__init__(
            notebook,
            kernel_name="java",
            timeout=None,
            startup_timeout=SECONDS_TO_START,
            store_widget_state=False,
            record_timing=False,
            **options,
        )
        self.titles = titles(notebook)
        self.stops = 0

    async def async_execute_cell(self, cell, cell_index, *args, **kwargs):
        self._listen_for_ctrl_c()
        if cell_index not in self.titles:
            return await super().async_execute_cell(cell, cell_index, *args, **kwargs)
        if self.stops:
            raise Stopped
        number = list(self.titles).index(cell_index) + 1
        print(
            "  %*d/%d  %s "
            % (
                len(str(len(self.titles))),
                number,
                len(self.titles),
                self.titles[cell_index].ljust(TITLE_WIDTH, "."),
            ),
            end="",
            flush=True,
        )
        start = time.monotonic()
        outcome = "failed"
        try:
            result = await super().async_execute_cell(cell, cell_index, *args, **kwargs)
            outcome = ""
            return result
        finally:
            if self.stops:
                outcome = "stopped"
            print("%8.1f s  %s" % (time.monotonic() - start, outcome), flush=True)

    def _listen_for_ctrl_c(self):
        # At every cell, because nbclient sets a handler of its own that ends the kernel at once.
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop)

    def _stop(self):
        self.stops += 1
        if self.stops == 1:
            ending = self.km.interrupt_kernel()
        else:
            ending = self.km.signal_kernel(signal.SIGKILL)
        asyncio.ensure_future(ensure_async(ending))


def titles(notebook):
    """By cell index: the heading just before a code cell, else the cell's first line."""
    found = {}
    heading = None
    for index, cell in enumerate(notebook.cells):
        lines = [line.strip() for line in cell.source.splitlines() if line.strip()]
        if cell.cell_type == "markdown":
            headings = [line.lstrip("# ") for line in lines if re.match(r"#{1,6} ", line)]
            heading = headings[-1] if headings else heading
        elif cell.cell_type == "code" and lines:
            title = heading or lines[0].lstrip("/* ")
            if is_injected(cell):
                title = lines[0].lstrip("/* ")
            else:
                heading = None
            found[index] = title[:TITLE_WIDTH - 3] + "..." if len(title) > TITLE_WIDTH else title
            found[index] += " "
    return found


def tags(cell):
    return cell.metadata.get("tags", [])


def is_injected(cell):
    return cell.cell_type == "code" and INJECTED in tags(cell)


def inject(notebook, settings):
    """Puts the values of --set into the notebook, in place of those of a former execution."""
    if not settings:
        return
    notebook.metadata["adversaria"] = {"settings": dict(settings)}
    cells = [cell for cell in notebook.cells if not is_injected(cell)]
    lines = ["// Parameters: from run.sh --set"]
    lines += ["given(%s, %s);" % (java_string(key), java_string(settings[key])) for key in settings]
    cell = nbformat.v4.new_code_cell("\n".join(lines), metadata={"tags": [INJECTED]})
    if (notebook.nbformat, notebook.nbformat_minor) >= (4, 5):
        cell["id"] = INJECTED
    else:
        cell.pop("id", None)
    marked = [index + 1 for index, other in enumerate(cells) if "parameters" in tags(other)]
    code = [index for index, other in enumerate(cells) if other.cell_type == "code"]
    place = (marked or code or [len(cells)])[0]
    cells.insert(place, cell)
    notebook.cells = cells


def java_string(text):
    """A Java literal; what is not to be seen in it is escaped."""
    units = text.encode("utf-16-be", "surrogatepass")
    found = []
    for unit in (int.from_bytes(units[i : i + 2], "big") for i in range(0, len(units), 2)):
        character = chr(unit)
        if character in '"\\':
            found.append("\\" + character)
        elif character in ESCAPES:
            found.append(ESCAPES[character])
        elif 0x20 <= unit < 0x7F or (unit > 0xA0 and character.isprintable()):
            found.append(character)
        else:
            found.append("\\u%04x" % unit)
    return '"%s"' % "".join(found)


def execute(path, out, log, asked, settings):
    """Runs one notebook; returns the exit status."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    inject(notebook, settings)
    run = NotebookRun(notebook)
    start = time.monotonic()
    print("%s" % path, flush=True)
    status = 0
    with open(log, "wb") as kernel_output:
        environment = dict(os.environ, ADVERSARIA_SETTINGS_ASKED=asked)
        try:
            run.execute(env=environment, stdout=kernel_output, stderr=kernel_output)
        except CellExecutionError:
            status = 130 if run.stops else 1
        except (Stopped, KeyboardInterrupt, asyncio.CancelledError):
            status = 130
        except (DeadKernelError, RuntimeError, TimeoutError) as fault:
            status = 130 if run.stops else 1
            if status == 1:
                tell_dead_kernel(fault, log)
        finally:
            atexit.unregister(run._cleanup_kernel)  # it fails where no kernel could be started
            if run.stops:
                # One Ctrl-C too many must not cost the results.
                signal.signal(signal.SIGINT, signal.SIG_IGN)
    if status == 1:
        tell_error(notebook)
    elif status == 130:
        tell_last_words(notebook)
    print("  %s in %.1f s" % ("done" if status == 0 else "stopped", time.monotonic() - start))
    for result in save(notebook, path, out):
        print("  %s" % result, flush=True)
    return status


def tell_error(notebook):
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                lines = ANSI.sub("", "\n".join(output.traceback)).rstrip().splitlines()
                lines = lines or ["%s: %s" % (output.ename, output.evalue)]
                print("\n".join("  | " + line for line in lines), file=sys.stderr, flush=True)


def tell_last_words(notebook):
    """What the interrupted cell has said last: a training tells how to go on."""
    for cell in notebook.cells:
        outputs = cell.get("outputs", [])
        if any(output.output_type == "error" for output in outputs):
            text = "".join(output.text for output in outputs if output.output_type == "stream")
            lines = ANSI.sub("", text).rstrip().splitlines()[-LAST_LINES:]
            for line in lines:
                print("  | " + line, flush=True)


def tell_dead_kernel(fault, log):
    print("  the kernel ended: %s; the last lines of %s:" % (fault, log), file=sys.stderr)
    last = Path(log).read_text(encoding="utf-8", errors="replace").splitlines()[-20:]
    print("\n".join("  | " + line for line in last), file=sys.stderr, flush=True)


def save(notebook, path, out):
    """Writes the executed notebook and its page; returns their paths as a user would type them."""
    page = HTMLExporter(template_name="lab")
    if page.has_trait("embed_images"):
        page.embed_images = True
    resources = {"metadata": {"name": path.stem, "path": str(path.parent)}}
    html, _ = page.from_notebook_node(notebook, resources)
    html = html.replace("</head>", CODE_COLORS + "</head>", 1)
    out.mkdir(parents=True, exist_ok=True)
    results = {out / path.name: nbformat.writes(notebook) + "\n", out / (path.stem + ".html"): html}
    for target, content in results.items():
        part = target.with_name(target.name + ".part")
        part.write_text(content, encoding="utf-8")
        os.replace(part, target)
    return [shown(target) for target in results]


def shown(path):
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def pair(text):
    key, equals, value = text.partition("=")
    if not (key and equals):
        raise argparse.ArgumentTypeError("%r is not KEY=VALUE" % text)
    return key, value


def arguments():
    parser = argparse.ArgumentParser(
        prog="run.sh", usage="run.sh NOTEBOOK... [--out DIR] [--set KEY=VALUE]..."
    )
    parser.add_argument("notebooks", nargs="+", type=Path, metavar="NOTEBOOK")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--set", type=pair, action="append", default=[], metavar="KEY=VALUE")
    options = parser.parse_intermixed_args()
    for path in options.notebooks:
        if not path.is_file():
            parser.error("no such notebook: %s" % path)
        if path.resolve().parent == options.out.resolve():
            parser.error("--out is the folder of %s, which is not to be overwritten" % path)
    return options


def warn_of_unused(settings, asked):
    known = set(Path(asked).read_text(encoding="utf-8").split())
    for key in settings:
        if key not in known:
            print(
                "warning: --set %s: no cell asked for this setting; those asked for: %s"
                % (key, ", ".join(sorted(known)) or "none"),
                file=sys.stderr,
            )


def main():
    options = arguments()
    settings = dict(options.set)
    os.environ["ADVERSARIA_SETTINGS"] = urllib.parse.urlencode(settings)
    options.log.parent.mkdir(parents=True, exist_ok=True)
    status = 0
    with tempfile.TemporaryDirectory() as folder:
        asked = Path(folder) / "asked"
        asked.touch()
        for path in options.notebooks:
            status = max(status, execute(path, options.out, options.log, str(asked), settings))
            if status == 130:
                break
        if status == 0:
            warn_of_unused(settings, asked)
    return status


if __name__ == "__main__":
    sys.exit(main())
