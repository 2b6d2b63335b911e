package io.meseta.master.http;

import java.time.Instant;
import java.util.Map;

/**
 * What pages say about the process itself.
 *
 * @param version of the program, not of its API
 * @param flags as given, without secrets
 */
public record AboutMaster(String version, Instant startedAt, Map<String, String> flags) {

  /** For those who may not see the flags. */
  public AboutMaster withoutFlags() {
    return new AboutMaster(version, startedAt, Map.of());
  }
}
