package org.adversaria.kernel.protocol;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.dflib.jjava.jupyter.kernel.KernelConnectionProperties;
import org.dflib.jjava.jupyter.messages.HMACGenerator;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/**
 * The five sockets that a connection file names. All are open when this is made; requests that come
 * before {@link #serve} wait.
 */
public final class Connection {

  private static final Pattern SCHEME = Pattern.compile("hmac-(md5|sha(1|224|256|384|512))");

  private final ZMQ.Context context = ZMQ.context(1);
  private final Codec codec;
  private final Iopub iopub;
  private final Stdin stdin;
  private final Requests shell;
  private final Requests control;

  /**
   * Opens the sockets.
   *
   * @param file the connection file that a front end has written
   * @throws IOException if the file cannot be read or asks for something that is not safe
   */
  public Connection(Path file) throws IOException {
    KernelConnectionProperties properties = read(file);
    // A tenth of a second, and as much for the sockets.
    var signing = CompletableFuture.supplyAsync(() -> signer(file, properties));
    ZMQ.Socket onShell = router(properties, properties.getShellPort());
    ZMQ.Socket onControl = router(properties, properties.getControlPort());
    ZMQ.Socket onStdin = router(properties, properties.getStdinPort());
    heartbeat(address(properties, properties.getHbPort()));
    HMACGenerator signer = signing.join();
    codec = new Codec(signer);
    iopub = new Iopub(context, signer, codec);
    iopub.bind(properties);
    stdin = new Stdin(onStdin, codec);
    shell = new Requests("shell", onShell, codec);
    control = new Requests("control", onControl, codec);
  }

  private static HMACGenerator signer(Path file, KernelConnectionProperties properties) {
    try {
      return properties.createHMACGenerator();
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  /** Whoever reaches the sockets and has the key can run any code as the user. */
  private static KernelConnectionProperties read(Path file) throws IOException {
    KernelConnectionProperties properties;
    try {
      properties = KernelConnectionProperties.parse(Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new IOException("there is no connection file " + file, e);
    } catch (RuntimeException e) {
      throw new IOException(file + " is not a connection file of Jupyter: " + e.getMessage(), e);
    }
    if (properties == null || properties.getIp() == null || properties.getTransport() == null) {
      throw new IOException(file + " is not a connection file of Jupyter: it names no address");
    }
    if (!properties.getTransport().equals("tcp")) {
      throw new IOException(
          file + ": the transport is " + properties.getTransport() + "; this kernel has tcp only");
    }
    if (!InetAddress.getByName(properties.getIp()).isLoopbackAddress()) {
      throw new IOException(
          file
              + ": the address is "
              + properties.getIp()
              + ", where other machines could run code here. Let Jupyter start kernels on"
              + " 127.0.0.1");
    }
    if (properties.getKey() == null || properties.getKey().isEmpty()) {
      throw new IOException(
          file + ": there is no key, so anyone on this machine could run code. Set Session.key");
    }
    String scheme = properties.getSignatureScheme();
    if (scheme == null || !SCHEME.matcher(scheme).matches()) {
      throw new IOException(
          file
              + ": the signature scheme is "
              + scheme
              + ", which this kernel does not have. Set Session.signature_scheme to hmac-sha256");
    }
    for (int port : ports(properties)) {
      if (port < 1 || port > 65_535) {
        throw new IOException(
            file + " is not a connection file of Jupyter: a port is missing or is " + port);
      }
    }
    return properties;
  }

  private static int[] ports(KernelConnectionProperties properties) {
    return new int[] {
      properties.getShellPort(),
      properties.getControlPort(),
      properties.getStdinPort(),
      properties.getHbPort(),
      properties.getIopubPort()
    };
  }

  static String address(KernelConnectionProperties properties, int port) {
    return properties.getTransport() + "://" + properties.getIp() + ":" + port;
  }

  private ZMQ.Socket router(KernelConnectionProperties properties, int port) throws IOException {
    ZMQ.Socket socket = context.socket(SocketType.ROUTER);
    socket.setSndHWM(0);
    socket.setRcvHWM(0);
    socket.setLinger(1_000);
    open(socket, address(properties, port));
    return socket;
  }

  static void open(ZMQ.Socket socket, String address) throws IOException {
    try {
      socket.bind(address);
    } catch (ZMQException e) {
      throw new IOException(
          address + " cannot be opened; is the port in use? " + e.getMessage(), e);
    }
  }

  /** Gives every message back as it came. */
  private void heartbeat(String address) throws IOException {
    ZMQ.Socket socket = context.socket(SocketType.REP);
    socket.setLinger(0);
    open(socket, address);
    var thread = new Thread(() -> ZMQ.proxy(socket, socket, null), "kernel-heartbeat");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Where outputs and states are published.
   *
   * @return the socket that front ends listen to
   */
  public Iopub iopub() {
    return iopub;
  }

  /**
   * Where a cell's input comes from.
   *
   * @return the socket for questions
   */
  public Stdin stdin() {
    return stdin;
  }

  /**
   * Lets requests be answered from now on, those that have come already too.
   *
   * @param onShell answers what is done in order: execution, completion, inspection
   * @param onControl answers what cannot wait: interrupts and the end
   */
  public void serve(Requests.Handler onShell, Requests.Handler onControl) {
    control.start(onControl);
    shell.start(onShell);
  }
}
