package io.meseta.cli.it;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.Filters;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.MasterInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.cli.it.FrameworkFile.Kind;
import io.meseta.cli.it.FrameworkFile.Line;
import io.meseta.scheduler.CallRefusedException;
import io.meseta.scheduler.Frameworks;
import io.meseta.scheduler.NotConnectedException;
import io.meseta.scheduler.OfferBudget;
import io.meseta.scheduler.Scheduler;
import io.meseta.scheduler.SchedulerDriver;
import io.meseta.scheduler.TaskBuilder;
import io.meseta.scheduler.Tasks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A framework in a process of its own that can be killed at any moment: it launches tasks of every
 * {@link ChaosTask}, as the {@link Phase} says, and what it must remember is in its {@link
 * FrameworkFile} before it acts on it, or acknowledges it.
 *
 * <p>All but the timer runs on the driver's callback thread.
 */
final class ChaosFramework implements Scheduler {

  /** What the test wants; in a file, so that the next process finds it as well. */
  enum Phase {
    LAUNCH,
    LAUNCH_NOTHING,
    KILL_WHAT_DOES_NOT_END,
    TEARDOWN
  }

  static final String FILE = "framework.jsonl";
  private static final String PHASE_FILE = "phase";

  private static final int SHORT_AT_ONCE = 6;
  private static final int LONG_AT_ONCE = 6;
  private static final int PER_OFFER = 2;
  private static final int TICK_MS = 250;

  /** A kill that crossed the end of a master or an agent is lost; the framework asks again. */
  private static final Duration KILL_AGAIN = Duration.ofSeconds(5);

  private static final Filters NO_FILTER = Filters.newBuilder().setRefuseSeconds(0).build();

  private final Path directory;
  private final FrameworkFile file;
  private final LiveTasks live;
  private final Random random;
  private final SchedulerDriver driver;

  private ChaosFramework(String zk, Path directory, long seed) throws IOException {
    this.directory = directory;
    List<Line> before = FrameworkFile.read(directory.resolve(FILE));
    this.live = LiveTasks.of(before);
    this.random = new Random(seed + live.processes());
    this.file = FrameworkFile.open(directory.resolve(FILE));
    FrameworkInfo.Builder info = Frameworks.surviving("chaos", Duration.ofHours(1));
    live.frameworkId().ifPresent(id -> info.setId(Frameworks.id(id)));
    this.driver = SchedulerDriver.builder(info.build(), this).master(zk).build();
  }

  /** Arguments: the ZooKeeper URL, the directory of the files, the seed. */
  public static void main(String[] arguments) throws Exception {
    ChaosFramework framework =
        new ChaosFramework(arguments[0], Path.of(arguments[1]), Long.parseLong(arguments[2]));
    framework.run();
  }

  static void enter(Path directory, Phase phase) throws IOException {
    Path written = Files.writeString(directory.resolve(PHASE_FILE + ".new"), phase.name());
    Files.move(written, directory.resolve(PHASE_FILE), StandardCopyOption.ATOMIC_MOVE);
  }

  private Phase phase() {
    try {
      return Phase.valueOf(
          Files.readString(directory.resolve(PHASE_FILE), StandardCharsets.UTF_8).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void run() throws Exception {
    file.append(Line.of(Kind.BEGUN, "", ""));
    try (ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor()) {
      driver.start();
      var unused =
          timer.scheduleWithFixedDelay(
              () -> driver.callbackExecutor().execute(this::tick),
              TICK_MS,
              TICK_MS,
              TimeUnit.MILLISECONDS);
      driver.awaitTermination();
      timer.shutdownNow();
    } finally {
      driver.close();
      file.close();
    }
  }

  // ---- what the driver tells ----

  @Override
  public void subscribed(SchedulerDriver from, FrameworkID id, MasterInfo master) {
    file.append(Line.of(Kind.SUBSCRIBED, "", id.getValue()));
    List<Call.Reconcile.Task> questions =
        live.all().stream()
            .map(task ->
                Call.Reconcile.Task.newBuilder()
                    .setTaskId(Tasks.id(task.id()))
                    .setAgentId(AgentID.newBuilder().setValue(task.agent()))
                    .build())
            .toList();
    if (!questions.isEmpty()) {
      from.reconcile(questions);
    }
  }

  @Override
  public void resubscribed(SchedulerDriver from, FrameworkID id, MasterInfo master) {
    file.append(Line.of(Kind.SUBSCRIBED, "", id.getValue()));
  }

  @Override
  public void offers(SchedulerDriver from, List<Offer> offers) {
    boolean launching = phase() == Phase.LAUNCH;
    for (Offer offer : offers) {
      OfferBudget budget = OfferBudget.of(offer);
      for (int i = 0; launching && i < PER_OFFER; i++) {
        maybeAdd(offer, budget);
      }
      if (budget.tasks().isEmpty()) {
        from.decline(budget.offerIds(), NO_FILTER);
      } else {
        launch(from, budget);
      }
    }
  }

  private void maybeAdd(Offer offer, OfferBudget budget) {
    ChaosTask kind =
        random.nextInt(4) == 0 ? ChaosTask.drawLong(random) : ChaosTask.drawShort(random);
    boolean enough =
        kind.isShort() ? live.shortOnes() >= SHORT_AT_ONCE : live.longOnes() >= LONG_AT_ONCE;
    if (enough) {
      return;
    }
    String id = live.nextId(kind);
    TaskBuilder description = kind.describe(id, random);
    if (budget.fits(description)) {
      budget.add(description);
      Line line = Line.of(Kind.LAUNCH, id, offer.getAgentId().getValue()).because(kind.name(), "");
      file.append(line);
      live.apply(line);
    }
  }

  private void launch(SchedulerDriver from, OfferBudget budget) {
    from.accept(budget.offerIds(), List.of(launchOf(budget.tasks())), NO_FILTER)
        .whenCompleteAsync(
            (accepted, failure) -> {
              if (failure instanceof NotConnectedException
                  || failure instanceof CallRefusedException) {
                budget.tasks().forEach(task -> neverWas(task, failure));
              }
            },
            from.callbackExecutor());
  }

  private static Offer.Operation launchOf(List<TaskInfo> tasks) {
    return Offer.Operation.newBuilder()
        .setType(Offer.Operation.Type.LAUNCH)
        .setLaunch(Offer.Operation.Launch.newBuilder().addAllTaskInfos(tasks))
        .build();
  }

  private void neverWas(TaskInfo task, Throwable failure) {
    Line line = Line.of(Kind.VOID, task.getTaskId().getValue(), "").because("", failure.toString());
    file.append(line);
    live.apply(line);
  }

  @Override
  public void statusUpdate(SchedulerDriver from, TaskStatus status) {
    Line line =
        Line.of(Kind.UPDATE, status.getTaskId().getValue(), status.getState().name())
            .because(status.hasReason() ? status.getReason().name() : "", status.getMessage());
    file.append(line); // The driver acknowledges when this has returned.
    live.apply(line);
  }

  @Override
  public void disconnected(SchedulerDriver from, String reason) {
    System.out.println("disconnected: " + reason);
  }

  @Override
  public void error(SchedulerDriver from, String message) {
    System.out.println("error: " + message);
  }

  // ---- what time brings ----

  private void tick() {
    Phase phase = phase();
    if (phase == Phase.TEARDOWN) {
      driver.teardown();
      return;
    }
    long now = System.currentTimeMillis();
    for (LiveTasks.Task task : live.all()) {
      boolean itIsTime = phase == Phase.KILL_WHAT_DOES_NOT_END || now >= task.killAtMs();
      if (!task.kind().endsByItself() && itIsTime) {
        kill(task, now);
      }
    }
  }

  private void kill(LiveTasks.Task task, long now) {
    if (task.killedAtMs() + KILL_AGAIN.toMillis() > now) {
      return;
    }
    Line line = Line.of(Kind.KILL, task.id(), "");
    file.append(line);
    live.apply(line);
    driver.kill(Tasks.id(task.id()));
  }
}
