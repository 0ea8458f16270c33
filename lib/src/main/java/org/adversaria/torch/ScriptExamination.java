package org.adversaria.torch;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.adversaria.torch.ScriptZip.Entry;

/**
 * Examines a TorchScript file before PyTorch loads it: code that only computes, pickles that hold
 * only what code may have, tensors within their bytes. What PyTorch loads is a new archive of what
 * was examined, see {@link #write}: another reading of the file, or a change of it, makes no
 * difference.
 */
final class ScriptExamination implements AutoCloseable {

  private static final String DATA = "data.pkl";
  private static final String CONSTANTS = "constants.pkl";
  private static final String VERSION = "version";
  private static final String HIDDEN_VERSION = ".data/version";
  private static final String CODE = "code/";
  private static final int PICKLE_LIMIT = 16 << 20;
  private static final int CODE_LIMIT = 64 << 20;
  private static final String FOLDER = "archive/";

  private final ScriptZip zip;
  private final Map<String, byte[]> texts = new LinkedHashMap<>();
  private final Map<String, Entry> storages = new LinkedHashMap<>();

  private ScriptExamination(ScriptZip zip) {
    this.zip = zip;
  }

  /**
   * Examines a file, and leaves PyTorch out.
   *
   * @param file any file
   * @return what was examined; to be closed
   * @throws TorchScriptException if the file is damaged or asks for more than computing
   * @throws IOException if it cannot be read
   */
  static ScriptExamination of(Path file) throws IOException {
    var examination = new ScriptExamination(new ScriptZip(new ScriptEntry(file, "")));
    try {
      examination.examine();
      return examination;
    } catch (IOException | RuntimeException e) {
      examination.close();
      throw e;
    }
  }

  private void examine() throws IOException {
    ScriptEntry whole = zip.entry("");
    if (zip.entries().containsKey("model.json")) {
      throw whole.damaged("it has the format of PyTorch before 1.3, which is not read");
    }
    readVersion(whole);
    ScriptCode code = readCode(whole);
    readPickle(CONSTANTS, "constants/", code, false);
    readPickle(DATA, "data/", code, true);
  }

  private byte[] required(ScriptEntry whole, String name, int limit) throws IOException {
    Entry entry = zip.entries().get(name);
    if (entry == null) {
      throw whole.damaged(
          Text.format(
              """
              it has no %s. A state dict holds weights without code: in Python save the network \
              itself, torch.jit.save(torch.jit.script(network), path)""",
              name));
    }
    return zip.read(entry, limit);
  }

  /** Two places for the version are in use; the second is that of operators of newer versions. */
  private void readVersion(ScriptEntry whole) throws IOException {
    boolean hidden = zip.entries().containsKey(HIDDEN_VERSION);
    String version = text(required(whole, hidden ? HIDDEN_VERSION : VERSION, 16)).strip();
    boolean two = hidden && zip.entries().containsKey(VERSION);
    if (two || !version.matches("[3-9]|10")) {
      throw zip.entry(VERSION)
          .damaged(
              Text.format(
                  "the format is '%s'%s; those of 3 to 10 are read",
                  ScriptEntry.printable(version), two ? " and another" : ""));
    }
    texts.put(VERSION, (version + "\n").getBytes(StandardCharsets.US_ASCII));
    Entry order = zip.entries().get("byteorder");
    if (order != null && !text(zip.read(order, 16)).equals("little")) {
      throw zip.entry("byteorder").damaged("numbers are not little-endian");
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private ScriptCode readCode(ScriptEntry whole) throws IOException {
    var code = new ScriptCode();
    int left = CODE_LIMIT;
    for (Entry entry : zip.entries().values()) {
      String name = entry.name();
      if (name.startsWith(CODE) && name.endsWith(".py")) {
        byte[] bytes = zip.read(entry, left);
        left -= bytes.length;
        texts.put(name, bytes);
        code.add(zip.entry(name), name.substring(CODE.length(), name.length() - 3), bytes);
      }
    }
    if (code.classes().isEmpty()) {
      required(whole, CODE + "__torch__.py", CODE_LIMIT);
    }
    code.examine();
    return code;
  }

  private void readPickle(String name, String folder, ScriptCode code, boolean module)
      throws IOException {
    byte[] bytes = required(zip.entry(""), name, PICKLE_LIMIT);
    texts.put(name, bytes);
    Map<String, Long> sizes = ScriptPickle.examine(zip.entry(name), code, bytes, module);
    for (var storage : sizes.entrySet()) {
      Entry entry = zip.entries().get(folder + storage.getKey());
      long size = storage.getValue();
      if (entry == null ? size > 0 : entry.size() != size) {
        throw zip.entry(folder + storage.getKey())
            .damaged(
                Text.format(
                    "it has %s bytes where a tensor says %d",
                    entry == null ? "no" : entry.size(), size));
      }
      if (entry != null && entry.deflated()) {
        throw zip.entry(entry.name())
            .damaged("it is compressed; PyTorch stores tensors as they are");
      }
      if (entry != null) {
        storages.put(entry.name(), entry);
      }
    }
  }

  /** Writes an archive of what was examined, and nothing else. */
  void write(OutputStream out) throws IOException {
    try (var archive = new ZipOutputStream(out)) {
      for (var text : texts.entrySet()) {
        TorchScript.store(archive, FOLDER + text.getKey(), text.getValue());
      }
      for (Entry entry : storages.values()) {
        var stored = new ZipEntry(FOLDER + entry.name());
        stored.setMethod(ZipEntry.STORED);
        stored.setSize(entry.size());
        stored.setCrc(Integer.toUnsignedLong(entry.checksum()));
        archive.putNextEntry(stored);
        zip.copy(entry, archive);
        archive.closeEntry();
      }
    }
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
