package io.meseta.master.feed;

import io.meseta.api.v1.master.Event;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.MediaType;

/** The two kinds of stream, which tell the same. */
enum StreamForm {
  /** As Mesos has it: events say nothing of where they stand. */
  SUBSCRIBE {
    @Override
    byte[] record(Event event, long index, String masterId, MediaType type) {
      return Codec.encode(event, type);
    }

    @Override
    boolean canBeginAnew() {
      return false;
    }
  },
  /** Each event says where it stands, so that a client can go on from there. */
  WATCH {
    @Override
    byte[] record(Event event, long index, String masterId, MediaType type) {
      return Codec.encode(EventMessages.indexed(event, index, masterId), type);
    }

    @Override
    boolean canBeginAnew() {
      return true;
    }
  };

  /**
   * The event as one record.
   *
   * @param index who has worked it off has seen everything up to here
   */
  abstract byte[] record(Event event, long index, String masterId, MediaType type);

  /** Whether a second snapshot in the same stream is understood. */
  abstract boolean canBeginAnew();
}
