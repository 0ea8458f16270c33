package org.adversaria.config;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.DatabindContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.jsontype.impl.TypeIdResolverBase;
import org.adversaria.torch.Text;

/**
 * Resolves the names of {@link Types} for Jackson, which creates one resolver for each declared
 * type.
 */
final class OpenTypeResolver extends TypeIdResolverBase {

  private JavaType declared;

  /** Called by Jackson. */
  OpenTypeResolver() {}

  @Override
  public void init(JavaType baseType) {
    declared = baseType;
  }

  @Override
  public String idFromValue(Object value) {
    // The class of an enum's constant may be its own.
    Class<?> type = value instanceof Enum<?> one ? one.getDeclaringClass() : value.getClass();
    return idFromValueAndType(value, type);
  }

  @Override
  public String idFromValueAndType(Object value, Class<?> type) {
    if (!type.isRecord() && !type.isEnum()) {
      throw new IllegalArgumentException(
          Text.format(
              "%s is not a record: its values would be lost in a run's record. Settings are records;"
                  + " a lambda becomes a record without components",
              type.getName()));
    }
    return Types.name(declared.getRawClass(), type);
  }

  @Override
  public JavaType typeFromId(DatabindContext context, String id) {
    Class<?> type = Types.find(declared.getRawClass(), id);
    // As none is written; Jackson would look for constructors and setters.
    if (!type.isRecord() && !type.isEnum()) {
      throw new IllegalArgumentException(
          Text.format("%s is not a record, and settings are records", type.getName()));
    }
    return context.constructSpecializedType(declared, type);
  }

  @Override
  public JsonTypeInfo.Id getMechanism() {
    return JsonTypeInfo.Id.CUSTOM;
  }
}
