package org.adversaria.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.zip.ZipException;
import org.adversaria.torch.AtomicFile;
import org.adversaria.torch.Text;
import org.adversaria.training.Training;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.spark.SparkEnv;
import org.apache.spark.util.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The objects of a cell: {@code run-000000001000.zip}, the run after so many steps; {@code
 * attempts/}, an object for each process that began to train it and for each end; {@code
 * result.json} once it has ended.
 *
 * <p>A process trains in a folder of its own machine and stores the run after each checkpoint, as
 * one object, which is there whole or not at all. There are no locks: where two processes train the
 * cell at a time, as when an executor was given up but lives, they store the same runs, to the bit
 * but for times and names of machines, and neither deletes what is newer than its own.
 *
 * @param folder what the names of the objects begin with
 */
record CellObjects(ObjectFolder folder) implements CellStore {

  private static final Logger LOG = LoggerFactory.getLogger(CellObjects.class);

  /** Runs that are kept: one to go on from where the newest is damaged. */
  private static final int KEEP = 2;

  private static final Pattern RUN = Pattern.compile("run-\\d{12,}\\.zip");

  /** Reads an object. */
  @FunctionalInterface
  private interface Reading<T> {

    /** Throws a {@link ZipException} if the object is damaged. */
    T read(InputStream in) throws IOException;
  }

  /** A cell that is trained in a folder of this machine, which is deleted at the end. */
  private record Scratch(CellObjects cell, Path path) implements HeldCell {

    @Override
    public Path run() {
      return path.resolve("run");
    }

    /** Each object has one checkpoint. */
    @Override
    public Training into(Training training) {
      return training.directory(run()).keep(1).onCheckpoint(cell::store);
    }

    @Override
    public String named(String message) {
      return message.contains(run().toString())
          ? Text.format(
              "%s (%s was on %s; the run is kept as %s)",
              message, run(), Host.name(), cell.folder.uri("run-*.zip"))
          : message;
    }

    @Override
    public void close() {
      try {
        AtomicFile.deleteTree(path);
      } catch (IOException e) {
        LOG.warn("{} stays, which nothing needs: {}", path, e.toString());
      }
    }
  }

  static String name(long steps) {
    return Text.format("run-%012d.zip", steps);
  }

  private ObjectFolder attemptsFolder() {
    return folder.folder("attempts");
  }

  /**
   * Brings the newest whole run to this machine. A worker of Spark deletes what an executor that
   * was killed left in its local folders.
   */
  @Override
  public HeldCell hold() throws IOException {
    Path local = Path.of(Utils.getLocalDir(SparkEnv.get().conf()));
    var scratch = new Scratch(this, Files.createTempDirectory(local, "adversaria-cell-"));
    try {
      newestWhole(in -> RunZip.unpack(in, scratch.run()));
      return scratch;
    } catch (IOException | RuntimeException e) {
      scratch.close();
      throw e;
    }
  }

  /** Stores a run after a checkpoint, then deletes older ones. */
  private void store(Path run, long steps) throws IOException {
    String stored = name(steps);
    try (OutputStream out = folder.create(stored)) {
      RunZip.pack(run, out);
    } catch (IOException e) {
      throw new IOException(
          Text.format("%s cannot be written: %s", folder.uri(stored), e.getMessage()), e);
    }
    List<String> upToThis = runs().stream().filter(name -> name.compareTo(stored) <= 0).toList();
    for (String old : upToThis.subList(Math.min(KEEP, upToThis.size()), upToThis.size())) {
      folder.delete(old);
    }
  }

  /** The names of the stored runs, newest first. */
  private List<String> runs() throws IOException {
    return folder.names().stream()
        .filter(name -> RUN.matcher(name).matches())
        .sorted(Comparator.reverseOrder())
        .toList();
  }

  /**
   * Reads the newest run that is not damaged, by its zip or by the checksums of its file system;
   * those passed over are logged with the reason. Empty if there is none: the cell begins at its
   * first step, and comes to the same bits. A file system that does not answer is an error.
   */
  private <T> Optional<T> newestWhole(Reading<T> reading) throws IOException {
    for (String name : runs()) {
      try (InputStream in = folder.open(name)) {
        return Optional.of(reading.read(in));
      } catch (ZipException | ChecksumException e) {
        LOG.warn("{} is passed over: {}", folder.uri(name), e.getMessage());
      } catch (FileNotFoundException e) {
        LOG.warn("{} is passed over: another process deleted it just now", folder.uri(name));
      }
    }
    return Optional.empty();
  }

  /** A result that is damaged counts as none: the cell goes on from its last checkpoint. */
  @Override
  public Optional<CellResult> result() throws IOException {
    Optional<byte[]> content = folder.get(RESULT);
    try {
      return content.isEmpty()
          ? Optional.empty()
          : Optional.of(Json.read(content.get(), CellResult.class));
    } catch (JsonProcessingException e) {
      LOG.warn("{} is passed over: {}", folder.uri(RESULT), Text.visible(e.getOriginalMessage()));
      return Optional.empty();
    }
  }

  @Override
  public void write(CellResult result) throws IOException {
    folder.put(RESULT, Json.pretty(result));
    end(result);
  }

  @Override
  public void forgetResult() throws IOException {
    folder.delete(RESULT);
  }

  @Override
  public List<String> log() throws IOException {
    return newestWhole(RunZip::log).orElse(List.of());
  }

  @Override
  public List<String> attempts() throws IOException {
    var lines = new ArrayList<String>();
    for (String name : attemptsFolder().names()) {
      attemptsFolder()
          .get(name)
          .ifPresent(content -> lines.add(new String(content, StandardCharsets.UTF_8).strip()));
    }
    return lines;
  }

  /** Numbers order the lines; two processes that take the same one have objects of their own. */
  @Override
  public void note(String line) throws IOException {
    int number = attemptsFolder().names().size() + 1;
    attemptsFolder()
        .put(
            Text.format("%06d-%s.txt", number, UUID.randomUUID()),
            (line + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
