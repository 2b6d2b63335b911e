package io.meseta.common.recording;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Events and effects as one line for people: what it is, and what is in it. */
public final class PlainText {

  private PlainText() {}

  /**
   * The line; times of events are left out, as they stand before it.
   *
   * @param data a record, or something that records are made of
   */
  public static String line(@Nullable Object data) {
    if (data == null) {
      return "-";
    }
    if (data instanceof Optional<?> optional) {
      return optional.map(PlainText::line).orElse("-");
    }
    if (data instanceof Message message) {
      return "{"
          + TextFormat.printer().emittingSingleLine(true).printToString(message).strip()
          + "}";
    }
    if (data instanceof ByteString bytes) {
      return TextFormat.escapeBytes(bytes);
    }
    if (data instanceof Collection<?> collection) {
      List<String> lines = collection.stream().map(PlainText::line).toList();
      return "[" + String.join(", ", lines) + "]";
    }
    return data.getClass().isRecord() && hasNoTextOfItsOwn(data)
        ? record(data)
        : data.toString().replace('\n', ' ');
  }

  private static boolean hasNoTextOfItsOwn(Object data) {
    return data.toString().startsWith(data.getClass().getSimpleName() + "[");
  }

  private static String record(Object data) {
    StringJoiner parts = new StringJoiner(" ");
    parts.add(data.getClass().getSimpleName());
    for (RecordComponent component : data.getClass().getRecordComponents()) {
      if (!component.getName().equals("at")) {
        parts.add(component.getName() + "=" + line(value(component, data)));
      }
    }
    return parts.toString();
  }

  private static @Nullable Object value(RecordComponent component, Object data) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(data);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
