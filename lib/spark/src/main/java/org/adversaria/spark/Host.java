package org.adversaria.spark;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** The machine of this process. */
final class Host {

  private Host() {}

  /** Its name for messages. */
  static String name() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
