package io.meseta.common.codec;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where a reader stands in a document: {@code accept.offer_ids[0].value}. Entering and leaving
 * costs next to nothing; only an error makes text of it.
 */
final class JsonPath {
  private static final int FIELD = -1;
  private static final int KEY = -2;

  private @Nullable String[] names = new @Nullable String[16];
  private int[] indices = new int[16];
  private int depth;

  void enterField(String name) {
    enter(name, FIELD);
  }

  void enterKey(String key) {
    enter(key, KEY);
  }

  void enterIndex(int index) {
    enter(null, index);
  }

  void leave() {
    depth--;
  }

  private void enter(@Nullable String name, int index) {
    if (depth == indices.length) {
      names = Arrays.copyOf(names, depth * 2);
      indices = Arrays.copyOf(indices, depth * 2);
    }
    names[depth] = name;
    indices[depth] = index;
    depth++;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < depth; i++) {
      switch (indices[i]) {
        case FIELD -> text.append(i == 0 ? "" : ".").append(names[i]);
        case KEY -> text.append("[\"").append(names[i]).append("\"]");
        default -> text.append('[').append(indices[i]).append(']');
      }
    }
    return text.toString();
  }
}
