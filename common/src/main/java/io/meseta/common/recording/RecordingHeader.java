package io.meseta.common.recording;

import io.meseta.common.recording.graph.ByteSink;
import io.meseta.common.recording.graph.ByteSource;
import io.meseta.common.runtime.Version;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Who recorded.
 *
 * @param role whose core it is: {@code master}, {@code agent}
 * @param version of the program
 * @param build fingerprint of the program's classes, see {@link Build}
 * @param java of the process
 * @param settings as pages show them, that is, without secrets
 */
public record RecordingHeader(
    String role, String version, String build, String java, Map<String, String> settings) {

  /**
   * Of this process.
   *
   * @param anchor a class of the role's module
   */
  public static RecordingHeader here(String role, Class<?> anchor, Map<String, String> settings) {
    return new RecordingHeader(
        role,
        Version.current(),
        Build.of(anchor, RecordingHeader.class),
        Runtime.version() + " (" + System.getProperty("java.vendor") + ")",
        settings);
  }

  byte[] toBytes() {
    ByteSink out = new ByteSink(1024);
    out.writeString(role);
    out.writeString(version);
    out.writeString(build);
    out.writeString(java);
    out.writeVarint(settings.size());
    settings.forEach((name, value) -> {
      out.writeString(name);
      out.writeString(value);
    });
    return out.toByteArray();
  }

  static RecordingHeader from(byte[] bytes) {
    ByteSource in = new ByteSource(bytes);
    String role = in.readString();
    String version = in.readString();
    String build = in.readString();
    String java = in.readString();
    Map<String, String> settings = new LinkedHashMap<>();
    for (int left = in.readCount(); left > 0; left--) {
      String name = in.readString();
      settings.put(name, in.readString());
    }
    return new RecordingHeader(role, version, build, java, settings);
  }
}
