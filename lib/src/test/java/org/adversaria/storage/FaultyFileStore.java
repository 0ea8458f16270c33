package org.adversaria.storage;

import java.nio.file.FileStore;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;

/** The room of a {@link FaultyFileSystem}. */
final class FaultyFileStore extends FileStore {

  private final FaultyFileSystem disk;

  FaultyFileStore(FaultyFileSystem disk) {
    this.disk = disk;
  }

  @Override
  public String name() {
    return "faulty";
  }

  @Override
  public String type() {
    return "faulty";
  }

  @Override
  public boolean isReadOnly() {
    return false;
  }

  @Override
  public long getTotalSpace() {
    return disk.capacity();
  }

  @Override
  public long getUsableSpace() {
    return disk.free();
  }

  @Override
  public long getUnallocatedSpace() {
    return disk.free();
  }

  @Override
  public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
    return false;
  }

  @Override
  public boolean supportsFileAttributeView(String name) {
    return false;
  }

  @Override
  public <V extends FileStoreAttributeView> V getFileStoreAttributeView(Class<V> type) {
    return null;
  }

  @Override
  public Object getAttribute(String attribute) {
    throw new UnsupportedOperationException(attribute);
  }
}
