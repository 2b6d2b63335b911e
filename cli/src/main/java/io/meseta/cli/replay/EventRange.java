package io.meseta.cli.replay;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Numbers of events, both ends included. */
record EventRange(long first, long last) {

  private static final Pattern FORM = Pattern.compile("([0-9]{1,18})(?:\\.\\.([0-9]{1,18})?)?");

  /** Reads {@code 10..20}, {@code 10..} and {@code 10}. */
  static final class Converter implements ITypeConverter<EventRange> {
    @Override
    public EventRange convert(String text) {
      Matcher matcher = FORM.matcher(text);
      if (!matcher.matches()) {
        throw new TypeConversionException("'" + text + "' is no range of events such as 100..200");
      }
      long first = Long.parseLong(matcher.group(1));
      if (!text.contains("..")) {
        return new EventRange(first, first);
      }
      String last = matcher.group(2);
      return new EventRange(first, last == null ? Long.MAX_VALUE : Long.parseLong(last));
    }
  }
}
