package io.meseta.common.config;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Lets an option be a size, written as in {@link Bytes}. */
public final class BytesConverter implements ITypeConverter<Bytes> {
  @Override
  public Bytes convert(String value) {
    try {
      return Bytes.parse(value);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
