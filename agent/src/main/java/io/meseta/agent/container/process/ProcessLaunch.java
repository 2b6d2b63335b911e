package io.meseta.agent.container.process;

import io.meseta.agent.container.ContainerPhase;
import io.meseta.agent.container.ContainerSpec;
import io.meseta.agent.container.RunInbox;
import io.meseta.agent.container.cgroup.Cgroup;
import io.meseta.agent.fetch.FetchException;
import io.meseta.agent.sandbox.SandboxId;
import io.meseta.agent.sandbox.SandboxOwner;
import io.meseta.agent.sandbox.Sandboxes;
import io.meseta.agent.sandbox.UnixUser;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskInfo;
import io.meseta.common.ids.ContainerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One launch: sandbox ► URIs ► links ► control group ► start, on the container's own thread. In a
 * group it waits before the start until it is told to {@link #go}.
 *
 * <p>{@link #giveUp} ends it from outside by interrupting that thread, up to the moment in which
 * the start is ordered: from there on it is killed like any other.
 */
final class ProcessLaunch {

  private static final Logger log = LoggerFactory.getLogger(ProcessLaunch.class);

  private final Host host;
  private final ContainerSpec spec;
  private final RunInbox inbox;
  private final BiConsumer<ContainerPhase, String> progress;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final CountDownLatch go = new CountDownLatch(1);
  private final Runnable prepared;
  private boolean startable = true;
  private boolean givenUp;
  private ContainerPhase phase = ContainerPhase.QUEUED;
  private boolean begun;

  /**
   * Made and run by the container's own thread.
   *
   * @param prepared called when one of a group lacks nothing but its start
   */
  ProcessLaunch(
      Host host,
      ContainerSpec spec,
      RunInbox inbox,
      BiConsumer<ContainerPhase, String> progress,
      Runnable prepared) {
    this.host = host;
    this.spec = spec;
    this.inbox = inbox;
    this.progress = progress;
    this.prepared = prepared;
    this.thread = Thread.currentThread();
  }

  /** Any thread: the launch shall not come to its end. */
  void giveUp() {
    lock.lock();
    try {
      if (startable) {
        startable = false;
        givenUp = true;
        thread.interrupt();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Any thread: as one of a group it may start. */
  void go() {
    go.countDown();
  }

  /**
   * Launches; when this fails, nothing of the container is left.
   *
   * @return the container once its process runs, or has ended already
   * @throws InterruptedException when closing
   */
  RunState run() throws LaunchFailure, InterruptedException {
    try {
      return launch();
    } catch (InterruptedException e) {
      if (!wasGivenUp()) {
        throw e;
      }
      throw failed("killed during launch", e);
    } catch (RefusedException | FetchException | IllegalArgumentException e) {
      // The last: an id that cannot name a directory.
      throw failed(String.valueOf(e.getMessage()), e);
    } catch (IOException | RuntimeException e) {
      // Those of the file system say little without their kind.
      throw failed(
          e.getClass() == IOException.class ? String.valueOf(e.getMessage()) : e.toString(), e);
    }
  }

  private RunState launch()
      throws RefusedException, FetchException, IOException, InterruptedException {
    enter(ContainerPhase.PREPARING, "");
    Optional<UnixUser> user = userOf(spec.effectiveUser());
    ProcessPlan plan = plan();
    host.sandbox().sandboxes().create(sandboxId(spec), ownerName());
    fetch(plan.sandbox());
    plan.links().make(plan.sandbox(), SandboxOwner.of(user));
    requireOutputs(plan.sandbox(), SandboxOwner.of(user));
    begin(plan, user);
    if (spec.group().isPresent()) {
      prepared.run();
      go.await();
    }
    order();
    RunState state = awaitStart();
    host.files().deleteStart(spec.container());
    return state;
  }

  static SandboxId sandboxId(ContainerSpec spec) {
    return new SandboxId(spec.agent(), spec.framework(), spec.executor(), spec.container());
  }

  private ProcessPlan plan() throws RefusedException, IOException {
    TaskInfo task = spec.task();
    if (!task.hasContainer()) {
      // Its persistent volumes have to be named somewhere.
      task = task.toBuilder().setContainer(plain()).build();
    }
    ContainerSpec mounted = spec.withTask(host.sandbox().volumes().mounted(task));
    return plan(host, mounted);
  }

  /** How a container is, or was, run. */
  static ProcessPlan plan(Host host, ContainerSpec spec) throws RefusedException {
    Sandboxes sandboxes = host.sandbox().sandboxes();
    VolumeLinks.Roots roots =
        new VolumeLinks.Roots(
            sandboxes.path(sandboxId(spec)),
            spec.parent()
                .map(parent ->
                    sandboxes.path(
                        new SandboxId(spec.agent(), spec.framework(), spec.executor(), parent))));
    return ProcessPlan.of(spec, roots, host.facts().path(), host.facts().memoryBytes());
  }

  private static ContainerInfo plain() {
    return ContainerInfo.newBuilder().setType(ContainerInfo.Type.MESOS).build();
  }

  private Optional<UnixUser> userOf(String name)
      throws RefusedException, IOException, InterruptedException {
    return userOf(host, name);
  }

  /** The user to become; empty: it stays the agent's. */
  static Optional<UnixUser> userOf(Host host, String name)
      throws RefusedException, IOException, InterruptedException {
    if (!host.switchesUser() || name.isEmpty() || name.equals(host.facts().userName())) {
      return Optional.empty();
    }
    return Optional.of(
        host.sandbox()
            .users()
            .find(name)
            .orElseThrow(() ->
                new RefusedException(
                    "this machine has no user '"
                        + name
                        + "'; --switch_user=false runs tasks as the agent's user")));
  }

  private String ownerName() {
    return host.switchesUser() && !spec.effectiveUser().isEmpty()
        ? spec.effectiveUser()
        : host.facts().userName();
  }

  private void fetch(Path sandbox) throws FetchException, InterruptedException {
    List<CommandInfo.URI> uris = spec.task().getCommand().getUrisList();
    if (!uris.isEmpty()) {
      enter(ContainerPhase.FETCHING, "");
      host.sandbox()
          .fetcher()
          .fetch(
              uris, sandbox, ownerName(), text -> progress.accept(ContainerPhase.FETCHING, text));
    }
  }

  /**
   * What was fetched may have put something else in their place, links to elsewhere for example.
   */
  private static void requireOutputs(Path sandbox, SandboxOwner owner)
      throws IOException, RefusedException {
    for (String name : List.of("stdout", "stderr")) {
      Path file = sandbox.resolve(name);
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        continue;
      }
      if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new RefusedException(name + " in the sandbox is a directory");
      }
      Files.deleteIfExists(file);
      Files.createFile(file);
      owner.give(file);
    }
  }

  private void begin(ProcessPlan plan, Optional<UnixUser> user)
      throws IOException, RefusedException {
    ContainerId container = spec.container();
    String root = host.cgroups().current();
    begun = true;
    // First: from here on the next agent finds what this one leaves behind.
    host.files().begin(container, RunState.header(host.facts().bootId(), root));
    Optional<Cgroup> cgroup = host.cgroups().of(root, container.value());
    if (cgroup.isPresent()) {
      cgroup.get().create();
      cgroup.get().limit(plan.limits(), host.options().maxProcesses());
    }
    host.files()
        .writeStart(
            container,
            StartScript.ofTask(
                host.tools(), plan, cgroup.map(Cgroup::joinedBy).orElse(List.of()), user));
    if (user.isPresent()) {
      giveVolumes(SandboxOwner.of(user));
    }
  }

  /** Persistent volumes belong to whoever uses them, as those of Mesos do. */
  private void giveVolumes(SandboxOwner owner) throws IOException {
    for (Resource resource : spec.task().getResourcesList()) {
      if (resource.getDisk().hasPersistence() && !resource.hasShared()) {
        owner.give(host.sandbox().volumes().path(resource));
      }
    }
  }

  private void order() throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      if (givenUp) {
        throw new InterruptedException("given up");
      }
      startable = false;
      phase = ContainerPhase.STARTING;
    } finally {
      lock.unlock();
    }
    enter(ContainerPhase.STARTING, "");
    host.launcher().start(spec.container());
  }

  private RunState awaitStart() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + host.options().limits().start().toNanos();
    while (true) {
      RunState state = read();
      if (state.child().isPresent()) {
        return state;
      }
      if (state.refusal().isPresent()) {
        throw new IOException(state.refusal().get() + "; see " + host.files().launcherLog());
      }
      if (state.ended()) {
        throw new IOException("its output could not be opened; see " + host.files().launcherLog());
      }
      if (System.nanoTime() - deadline >= 0) {
        throw new IOException("the launcher has not started it; see " + host.files().launcherLog());
      }
      inbox.awaitLook(deadline);
    }
  }

  private RunState read() throws IOException {
    return host.files()
        .read(spec.container())
        .orElseThrow(() -> new IOException("its state file is gone"));
  }

  private void enter(ContainerPhase next, String detail) {
    phase = next;
    progress.accept(next, detail);
  }

  private boolean wasGivenUp() {
    lock.lock();
    try {
      return givenUp;
    } finally {
      lock.unlock();
    }
  }

  private LaunchFailure failed(String reason, Throwable cause) throws InterruptedException {
    log.debug("container {} could not be launched", spec.container(), cause);
    finish();
    if (begun) {
      new ProcessRemoval(host, spec.container()).run();
    }
    return new LaunchFailure(phase, reason, cause);
  }

  /** By the container's own thread: from here on nobody interrupts it any more. */
  void finish() {
    lock.lock();
    try {
      startable = false;
      if (givenUp && Thread.interrupted()) {
        log.debug("container {}: given up when its launch had ended anyway", spec.container());
      }
    } finally {
      lock.unlock();
    }
  }
}
