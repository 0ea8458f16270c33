package org.adversaria.cli;

import ai.djl.Device;
import ai.djl.engine.Engine;
import picocli.CommandLine.Option;

/** Where a command computes. */
final class DeviceOption {

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      converter = DeviceConverter.class,
      description =
          "cpu, gpu or gpu:NUMBER. By default the first GPU, the CPU where there is none.")
  private Device device;

  /** The chosen device, or that by default. */
  Device get() {
    return device == null ? Engine.getEngine("PyTorch").defaultDevice() : device;
  }
}
