package org.adversaria.torch;

import java.math.BigInteger;
import java.nio.channels.FileChannel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.adversaria.torch.PickleObjects.Storage;

/**
 * What {@code torch.save} wrote before PyTorch 1.6: pickles of a magic number, of the protocol, of
 * the machine, of the object, of the names of its storages, and then the storages' bytes, each
 * after the number of its elements.
 */
final class LegacyFile {

  /** The first bytes: a pickle of protocol 2 with the magic number. */
  static final byte[] BEGIN = {
    (byte) 0x80,
    2,
    (byte) 0x8a,
    10,
    0x6c,
    (byte) 0xfc,
    (byte) 0x9c,
    0x46,
    (byte) 0xf9,
    0x20,
    0x6a,
    (byte) 0xa8,
    0x50,
    0x19,
    '.'
  };

  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final long PROTOCOL = 1001;

  private final ScriptEntry entry;
  private final PickleInput in;
  private final PickleBudget budget;
  private final PickleObjects objects;
  private final Map<String, Storage> storages = new LinkedHashMap<>();

  /**
   * @param bytes all of the file, or a part of another
   * @param nested whether they are a part of another
   */
  LegacyFile(
      ScriptEntry entry,
      FileChannel channel,
      StoredBytes bytes,
      PickleBudget budget,
      boolean nested) {
    this.entry = entry;
    this.budget = budget;
    in = new PickleInput(entry, channel, bytes, budget);
    objects = new PickleObjects(entry, channel, budget, this::storage, nested);
  }

  /** Reads the object. */
  Object read() {
    if (!pickle().equals(MAGIC)) {
      throw entry.damaged("it does not begin with the magic number of torch.save");
    }
    if (!pickle().equals(PROTOCOL)) {
      throw entry.damaged(Text.format("it is not of PyTorch's protocol %d", PROTOCOL));
    }
    boolean little =
        pickle() instanceof Map<?, ?> machine && Boolean.TRUE.equals(machine.get("little_endian"));
    if (!little) {
      throw entry.exception(
          "its numbers are not little-endian", "Save it again on a machine that is");
    }
    Object value = pickle();
    placeStorages();
    return value;
  }

  private Object pickle() {
    return new Pickle(entry, in, budget, objects).read();
  }

  private Storage storage(String key, Optional<StoredType> type, long elements) {
    if (type.isEmpty()) {
      throw entry.damaged("it has a storage without a type, which this format has not");
    }
    long size = elements * type.orElseThrow().bytes;
    Storage storage = storages.computeIfAbsent(key, name -> new Storage(type, size, null));
    if (storage.size != size || !storage.type.equals(type)) {
      throw entry.damaged("it gives two sizes or types of one storage");
    }
    return storage;
  }

  private void placeStorages() {
    if (!(pickle() instanceof List<?> keys)
        || keys.size() != storages.size()
        || !storages.keySet().containsAll(keys)) {
      throw entry.damaged("the list of its storages is not that of its tensors");
    }
    for (Object key : keys) {
      Storage storage = storages.get((String) key);
      long elements = in.longInteger();
      if (elements != storage.size / storage.type.orElseThrow().bytes) {
        throw entry.damaged(
            Text.format(
                "a storage of %d bytes is said to have %d elements", storage.size, elements));
      }
      storage.setBytes(in.stored(storage.size));
    }
  }
}
