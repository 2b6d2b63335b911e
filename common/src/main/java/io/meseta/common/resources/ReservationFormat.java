package io.meseta.common.resources;

/** How reservations are written on the wire. */
public enum ReservationFormat {
  /**
   * For frameworks without the capability RESERVATION_REFINEMENT: {@code role} is always there
   * ({@code "*"} when unreserved), {@code reservation} for a dynamic one. A refined reservation
   * (one within another) cannot be written so.
   */
  LEGACY,
  /** {@code reservations}, from the outermost to the innermost; nothing when unreserved. */
  REFINED
}
