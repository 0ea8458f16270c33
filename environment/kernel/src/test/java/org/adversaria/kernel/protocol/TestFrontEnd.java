package org.adversaria.kernel.protocol;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A front end with sockets of its own, for one thread at a time; it waits ten seconds at most. */
public final class TestFrontEnd implements AutoCloseable {

  private static final String NAME = "front-end-1";

  private final List<ZmtpSocket> sockets = new ArrayList<>();
  private final List<Integer> ports = freePorts();
  private ZmtpSocket shell;
  private ZmtpSocket control;
  private ZmtpSocket stdin;
  private ZmtpSocket iopub;

  private static List<Integer> freePorts() {
    var held = new ArrayList<ServerSocket>();
    try {
      for (int i = 0; i < 5; i++) {
        held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      List<Integer> ports = held.stream().map(ServerSocket::getLocalPort).toList();
      for (ServerSocket socket : held) {
        socket.close();
      }
      return ports;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A connection file as Jupyter writes it. */
  String file(String transport, String ip, String key) {
    return "{\"transport\": \"%t\", \"ip\": \"%i\", \"key\": \"%k\", \"signature_scheme\":"
            .replace("%t", transport)
            .replace("%i", ip)
            .replace("%k", key)
        + " \"hmac-sha256\", \"shell_port\": "
        + ports.get(0)
        + ", \"control_port\": "
        + ports.get(1)
        + ", \"stdin_port\": "
        + ports.get(2)
        + ", \"hb_port\": "
        + ports.get(3)
        + ", \"iopub_port\": "
        + ports.get(4)
        + ", \"kernel_name\": \"java\"}";
  }

  /** Starts the kernel's side. */
  public Connection start(Path folder) throws IOException {
    Path file = folder.resolve("kernel-" + ports.get(0) + ".json");
    Files.writeString(file, file("tcp", "127.0.0.1", Wire.KEY));
    return new Connection(file);
  }

  /** Connects to the sockets for requests and for input. */
  public TestFrontEnd connect() {
    shell = socket("DEALER", 0);
    control = socket("DEALER", 1);
    stdin = socket("DEALER", 2);
    return this;
  }

  /** Connects to the socket for outputs. */
  public TestFrontEnd listen() {
    iopub = socket("SUB", 4);
    byte[] everything = {1};
    iopub.send(List.of(everything));
    return this;
  }

  private ZmtpSocket socket(String type, int port) {
    var socket = new ZmtpSocket(ports.get(port), type, NAME);
    sockets.add(socket);
    return socket;
  }

  ZmtpSocket heartbeat() {
    return socket("REQ", 3);
  }

  /** Sends a request on the socket for what is done in order. */
  public void shell(String type, String id, String content) {
    shell.send(Wire.request(type, id, content));
  }

  void shell(List<byte[]> frames) {
    shell.send(frames);
  }

  void control(String type, String id, String content) {
    control.send(Wire.request(type, id, content));
  }

  void control(List<byte[]> frames) {
    control.send(frames);
  }

  /** Answers a question for input. */
  public void input(String value) {
    stdin.send(Wire.request("input_reply", "input", "{\"value\": \"" + value + "\"}"));
  }

  void stdin(List<byte[]> frames) {
    stdin.send(frames);
  }

  /** The next reply on the socket for what is done in order. */
  public Wire.Read fromShell() {
    return Wire.read(shell.receive());
  }

  Wire.Read fromControl() {
    return Wire.read(control.receive());
  }

  /** The next question for input. */
  public Wire.Read fromStdin() {
    return Wire.read(stdin.receive());
  }

  /** Whether a question for input comes within the time; it is taken. */
  boolean isAsked(int millis) {
    return stdin.receive(millis) != null;
  }

  /** The next output or state. */
  public Wire.Read fromIopub() {
    return Wire.read(iopub.receive());
  }

  @Override
  public void close() {
    sockets.forEach(ZmtpSocket::close);
  }
}
