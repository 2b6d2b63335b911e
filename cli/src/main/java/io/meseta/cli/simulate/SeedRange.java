package io.meseta.cli.simulate;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Seeds from the first to the last, both included: {@code 1..300}, or one alone: {@code 7}. */
record SeedRange(long first, long last) {

  private static final Pattern FORM = Pattern.compile("(\\d{1,18})(?:\\.\\.(\\d{1,18}))?");

  long count() {
    return last - first + 1;
  }

  /** For the command line. */
  static final class Converter implements ITypeConverter<SeedRange> {
    @Override
    public SeedRange convert(String text) {
      Matcher matcher = FORM.matcher(text);
      if (!matcher.matches()) {
        throw new TypeConversionException("'" + text + "' is no range of seeds such as 1..300");
      }
      long first = Long.parseLong(matcher.group(1));
      long last = matcher.group(2) == null ? first : Long.parseLong(matcher.group(2));
      if (last < first) {
        throw new TypeConversionException(
            "'" + text + "' ends before it begins: write the smaller seed first");
      }
      return new SeedRange(first, last);
    }
  }
}
