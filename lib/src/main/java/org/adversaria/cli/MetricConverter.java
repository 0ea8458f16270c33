package org.adversaria.cli;

import java.util.Locale;
import org.adversaria.metrics.NamedMetric;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What {@code --metrics} can name, in upper or lower case. */
final class MetricConverter implements ITypeConverter<NamedMetric> {

  @Override
  public NamedMetric convert(String word) {
    try {
      return NamedMetric.named(word.toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
