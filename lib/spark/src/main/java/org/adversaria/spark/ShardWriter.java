package org.adversaria.spark;

import java.io.Closeable;
import java.io.IOException;

/** Writes a file of images, equal to the byte on every machine; it is complete when closed. */
interface ShardWriter extends Closeable {

  /**
   * Adds an image.
   *
   * @param name of the PNG file
   * @param label from 0; without a meaning where the generator has no classes
   */
  void add(String name, byte[] png, long label) throws IOException;
}
