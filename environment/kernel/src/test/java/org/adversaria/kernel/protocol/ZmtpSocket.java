package org.adversaria.kernel.protocol;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/**
 * A client of a ZeroMQ socket: the protocol ZMTP 3.0 without encryption. JeroMQ's own clients
 * sometimes never finish their handshake.
 */
final class ZmtpSocket implements AutoCloseable {

  private static final int PATIENCE_MILLIS = 10_000;
  private static final int GREETING = 64;
  private static final int MORE = 1;
  private static final int LONG = 2;
  private static final int COMMAND = 4;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;

  /** Connects as a socket of the type: DEALER, REQ or SUB. */
  ZmtpSocket(int port, String type, String identity) {
    try {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(PATIENCE_MILLIS);
      in = new DataInputStream(socket.getInputStream());
      out = new DataOutputStream(socket.getOutputStream());
      byte[] greeting = new byte[GREETING];
      greeting[0] = (byte) 0xff;
      greeting[9] = 0x7f;
      greeting[10] = 3;
      System.arraycopy(Wire.bytes("NULL"), 0, greeting, 12, 4);
      out.write(greeting);
      in.readFully(new byte[GREETING]);
      var ready = new ByteArrayOutputStream();
      var properties = new DataOutputStream(ready);
      properties.writeByte(5);
      properties.write(Wire.bytes("READY"));
      property(properties, "Socket-Type", type);
      property(properties, "Identity", identity);
      frame(COMMAND, ready.toByteArray());
      readCommand();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void property(DataOutputStream to, String name, String value) throws IOException {
    to.writeByte(name.length());
    to.write(Wire.bytes(name));
    to.writeInt(value.length());
    to.write(Wire.bytes(value));
  }

  private void frame(int flags, byte[] body) throws IOException {
    var frame = new ByteArrayOutputStream();
    var to = new DataOutputStream(frame);
    if (body.length > 255) {
      to.writeByte(flags | LONG);
      to.writeLong(body.length);
    } else {
      to.writeByte(flags);
      to.writeByte(body.length);
    }
    to.write(body);
    out.write(frame.toByteArray());
  }

  private byte[] body(int flags) throws IOException {
    int length = (flags & LONG) != 0 ? Math.toIntExact(in.readLong()) : in.readUnsignedByte();
    return in.readNBytes(length);
  }

  private void readCommand() throws IOException {
    int flags = in.readUnsignedByte();
    if ((flags & COMMAND) == 0) {
      throw new IOException("The handshake's answer is no command");
    }
    body(flags);
  }

  void send(List<byte[]> frames) {
    try {
      for (int i = 0; i < frames.size(); i++) {
        frame(i + 1 < frames.size() ? MORE : 0, frames.get(i));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The frames of the next message; it waits ten seconds at most. */
  List<byte[]> receive() {
    List<byte[]> frames = receive(PATIENCE_MILLIS);
    if (frames == null) {
      throw new AssertionError("Nothing came");
    }
    return frames;
  }

  /** The frames of the next message; null if none begins within the time. */
  List<byte[]> receive(int millis) {
    try {
      int flags;
      socket.setSoTimeout(millis);
      try {
        flags = in.readUnsignedByte();
      } catch (SocketTimeoutException e) {
        return null;
      }
      socket.setSoTimeout(PATIENCE_MILLIS);
      var frames = new ArrayList<byte[]>(List.of(body(flags)));
      while ((flags & MORE) != 0) {
        flags = in.readUnsignedByte();
        frames.add(body(flags));
      }
      return frames;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
