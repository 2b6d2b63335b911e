package io.meseta.scheduler;

/** How messages travel between driver and master. Masters understand both. */
public enum ContentType {
  /** Compact and fast. */
  PROTOBUF,
  /** Legible in a packet capture. */
  JSON
}
