package org.adversaria.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A format of files that strangers may have made, and what reads it.
 *
 * @param name the name, in messages and for repeating a mutant
 * @param seeds intact files
 * @param mutation makes a mutant of a seed
 * @param placement puts a mutant into a folder
 * @param reader reads it
 * @param admitted what the reader may throw
 * @param writes whether the reader goes on with what it has read, and so writes files of its own
 */
record Format(
    String name,
    List<byte[]> seeds,
    Mutation mutation,
    Placement placement,
    Reader reader,
    List<Class<? extends Exception>> admitted,
    boolean writes) {

  /** A format that is only read. */
  Format(
      String name,
      List<byte[]> seeds,
      Mutation mutation,
      Placement placement,
      Reader reader,
      List<Class<? extends Exception>> admitted) {
    this(name, seeds, mutation, placement, reader, admitted, false);
  }

  /** Makes a mutant of a seed. */
  @FunctionalInterface
  interface Mutation {
    byte[] mutant(Mutator mutator, byte[] seed) throws IOException;
  }

  /** Puts a mutant into a folder, and what belongs beside it. */
  @FunctionalInterface
  interface Placement {
    /** Returns the path to read, which messages have to name. */
    Path place(Path folder, byte[] mutant) throws IOException;
  }

  /** Reads a mutant. */
  @FunctionalInterface
  interface Reader {
    void read(Path path) throws Exception;
  }

  /** A file of this name, alone in its folder. */
  static Placement file(String name) {
    return (folder, mutant) -> Files.write(folder.resolve(name), mutant);
  }

  /** The bytes of a mutant, the same each time. */
  byte[] mutant(long seed) throws IOException {
    var mutator = new Mutator(seed * 1_000_003 + name.hashCode());
    return mutation.mutant(mutator, mutator.oneOf(seeds));
  }

  @Override
  public String toString() {
    return name;
  }
}
