package io.meseta.cli.exec;

import com.fasterxml.jackson.databind.JsonNode;
import io.meseta.cli.client.DaemonClient;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Reads a file of a sandbox through the agent, piece by piece, as {@code /files/read} gives it: an
 * answer's text has as many bytes as were read of the file.
 */
final class LogReader {

  private static final int PIECE_BYTES = 64 * 1024;

  private final DaemonClient http;
  private final URI agent;
  private final String path;
  private long offset;

  LogReader(DaemonClient http, TaskFinder.Place place, String name) {
    this.http = http;
    this.agent = place.agent();
    this.path = place.directory() + "/" + name;
  }

  /** Copies what there is and was not copied yet; says whether that was anything. */
  boolean copy(OutputStream out) throws IOException, InterruptedException {
    if (read(-1).path("offset").asLong() < offset) {
      // Rotated: what has its name now begins anew.
      offset = 0;
    }
    boolean any = false;
    while (true) {
      byte[] data = read(offset).path("data").asText().getBytes(StandardCharsets.UTF_8);
      if (data.length == 0) {
        out.flush();
        return any;
      }
      out.write(data);
      offset += data.length;
      any = true;
    }
  }

  private JsonNode read(long from) throws IOException, InterruptedException {
    return http.get(
        agent.resolve(
            "/files/read?path="
                + URLEncoder.encode(path, StandardCharsets.UTF_8)
                + "&offset="
                + from
                + "&length="
                + PIECE_BYTES));
  }
}
