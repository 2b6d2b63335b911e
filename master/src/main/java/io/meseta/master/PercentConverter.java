package io.meseta.master;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a part of a whole as Mesos writes it: {@code 50%}. */
final class PercentConverter implements ITypeConverter<Integer> {

  private static final int ALL = 100;

  @Override
  public Integer convert(String value) {
    String digits = value.endsWith("%") ? value.substring(0, value.length() - 1) : value;
    if (!digits.matches("[0-9]{1,3}") || Integer.parseInt(digits) > ALL) {
      throw new TypeConversionException("'" + value + "' is not a part such as 50%");
    }
    return Integer.parseInt(digits);
  }
}
