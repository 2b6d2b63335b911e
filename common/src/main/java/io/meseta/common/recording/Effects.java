package io.meseta.common.recording;

import io.meseta.common.recording.graph.ByteSink;
import io.meseta.common.recording.graph.GraphWriter;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * What effects are compared by: the first eight bytes of the SHA-256 of what they are made of,
 * equal for equal effects in every process.
 */
final class Effects {

  private final ByteSink bytes = new ByteSink(4096);
  private final MessageDigest digest;

  Effects() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  long hash(List<?> effects) {
    bytes.clear();
    GraphWriter writer = GraphWriter.comparable(bytes);
    for (Object effect : effects) {
      writer.write(effect);
    }
    return ByteBuffer.wrap(digest.digest(bytes.toByteArray())).getLong();
  }
}
