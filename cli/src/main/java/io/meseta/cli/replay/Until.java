package io.meseta.cli.replay;

import io.meseta.common.recording.RecordedEvent;
import io.meseta.common.recording.RecordedRole;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The last event that is of interest: its number, or a time up to which all are. */
record Until(OptionalLong number, Optional<Instant> time) {

  /** All of them. */
  static final Until END = new Until(OptionalLong.empty(), Optional.empty());

  /** Reads {@code 1234} and {@code 2026-03-01T12:00:00Z}. */
  static final class Converter implements ITypeConverter<Until> {
    @Override
    public Until convert(String text) {
      try {
        return text.matches("[0-9]+")
            ? new Until(OptionalLong.of(Long.parseLong(text)), Optional.empty())
            : new Until(OptionalLong.empty(), Optional.of(OffsetDateTime.parse(text).toInstant()));
      } catch (DateTimeParseException | NumberFormatException e) {
        throw new TypeConversionException(
            "'"
                + text
                + "' is neither the number of an event nor a time such as"
                + " 2026-03-01T12:00:00Z");
      }
    }
  }

  <E> boolean includes(RecordedEvent event, RecordedRole<?, E, ?> role) {
    return (number.isEmpty() || event.number() <= number.getAsLong())
        && (time.isEmpty() || !role.timeOf(role.events().cast(event.event())).isAfter(time.get()));
  }
}
