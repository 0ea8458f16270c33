package org.adversaria.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/**
 * A standalone cluster of Spark on the loopback interface: a master and workers of one core, each
 * in a process of its own, with a secret.
 */
final class Cluster implements AutoCloseable {

  static final String SECRET = "of-the-tests";

  private static final String LOOPBACK = "127.0.0.1";
  private static final String CLASS_PATH = System.getProperty("java.class.path");
  private static final Path OPTIONS = Path.of("java-options.txt").toAbsolutePath();

  private final Path folder;
  private final int port;
  private final List<Process> processes = new ArrayList<>();
  private final List<Process> workers = new ArrayList<>();

  /** Starts a master and workers; their logs go to the folder. */
  Cluster(Path folder, int workers) throws Exception {
    this.folder = folder;
    Files.createDirectories(folder.resolve("home/jars"));
    try (var free = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
      port = free.getLocalPort();
    }
    start(
        "master",
        "org.apache.spark.deploy.master.Master",
        "--host",
        LOOPBACK,
        "--port",
        Integer.toString(port),
        "--webui-port",
        "0");
    await("the master", Duration.ofSeconds(60), this::listens);
    for (int i = 0; i < workers; i++) {
      this.workers.add(
          start(
              "worker-" + i,
              "org.apache.spark.deploy.worker.Worker",
              "--host",
              LOOPBACK,
              "--cores",
              "1",
              "--memory",
              "2g",
              "--webui-port",
              "0",
              "--work-dir",
              folder.resolve("work-" + i).toString(),
              url()));
    }
  }

  String url() {
    return "spark://" + LOOPBACK + ":" + port;
  }

  private boolean listens() {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(LOOPBACK, port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Starts a class of the class path, with its output in a file of its name. */
  Process start(String name, String program, String... arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.add("@" + OPTIONS);
    command.addAll(
        List.of(
            "-Xmx1g",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Djava.awt.headless=true",
            "-Dspark.authenticate=true",
            "-Dspark.master.rest.enabled=false",
            "-Dspark.authenticate.secret=" + SECRET));
    command.addAll(List.of("-cp", CLASS_PATH, program));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command);
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().put("SPARK_HOME", folder.resolve("home").toString());
    builder.environment().put("SPARK_DIST_CLASSPATH", CLASS_PATH);
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", LOOPBACK);
    // Of which killed processes leave some.
    builder.environment().put("SPARK_LOCAL_DIRS", folder.resolve("local").toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.redirectErrorStream(true);
    builder.redirectOutput(folder.resolve(name + ".log").toFile());
    Process process = builder.start();
    processes.add(process);
    return process;
  }

  /** The processes that a worker has started. */
  List<Long> executors(int number) {
    return workers.get(number).descendants().map(ProcessHandle::pid).toList();
  }

  /** Kills a worker and the executors that it started. */
  void killWorker(int number) {
    kill(workers.get(number));
  }

  /** Kills the worker that started an executor, and the executor. */
  void killWorkerOf(String executor) {
    for (int number = 0; number < workers.size(); number++) {
      try (Stream<Path> folders =
          Files.find(folder.resolve("work-" + number), 2, (path, is) -> path.endsWith(executor))) {
        if (folders.findAny().isPresent()) {
          killWorker(number);
          return;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    throw new IllegalArgumentException("No worker has started executor " + executor);
  }

  /** Kills a process and those that it started, without a chance to say a word. */
  static void kill(Process process) {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
  }

  /** Waits until something holds. */
  static void await(String what, Duration patience, Callable<Boolean> holds) throws Exception {
    long end = System.nanoTime() + patience.toNanos();
    while (!holds.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("Waited in vain for " + what);
      }
      Thread.sleep(50);
    }
  }

  /** The ends of all logs, for a test that fails. */
  String logs() throws IOException {
    var text = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> logs =
          files
              .filter(file -> file.toString().endsWith(".log") || file.endsWith("stderr"))
              .sorted()
              .toList();
      for (Path log : logs) {
        List<String> lines = Files.readAllLines(log);
        text.append("\n== ").append(folder.relativize(log)).append('\n');
        lines
            .subList(Math.max(0, lines.size() - 30), lines.size())
            .forEach(line -> text.append(line).append('\n'));
      }
    }
    return text.toString();
  }

  @Override
  public void close() {
    processes.forEach(Cluster::kill);
  }
}
