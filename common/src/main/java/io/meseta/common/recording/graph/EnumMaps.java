package io.meseta.common.recording.graph;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import org.jspecify.annotations.Nullable;

/** Finds out of which enum the keys of a map are, which an empty one tells nobody. */
final class EnumMaps {

  private EnumMaps() {}

  static Class<?> keyType(EnumMap<?, ?> map) {
    if (!map.isEmpty()) {
      return map.keySet().iterator().next().getDeclaringClass();
    }
    try (Listener listener = new Listener()) {
      listener.writeObject(map);
      Class<?> found = listener.enumClass;
      if (found == null) {
        throw new GraphException("an EnumMap that does not tell its keys");
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The JDK writes the key's class first of all, and says so to this method. */
  private static final class Listener extends ObjectOutputStream {

    private @Nullable Class<?> enumClass;

    Listener() throws IOException {
      super(OutputStream.nullOutputStream());
    }

    @Override
    protected void annotateClass(Class<?> type) {
      if (type.isEnum()) {
        enumClass = type;
      }
    }
  }
}
