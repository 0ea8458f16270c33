package org.adversaria.config;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.DatabindContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.jsontype.impl.TypeIdResolverBase;

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
    return idFromValueAndType(value, value.getClass());
  }

  @Override
  public String idFromValueAndType(Object value, Class<?> type) {
    return Types.name(declared.getRawClass(), type);
  }

  @Override
  public JavaType typeFromId(DatabindContext context, String id) {
    return context.constructSpecializedType(declared, Types.find(declared.getRawClass(), id));
  }

  @Override
  public JsonTypeInfo.Id getMechanism() {
    return JsonTypeInfo.Id.CUSTOM;
  }
}
