package org.adversaria.cli;

import ai.djl.Device;
import ai.djl.engine.Engine;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.adversaria.torch.Text;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A device from a word: {@code cpu}, {@code gpu}, {@code gpu:1}. */
final class DeviceConverter implements ITypeConverter<Device> {

  private static final Pattern GPU = Pattern.compile("(?:gpu|cuda)(?::(\\d{1,3}))?");

  @Override
  public Device convert(String word) {
    if (word.equals("cpu")) {
      return Device.cpu();
    }
    Matcher gpu = GPU.matcher(word);
    if (!gpu.matches()) {
      throw new TypeConversionException(
          Text.format("there is no device '%s'; there are cpu, gpu and gpu:NUMBER", word));
    }
    int number = gpu.group(1) == null ? 0 : Integer.parseInt(gpu.group(1));
    int present = Engine.getEngine("PyTorch").getGpuCount();
    if (number >= present) {
      throw new TypeConversionException(
          Text.format("'%s' is not there: PyTorch finds %d GPUs", word, present));
    }
    return Device.gpu(number);
  }
}
