package io.meseta.common.ids;

import io.meseta.api.v1.OfferID;
import java.util.Objects;

/** The id of an offer, minted by the master that made it and valid in that master's term only. */
public record OfferId(String value) implements Comparable<OfferId> {
  public OfferId {
    Objects.requireNonNull(value, "value");
  }

  public static OfferId of(OfferID proto) {
    return new OfferId(proto.getValue());
  }

  public OfferID toProto() {
    return OfferID.newBuilder().setValue(value).build();
  }

  @Override
  public int compareTo(OfferId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
