package io.meseta.agent.core;

import com.google.protobuf.ByteString;
import io.meseta.agent.journal.v1.VolumeRecord;
import io.meseta.api.v1.Resource;
import io.meseta.common.ids.AgentId;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.resources.ResourceKey;
import io.meseta.common.resources.Resources;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;

/**
 * Which operation has made each persistent volume.
 *
 * <p>A directory is touched only after what it stands for is durable, and a crash may come between.
 * What lies there afterwards may be of a volume that was destroyed while the journal has a new one
 * of the same name: the operation that made it tells them apart.
 */
final class VolumeOrigins {

  private record Name(String role, String id) implements Comparable<Name> {
    private static final Comparator<Name> ORDER =
        Comparator.comparing(Name::role).thenComparing(Name::id);

    static Name of(ResourceKey volume) {
      return new Name(
          volume.reservationRole().orElse(""),
          volume.persistenceId().orElseThrow(() -> new IllegalArgumentException("No volume")));
    }

    @Override
    public int compareTo(Name other) {
      return ORDER.compare(this, other);
    }
  }

  private final TreeMap<Name, ByteString> madeBy = new TreeMap<>();

  void recover(List<VolumeRecord> records) {
    for (VolumeRecord record : records) {
      madeBy.put(new Name(record.getRole(), record.getPersistenceId()), record.getOperationUuid());
    }
  }

  void made(Resources volumes, ByteString operation) {
    volumes.entries().forEach(entry -> madeBy.put(Name.of(entry.key()), operation));
  }

  void destroyed(Resources volumes) {
    volumes.entries().forEach(entry -> madeBy.remove(Name.of(entry.key())));
  }

  List<VolumeRecord> toRecords() {
    List<VolumeRecord> records = new ArrayList<>(madeBy.size());
    madeBy.forEach((name, operation) ->
        records.add(
            VolumeRecord.newBuilder()
                .setRole(name.role)
                .setPersistenceId(name.id)
                .setOperationUuid(operation)
                .build()));
    return records;
  }

  /** These volumes with their origins; without those of which nothing is known. */
  List<MadeVolume> of(Resources volumes, AgentId agent) {
    List<MadeVolume> made = new ArrayList<>();
    volumes
        .entries()
        .forEach(entry -> {
          ByteString operation = madeBy.get(Name.of(entry.key()));
          if (operation != null) {
            Resource volume =
                Resources.of(List.of(entry)).toProto(ReservationFormat.REFINED).get(0);
            made.add(new MadeVolume(volume, agent + "/" + text(operation)));
          }
        });
    return made;
  }

  private static String text(ByteString uuid) {
    return HexFormat.of().formatHex(uuid.toByteArray());
  }
}
