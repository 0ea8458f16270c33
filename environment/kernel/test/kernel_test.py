"""Checks a kernel against what Jupyter's protocol, and this project, ask of it.

    kernel_test.py [--kernel NAME] [--starts N] [--interrupts N] [--busy] [--only PART]... [--list]

Starts the kernel by its specification, which JUPYTER_PATH leads to, and speaks to it through
jupyter_client. Prints a line for each check and a summary; exit status 1 if any failed.

The project's kernel, from its folder:

    JUPYTER_PATH=environment/.local/jupyter "$(cat environment/.local/python)" \\
        environment/kernel/test/kernel_test.py
"""

import argparse
import base64
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import zmq
from harness import (
    PATIENCE,
    Failure,
    Kernel,
    Runner,
    Skipped,
    busy_cores,
    empty_jvm_seconds,
    expect,
    expect_match,
    expect_no_match,
    png_size,
    short,
)

runner = Runner()
check = runner.check

# Frames and names that are the kernel's and JShell's own affair, not the user's.
INNER = r"org\.adversaria\.kernel|jdk\.jshell|REPL\.\$|do_it\$|\$JShell\$"
INTERRUPTED = r"[Ii]nterrupted"
SECONDS_TO_STOP = 2 * PATIENCE


# ---- start and end --------------------------------------------------------------------------------


@check("start: kernel_info sent at once is answered")
def _(t):
    answered, gone = [], []
    bare = statistics.median(empty_jvm_seconds(t.options.kernel) for _ in range(3))
    for number in range(t.options.starts):
        with busy_cores(t.options.busy), t.own_kernel() as kernel:
            start = time.monotonic()
            info = kernel.request("kernel_info_request", {}, seconds=60)
            answered.append(time.monotonic() - start)
            expect(info.get("status") == "ok", "start %d: %s", number + 1, short(info))
            kernel.shut_down()
            gone.append(kernel.wait_until_gone(30))
    t.note(
        "%d starts%s: %.1f s (median), %.1f s (slowest); an empty JVM %.2f s; gone after %.1f s at most",
        len(answered),
        " on busy cores" if t.options.busy else "",
        statistics.median(answered),
        max(answered),
        bare,
        max(gone),
    )


@check("start: the first cell sent at once is executed")
def _(t):
    with t.own_kernel() as kernel:
        cell = kernel.send("int first = 6 * 7;", user_expressions={"first": "first"})
        kernel.wait(lambda: cell.reply, 60, "execute_reply")
        expect(cell.status == "ok", "status %s", cell.status)
        text = cell.reply["content"]["user_expressions"]["first"]["data"]["text/plain"]
        expect(text == "42", "the expression is %s", text)


@check("start: kernel_info says what it is")
def _(t):
    info = t.kernel.request("kernel_info_request", {})
    expect_match(r"^5\.\d", info["protocol_version"], "protocol_version")
    for key in ("implementation", "implementation_version", "banner"):
        expect(info.get(key), "no %s", key)
    language = info["language_info"]
    expect(language["name"].lower() == "java", "the language is %s", language["name"])
    expect(language.get("version"), "no version of the language")
    expect(language.get("file_extension", "").startswith("."), "file_extension %s", language)
    expect(language.get("mimetype"), "no mimetype")


@check("start: two kernels at once")
def _(t):
    with t.own_kernel() as one, t.own_kernel() as two:
        for kernel in (one, two):
            kernel.make_ready()
        cells = [one.send('String who = "one"; who'), two.send('String who = "two"; who')]
        texts = [cell.wait().ok().result for cell in cells]
        expect("one" in texts[0] and "two" in texts[1], "the values are %s", texts)
        expect("one" in one.value("who"), "the first kernel lost its value")
        one.shut_down()
        one.wait_until_gone(2)
        expect("two" in two.value("who"), "the second kernel lost its value")


@check("restart: requests sent at once are answered")
def _(t):
    with t.own_kernel() as kernel:
        kernel.make_ready()
        kernel.value("int old = 1; old")
        for number in range(2):
            kernel.manager.restart_kernel(now=number == 1)
            kernel.group = kernel.process_id
            start = time.monotonic()
            identifier = kernel.client.kernel_info()
            cell = kernel.send("int old = 3;", user_expressions={"old": "old"})
            kernel.wait(lambda: identifier in kernel.replies, 60, "kernel_info_reply after restart")
            kernel.wait(lambda: cell.reply, 60, "execute_reply after restart")
            t.note("%.1f s", time.monotonic() - start)
            expect(cell.status == "ok", "status %s after restart", cell.status)
            expect(cell.count == 1, "the first cell after restart has the number %s", cell.count)
            kernel.make_ready()
            expect(kernel.value("old + 1") == "4", "old + 1 is not 4")


@check("shutdown: a reply, and gone soon, with a cell's threads")
def _(t):
    with t.own_kernel() as kernel:
        kernel.make_ready()
        kernel.value(
            "Thread forever = new Thread(() -> { while (true) { try { Thread.sleep(1000); }"
            " catch (InterruptedException e) { } } });\nforever.start();\nforever.isAlive()"
        )
        identifier = kernel.shut_down()
        kernel.wait(lambda: identifier in kernel.controls, 2, "shutdown_reply")
        content = kernel.controls[identifier]["content"]
        expect(content.get("restart") is False, "shutdown_reply: %s", short(content))
        t.note("gone after %.2f s", kernel.wait_until_gone(2))


@check("shutdown: with the processes that cells have started")
def _(t):
    with t.own_kernel() as kernel:
        kernel.make_ready()
        kernel.value('Process child = new ProcessBuilder("sleep", "600").start();\nchild.isAlive()')
        kernel.shut_down()
        t.note("gone after %.2f s", kernel.wait_until_gone(2))


@check("shutdown: with a process that does not want to end")
def _(t):
    with t.own_kernel() as kernel:
        kernel.make_ready()
        kernel.value(
            "Process stubborn = new ProcessBuilder("
            "\"sh\", \"-c\", \"trap '' TERM; echo; sleep 600; sleep 600\").start();\nstubborn.getInputStream().read()"
        )
        kernel.shut_down()
        t.note("gone after %.2f s", kernel.wait_until_gone(4))


@check("shutdown: jupyter_client's own, idle")
def _(t):
    with t.own_kernel() as kernel:
        kernel.make_ready()
        kernel.value("1")
        start = time.monotonic()
        kernel.manager.shutdown_kernel()
        kernel.wait_until_gone(1)
        t.note("%.2f s", time.monotonic() - start)


@check("shutdown: at once after the start")
def _(t):
    with t.own_kernel() as kernel:
        kernel.request("kernel_info_request", {}, seconds=60)
        kernel.shut_down()
        t.note("gone after %.2f s", kernel.wait_until_gone(5))


@check("shutdown: while a cell sleeps")
def _(t):
    with t.own_kernel() as kernel:
        kernel.make_ready()
        cell = kernel.send('System.out.println("go"); Thread.sleep(600_000);')
        cell.wait_for_text("go")
        kernel.shut_down()
        t.note("gone after %.2f s", kernel.wait_until_gone(5))


@check("shutdown: when the front end is killed")
def _(t):
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "pid"
        script = (
            "import sys, time; from jupyter_client import KernelManager\n"
            "manager = KernelManager(kernel_name=sys.argv[1]); manager.start_kernel()\n"
            "client = manager.client(); client.start_channels(); client.wait_for_ready(timeout=60)\n"
            "client.execute('1', reply=True, timeout=60)\n"
            "open(sys.argv[2], 'w').write(str(manager.provisioner.process.pid)); time.sleep(600)"
        )
        front_end = subprocess.Popen(
            [sys.executable, "-c", script, t.options.kernel, str(said)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            end = time.monotonic() + 60
            while not (said.exists() and said.read_text()):
                expect(time.monotonic() < end and front_end.poll() is None, "the kernel did not start")
                time.sleep(0.05)
        finally:
            front_end.kill()
            front_end.wait()
        group, end = int(said.read_text()), time.monotonic() + 5
        while time.monotonic() < end:
            try:
                os.killpg(group, 0)
            except ProcessLookupError:
                return
            time.sleep(0.05)
        os.killpg(group, signal.SIGKILL)
        raise Failure("5 s later it still runs")


@check("ports: bound on this machine's loopback address only")
def _(t):
    tables = [Path("/proc/net/tcp"), Path("/proc/net/tcp6")]
    if not tables[0].exists():
        raise Skipped("needs /proc/net/tcp")
    kernel = t.kernel
    sockets = set()
    for entry in Path("/proc/%d/fd" % kernel.process_id).iterdir():
        try:
            found = re.match(r"socket:\[(\d+)\]", os.readlink(entry))
        except FileNotFoundError:
            continue
        if found:
            sockets.add(found.group(1))
    listening = {}
    for table in filter(Path.exists, tables):
        for line in table.read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in sockets:
                address, port = fields[1].rsplit(":", 1)
                listening[int(port, 16)] = address
    wanted = {
        kernel.client.get_connection_info()[n + "_port"] for n in ("shell", "iopub", "stdin", "hb", "control")
    }
    expect(wanted <= set(listening), "of the ports %s only %s are open", wanted, set(listening))
    loopback = ("0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000")
    for port, address in listening.items():
        expect(address in loopback, "port %d is open on address %s", port, address)
    extra = set(listening) - wanted
    if extra:
        t.note("also open on loopback: %s", sorted(extra))


@check("heartbeat: echoes")
def _(t):
    with zmq.Context() as context, context.socket(zmq.REQ) as socket:
        socket.linger = 0
        socket.connect("tcp://127.0.0.1:%d" % t.kernel.client.get_connection_info()["hb_port"])
        busy = t.kernel.send("Thread.sleep(500);")
        for number in range(3):
            socket.send(b"beat %d" % number)
            expect(socket.poll(1000), "no echo")
            expect(socket.recv() == b"beat %d" % number, "another echo")
        busy.wait().ok()


# ---- outputs --------------------------------------------------------------------------------------


def check_order(cell):
    """Busy first, then the input, outputs, idle last; a reply on the shell channel."""
    types = [m["header"]["msg_type"] for m in cell.messages]
    expect(types[0] == "status" and cell.states[0] == "busy", "starts with %s", types[:2])
    expect(types[1] == "execute_input", "after busy comes %s", types[1])
    expect(types[-1] == "status" and cell.states == ["busy", "idle"], "states %s in %s", cell.states, types)
    expect(cell.reply["header"]["msg_type"] == "execute_reply", "the reply is %s", cell.reply["header"])


def joined(outputs):
    """The outputs with the pieces of a stream put together, as a front end does."""
    whole = []
    for kind, content in outputs:
        last = whole[-1] if whole else (None, {})
        if kind == last[0] == "stream" and content["name"] == last[1]["name"]:
            whole[-1] = (kind, dict(content, text=last[1]["text"] + content["text"]))
        else:
            whole.append((kind, content))
    return whole


@check("outputs: 100 cells sent at once, each with its own, in order")
def _(t):
    kernel = t.kernel
    start = time.monotonic()
    cells = [
        kernel.send(
            'System.out.println("a%d");\nshow("<b>shown %d</b>");\nSystem.out.println("b%d");\n%d * 2'
            % (number, number, number, number)
        )
        for number in range(100)
    ]
    for cell in cells:
        cell.wait(180)
    wrong = []
    for number, cell in enumerate(cells):
        try:
            cell.ok()
            check_order(cell)
            outputs = joined((m["header"]["msg_type"], m["content"]) for m in cell.messages[2:-1])
            kinds = [kind for kind, _ in outputs]
            expect(
                kinds == ["stream", "display_data", "stream", "execute_result"],
                "outputs %s",
                kinds,
            )
            expect(outputs[0][1]["text"] == "a%d\n" % number, "the stream is %r", outputs[0][1]["text"])
            expect("shown %d<" % number in str(outputs[1][1]["data"]), "shows %s", outputs[1][1]["data"])
            expect(outputs[2][1]["text"] == "b%d\n" % number, "the stream is %r", outputs[2][1]["text"])
            expect(cell.result == str(2 * number), "the value is %s", cell.result)
            counts = {
                cell.count,
                outputs[3][1]["execution_count"],
                cell.messages[1]["content"]["execution_count"],
            }
            expect(counts == {cells[0].count + number}, "numbers %s", counts)
            expect(cell.messages[1]["content"]["code"].startswith("System"), "execute_input has other code")
        except Failure as failure:
            wrong.append("cell %d: %s" % (number, failure))
    t.note("%.1f s", time.monotonic() - start)
    expect(not wrong, "%d of 100 cells\n%s", len(wrong), "\n".join(wrong[:5]))
    times = [
        next(m["at"] for m in cell.messages if m["content"].get("execution_state") == "idle")
        for cell in cells
    ]
    expect(times == sorted(times), "cells ended in another order")
    strange = {str(parent)[:40] for parent in kernel.iopub if parent is None}
    expect(not strange, "messages without a parent")


@check("outputs: stdout and stderr keep their order and their names")
def _(t):
    cell = t.kernel.run(
        'System.out.print("1"); System.err.print("2"); System.out.print("3"); System.err.println("4");'
    )
    cell.ok()
    expect(cell.text() == "1234\n", "the text is %r", cell.text())
    expect(cell.text("stdout") == "13" and cell.text("stderr") == "24\n", "stdout %r", cell.text("stdout"))


@check("outputs: printed text arrives while the cell runs")
def _(t):
    cell = t.kernel.send('System.out.print("no newline"); Thread.sleep(3000);')
    start = time.monotonic()
    cell.wait_for_text("no newline", 10)
    expect(cell.reply is None, "it came with the end of the cell")
    t.note("%.2f s", time.monotonic() - start)
    cell.wait().ok()


@check("outputs: a thread's stay with the cell that started it")
def _(t):
    first = t.kernel.run(
        "Thread teller = new Thread(() -> { for (int i = 0; i < 20; i++) {"
        ' System.out.println("one " + i); try { Thread.sleep(40); } catch (InterruptedException e) { } } });\n'
        "teller.start();"
    ).ok()
    second = t.kernel.run('System.out.println("two"); teller.join(); System.out.println("two more");').ok()
    t.kernel.pump_for(0.3)
    expect(second.text() == "two\ntwo more\n", "the second cell has %s", short(second.text()))
    expect(
        first.text() == "".join("one %d\n" % i for i in range(20)), "the first has %s", short(first.text())
    )


@check("outputs: a shared pool's go to the running cell")
def _(t):
    warm = (
        "java.util.concurrent.ForkJoinPool.commonPool().submit(() ->"
        ' System.out.println("%s " + Thread.currentThread().getName())).get();'
    )
    first = t.kernel.run(warm % "first").ok()
    second = t.kernel.run(warm % "second").ok()
    third = t.kernel.run('IntStream.range(0, 64).parallel().forEach(i -> System.out.println("p" + i));').ok()
    for cell, word in ((first, "first"), (second, "second")):
        expect_match(r"\A%s \S+\n\Z" % word, cell.text(), "the %s cell's text" % word)
    lines = sorted(third.text().split(), key=lambda line: int(line[1:]))
    expect(
        lines == ["p%d" % i for i in range(64)], "the third cell has %d lines: %s", len(lines), short(lines)
    )


@check("outputs: a panel shows under its cell and is updated")
def _(t):
    first = t.kernel.run('var place = panel();\nplace.update("state 1");').ok()
    second = t.kernel.run('place.update("state 2");').ok()
    shown = first.contents("display_data")
    expect(len(shown) == 1 and "state 1" in str(shown[0]["data"]), "the first cell shows %s", short(shown))
    updates = second.contents("update_display_data")
    expect(
        len(updates) == 1 and "state 2" in str(updates[0]["data"]), "the update is %s", short(second.messages)
    )
    identifier = shown[0]["transient"]["display_id"]
    expect(identifier and identifier == updates[0]["transient"]["display_id"], "other display_ids")


NOTE = (
    r"(?i)\b(cut|capped|limit|left out|more lines|more|truncat\w*|suppress\w*|too much|not shown|omitted)\b"
)


@check("outputs: endless, capped with a note, interrupted")
def _(t):
    cell = t.kernel.send("int endless = 0;\nwhile (true) System.out.println(endless++);")
    t.kernel.wait(lambda: cell.text(), 20, "text")
    t.kernel.pump_for(3)
    expect(cell.reply is None, "the cell ended: %s", short(cell.reply))
    start = time.monotonic()
    t.kernel.interrupt()
    cell.wait(5).failed()
    seconds = time.monotonic() - start
    size = len(cell.text())
    t.note("%d characters, stopped in %.1f s", size, seconds)
    expect(size < 20_000_000, "%d characters came", size)
    expect_match(NOTE, cell.text()[-1000:] + cell.text("stderr")[-1000:], "the end of the text")


@check("outputs: 200,000 lines in a few seconds, capped with a note")
def _(t):
    start = time.monotonic()
    cell = t.kernel.run(
        'for (int line = 0; line < 200_000; line++) System.out.println("line " + line);', 60
    ).ok()
    seconds = time.monotonic() - start
    lines = cell.text("stdout").count("\n")
    t.note("%.1f s, %d lines came in %d messages", seconds, lines, len(cell.of_type("stream")))
    expect(cell.text().startswith("line 0\nline 1\n"), "it starts with %r", cell.text()[:40])
    expect(lines < 200_000, "all lines came")
    expect_match(NOTE, cell.text()[-1000:] + cell.text("stderr")[-1000:], "the end of the text")
    after = t.kernel.run('System.out.println("short");').ok()
    expect(after.text() == "short\n", "the next cell's text is %r", after.text()[:100])


@check("outputs: go on after a cell has closed System.out")
def _(t):
    t.kernel.run("System.out.close(); System.err.close(); System.in.close();").ok()
    cell = t.kernel.run('System.out.println("out"); System.err.println("err");').ok()
    expect(cell.text() == "out\nerr\n", "the text is %r", cell.text())


@check("outputs: 9,000 lines come whole")
def _(t):
    start = time.monotonic()
    cell = t.kernel.run("for (int line = 0; line < 9_000; line++) System.out.println(line);", 60).ok()
    t.note("%.1f s", time.monotonic() - start)
    expect(cell.text() == "".join("%d\n" % i for i in range(9_000)), "%d characters came", len(cell.text()))


# ---- interrupts -----------------------------------------------------------------------------------


def check_interrupt(t, code, started="go"):
    cell = t.kernel.send('System.out.println("go");\n' + code)
    cell.wait_for_text(started)
    t.kernel.pump_for(0.4)
    expect(cell.reply is None, "the cell ended by itself: %s", short(cell.reply))
    start = time.monotonic()
    t.kernel.interrupt()
    try:
        cell.wait(SECONDS_TO_STOP)
    except Failure:
        t.kernel.interrupt()
        raise Failure("the cell still runs %g s after the interrupt" % SECONDS_TO_STOP) from None
    t.note("%.2f s", time.monotonic() - start)
    cell.failed()
    expect_match(INTERRUPTED, cell.reply["content"]["ename"], "ename")
    expect_match(INTERRUPTED, cell.error, "the error that is shown")
    expect_no_match(INNER, cell.error, "the error that is shown")
    after = t.kernel.run("Thread.sleep(200);\n40 + 2", 5).ok()
    expect(after.result == "42", "the next cell gives %s", after.result)
    return cell


INTERRUPTS = {
    "sleep": "Thread.sleep(600_000);",
    "a loop that asks for it": "while (!Thread.currentThread().isInterrupted()) { }",
    "while (true) {}": "while (true) {}",
    "for (;;) in a method": "void turn() { for (;;) { } }\nturn();",
    "a loop that counts": "long turns = 0;\nwhile (true) { turns++; }",
    "a loop in a lambda": "Runnable spin = () -> { int n = 0; do { n++; } while (true); };\nspin.run();",
    "a loop in a class": "class Spinner { int n; void spin() { while (true) n++; } }\nnew Spinner().spin();",
    "an endless recursion": "long fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }\nfib(90)",
    "an endless stream": "Stream.iterate(1, i -> i + 1).filter(i -> i < 0).findFirst()",
    "an empty queue": "new java.util.concurrent.LinkedBlockingQueue<String>().take()",
    "wait": "Object bell = new Object();\nsynchronized (bell) { bell.wait(); }",
    "a latch": "new java.util.concurrent.CountDownLatch(1).await();",
    "a future": "new java.util.concurrent.CompletableFuture<String>().get()",
    "another thread's end": (
        "Thread sleeper = new Thread(() -> { try { Thread.sleep(600_000); } catch (InterruptedException e) { } });\n"
        "sleeper.setDaemon(true);\nsleeper.start();\nsleeper.join();"
    ),
    "a loop that swallows interrupts": (
        "while (true) { try { Thread.sleep(10); } catch (InterruptedException e) { } }"
    ),
    "a parallel stream": (
        "IntStream.range(0, 1_000_000).parallel().mapToDouble(i -> {"
        " double x = i; for (int k = 0; k < 1_000_000; k++) x = Math.sin(x); return x; }).sum()"
    ),
}


def register_interrupt(name, code):
    check("interrupt: " + name)(lambda t: check_interrupt(t, code) and None)


for interrupt_name, interrupt_code in INTERRUPTS.items():
    register_interrupt(interrupt_name, interrupt_code)


CLEANING = {
    "finally after sleep": "try { Thread.sleep(600_000); } finally {%s}",
    "finally after a loop": "try { while (true) { Math.sin(1); } } finally {%s}",
    "catch": "try { Thread.sleep(600_000); } catch (InterruptedException e) {%s}",
    "a resource's close": (
        "class Resource implements AutoCloseable { public void close() {%s} }\n"
        "try (var resource = new Resource()) { Thread.sleep(600_000); }"
    ),
}


def register_cleaning(name, code):
    @check("interrupt: code that cleans up is run: " + name)
    def _(t):
        clean = ' for (int i = 0; i < 3; i++) { String text = "clean " + i; System.out.println(text); } '
        cell = t.kernel.send('System.out.println("go");\n' + code % clean)
        cell.wait_for_text("go")
        t.kernel.pump_for(0.4)
        t.kernel.interrupt()
        cell.wait(SECONDS_TO_STOP).failed()
        expect(cell.text() == "go\nclean 0\nclean 1\nclean 2\n", "the text is %r", cell.text())


for cleaning_name, cleaning_code in CLEANING.items():
    register_cleaning(cleaning_name, cleaning_code)


@check("interrupt: a read of System.in")
def _(t):
    cell = t.kernel.send("System.in.read()", allow_stdin=True)
    t.kernel.question()
    start = time.monotonic()
    t.kernel.interrupt()
    cell.wait(SECONDS_TO_STOP).failed()
    t.note("%.2f s", time.monotonic() - start)
    expect_match(INTERRUPTED, cell.reply["content"]["ename"], "ename")
    # The answer that comes too late belongs to no cell.
    t.kernel.client.input("late")
    cell = t.kernel.send("new Scanner(System.in).nextLine()", allow_stdin=True)
    t.kernel.question()
    t.kernel.client.input("in time")
    expect("in time" in cell.wait(5).ok().result, "the next read gives %s", cell.result)


@check("interrupt: a read that waits for another thread's")
def _(t):
    t.kernel.run("new Thread(() -> { try { System.in.read(); } catch (Exception e) { } }).start();").ok()
    t.kernel.question()
    cell = t.kernel.send('System.out.println("go"); System.in.read();')
    cell.wait_for_text("go")
    t.kernel.interrupt()
    expect_match(INTERRUPTED, cell.wait(SECONDS_TO_STOP).failed().error, "the error")
    t.kernel.client.input("x")


@check("interrupt: a cell that waits for the start")
def _(t):
    with t.own_kernel() as kernel:
        kernel.request("kernel_info_request", {}, seconds=60)
        cell = kernel.send("while (true) { }")
        kernel.wait(lambda: cell.of_type("execute_input"), 30, "execute_input")
        kernel.interrupt()
        expect_match(INTERRUPTED, str(cell.wait().reply["content"]), "the reply")


@check("interrupt: a reply on the control channel")
def _(t):
    cell = t.kernel.send('System.out.println("go");\nThread.sleep(600_000);')
    cell.wait_for_text("go")
    content = t.kernel.request("interrupt_request", {}, "control", 2)
    expect(content.get("status") == "ok", "interrupt_reply: %s", short(content))
    cell.wait(SECONDS_TO_STOP).failed()


@check("interrupt: while idle changes nothing")
def _(t):
    for _ in range(3):
        t.kernel.interrupt()
    t.kernel.pump_for(0.3)
    expect(t.kernel.value("Thread.sleep(300);\n7") == "7", "the next cell's value is not 7")
    t.kernel.interrupt()
    cell = t.kernel.send("Thread.sleep(300);\nThread.currentThread().isInterrupted()").wait()
    # Sent at the same time, the request may reach the cell; then the cell has to say so.
    if cell.status == "error":
        expect_match(INTERRUPTED, cell.error, "the error that is shown")
    else:
        expect(cell.result == "false", "the cell's thread is interrupted")


@check("interrupt: queued cells are aborted, later ones run")
def _(t):
    cell = t.kernel.send('System.out.println("go");\nThread.sleep(600_000);')
    queued = [t.kernel.send("int no%d = 1;" % i) for i in range(3)]
    cell.wait_for_text("go")
    t.kernel.interrupt()
    cell.wait(SECONDS_TO_STOP).failed()
    for one in queued:
        expect(one.wait(5).status == "aborted", "a queued cell's status is %s", one.status)
    expect(t.kernel.value("1 + 2") == "3", "the next cell's value is not 3")


@check("interrupt: 20 times one after the other")
def _(t):
    slowest = 0
    for number in range(20):
        cell = t.kernel.send('System.out.println("go");\nwhile (true) { Math.sqrt(%d); }' % number)
        cell.wait_for_text("go")
        start = time.monotonic()
        t.kernel.interrupt()
        cell.wait(SECONDS_TO_STOP).failed()
        slowest = max(slowest, time.monotonic() - start)
        expect_match(INTERRUPTED, cell.reply["content"]["ename"], "ename")
        expect(t.kernel.value("%d + 1" % number) == str(number + 1), "wrong value after %d", number)
    t.note("%.2f s at most", slowest)


TRAINING = """\
ImageData shapes = Datasets.byName("shapes-grey-28", Split.TRAIN);
var small = ConditionalGan.builder(shapes).preset("quick").build();
var trained = Training.of(small).on(shapes).steps(1_000_000).seed(%d)
    .directory(Path.of("%s"))
    .reportEvery(5, report -> {
      System.out.println("at " + report.step());
      double work = 0;
      for (int i = 0; i < %d; i++) {
        work += Math.sin(i);
      }
    })
    .start();
System.out.println("after the run");
"""


def check_trainings(t, work):
    folder = Path(tempfile.mkdtemp(prefix="kernel-test-"))
    seconds = []
    try:
        for number in range(t.options.interrupts):
            run = folder / ("run%d" % number)
            cell = t.kernel.send(TRAINING % (number, run, work))
            cell.wait_for_text("at 5\n", 120)
            t.kernel.pump_for(0.13 * number)
            start = time.monotonic()
            t.kernel.interrupt()
            cell.wait(SECONDS_TO_STOP).failed()
            seconds.append(time.monotonic() - start)
            expect_match(INTERRUPTED, cell.reply["content"]["ename"], "ename")
            expect("after the run" not in cell.text(), "the cell went on after the interrupted run")
            said = cell.text() + cell.error
            expect_match(r"(?i)checkpoint", said, "what the cell says")
            expect_match(r"(?i)step\s+\d+|\d+ steps", said, "what the cell says")
            expect_match(r"\.resume\(\)", said, "what the cell says")
            expect(list((run / "checkpoints").iterdir()), "there is no checkpoint in %s", run)
            expect(t.kernel.value("6 * 7", 5) == "42", "the next cell's value is not 42")
    finally:
        t.note("%d of %d, %.2f s at most", len(seconds), t.options.interrupts, max(seconds, default=0))
        shutil.rmtree(folder, ignore_errors=True)


@check("interrupt: a training ends with its checkpoint and says how to go on")
def _(t):
    check_trainings(t, 0)


@check("interrupt: a training that is in a cell's report")
def _(t):
    check_trainings(t, 5_000_000)


# ---- input ----------------------------------------------------------------------------------------


@check("input: System.in asks the front end")
def _(t):
    cell = t.kernel.send(
        "Scanner typed = new Scanner(System.in);\nString one = typed.nextLine();\n"
        'String two = typed.nextLine();\none + "|" + two',
        allow_stdin=True,
    )
    for answer in ("hello there", "grüße 😀"):
        question = t.kernel.question()
        expect(question["parent_header"].get("msg_id") == cell.id, "the question has another cell's header")
        expect(question["header"]["msg_type"] == "input_request", "%s", question["header"])
        expect(question["content"].get("password") is False, "content %s", question["content"])
        t.kernel.client.input(answer)
    expect("hello there|grüße 😀" in cell.wait().ok().result, "read %s", cell.result)
    cell = t.kernel.send("int letter = System.in.read();\nSystem.in.readNBytes(1);\nletter", allow_stdin=True)
    t.kernel.question()
    t.kernel.client.input("A")
    expect(cell.wait().ok().result == "65", "read() gives %s", cell.result)
    expect(not t.kernel.questions, "it asks for the end of the line")


@check("input: what was printed comes before the question")
def _(t):
    cell = t.kernel.send('System.out.print("Name? ");\nnew Scanner(System.in).nextLine()', allow_stdin=True)
    question = t.kernel.question()
    t.kernel.pump_for(0.3)
    expect("Name? " in cell.text() + question["content"]["prompt"], "the text is held back")
    t.kernel.client.input("x")
    cell.wait().ok()


@check("input: where the front end takes none, an error in clear words")
def _(t):
    for code in ("System.in.read()", "new Scanner(System.in).nextLine()"):
        cell = t.kernel.run(code, 5, allow_stdin=False).failed()
        expect(not t.kernel.questions, "it asked all the same")
        expect_match(r"(?i)input|stdin", cell.error.split("\tat ")[0], "the error")
        expect_no_match(INNER, cell.error, "the error")


# ---- the JVM's end and limits ---------------------------------------------------------------------

EXITS = {
    "System.exit(3)": "System.exit(3);",
    "Runtime.exit": "Runtime.getRuntime().exit(3);",
    "Runtime.halt": "Runtime.getRuntime().halt(3);",
    "System.exit in a lambda": "Runnable bye = () -> System.exit(0);\nbye.run();",
    "System::exit": "IntConsumer leave = System::exit;\nleave.accept(3);",
    "System.exit in a thread": "Thread leaver = new Thread(() -> System.exit(4));\nleaver.start();\nleaver.join();",
}


def register_exit(name, code):
    @check("exit: " + name)
    def _(t):
        t.kernel.value("int before = 11;")
        process = t.kernel.process_id
        cell = t.kernel.run(code, 10)
        t.kernel.pump_for(0.3)
        expect(t.kernel.is_alive and t.kernel.process_id == process, "the process ended")
        if "thread" in name:
            said = cell.text() + (cell.error if cell.status == "error" else "")
        else:
            said = cell.failed().error
        expect_match(r"(?i)exit|halt", said, "what the cell says")
        expect_no_match(r"org\.adversaria\.kernel" if "thread" in name else INNER, said, "what the cell says")
        expect(t.kernel.value("before") == "11", "values are lost")


for exit_name, exit_code in EXITS.items():
    register_exit(exit_name, exit_code)


@check("limits: stack overflow")
def _(t):
    cell = t.kernel.run("int deep(int n) { return deep(n + 1) + 1; }\ndeep(0)").failed()
    expect_match("StackOverflowError", cell.error, "the error")
    expect(
        len(cell.traceback.splitlines()) < 200, "the traceback has %d lines", len(cell.traceback.splitlines())
    )


@check("limits: an array too large, 20 times")
def _(t):
    for _ in range(20):
        cell = t.kernel.run("long[] large = new long[Integer.MAX_VALUE - 8];").failed()
        expect_match("OutOfMemoryError", cell.error, "the error")


@check("limits: a list that grows until memory is full, and stays")
def _(t):
    cell = t.kernel.run(
        "List<byte[]> hog = new ArrayList<>();\nwhile (true) hog.add(new byte[1 << 26]);", 60
    ).failed()
    expect_match("OutOfMemoryError", cell.error, "the error")
    expect(t.kernel.value("int full = 5; full + 1") == "6", "the next cell's value is not 6")
    t.kernel.value("hog = null;\nSystem.gc();")


# ---- errors ---------------------------------------------------------------------------------------


def expect_place(text, line, column, code, what):
    """Line and column in numbers, or the line and a mark under the column."""
    numbers = r"(?i)line %d\b.{0,20}?col\w*\.? %d\b|\b%d:%d\b" % (line, column, line, column)
    if re.search(numbers, text, re.S):
        return
    expect_match(r"(?i)line %d\b|\b%d:|\b%d \|" % (line, line, line), text, what)
    source = code.splitlines()[line - 1]
    lines = text.splitlines()
    for above, below in zip(lines, lines[1:]):
        mark = re.search(r"[\^~]", below)
        if source.strip() and source.strip() in above and mark:
            found = mark.start() - above.index(source.strip())
            wanted = column - 1 - (len(source) - len(source.lstrip()))
            expect(
                found == wanted, "%s: the mark is at column %d, not %d: %s", what, found, wanted, short(text)
            )
            return
    raise Failure(
        "%s: neither line %d, column %d nor a mark below it: %s" % (what, line, column, short(text))
    )


COMPILE_ERRORS = {
    "in a statement": (
        "int a1 = 1;\nint b1 = 2;\nint c1 = undefinedThing + a1;\nint d1 = 3;",
        3,
        10,
        "undefinedThing",
    ),
    "in a method": (
        "// words\nint twice(int n) {\n  String s = n;\n  return n;\n}\n",
        3,
        14,
        "incompatible types",
    ),
    "in a class": ("class Broken {\n  int n;\n  String s() { return n; }\n}", 3, 23, "incompatible types"),
    "in syntax": ("int e1 = 1;\n\nint f1 = 2 +* 3;\n", 3, 13, ""),
    "after a statement in the same line": (
        'int g1 = 1; int h1 = "text";\nint i1 = 2;',
        1,
        22,
        "incompatible types",
    ),
}


def register_compile_error(name, code, line, column, word):
    @check("errors: the place of one that the compiler finds " + name)
    def _(t):
        cell = t.kernel.run(code).failed()
        expect_match(re.escape(word), cell.error, "the error")
        expect_place(cell.error, line, column, code, "the error")
        expect_no_match(INNER, cell.error, "the error")


for error_name, error_parts in COMPILE_ERRORS.items():
    register_compile_error(error_name, *error_parts)


@check("errors: a method that calls one not yet there says so")
def _(t):
    cell = t.kernel.run("int useIt(int n) {\n  return n * laterMethod();\n}").ok()
    expect_match("laterMethod", cell.text("stderr"), "what the cell says")
    failed = t.kernel.run("useIt(1)").failed()
    expect_match("laterMethod", failed.error, "the error")
    expect_no_match(INNER, failed.error, "the error")
    t.kernel.run("int laterMethod() { return 7; }").ok()
    expect(t.kernel.value("useIt(6)") == "42", "it cannot be used when the other is there")


@check("errors: an exception with its causes")
def _(t):
    cell = t.kernel.run(
        'throw new IllegalStateException("outer words", new java.io.IOException("inner words"));'
    ).failed()
    content = cell.reply["content"]
    expect_match("IllegalStateException", content["ename"], "ename")
    expect_match("outer words", content["evalue"], "evalue")
    expect_match(r"Caused by: java\.io\.IOException: inner words", cell.traceback, "the traceback")
    expect_no_match(INNER, cell.error, "the error")


@check("errors: the lines of a cell's own frames")
def _(t):
    cell = t.kernel.run("int divide(int a, int b) {\n  return a / b;\n}\n\nint q1 = divide(1, 0);").failed()
    expect_match("ArithmeticException", cell.error, "the error")
    expect_match(r"(?i)line 2\b|:2\)", cell.traceback, "the frame of the method")
    expect_match(r"(?i)line 5\b|:5\)", cell.traceback, "the frame of the statement")
    expect_no_match(INNER, cell.error, "the error")
    later = t.kernel.run("// later\n\nint q2 = divide(2, 0);").failed()
    expect_match(r"(?i)line 2\b|:2\)", later.traceback, "the frame of the former cell's method")
    expect_match(r"(?i)line 3\b|:3\)", later.traceback, "the frame of the statement")


@check("errors: what cells declare has its own name")
def _(t):
    cell = t.kernel.run("String nothingYet = null;\nnothingYet.length()").failed()
    expect_match('because "nothingYet" is null', cell.error, "the error")
    cell = t.kernel.run("class Uncast {}\n(Integer) (Object) new Uncast()").failed()
    expect_match("class Uncast cannot be cast", cell.error, "the error")


@check("errors: a method's place stays when a later cell declares what it calls")
def _(t):
    t.kernel.run("int halve() {\n\n  return notYet() / 0;\n}").ok()
    t.kernel.run("int notYet() { return 5; }").ok()
    failed = t.kernel.run("halve()").failed()
    expect_match(r"line 3 in halve:  return notYet", failed.traceback, "the frame of the method")


@check("errors: exceptions of odd kinds")
def _(t):
    t.kernel.run(
        "class Odd extends RuntimeException {\n  Throwable cause;\n"
        '  public String getMessage() { throw new IllegalStateException("no words"); }\n'
        "  public synchronized Throwable getCause() { return cause; }\n}"
    ).ok()
    failed = t.kernel.run("throw new Odd();").failed()
    expect(failed.error.startswith("Odd\n"), "its name is %s", short(failed.error))
    expect_no_match(INNER, failed.error, "the error")
    failed = t.kernel.run(
        'var ring = new Odd();\nring.cause = new RuntimeException("in a ring", ring);\nthrow ring;'
    ).failed()
    expect_match("Caused by: .*: in a ring", failed.error, "an exception that causes itself")
    thread = t.kernel.run("var odd = new Thread(() -> { throw new Odd(); });\nodd.start();\nodd.join();").ok()
    expect_match("Odd", thread.text("stderr"), "what a thread says")
    failed = t.kernel.run(
        "class Door implements AutoCloseable {\n"
        '  public void close() { throw new IllegalStateException("stuck"); }\n}\n'
        'try (var door = new Door()) { throw new RuntimeException("inside"); }'
    ).failed()
    expect_match("Suppressed: java.lang.IllegalStateException: stuck", failed.error, "the error")
    failed = t.kernel.run('throw new RuntimeException("m".repeat(5_000_000));').failed()
    expect(len(failed.error) < 50_000, "a long message is shown whole")
    failed = t.kernel.run("int steps = %s;" % "+".join(["1"] * 6000)).failed()
    expect_match("nested too deeply", failed.error, "code that the compiler has no stack for")
    expect_no_match(INNER, failed.error, "the error")


@check("errors: in a lambda, its line")
def _(t):
    cell = t.kernel.run(
        'List.of("1", "x").stream()\n    .map(text ->\n        Integer.parseInt(text))\n    .toList()'
    ).failed()
    expect_match("NumberFormatException", cell.error, "the error")
    expect_match(r"(?i)line 3\b|:3\)", cell.traceback, "the frame of the lambda")


@check("errors: queued cells are aborted")
def _(t):
    cells = [t.kernel.send('Thread.sleep(500);\nthrow new RuntimeException("stop");')]
    cells += [t.kernel.send('System.out.println("no"); int after%d = 1;' % i) for i in range(5)]
    for cell in cells:
        cell.wait()
    cells[0].failed()
    for cell in cells[1:]:
        expect(cell.status == "aborted", "a queued cell's status is %s", cell.status)
        expect(cell.text() == "", "an aborted cell printed")
        expect(cell.states == ["busy", "idle"], "an aborted cell's states are %s", cell.states)
    later = t.kernel.run("1 + 1").ok()
    expect(later.result == "2", "the next cell gives %s", later.result)
    expect(
        later.count == cells[0].count + 1, "aborted cells took numbers: %s, %s", cells[0].count, later.count
    )


@check("errors: without stop_on_error the queue goes on")
def _(t):
    first = t.kernel.send('Thread.sleep(300);\nthrow new RuntimeException("go on");', stop_on_error=False)
    second = t.kernel.send("3 * 3")
    first.wait().failed()
    expect(second.wait().ok().result == "9", "the second cell gives %s", second.result)


@check("errors: an earlier statement's effect stays")
def _(t):
    t.kernel.run('int kept = 41;\nint broken = Integer.parseInt("x");\nint never = 1;').failed()
    expect(t.kernel.value("kept") == "41", "kept is not 41")
    cell = t.kernel.run("never").failed()
    expect_match("never", cell.error, "the error")


@check("errors: an unclosed brace")
def _(t):
    cell = t.kernel.run("class Open {\n  int a;").failed()
    expect_match(r"(?i)brace|bracket|\}|closed|incomplete|end of|missing|unfinished", cell.error, "the error")
    expect_no_match(r"\tat |" + INNER, cell.error, "the error")
    for code in ("void open() {", "int[] a = {1, 2", "String s = foo(1,", '"""\nopen text', "/* open"):
        cell = t.kernel.run(code, 10)
        expect(cell.status == "error", "%r: status %s", code, cell.status)
        expect_no_match(r"\tat |" + INNER, cell.error, "the error of %r" % code)


@check("errors: is_complete")
def _(t):
    cases = {
        "class A {": "incomplete",
        "for (int i = 0; i < 3; i++) {\n  int j = i;": "incomplete",
        "foo(": "incomplete",
        "int x = 1;": "complete",
        "1 + 1": "complete",
        "": "complete",
        "class A { int n; }": "complete",
        "int = 5;": "complete or invalid",  # complete, as far as it goes
    }
    for code, wanted in cases.items():
        content = t.kernel.request("is_complete_request", {"code": code})
        expect(content["status"] in wanted.split(" or "), "%r is %s, not %s", code, content["status"], wanted)
        if wanted == "incomplete":
            expect("indent" in content, "no indent for %r", code)


# ---- values ---------------------------------------------------------------------------------------

VALUES = {
    "a map": ('Map.of("a", 1)', r"\{a=1\}"),
    "a list": ("List.of(1, 2)", r"\[1, 2\]"),
    "an array": ("new int[] {1, 2, 3}", r"1, 2, 3"),
    "a string": ('"one\\ntwo"', r"one"),
    "a number": ("0.1 + 0.2", r"0\.3"),
    "a record": ("record Point(int x, int y) {}\nnew Point(1, 2)", r"Point\[x=1, y=2\]"),
    "an expression with a comment after it": ("5 // five", r"^5$"),
    "a variable": ("int seen = 12;\nseen", r"^12$"),
}


def register_value(name, code, pattern):
    @check("values: " + name)
    def _(t):
        cell = t.kernel.run(code).ok()
        expect(cell.result is not None, "there is no result")
        expect_match(pattern, cell.result, "the value")


for value_name, value_parts in VALUES.items():
    register_value(value_name, *value_parts)


@check("values: null as the last one")
def _(t):
    for code in ("null", "(String) null", "String nothing = null;\nnothing"):
        cell = t.kernel.run(code).ok()
        expect(cell.result in (None, "null"), "%r gives %s", code, cell.result)


@check("values: an object whose toString fails")
def _(t):
    code = 'class Bad { public String toString() { throw new RuntimeException("no words"); } }\nnew Bad()'
    cell = t.kernel.run(code)
    if cell.status == "error":
        expect_match("no words", cell.error, "the error")
    expect(t.kernel.value("2 + 2") == "4", "the next cell's value is not 4")


@check("values: statements have none")
def _(t):
    for code in (
        "Thread.sleep(1);",
        'System.out.print("");',
        "if (1 > 0) { }",
        "import java.util.zip.CRC32;",
        "void nothing() { }\nnothing();",
        "void nothing() { }\nnothing()",
        "class Empty { }",
    ):
        cell = t.kernel.run(code).ok()
        expect(not cell.results, "%r gives %s", code, short(cell.results))


PICTURE = """\
BufferedImage picture(int width, int height) {
  var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
  var random = new Random(width);
  for (int y = 0; y < height; y++) {
    for (int x = 0; x < width; x++) {
      image.setRGB(x, y, random.nextInt(1 << 24));
    }
  }
  return image;
}
"""


@check("values: a picture is a whole PNG")
def _(t):
    t.kernel.run(PICTURE).ok()
    for width, height in ((1, 1), (300, 200), (1200, 900)):
        cell = t.kernel.run("picture(%d, %d)" % (width, height)).ok()
        expect(len(cell.results) == 1, "%d results", len(cell.results))
        expect("image/png" in cell.results[0], "the result has %s", list(cell.results[0]))
        size = png_size(base64.b64decode(cell.results[0]["image/png"]))
        expect(size == (width, height), "the picture has %s pixels", size)
        expect("text/plain" in cell.results[0], "no text beside it")


@check("values: 33 pictures in one cell")
def _(t):
    t.kernel.run(PICTURE).ok()
    cell = t.kernel.run("for (int i = 1; i <= 33; i++) show(picture(10 * i, 100));", 60).ok()
    shown = [content["data"] for content in cell.contents("display_data")]
    expect(len(shown) == 33, "%d are shown", len(shown))
    for number, data in enumerate(shown, 1):
        expect("image/png" in data, "picture %d has %s", number, list(data))
        size = png_size(base64.b64decode(data["image/png"]))
        expect(size == (10 * number, 100), "picture %d has %s pixels", number, size)


# ---- requests -------------------------------------------------------------------------------------


@check("requests: history, its tail, ranges and search")
def _(t):
    def history(**content):
        wanted = {"output": False, "raw": True, "hist_access_type": "tail", "n": 10, **content}
        return t.kernel.request("history_request", wanted)["history"]

    counts = [
        t.kernel.run(code).ok().count for code in ("int needle1 = 1;", "int hay = 2;", "int needle2 = 3;")
    ]
    tail = history(n=3)
    expect(
        [entry[2] for entry in tail] == ["int needle1 = 1;", "int hay = 2;", "int needle2 = 3;"],
        "tail %s",
        short(tail),
    )
    expect([entry[1] for entry in tail] == counts, "the tail's numbers are %s, not %s", tail, counts)
    some = history(hist_access_type="range", session=0, start=counts[0], stop=counts[2])
    expect([entry[2] for entry in some] == ["int needle1 = 1;", "int hay = 2;"], "range %s", short(some))
    found = history(hist_access_type="search", pattern="*needle*", n=10)
    expect(
        [entry[2] for entry in found][-2:] == ["int needle1 = 1;", "int needle2 = 3;"],
        "search %s",
        short(found),
    )
    expect(
        not history(hist_access_type="search", pattern="*nowhere*"), "a search for nothing finds something"
    )
    t.kernel.run("int unseen = 1;", store_history=False).ok()
    expect(history(n=1)[0][2] == "int needle2 = 3;", "a cell without store_history is in it")


@check("requests: a comm to an unknown target is closed")
def _(t):
    info = t.kernel.request("comm_info_request", {})
    expect(info.get("comms") == {}, "comm_info_reply: %s", short(info))
    message = t.kernel.session.msg("comm_open", {"comm_id": "c0ffee", "target_name": "nowhere", "data": {}})
    t.kernel.client.shell_channel.send(message)
    parent = message["header"]["msg_id"]

    def closed():
        return [m for m in t.kernel.iopub.get(parent, []) if m["header"]["msg_type"] == "comm_close"]

    t.kernel.wait(closed, 5, "comm_close")
    expect(closed()[0]["content"]["comm_id"] == "c0ffee", "another comm_id")
    message = t.kernel.session.msg("comm_msg", {"comm_id": "none", "data": {}})
    t.kernel.client.shell_channel.send(message)


def complete(t, code, cursor=None):
    content = {"code": code, "cursor_pos": len(code) if cursor is None else cursor}
    return t.kernel.request("complete_request", content)


@check("requests: completion")
def _(t):
    t.kernel.run('String word = "a";').ok()
    for code, wanted in (
        ("word.subst", "substring"),
        ("Trainin", "Training"),
        ("int n = word.leng", "length"),
        ("for (int i = 0; i < 3; i++) {\n  word.toUpp", "toUpperCase"),
        ("List.o", "of"),
    ):
        complete(t, code)
        start = time.monotonic()
        content = complete(t, code)
        seconds = time.monotonic() - start
        expect(content.get("status") == "ok", "%r: %s", code, short(content))
        start_of = code[content["cursor_start"] : content["cursor_end"]]
        texts = [match.rstrip("()") for match in content["matches"]]
        expect(wanted in texts, "%r: the matches are %s", code, short(texts))
        expect(wanted.startswith(start_of), "%r: cursor_start is %d", code, content["cursor_start"])
        expect(content["cursor_end"] == len(code), "%r: cursor_end is %d", code, content["cursor_end"])
        expect(len(texts) == len(set(content["matches"])), "%r: matches twice: %s", code, short(texts))
        t.note("%.2f", seconds)
    content = complete(t, "word.subst + 1", len("word.subst"))
    expect(content["cursor_end"] == len("word.subst"), "in the middle: %s", short(content))
    expect(complete(t, "zzzzzz.y")["matches"] == [], "matches for nothing")


@check("requests: completion counts code points")
def _(t):
    t.kernel.run('String smile = "😀";').ok()
    code = 'String both = "😀😀" + smile.leng'
    content = complete(t, code)
    expect("length" in [m.rstrip("()") for m in content["matches"]], "matches %s", short(content))
    expect(
        content["cursor_start"] == len(code) - 4,
        "cursor_start is %d, not %d",
        content["cursor_start"],
        len(code) - 4,
    )
    expect(content["cursor_end"] == len(code), "cursor_end is %d, not %d", content["cursor_end"], len(code))


@check("requests: completion while a cell runs")
def _(t):
    cell = t.kernel.send('System.out.println("go");\nThread.sleep(1500);')
    cell.wait_for_text("go")
    content = complete(t, "String.val")
    expect(content.get("status") == "ok", "%s", short(content))
    cell.wait().ok()
    expect(cell.states == ["busy", "busy", "idle"], "the running cell's states are %s", cell.states)


def inspect(t, code, cursor):
    return t.kernel.request("inspect_request", {"code": code, "cursor_pos": cursor, "detail_level": 0})


@check("requests: inspection")
def _(t):
    t.kernel.run('String looked = "a";').ok()
    for code, cursor in (
        ("looked.length()", 10),
        ("looked.substring(1, 2)", 17),
        ("looked", 3),
        ("Math.max(1, 2)", 7),
        ("Figures.classGrid", 17),
    ):
        content = inspect(t, code, cursor)
        expect(content.get("status") == "ok" and content["found"], "%r: %s", code, short(content))
        name = code.split("(")[0].split(".")[-1]
        expect_match(name if name != "looked" else "String", content["data"]["text/plain"], repr(code))
    content = inspect(t, "nothingHere.atAll()", 15)
    expect(content.get("status") == "ok" and content["found"] is False, "an unknown name: %s", short(content))


@check("requests: execution counts, silent and store_history")
def _(t):
    start = t.kernel.run("1").ok().count
    expect(t.kernel.run("2").ok().count == start + 1, "the count does not go up by one")
    silent = t.kernel.run("int hushed = 9; hushed", silent=True).ok()
    expect(
        not silent.of_type("execute_input", "execute_result"),
        "a silent cell shows %s",
        short(silent.messages),
    )
    expect(t.kernel.run("hushed").ok().count == start + 2, "a silent cell takes a number")
    t.kernel.run("int aside = 3;", store_history=False).ok()
    cell = t.kernel.run("aside").ok()
    expect(
        cell.result == "3" and cell.count == start + 3,
        "after store_history=False: %s, %s",
        cell.result,
        cell.count,
    )
    failed = t.kernel.run('throw new RuntimeException("x");').failed()
    expect(failed.count == start + 4, "a failed cell's number is %s", failed.count)


@check("requests: user_expressions")
def _(t):
    cell = t.kernel.run("int base = 20;", user_expressions={"good": "base + 1", "bad": "noSuchName"}).ok()
    answers = cell.reply["content"]["user_expressions"]
    expect(answers["good"]["status"] == "ok", "%s", short(answers["good"]))
    expect(answers["good"]["data"]["text/plain"] == "21", "%s", short(answers["good"]))
    expect(answers["bad"]["status"] == "error", "%s", short(answers["bad"]))
    expect_match("noSuchName", str(answers["bad"]), "the failed expression")


@check("requests: an unknown one does no harm")
def _(t):
    message = t.kernel.session.msg("nonsense_request", {})
    t.kernel.client.shell_channel.send(message)
    t.kernel.client.control_channel.send(t.kernel.session.msg("nonsense_request", {}))
    t.kernel.client.shell_channel.send(t.kernel.session.msg("execute_request", {}))
    t.kernel.client.shell_channel.send(t.kernel.session.msg("complete_request", {"code": 5}))
    expect(t.kernel.value("3 + 4") == "7", "the next cell's value is not 7")


# ---- magics ---------------------------------------------------------------------------------------


@check("magics: %time")
def _(t):
    cell = t.kernel.run("%time Thread.sleep(300);").ok()
    said = cell.text() + str(cell.contents("display_data"))
    found = re.search(r"(\d+(?:\.\d+)?)\s*(m?s)\b", said)
    expect(found, "what %%time says: no time in %s", short(said))
    seconds = float(found.group(1)) / (1000 if found.group(2) == "ms" else 1)
    expect(0.3 <= seconds < 5, "%%time says: %s", short(said))
    failed = t.kernel.run("// a comment\n%%time\n\nint timed = 1 / 0;").failed()
    expect_match("line 4:  int timed", failed.traceback, "the place after %%time")


@check("magics: %jars")
def _(t):
    with tempfile.TemporaryDirectory() as folder:
        missing = t.kernel.run("%%jars %s/none.jar" % folder).failed()
        expect_match(r"none\.jar", missing.error, "the error")
        expect_no_match(r"\tat |" + INNER, missing.error, "the error")


@check("magics: %help names them")
def _(t):
    cell = t.kernel.run("%help").ok()
    said = cell.text() + str(cell.contents("display_data")) + str(cell.results)
    for word in ("%time", "%jars", "%help"):
        expect(word in said, "%s is not in it: %s", word, short(said))


@check("magics: an unknown one")
def _(t):
    for code in ("%nosuch 1", "%%nosuch\n1 + 1"):
        cell = t.kernel.run(code).failed()
        expect_match("nosuch", cell.error, "the error")
        expect_match("%help|%time", cell.error, "the error")
        expect_no_match(r"\tat |" + INNER, cell.error, "the error")
    expect(t.kernel.value("int seven = 7 % 4;\nseven\n    % 2") == "1", "a remainder is taken for a magic")


# ---- the wire -------------------------------------------------------------------------------------


def raw_socket(context, kernel, port):
    socket = context.socket(zmq.DEALER)
    socket.linger = 0
    socket.connect("tcp://127.0.0.1:%d" % kernel.client.get_connection_info()[port])
    return socket


@check("wire: a message with a wrong signature is ignored")
def _(t):
    with zmq.Context() as context:
        for port in ("shell_port", "control_port"):
            with raw_socket(context, t.kernel, port) as socket:
                message = t.kernel.session.msg("kernel_info_request", {})
                frames = t.kernel.session.serialize(message)
                good = list(frames)
                frames[1] = b"0" * 64
                socket.send_multipart(frames)
                expect(not socket.poll(700), "it is answered on the %s", port)
                for signature in (b"", b"zz", b"\xff" * 64):
                    socket.send_multipart([good[0], signature, *good[2:]])
                expect(not socket.poll(700), "it is answered on the %s", port)
                socket.send_multipart(good)
                expect(socket.poll(5000), "the right one is not answered on the %s", port)
    expect(t.kernel.value("1 + 5") == "6", "the next cell's value is not 6")


@check("wire: nonsense is ignored")
def _(t):
    session = t.kernel.session

    def signed(*parts):
        return [b"<IDS|MSG>", session.sign(list(parts)), *parts]

    nonsense = [
        [b""],
        [b"x"],
        [b"<IDS|MSG>"],
        [b"<IDS|MSG>", b""],
        [b"<IDS|MSG>", b"", b"{}"],
        [b"a"] * 50,
        [b"\xff\xfe" * 1000, b"<IDS|MSG>", b"\x00"],
        signed(b"no json", b"{}", b"{}", b"{}"),
        signed(b"{}", b"{}", b"{}", b"{}"),
        signed(b"[]", b"[]", b"[]", b"[]"),
        signed(b'{"msg_type": 5, "msg_id": null}', b"{}", b"{}", b"{}"),
        signed(b'{"msg_type": "execute_request", "msg_id": "1"}', b"{}", b"{}", b"null"),
        signed(b'{"msg_type": "execute_request", "msg_id": "2"}', b"{}", b"{}", b'{"code": "\xff"}'),
        signed(b"{" * 100_000, b"{}", b"{}", b"{}"),
    ]
    with zmq.Context() as context:
        for port in ("shell_port", "control_port", "stdin_port", "iopub_port"):
            kind = zmq.SUB if port == "iopub_port" else zmq.DEALER
            with context.socket(kind) as socket:
                socket.linger = 200
                socket.connect("tcp://127.0.0.1:%d" % t.kernel.client.get_connection_info()[port])
                if kind == zmq.SUB:
                    socket.subscribe(b"")
                else:
                    for frames in nonsense:
                        socket.send_multipart(frames)
                time.sleep(0.2)
    t.kernel.pump_for(0.3)
    expect(t.kernel.is_alive, "the process ended")
    expect(t.kernel.value("1 + 6") == "7", "the next cell's value is not 7")
    content = t.kernel.request("kernel_info_request", {}, "control", 5)
    expect(content.get("status") == "ok", "the control channel is dead")


@check("wire: a damaged message does not spoil the running cell's reply")
def _(t):
    session = t.kernel.session
    cell = t.kernel.send('System.out.println("go"); Thread.sleep(500); 7')
    cell.wait_for_text("go")
    header = b'{"msg_type": "%s", "msg_id": "z", "date": "%s"}'
    with zmq.Context() as context, raw_socket(context, t.kernel, "shell_port") as socket:
        socket.linger = 200
        for kind, date, content in (
            (b"execute_request", b"no date", b'{"code": "1"}'),
            (b"history_request", b"2026-01-01T00:00:00Z", b'{"hist_access_type": {}, "output": []}'),
            (b"complete_request", b"2026-01-01T00:00:00Z", b'{"code": {"a": 1}}'),
            (b"complete_request", b"2026-01-01T00:00:00Z", b'{"a": ' * 20_000 + b"1" + b"}" * 20_000),
        ):
            parts = [header % (kind, date), b"{}", b"{}", content]
            socket.send_multipart([b"<IDS|MSG>", session.sign(parts), *parts])
    expect(cell.wait().ok().result == "7", "the cell's value is %s", cell.result)


# ---- code -----------------------------------------------------------------------------------------


@check("code: lines that end with CR LF")
def _(t):
    cell = t.kernel.run('int crlf = 1;\r\nSystem.out.println("a");\r\ncrlf + 1').ok()
    expect(cell.result == "2" and cell.text() == "a\n", "%s, %r", cell.result, cell.text())
    code = "int fine = 1;\r\n\r\nint wrong = nowhereToBeFound;\r\n"
    failed = t.kernel.run(code).failed()
    expect_place(failed.error, 3, 13, code.replace("\r", ""), "the error")


@check("code: letters of all kinds")
def _(t):
    cell = t.kernel.run('String größe = "😀 ümläut 漢字";\nSystem.out.println(größe);\ngröße').ok()
    expect(cell.text() == "😀 ümläut 漢字\n", "printed %r", cell.text())
    expect("😀 ümläut 漢字" in cell.result, "the value is %r", cell.result)
    failed = t.kernel.run('throw new RuntimeException("😀 fault");').failed()
    expect("😀 fault" in failed.error, "the error is %r", short(failed.error))
    code = 'String s2 = "😀"; int n2 = "😀";'
    failed = t.kernel.run(code).failed()
    expect_match("incompatible types", failed.error, "the error")


@check("code: nothing, blanks, comments")
def _(t):
    for code in (
        "",
        "   \n\n\t",
        "// a comment",
        "/* a comment\n   of two lines */",
        "// one\n// two\n",
        ";",
    ):
        cell = t.kernel.run(code, 10).ok()
        expect(not cell.of_type("execute_result", "stream", "error"), "%r shows something", code)
    cell = t.kernel.run("int z1 = 3; // three\nz1 // its value\n// the end").ok()
    expect(cell.result == "3", "comments after the value: %s", cell.result)


@check("code: a very long cell")
def _(t):
    lines = "\n".join("  sum += %d;" % number for number in range(5000))
    start = time.monotonic()
    value = t.kernel.value("int total() {\n  int sum = 0;\n%s\n  return sum;\n}\ntotal()" % lines, 60)
    expect(value == str(sum(range(5000))), "the value is %s", value)
    t.note("5,000 lines %.1f s", time.monotonic() - start)
    text = "x" * 60_000
    expect(t.kernel.value('"%s".length()' % text, 60) == "60000", "a long string")
    start = time.monotonic()
    many = "int step = 0;\n" + "\n".join("step += %d;" % number for number in range(100)) + "\nstep"
    expect(t.kernel.value(many, 120) == "4950", "the value of many statements")
    t.note("100 statements %.1f s", time.monotonic() - start)


@check("code: as much of it as a method holds")
def _(t):
    numbers = ", ".join(map(str, range(5000)))
    value = t.kernel.value("Object numbers = List.of(%s).size();\nnumbers" % numbers, 60)
    expect(value == "5000", "the value is %s", value)


@check("code: definitions may be made anew and refer to later ones")
def _(t):
    t.kernel.run("int early() { return late() + 1; }").ok()
    t.kernel.run("int late() { return 1; }").ok()
    expect(t.kernel.value("early()") == "2", "a method that calls a later one")
    t.kernel.run("int late() { return 10; }").ok()
    expect(t.kernel.value("early()") == "11", "the method made anew")
    t.kernel.run("class Box { int n = 1; }").ok()
    t.kernel.run("class Box { int m = 2; }").ok()
    expect(t.kernel.value("new Box().m") == "2", "the class made anew")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kernel", default="java", help="the kernel specification's name (java)")
    parser.add_argument("--starts", type=int, default=10, help="how many starts (10)")
    parser.add_argument("--interrupts", type=int, default=5, help="how many interrupted trainings (5)")
    parser.add_argument("--busy", action="store_true", help="keep all cores busy while it starts")
    parser.add_argument(
        "--only", action="append", default=[], metavar="PART", help="checks with this in the name"
    )
    parser.add_argument("--list", action="store_true", help="only the names of the checks")
    options = parser.parse_args()
    if options.list:
        print("\n".join(name for name, _ in runner.chosen(options.only)))
        return 0
    return runner.run(options)


if __name__ == "__main__":
    sys.exit(main())
