package io.meseta.master.allocation;

import io.meseta.api.v1.FrameworkInfo.Capability;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.Value;
import io.meseta.api.v1.Volume;
import io.meseta.common.resources.Disk;
import io.meseta.common.resources.Quantities;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What random histories are made of. */
record Draws(Random random) {
  static final List<String> ROLES =
      List.of("*", "web", "web/shop", "web/shop/cart", "db", "db/log", "ops");

  AllocationOptions options() {
    var defaults = AllocationOptions.defaults();
    return defaults
        .withMaxOpenOffers(random.nextInt(6))
        .withGpuAgentsOnlyForGpuFrameworks(random.nextBoolean())
        .withOrder(random.nextBoolean() ? AllocationOrder.PACK : AllocationOrder.SPREAD)
        .withMinAllocatable(
            switch (random.nextInt(3)) {
              case 0 -> List.of();
              case 1 -> List.of(Resources.of("cpus:2;mem:50").quantities());
              default -> defaults.minAllocatable();
            });
  }

  /** Whatever an agent may have. */
  Resources resources() {
    int port = random.nextInt(50);
    var resources =
        Resources.of(
            "cpus:%d;mem:%d;disk:%d;ports:[%d-%d];cpus(db):%d;mem(web):%d;disk(ops):%d;gpus:%d"
                .formatted(
                    random.nextInt(8),
                    random.nextInt(500),
                    random.nextInt(3) * 100,
                    port,
                    port + random.nextInt(20),
                    random.nextInt(3),
                    random.nextInt(100),
                    random.nextInt(3) * 10,
                    random.nextInt(6) == 0 ? 1 : 0));
    if (random.nextInt(4) == 0) {
      resources = resources.plus(revocable("cpus:" + (1 + random.nextInt(3))));
    }
    if (random.nextInt(4) == 0) {
      resources = resources.plus(sharedVolume("v" + random.nextInt(3), role()));
    }
    return resources;
  }

  static Resources revocable(String text) {
    var entry = Resources.of(text).entries().get(0);
    return Resources.of(entry.key().withRevocable(true), entry.value());
  }

  private Resources sharedVolume(String id, String role) {
    if (role.equals("*")) {
      return Resources.EMPTY;
    }
    var entry = Resources.of("disk(" + role + "):" + (1 + random.nextInt(2))).entries().get(0);
    return Resources.of(entry.key().withDisk(volume(id)).withShared(true), entry.value());
  }

  /** The agent's own disk with a volume on it. */
  static @Nullable Disk volume(String id) {
    var message = Resource.newBuilder().setName("disk").setType(Value.Type.SCALAR);
    message.getScalarBuilder().setValue(1);
    message.addReservationsBuilder().setRole("x").setType(Resource.ReservationInfo.Type.STATIC);
    message.getDiskBuilder().getPersistenceBuilder().setId(id);
    message.getDiskBuilder().getVolumeBuilder().setContainerPath("data").setMode(Volume.Mode.RW);
    try {
      return Resources.fromProto(List.of(message.build())).entries().get(0).key().disk();
    } catch (ResourceException e) {
      throw new AssertionError("This was meant to be a volume: " + message, e);
    }
  }

  FrameworkFacts facts(String name) {
    var roles = new TreeSet<>(someRoles());
    roles.add(role());
    var capabilities = EnumSet.noneOf(Capability.Type.class);
    for (var capability :
        List.of(
            Capability.Type.GPU_RESOURCES,
            Capability.Type.REVOCABLE_RESOURCES,
            Capability.Type.SHARED_RESOURCES,
            Capability.Type.RESERVATION_REFINEMENT)) {
      if (random.nextInt(3) > 0) {
        capabilities.add(capability);
      }
    }
    var minimums = new TreeMap<String, List<Quantities>>();
    if (random.nextInt(6) == 0) {
      minimums.put(role(), List.of(Resources.of("cpus:3").quantities()));
    }
    return new FrameworkFacts(Pool.id(name), roles, capabilities, new TreeSet<>(), minimums);
  }

  String role() {
    return ROLES.get(random.nextInt(ROLES.size()));
  }

  List<String> someRoles() {
    return ROLES.stream().filter(role -> random.nextInt(4) == 0).toList();
  }

  long weightMilli() {
    return random.nextInt(3) == 0 ? 1000 : 250L * (1 + random.nextInt(16));
  }

  Quota quota() {
    var limits = new TreeMap<String, Long>();
    var guarantees = new TreeMap<String, Long>();
    for (Map.Entry<String, Integer> most : Map.of("cpus", 10, "mem", 600).entrySet()) {
      long amount = 1000L * random.nextInt(most.getValue());
      switch (random.nextInt(5)) {
        case 0, 1 -> limits.put(most.getKey(), amount);
        case 2 -> guarantees.put(most.getKey(), amount / 3);
        case 3 -> {
          limits.put(most.getKey(), amount);
          guarantees.put(most.getKey(), amount / 3);
        }
        default -> {}
      }
    }
    return new Quota(Quantities.ofMilli(guarantees), limits);
  }

  /** Every other entry, some of them in part. */
  Resources part(Resources whole) {
    var result = Resources.EMPTY;
    var one = Resources.of("cpus:1;mem:10;cpus(db):1");
    for (var entry : whole.entries()) {
      if (random.nextBoolean()) {
        var all = Resources.of(List.of(entry));
        result = result.plus(random.nextBoolean() ? all : all.without(all.without(one)));
      }
    }
    return result;
  }
}
