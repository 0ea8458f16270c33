"""Tests of run_notebook.py; those that execute notebooks need the kernel that JUPYTER_PATH leads to.

JUPYTER_PATH=environment/.local/jupyter "$(cat environment/.local/python)" environment/test/run_notebook_test.py
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import run_notebook  # noqa: E402


def sources(notebook):
    return [cell.source for cell in notebook.cells]


def luminance(color):
    """The relative luminance of #rrggbb, as WCAG 2.1 defines it."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


class PageTest(unittest.TestCase):
    def test_code_can_be_read_on_the_grey_of_its_cell(self):
        colors = re.findall(r"(--jp-mirror-editor-[a-z]+-color): (#[0-9a-f]{6});", run_notebook.CODE_COLORS)
        self.assertIn("--jp-mirror-editor-comment-color", dict(colors))
        for name, color in colors:
            contrast = (luminance("#f5f5f5") + 0.05) / (luminance(color) + 0.05)
            self.assertGreater(contrast, 4.5, name)

    def test_the_page_takes_the_colors_after_those_of_the_theme(self):
        with tempfile.TemporaryDirectory() as folder:
            notebook = new_notebook(cells=[new_code_cell("// a comment")])
            run_notebook.save(notebook, Path("a.ipynb"), Path(folder))
            page = (Path(folder) / "a.html").read_text(encoding="utf-8")
        values = re.findall(r"--jp-mirror-editor-comment-color: ?([^;]+);", page)
        self.assertEqual(values[-1], "#336b6b")
        self.assertLess(page.rindex("#336b6b"), page.index("<body"))


class InjectionTest(unittest.TestCase):
    def notebook(self, *cells):
        return new_notebook(cells=[new_markdown_cell("# Title"), *cells])

    def test_before_the_first_code_cell(self):
        notebook = self.notebook(new_code_cell("int a = 1;"), new_code_cell("int b = 2;"))
        run_notebook.inject(notebook, {"steps": "20", "data": "mnist"})
        self.assertEqual(
            sources(notebook),
            [
                "# Title",
                '// Parameters: from run.sh --set\ngiven("steps", "20");\ngiven("data", "mnist");',
                "int a = 1;",
                "int b = 2;",
            ],
        )
        self.assertEqual(notebook.cells[1].metadata.tags, ["injected-parameters"])
        self.assertEqual(notebook.metadata.adversaria, {"settings": {"steps": "20", "data": "mnist"}})
        nbformat.validate(notebook)

    def test_where_the_first_cell_is_code(self):
        notebook = new_notebook(cells=[new_code_cell("1"), new_code_cell("2")])
        run_notebook.inject(notebook, {"a": "b"})
        self.assertEqual(sources(notebook)[1:], ["1", "2"])

    def test_after_the_cell_tagged_parameters(self):
        tagged = new_code_cell("2", metadata={"tags": ["parameters"]})
        notebook = self.notebook(new_code_cell("1"), tagged, new_code_cell("3"))
        run_notebook.inject(notebook, {"a": "b"})
        self.assertEqual(sources(notebook)[1:3] + sources(notebook)[4:], ["1", "2", "3"])
        self.assertIn("given", notebook.cells[3].source)

    def test_without_settings_nothing_changes(self):
        notebook = self.notebook(new_code_cell("1"))
        before = nbformat.writes(notebook)
        run_notebook.inject(notebook, {})
        self.assertEqual(nbformat.writes(notebook), before)

    def test_executed_again_it_is_replaced(self):
        notebook = self.notebook(new_code_cell("1"))
        run_notebook.inject(notebook, {"steps": "20"})
        run_notebook.inject(notebook, {"seed": "2"})
        self.assertEqual(
            sources(notebook), ["# Title", '// Parameters: from run.sh --set\ngiven("seed", "2");', "1"]
        )
        self.assertEqual(notebook.metadata.adversaria.settings, {"seed": "2"})
        run_notebook.inject(notebook, {})
        self.assertEqual(len(notebook.cells), 3)
        nbformat.validate(notebook)

    def test_the_same_settings_make_the_same_file(self):
        written = []
        for _ in range(2):
            notebook = new_notebook(cells=[new_code_cell("1", id="one")])
            run_notebook.inject(notebook, {"steps": "20"})
            written.append(nbformat.writes(notebook))
        self.assertEqual(*written)

    def test_in_a_format_without_identifiers(self):
        notebook = new_notebook(cells=[new_code_cell("1")])
        notebook.nbformat_minor = 4
        notebook.cells[0].pop("id", None)
        run_notebook.inject(notebook, {"a": "b"})
        self.assertNotIn("id", notebook.cells[0])
        nbformat.validate(notebook)

    def test_headings_stay_with_their_cells(self):
        notebook = self.notebook(
            new_markdown_cell("## Data"), new_code_cell("int a;"), new_code_cell("int b;")
        )
        run_notebook.inject(notebook, {"a": "b"})
        self.assertEqual(
            list(run_notebook.titles(notebook).values()),
            ["Parameters: from run.sh --set ", "Data ", "int b; "],
        )

    def test_strings(self):
        for text, literal in {
            "plain": '"plain"',
            'a "b" \\c': '"a \\"b\\" \\\\c"',
            "one\ntwo\t\r": '"one\\ntwo\\t\\r"',
            "größe": '"größe"',
            "😀": '"\\ud83d\\ude00"',
            "\0\x7f\u2028": '"\\u0000\\u007f\\u2028"',
            "": '""',
        }.items():
            self.assertEqual(run_notebook.java_string(text), literal)


class ExecutionTest(unittest.TestCase):
    """Runs run_notebook.py as run.sh does."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def start(self, *codes, settings=()):
        notebook = new_notebook(cells=[new_code_cell(code) for code in codes])
        (self.folder / "cells.ipynb").write_text(nbformat.writes(notebook), encoding="utf-8")
        command = [sys.executable, str(HERE.parent / "run_notebook.py"), str(self.folder / "cells.ipynb")]
        command += ["--out", str(self.folder / "out"), "--log", str(self.folder / "log" / "kernel.log")]
        for setting in settings:
            command += ["--set", setting]
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()

    def finish(self, process, seconds=90):
        said, _ = process.communicate(timeout=seconds)
        return process.returncode, said

    def executed(self):
        return nbformat.read(self.folder / "out" / "cells.ipynb", as_version=4)

    def wait_for_cell(self):
        """A cell says that it runs by making a file."""
        mark = self.folder / "running"
        end = time.monotonic() + 60
        while not mark.exists():
            self.assertLess(time.monotonic(), end, "the cell does not run")
            time.sleep(0.05)
        time.sleep(0.3)

    def mark(self):
        return 'Files.createFile(Path.of("%s"));\n' % (self.folder / "running")

    def test_a_notebook(self):
        status, said = self.finish(self.start('System.out.println("hello");', "6 * 7"))
        self.assertEqual(status, 0, said)
        notebook = self.executed()
        self.assertEqual(notebook.cells[0].outputs[0].text, "hello\n")
        self.assertEqual(notebook.cells[1].outputs[0].data["text/plain"], "42")
        self.assertNotIn("adversaria", notebook.metadata)
        self.assertTrue((self.folder / "out" / "cells.html").stat().st_size > 1000)

    def test_an_error_ends_it(self):
        status, said = self.finish(self.start('throw new RuntimeException("the reason");', "1"))
        self.assertEqual(status, 1, said)
        self.assertIn("the reason", said)
        self.assertEqual(self.executed().cells[0].outputs[0].output_type, "error")
        self.assertEqual(self.executed().cells[1].outputs, [])

    def test_settings(self):
        code = 'setting("steps", 1500) + " " + setting("name", "x")'
        process = self.start(code, settings=["steps=20", 'name=a "b" 😀'])
        status, said = self.finish(process)
        self.assertEqual(status, 0, said)
        notebook = self.executed()
        self.assertIn("injected-parameters", notebook.cells[0].metadata.tags)
        self.assertIn('20 a "b" 😀', notebook.cells[1].outputs[0].data["text/plain"])
        # By hand, without --set, the executed notebook has the same values.
        (self.folder / "again").mkdir()
        again = self.folder / "again" / "cells.ipynb"
        again.write_text((self.folder / "out" / "cells.ipynb").read_text(encoding="utf-8"), encoding="utf-8")
        result = subprocess.run(
            [
                sys.executable,
                str(HERE.parent / "run_notebook.py"),
                str(again),
                "--out",
                str(self.folder / "out"),
                "--log",
                str(self.folder / "log" / "kernel.log"),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            timeout=90,
        )
        self.assertEqual(result.returncode, 0, result.stdout)
        self.assertIn('20 a "b" 😀', self.executed().cells[1].outputs[0].data["text/plain"])

    def test_ctrl_c_interrupts_the_cell(self):
        process = self.start(
            "try { " + self.mark() + "Thread.sleep(600_000); } catch (InterruptedException e) {"
            ' System.out.println("cleaned up"); Thread.currentThread().interrupt(); }\nThread.sleep(600_000);',
            '"not reached"',
        )
        self.wait_for_cell()
        start = time.monotonic()
        os.kill(process.pid, signal.SIGINT)
        status, said = self.finish(process, 30)
        self.assertEqual(status, 130, said)
        self.assertLess(time.monotonic() - start, 20)
        self.assertIn("  | cleaned up\n", said)
        first, second = self.executed().cells
        self.assertEqual(first.outputs[0].text, "cleaned up\n")
        self.assertIn("nterrupted", first.outputs[1].ename)
        self.assertEqual(second.outputs, [])

    def test_ctrl_c_twice_ends_the_kernel(self):
        code = (
            "var lock = new java.util.concurrent.locks.ReentrantLock();\n"
            "Thread holder = new Thread(() -> { lock.lock();"
            " try { Thread.sleep(600_000); } catch (InterruptedException e) { } });\n"
            "holder.setDaemon(true);\nholder.start();\nThread.sleep(200);\nlock.lock();"
        )
        process = self.start(self.mark() + code)
        self.wait_for_cell()
        os.kill(process.pid, signal.SIGINT)
        time.sleep(1)
        if process.poll() is None:
            os.kill(process.pid, signal.SIGINT)
        status, said = self.finish(process, 30)
        self.assertEqual(status, 130, said)
        self.assertTrue((self.folder / "out" / "cells.ipynb").exists())


if __name__ == "__main__":
    unittest.main()
