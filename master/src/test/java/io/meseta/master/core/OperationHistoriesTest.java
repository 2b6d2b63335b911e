package io.meseta.master.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.Offer.Operation;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.Volume;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.common.resources.Conversion;
import io.meseta.common.resources.Reservation;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.resources.ResourceEntry;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.ResourceKey;
import io.meseta.common.resources.ResourceValue;
import io.meseta.common.resources.Resources;
import io.meseta.common.resources.Scalar;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random operations of two roles on one agent: amounts never change, what is reserved reaches no
 * other role, the agent is told just what the master has done, and undoing everything brings back
 * the first state.
 */
class OperationHistoriesTest {
  private static final int HISTORIES = 1_000;
  private static final int STEPS = 12;
  private static final Resources FIRST = Resources.of(Messages.AGENT_RESOURCES);

  /** One history. */
  private static final class History {
    private final Random random;
    private final CoreContext master = CoreContext.leading();
    private final List<String> roles = List.of("web", "db");
    private final List<Client> clients = new ArrayList<>();
    private final Node agent;

    /** What the agent has, by what it was told. */
    private Resources told = FIRST;

    private int volumes;
    private int accepted;

    History(long seed) {
      random = new Random(seed);
      roles.forEach(role -> clients.add(master.connect(framework(role))));
      agent = master.addAgent("a");
    }

    private static FrameworkInfo framework(String role) {
      FrameworkInfo.Builder info = Messages.partitionAware(role).addRoles(role);
      for (var type :
          List.of(
              FrameworkInfo.Capability.Type.MULTI_ROLE,
              FrameworkInfo.Capability.Type.RESERVATION_REFINEMENT)) {
        info.addCapabilities(FrameworkInfo.Capability.newBuilder().setType(type));
      }
      return info.build();
    }

    void run() throws ResourceException {
      for (int step = 0; step < STEPS; step++) {
        answerAll(false);
      }
      for (int step = 0; step < STEPS && !told.equals(FIRST); step++) {
        answerAll(true);
      }
      assertThat(told).as("after everything was undone").isEqualTo(FIRST);
    }

    private void answerAll(boolean undo) throws ResourceException {
      master.pass(Duration.ofSeconds(6));
      agent.pong();
      for (int i = 0; i < roles.size(); i++) {
        for (Offer offer : clients.get(i).offers()) {
          answer(i, offer, undo);
        }
      }
    }

    private void answer(int who, Offer offer, boolean undo) throws ResourceException {
      Resources offered = Resources.fromProto(offer.getResourcesList());
      assertThat(offered.allocatableTo(roles.get(who))).isEqualTo(offered);
      List<Operation> operations = undo ? undoing(offered) : some(roles.get(who), offered);
      clients
          .get(who)
          .call(
              Call.newBuilder()
                  .setType(Call.Type.ACCEPT)
                  .setAccept(
                      Call.Accept.newBuilder()
                          .addOfferIds(offer.getId())
                          .addAllOperations(operations)));
      for (MasterMessage message : agent.messages()) {
        if (message.hasApplyOperation()) {
          accepted++;
          told =
              Conversion.of(message.getApplyOperation().getOperation()).applyTo(told).orElseThrow();
        }
      }
      assertThat(told.quantities()).isEqualTo(FIRST.quantities());
      assertThat(told.ports()).isEqualTo(FIRST.ports());
      assertThat(master.view(agent).total()).isEqualTo(told);
    }

    private List<Operation> some(String role, Resources offered) {
      List<Operation> operations = new ArrayList<>();
      for (ResourceEntry entry : offered.entries()) {
        if (entry.key().isUnreserved() && random.nextInt(3) == 0) {
          operations.add(reserve(reserved(role, part(entry))));
        } else if (entry.key().persistenceId().isPresent() && random.nextInt(3) == 0) {
          operations.add(destroy(List.of(entry)));
        } else if (isReservedDisk(entry.key()) && random.nextBoolean()) {
          operations.add(create(part(entry)));
        } else if (!entry.key().isUnreserved() && random.nextInt(3) == 0) {
          // Of a volume it is refused.
          operations.add(unreserve(List.of(part(entry))));
        }
      }
      return operations;
    }

    private static boolean isReservedDisk(ResourceKey key) {
      return key.name().equals("disk") && !key.isUnreserved() && key.disk() == null;
    }

    private static List<Operation> undoing(Resources offered) throws ResourceException {
      List<Operation> operations = new ArrayList<>();
      Resources rest = offered;
      Resources made = offered.filter(key -> key.persistenceId().isPresent());
      if (!made.isEmpty()) {
        Operation destroy = destroy(made.entries());
        operations.add(destroy);
        rest = Conversion.of(destroy).applyTo(rest).orElseThrow();
      }
      if (!rest.reserved().isEmpty()) {
        operations.add(unreserve(rest.reserved().entries()));
      }
      return operations;
    }

    private ResourceEntry part(ResourceEntry entry) {
      ResourceValue value =
          entry.value() instanceof Scalar scalar && entry.key().persistenceId().isEmpty()
              ? new Scalar(1 + random.nextInt(Math.toIntExact(scalar.milli())))
              : entry.value();
      return new ResourceEntry(entry.key(), value, 1);
    }

    private static ResourceEntry reserved(String role, ResourceEntry entry) {
      return new ResourceEntry(
          entry.key().withReservations(List.of(Reservation.ofDynamic(role, null, List.of()))),
          entry.value(),
          1);
    }

    private static List<Resource> protos(List<ResourceEntry> entries) {
      return Resources.of(entries).toProto(ReservationFormat.REFINED);
    }

    private static Operation reserve(ResourceEntry entry) {
      return Operation.newBuilder()
          .setType(Operation.Type.RESERVE)
          .setReserve(Operation.Reserve.newBuilder().addAllResources(protos(List.of(entry))))
          .build();
    }

    private static Operation unreserve(List<ResourceEntry> entries) {
      return Operation.newBuilder()
          .setType(Operation.Type.UNRESERVE)
          .setUnreserve(Operation.Unreserve.newBuilder().addAllResources(protos(entries)))
          .build();
    }

    private static Operation destroy(List<ResourceEntry> entries) {
      return Operation.newBuilder()
          .setType(Operation.Type.DESTROY)
          .setDestroy(Operation.Destroy.newBuilder().addAllVolumes(protos(entries)))
          .build();
    }

    private Operation create(ResourceEntry disk) {
      Resource.Builder volume = protos(List.of(disk)).get(0).toBuilder();
      volume.getDiskBuilder().getPersistenceBuilder().setId("v" + volumes++);
      volume.getDiskBuilder().getVolumeBuilder().setContainerPath("data").setMode(Volume.Mode.RW);
      return Operation.newBuilder()
          .setType(Operation.Type.CREATE)
          .setCreate(Operation.Create.newBuilder().addVolumes(volume))
          .build();
    }
  }

  @Test
  void everyHistoryKeepsTheBooks() throws ResourceException {
    long accepted = 0;
    for (int seed = 0; seed < HISTORIES; seed++) {
      History history = new History(seed);
      history.run();
      accepted += history.accepted;
    }
    assertThat(accepted).as("operations that were applied").isGreaterThan(10L * HISTORIES);
  }
}
