package io.meseta.common.ids;

import io.meseta.api.v1.OfferID;

/** Names an offer. */
public record OfferId(String value) implements Comparable<OfferId> {

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
