"""What kernel_test.py is written with: a kernel behind jupyter_client, cells, and a runner of checks."""

import contextlib
import os
import re
import signal
import struct
import subprocess
import sys
import tempfile
import time
import traceback
import zlib
from pathlib import Path

import zmq
from jupyter_client import KernelManager

SECONDS_TO_START = 60
SECONDS_FOR_A_CELL = 30
SECONDS_FOR_A_CHECK = 240

# A machine that does other work gets so many times what is aimed at; the times themselves are printed.
PATIENCE = 5
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class Failure(AssertionError):
    """What the kernel did otherwise than a check asks."""


class Skipped(Exception):
    """A check that this machine cannot make."""


def expect(condition, message, *values):
    if not condition:
        raise Failure(message % values if values else message)


def expect_match(pattern, text, what):
    expect(re.search(pattern, text), "%s: no %s in %s", what, pattern, short(text))


def expect_no_match(pattern, text, what):
    found = re.search(pattern, text)
    expect(not found, "%s: %r in it: %s", what, found and found.group(), short(text))


def short(value, most=600):
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= most else "%s ... (%d characters)" % (text[:most], len(text))


@contextlib.contextmanager
def time_limit(seconds):
    def ring(number, frame):
        raise Failure("not done within %d s" % seconds)

    former = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, former)


class Cell:
    """An execute request and all that came back with its header as the parent."""

    def __init__(self, kernel, identifier):
        self.kernel = kernel
        self.id = identifier

    @property
    def messages(self):
        return self.kernel.iopub.get(self.id, [])

    @property
    def reply(self):
        return self.kernel.replies.get(self.id)

    def of_type(self, *types):
        return [m for m in self.messages if m["header"]["msg_type"] in types]

    def contents(self, message_type):
        return [m["content"] for m in self.of_type(message_type)]

    @property
    def states(self):
        return [content["execution_state"] for content in self.contents("status")]

    @property
    def is_running(self):
        return bool(self.of_type("execute_input")) and self.reply is None

    @property
    def is_done(self):
        return self.reply is not None and "idle" in self.states

    @property
    def status(self):
        return self.reply["content"]["status"]

    @property
    def count(self):
        return self.reply["content"].get("execution_count")

    def text(self, *names):
        names = names or ("stdout", "stderr")
        return "".join(c["text"] for c in self.contents("stream") if c["name"] in names)

    @property
    def results(self):
        return [content["data"] for content in self.contents("execute_result")]

    @property
    def result(self):
        """The text of the one result, or None."""
        expect(len(self.results) <= 1, "%d results", len(self.results))
        return self.results[0]["text/plain"] if self.results else None

    @property
    def error(self):
        """Name, value and traceback as the notebook shows them, without colours."""
        errors = self.contents("error")
        expect(len(errors) == 1, "%d errors shown, not one; reply: %s", len(errors), short(self.reply))
        content = errors[0]
        lines = [content["ename"], content["evalue"], *content["traceback"]]
        return ANSI.sub("", "\n".join(lines))

    @property
    def traceback(self):
        return ANSI.sub("", "\n".join(self.contents("error")[0]["traceback"]))

    def wait(self, seconds=SECONDS_FOR_A_CELL):
        self.kernel.wait(lambda: self.is_done, seconds, "end of the cell")
        return self

    def wait_for_text(self, text, seconds=SECONDS_FOR_A_CELL):
        self.kernel.wait(lambda: text in self.text() or self.reply, seconds, "text %r from the cell" % text)
        expect(text in self.text(), "the cell ended without %r: %s", text, short(self.reply))

    def ok(self):
        if self.status != "ok":
            said = self.error if self.contents("error") else short(self.reply["content"])
            raise Failure("the cell's status is %s: %s" % (self.status, short(said)))
        return self

    def failed(self):
        expect(self.status == "error", "the cell's status is %s, not error", self.status)
        content = self.reply["content"]
        expect(content.get("ename"), "the reply has no ename: %s", short(content))
        expect(isinstance(content.get("traceback"), list), "the reply has no traceback")
        return self


class Kernel:
    """A kernel that is started by its specification and spoken to as a front end does."""

    def __init__(self, name):
        self.manager = KernelManager(kernel_name=name)
        self.log = tempfile.NamedTemporaryFile(prefix="kernel-", suffix=".log", delete=False)
        self.iopub, self.replies, self.controls, self.questions = {}, {}, {}, []
        self.client = None

    def start(self):
        self.manager.start_kernel(stdout=self.log, stderr=self.log)
        self.client = self.manager.client()
        self.client.start_channels(shell=True, iopub=True, stdin=True, hb=False, control=True)
        self.sockets = {
            getattr(self.client, name + "_channel").socket: name
            for name in ("shell", "iopub", "stdin", "control")
        }
        self.poller = zmq.Poller()
        for socket in self.sockets:
            self.poller.register(socket, zmq.POLLIN)
        self.group = self.process_id
        return self

    @property
    def process_id(self):
        return self.manager.provisioner.process.pid

    @property
    def session(self):
        return self.client.session

    def make_ready(self):
        """Waits until requests are answered and the outputs' channel is connected too."""
        end = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < end:
            identifier = self.client.kernel_info()
            self.wait(lambda: identifier in self.replies, SECONDS_TO_START, "kernel_info_reply")
            with contextlib.suppress(Failure):
                self.wait(lambda: identifier in self.iopub, 1, "status")
                return self
        raise Failure("the outputs' channel stays silent")

    def pump(self, seconds):
        """Takes in what has come; waits so long for the first message."""
        end = time.monotonic() + seconds + 0.05
        for socket, _ in self.poller.poll(max(0, int(seconds * 1000))):
            while time.monotonic() < end:
                _, message = self.session.recv(socket, zmq.NOBLOCK)
                if message is None:
                    break
                self._sort(self.sockets[socket], message)

    def _sort(self, channel, message):
        message["at"] = time.monotonic()
        parent = message["parent_header"].get("msg_id")
        if channel == "iopub":
            self.iopub.setdefault(parent, []).append(message)
        elif channel == "stdin":
            self.questions.append(message)
        else:
            replies = self.replies if channel == "shell" else self.controls
            expect(parent not in replies, "a second reply to one request: %s", short(message))
            replies[parent] = message

    def pump_for(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.pump(min(0.05, end - time.monotonic()))

    def wait(self, condition, seconds, what):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise Failure("no %s within %g s" % (what, seconds))
            self.pump(0.05)
            if not self.is_alive and not condition():
                self.pump(0)
                raise Failure("the kernel's process ended; its last words:\n%s" % self.last_words())

    def send(self, code, **options):
        return Cell(self, self.client.execute(code, **options))

    def run(self, code, seconds=SECONDS_FOR_A_CELL, **options):
        return self.send(code, **options).wait(seconds)

    def value(self, code, seconds=SECONDS_FOR_A_CELL):
        """The text of the result of a cell that has to succeed."""
        return self.run(code, seconds).ok().result

    def request(self, message_type, content, channel="shell", seconds=10):
        """Sends any request; returns the reply's content."""
        message = self.session.msg(message_type, content)
        self.client_channel(channel).send(message)
        identifier = message["header"]["msg_id"]
        replies = self.replies if channel == "shell" else self.controls
        what = message_type.replace("request", "reply")
        self.wait(lambda: identifier in replies, seconds, what)
        expect(
            replies[identifier]["header"]["msg_type"] == what,
            "the answer to %s is %s",
            message_type,
            replies[identifier]["header"]["msg_type"],
        )
        return replies[identifier]["content"]

    def client_channel(self, name):
        return getattr(self.client, name + "_channel")

    def interrupt(self):
        self.manager.interrupt_kernel()

    def question(self, seconds=10):
        """The next input_request."""
        self.wait(lambda: self.questions, seconds, "input_request")
        return self.questions.pop(0)

    @property
    def is_alive(self):
        return self.manager.is_alive()

    def is_gone(self):
        """Neither the process nor any that it started is there."""
        if self.is_alive:
            return False
        try:
            os.killpg(self.group, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False

    def wait_until_gone(self, seconds):
        start = time.monotonic()
        while not self.is_gone():
            if time.monotonic() - start > PATIENCE * seconds:
                state = "its process still runs" if self.is_alive else "processes that it started still run"
                raise Failure("%g s after shutdown %s" % (PATIENCE * seconds, state))
            time.sleep(0.01)
        return time.monotonic() - start

    def shut_down(self):
        """Sends what Jupyter's shutdown sends; returns the identifier of the request."""
        message = self.session.msg("shutdown_request", {"restart": False})
        self.client.control_channel.send(message)
        return message["header"]["msg_id"]

    def last_words(self, lines=15):
        text = Path(self.log.name).read_text(encoding="utf-8", errors="replace")
        return "\n".join("    | " + line for line in text.splitlines()[-lines:])

    def discard(self):
        """Ends the process by force, with all that it started."""
        if self.client is not None:
            self.client.stop_channels()
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.group, signal.SIGKILL)
            with contextlib.suppress(Exception):
                self.manager.shutdown_kernel(now=True)
        self.log.close()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.log.name)


class Context:
    """What a check gets: a kernel that it shares with others, kernels of its own, the options."""

    def __init__(self, options):
        self.options = options
        self.shared = None
        self.notes = []

    @property
    def kernel(self):
        if self.shared is None:
            kernel = Kernel(self.options.kernel).start()
            self.shared = kernel
            try:
                kernel.make_ready()
            except BaseException:
                self.drop()
                raise
        return self.shared

    @contextlib.contextmanager
    def own_kernel(self):
        kernel = Kernel(self.options.kernel)
        try:
            yield kernel.start()
        finally:
            kernel.discard()

    def note(self, text, *values):
        self.notes.append(text % values if values else text)

    def drop(self):
        if self.shared is not None:
            self.shared.discard()
            self.shared = None


class Runner:
    """Runs checks one after the other and tells of each in a line."""

    def __init__(self):
        self.checks = []

    def check(self, name):
        def register(function):
            self.checks.append((name, function))
            return function

        return register

    def chosen(self, parts):
        return [c for c in self.checks if not parts or any(part in c[0] for part in parts)]

    def run(self, options):
        checks = self.chosen(options.only)
        width = max((len(name) for name, _ in checks), default=0)
        counts = {"ok": 0, "FAIL": 0, "skip": 0}
        failed = []
        context = Context(options)
        begin = time.monotonic()
        try:
            for name, function in checks:
                start = time.monotonic()
                outcome, said = self._outcome(function, context)
                counts[outcome] += 1
                if outcome == "FAIL":
                    failed.append(name)
                print(
                    "%-4s  %-*s %6.1f s  %s"
                    % (outcome, width, name, time.monotonic() - start, said.replace("\n", "\n      ")),
                    flush=True,
                )
        finally:
            context.drop()
        print(
            "\n%d checks in %.0f s: %d ok, %d failed, %d skipped"
            % (len(checks), time.monotonic() - begin, counts["ok"], counts["FAIL"], counts["skip"])
        )
        for name in failed:
            print("  failed: %s" % name)
        return 1 if failed or not checks else 0

    def _outcome(self, function, context):
        context.notes = []
        repeats = context.options.starts + context.options.interrupts
        outcome, said = "ok", ""
        try:
            with time_limit(SECONDS_FOR_A_CHECK + 8 * repeats):
                function(context)
        except Skipped as reason:
            outcome, said = "skip", str(reason)
        except Failure as failure:
            outcome, said = "FAIL", str(failure)
        except Exception:
            outcome, said = "FAIL", traceback.format_exc(limit=-3).rstrip()
        said = "\n".join(filter(None, [", ".join(context.notes), said]))
        sick = self._sickness(context)
        if sick and outcome != "FAIL":
            outcome, said = "FAIL", sick
        return outcome, said

    @staticmethod
    def _sickness(context):
        """A cell after each check; a kernel that fails it is replaced, so that checks stay apart."""
        if context.shared is None:
            return None
        try:
            context.shared.questions.clear()
            expect(context.shared.value("20 + 22", 10) == "42", "20 + 22 is not 42")
        except Exception as fault:
            context.drop()
            return "the next cell: %s" % fault
        context.shared.iopub.clear()
        return None


@contextlib.contextmanager
def busy_cores(wanted):
    """A process for each core that keeps it busy."""
    command = [sys.executable, "-c", "while True: pass"]
    processes = [subprocess.Popen(command) for _ in range(os.cpu_count() if wanted else 0)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def empty_jvm_seconds(kernel_name):
    """How long the kernel's Java takes to start and end with nothing to do."""
    words = KernelManager(kernel_name=kernel_name).kernel_spec.argv
    java = next((word for word in words if re.search(r"(^|/)java$", word)), "java")
    start = time.monotonic()
    subprocess.run([java, "-version"], check=True, stderr=subprocess.DEVNULL)
    return time.monotonic() - start


def png_size(content):
    """Width and height of a PNG whose every part is whole: chunks, checksums, pixels, end."""
    expect(content[:8] == b"\x89PNG\r\n\x1a\n", "no PNG: %r", content[:8])
    position, kinds, packed, size, depth = 8, [], b"", None, None
    while position < len(content):
        expect(len(content) - position >= 12, "the PNG ends within a chunk")
        length, kind = struct.unpack(">I4s", content[position : position + 8])
        data = content[position + 8 : position + 8 + length]
        checksum = content[position + 8 + length : position + 12 + length]
        expect(len(data) == length and len(checksum) == 4, "the PNG ends within %r", kind)
        expect(struct.unpack(">I", checksum)[0] == zlib.crc32(kind + data), "wrong CRC in %r", kind)
        if kind == b"IHDR":
            size = struct.unpack(">II", data[:8])
            channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[data[9]]
            depth = data[8] * channels
            expect(data[12] == 0, "the PNG is interlaced")
        elif kind == b"IDAT":
            packed += data
        kinds.append(kind)
        position += 12 + length
    expect(kinds[0] == b"IHDR" and kinds[-1] == b"IEND", "the PNG's chunks are %s", kinds)
    wanted = size[1] * (1 + (size[0] * depth + 7) // 8)
    pixels = len(zlib.decompress(packed))
    expect(pixels == wanted, "the PNG has %d bytes of pixels, not %d", pixels, wanted)
    return size
