package io.meseta.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.Filters;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.MasterInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.OperationState;
import io.meseta.api.v1.OperationStatus;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.Value;
import io.meseta.api.v1.Volume;
import io.meseta.scheduler.Frameworks;
import io.meseta.scheduler.Operations;
import io.meseta.scheduler.Scheduler;
import io.meseta.scheduler.SchedulerDriver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A reservation and a volume, through real sockets, over restarts of the agent and the master. */
@Timeout(120)
class PersistentVolumesTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path directory;

  @Test
  void outliveAgentsAndMasters() throws Exception {
    MesetaClusterBuilder builder =
        MesetaCluster.builder()
            .dataDirectory(directory.resolve("d"))
            .masterOptions(master -> master.allocationInterval(Duration.ofMillis(100)));
    try (MesetaCluster cluster = builder.start()) {
      cluster.awaitReady(LIMIT);
      try (Database framework = new Database(cluster)) {
        Offer first = framework.awaitOffer(offer -> true);
        framework.accept(
            first,
            Operations.withId(Operations.reserve(List.of(reserved())), "reserve"),
            Operations.withId(Operations.create(List.of(volume())), "create"));
        framework.awaitFinished("reserve");
        framework.awaitFinished("create");
        framework.awaitOffer(PersistentVolumesTest::hasVolume);
        assertThat(directories()).isEqualTo(1);

        cluster.agent(0).stop();
        cluster.agent(0).start();
        framework.awaitOffer(PersistentVolumesTest::hasVolume);

        cluster.restartMaster();
        Offer last = framework.awaitOffer(PersistentVolumesTest::hasVolume);

        framework.accept(
            last,
            Operations.destroy(List.of(volume())),
            Operations.withId(Operations.unreserve(List.of(reserved())), "unreserve"));
        framework.awaitFinished("unreserve");
        Offer after = framework.awaitOffer(offer -> !hasVolume(offer));
        assertThat(after.getResourcesList()).isEqualTo(first.getResourcesList());
        assertThat(directories()).isZero();
      }
    }
  }

  private long directories() throws Exception {
    try (Stream<Path> found = Files.walk(directory)) {
      return found.filter(path -> path.endsWith(Path.of("volumes", "roles", "db", "data"))).count();
    }
  }

  private static boolean hasVolume(Offer offer) {
    return offer.getResourcesList().stream()
        .anyMatch(resource -> resource.getDisk().getPersistence().getId().equals("data"));
  }

  private static Resource reserved() {
    Resource.Builder disk =
        Resource.newBuilder()
            .setName("disk")
            .setType(Value.Type.SCALAR)
            .setScalar(Value.Scalar.newBuilder().setValue(10));
    disk.addReservationsBuilder().setType(Resource.ReservationInfo.Type.DYNAMIC).setRole("db");
    return disk.build();
  }

  private static Resource volume() {
    Resource.Builder volume = reserved().toBuilder();
    volume.getDiskBuilder().getPersistenceBuilder().setId("data");
    volume.getDiskBuilder().getVolumeBuilder().setContainerPath("data").setMode(Volume.Mode.RW);
    return volume.build();
  }

  /** A framework that does what the test says with the offers that it gets. */
  private static final class Database implements Scheduler, AutoCloseable {

    private final BlockingQueue<Offer> offers = new LinkedBlockingQueue<>();
    private final BlockingQueue<OperationStatus> statuses = new LinkedBlockingQueue<>();
    private final SchedulerDriver driver;

    Database(MesetaCluster cluster) {
      FrameworkInfo info = Frameworks.surviving("database", Duration.ofMinutes(1), "db").build();
      driver = SchedulerDriver.builder(info, this).master(cluster.zk()).build().start();
    }

    void accept(Offer offer, Offer.Operation... operations) {
      driver
          .accept(List.of(offer.getId()), List.of(operations), Filters.newBuilder().build())
          .toCompletableFuture()
          .join();
    }

    /** Others are given back, to be offered again. */
    Offer awaitOffer(Predicate<Offer> wanted) throws InterruptedException {
      long deadlineNs = System.nanoTime() + LIMIT.toNanos();
      while (true) {
        Offer offer = offers.poll(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
        assertThat(offer).as("an offer in time").isNotNull();
        if (wanted.test(offer)) {
          return offer;
        }
        driver.accept(
            List.of(offer.getId()), List.of(), Filters.newBuilder().setRefuseSeconds(0).build());
      }
    }

    /** Others may be told again, when their acknowledgement was lost. */
    void awaitFinished(String id) throws InterruptedException {
      long deadlineNs = System.nanoTime() + LIMIT.toNanos();
      while (true) {
        OperationStatus status =
            statuses.poll(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
        assertThat(status).as("a status of %s in time", id).isNotNull();
        assertThat(status.getState()).isEqualTo(OperationState.OPERATION_FINISHED);
        driver.acknowledgeOperation(status).toCompletableFuture().join();
        if (status.getOperationId().getValue().equals(id)) {
          return;
        }
      }
    }

    @Override
    public void subscribed(SchedulerDriver with, FrameworkID frameworkId, MasterInfo master) {}

    @Override
    public void offers(SchedulerDriver with, List<Offer> more) {
      offers.addAll(more);
    }

    @Override
    public void statusUpdate(SchedulerDriver with, TaskStatus status) {}

    @Override
    public void operationUpdate(SchedulerDriver with, OperationStatus status) {
      statuses.add(status);
    }

    @Override
    public void error(SchedulerDriver with, String message) {
      throw new AssertionError(message);
    }

    @Override
    public void close() {
      driver.close();
    }
  }
}
