package io.meseta.common.net;

/**
 * Why a stream is over.
 *
 * @param kind what a program decides by
 * @param detail what a person wants to know, for a log line
 */
public record CloseReason(Kind kind, String detail) {

  /** The ways in which a stream ends. */
  public enum Kind {
    /** This side closed it, and the end was sent. */
    FINISHED,
    /** This side dropped the connection. */
    ABORTED,
    /** The peer ended it as the protocol says. */
    PEER_FINISHED,
    /** The connection broke or was closed by the peer without an end. */
    PEER_GONE,
    /** The peer read too slowly: more than the limit was waiting to be written. */
    SLOW_READER,
    /** The peer sent what is not HTTP or not RecordIO, or a record over the limit. */
    PROTOCOL_ERROR,
    /** A listener threw an exception: an error of ours, which was logged. */
    LISTENER_FAILED,
    /** Client only: no connection could be made. */
    CONNECT_FAILED,
    /** Client only: the answer did not begin in time. */
    TIMEOUT,
    /** Client only: the answer was not 200. */
    REFUSED,
    /** The server or client of this side is stopping. */
    STOPPING
  }

  @Override
  public String toString() {
    return kind + ": " + detail;
  }
}
