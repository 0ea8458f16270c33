package org.adversaria.kernel.protocol;

import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionFileTest {

  @TempDir Path folder;

  private final TestFrontEnd frontEnd = new TestFrontEnd();

  @AfterEach
  void close() {
    frontEnd.close();
  }

  private Path written(String content) throws IOException {
    return Files.writeString(folder.resolve("kernel-1.json"), content);
  }

  private void assertRefused(String content, String message) throws IOException {
    Path file = written(content);
    assertThatIOException().isThrownBy(() -> new Connection(file)).withMessage(file + message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "192.0.2.1", "::", "2001:db8::1", "10.0.0.1"})
  void addressesThatOtherMachinesReachAreRefused(String address) throws IOException {
    assertRefused(
        frontEnd.file("tcp", address, Wire.KEY),
        ": the address is "
            + address
            + ", where other machines could run code here. Let Jupyter start kernels on 127.0.0.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ipc", "udp", "TCP"})
  void otherTransportsAreRefused(String transport) throws IOException {
    assertRefused(
        frontEnd.file(transport, "127.0.0.1", Wire.KEY),
        ": the transport is " + transport + "; this kernel has tcp only");
  }

  @Test
  void aConnectionWithoutAKeyIsRefused() throws IOException {
    String message = ": there is no key, so anyone on this machine could run code. Set Session.key";
    assertRefused(frontEnd.file("tcp", "127.0.0.1", ""), message);
    assertRefused("{\"transport\": \"tcp\", \"ip\": \"127.0.0.1\"}", message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "text", "[]", "1", "{\"shell_port\": \"text\"}", "\u0000\u0001"})
  void whatIsNoConnectionFileIsRefused(String content) throws IOException {
    Path file = written(content);
    assertThatIOException()
        .isThrownBy(() -> new Connection(file))
        .withMessageStartingWith(file + " is not a connection file of Jupyter: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "{}", "{\"transport\": \"tcp\"}", "{\"ip\": \"127.0.0.1\"}"})
  void aFileWithoutAnAddressIsRefused(String content) throws IOException {
    assertRefused(content, " is not a connection file of Jupyter: it names no address");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    Path file = folder.resolve("kernel-2.json");
    assertThatThrownBy(() -> new Connection(file))
        .isInstanceOf(IOException.class)
        .hasMessage("there is no connection file " + file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"hmac-none", "sha256", ""})
  void unknownWaysOfSigningAreRefused(String scheme) throws IOException {
    String content = frontEnd.file("tcp", "127.0.0.1", Wire.KEY);
    assertRefused(
        content.replace("hmac-sha256", scheme),
        ": the signature scheme is "
            + scheme
            + ", which this kernel does not have. Set Session.signature_scheme to hmac-sha256");
  }

  @ParameterizedTest
  @ValueSource(strings = {"shell", "control", "stdin", "hb", "iopub"})
  void aFileWithoutAPortIsRefused(String socket) throws IOException {
    String content = frontEnd.file("tcp", "127.0.0.1", Wire.KEY);
    assertRefused(
        content.replaceFirst("\"" + socket + "_port\"", "\"other\""),
        " is not a connection file of Jupyter: a port is missing or is 0");
    assertRefused(
        content.replaceFirst("(" + socket + "_port\": )", "$19"),
        " is not a connection file of Jupyter: a port is missing or is 9"
            + content.replaceFirst("(?s).*" + socket + "_port\": (\\d+).*", "$1"));
  }
}
