package io.meseta.testkit.simulation.cluster;

import io.meseta.api.v1.MasterInfo;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.DecodeException;
import io.meseta.common.codec.MediaType;
import io.meseta.testkit.simulation.world.Violation;

/** Reads what a leader has published. */
final class Leaders {
  private Leaders() {}

  static MasterInfo parse(byte[] json) {
    try {
      return Codec.decode(json, MasterInfo.getDefaultInstance(), MediaType.JSON);
    } catch (DecodeException e) {
      throw new Violation("the published leader cannot be read", e);
    }
  }
}
