package io.meseta.common.resources;

import com.google.protobuf.ByteString;
import io.meseta.api.v1.Resource.DiskInfo;
import java.util.Optional;

/**
 * Which disk, and which persistent volume on it.
 *
 * <p>Two are the same when source and persistence id are the same. How a volume is mounted ({@code
 * volume}) and who made it are carried along but make no difference: a task may mount its volume
 * elsewhere than its creator said.
 */
public final class Disk implements Comparable<Disk> {
  private final DiskInfo proto;
  private final String persistenceId;
  private final ByteString source;

  private Disk(DiskInfo proto) {
    this.proto = proto;
    this.persistenceId = proto.getPersistence().getId();
    this.source = proto.hasSource() ? proto.getSource().toByteString() : ByteString.EMPTY;
  }

  /** Nothing for a message that says nothing. */
  static Optional<Disk> of(DiskInfo proto) throws ResourceException {
    if (!proto.hasPersistence() && !proto.hasSource()) {
      if (proto.hasVolume()) {
        throw new ResourceException("has a volume without a persistence id");
      }
      return Optional.empty();
    }
    if (proto.hasPersistence() && proto.getPersistence().getId().isEmpty()) {
      throw new ResourceException("has an empty persistence id");
    }
    return Optional.of(new Disk(proto));
  }

  /** The message as it was given. */
  public DiskInfo toProto() {
    return proto;
  }

  /** The persistent volume's id, if it is one. */
  public Optional<String> persistenceId() {
    return proto.hasPersistence() ? Optional.of(persistenceId) : Optional.empty();
  }

  /** The same disk without a volume on it; nothing for the agent's own. */
  Optional<Disk> withoutVolume() {
    return proto.hasSource()
        ? Optional.of(new Disk(DiskInfo.newBuilder().setSource(proto.getSource()).build()))
        : Optional.empty();
  }

  /**
   * Whether it is given as a whole or not at all: a persistent volume, a mounted disk, a block
   * device. Sizes of such are never added up or divided.
   */
  boolean isWhole() {
    return proto.hasPersistence()
        || switch (proto.getSource().getType()) {
          case MOUNT, BLOCK -> true;
          case RAW -> proto.getSource().hasId();
          case PATH, UNKNOWN -> false;
        };
  }

  @Override
  public int compareTo(Disk other) {
    int byId = persistenceId.compareTo(other.persistenceId);
    return byId != 0
        ? byId
        : ByteString.unsignedLexicographicalComparator().compare(source, other.source);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Disk that && compareTo(that) == 0;
  }

  @Override
  public int hashCode() {
    return 31 * persistenceId.hashCode() + source.hashCode();
  }

  /** {@code [MOUNT:/mnt/a,volume-id:path]}. */
  @Override
  public String toString() {
    var text = new StringBuilder("[");
    if (proto.hasSource()) {
      var from = proto.getSource();
      text.append(from.getType());
      var root = from.hasMount() ? from.getMount().getRoot() : from.getPath().getRoot();
      text.append(root.isEmpty() ? "" : ":" + root);
      text.append(from.hasId() ? "(" + from.getId() + ")" : "");
    }
    if (proto.hasPersistence()) {
      text.append(proto.hasSource() ? "," : "").append(persistenceId);
      text.append(proto.hasVolume() ? ":" + proto.getVolume().getContainerPath() : "");
    }
    return text.append(']').toString();
  }
}
