package io.meseta.agent.container;

import io.meseta.api.v1.TaskInfo;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ContainerId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Several containerizers as one: each container goes to the one that its description asks for, and
 * stays there.
 *
 * <p>One that is in trouble does not hold up the containers of another: each observes by itself,
 * and is told of as soon as it has answered.
 */
public final class Containerizers implements Containerizer, ContainerExec {

  /**
   * One of them.
   *
   * @param exec empty if it runs no further commands in its containers
   */
  public record Member(Containerizer containerizer, Optional<ContainerExec> exec) {

    /** One that can do both, or only the first. */
    public static Member of(Containerizer containerizer) {
      return new Member(
          containerizer,
          containerizer instanceof ContainerExec exec ? Optional.of(exec) : Optional.empty());
    }
  }

  private final SortedMap<ContainerizerKind, Member> members;
  private final Map<ContainerId, ContainerizerKind> owners = new ConcurrentHashMap<>();
  private final Healths healths = new Healths();
  private volatile @Nullable Listener listener;
  private volatile boolean closed;

  /** Of at least one; {@link #close} closes them. */
  public Containerizers(Map<ContainerizerKind, Member> members) {
    if (members.isEmpty()) {
      throw new IllegalArgumentException("at least one containerizer is needed");
    }
    this.members = new TreeMap<>(members);
  }

  @Override
  public void start(Listener newListener) {
    listener = newListener;
    members.forEach((kind, member) -> member.containerizer().start(new Told(kind)));
  }

  private Listener listener() {
    return Objects.requireNonNull(listener, "start comes first");
  }

  @Override
  public void observe(AgentId agent) {
    members.values().forEach(member -> member.containerizer().observe(agent));
  }

  @Override
  public void launch(ContainerSpec spec) {
    ContainerizerKind kind = ContainerizerKind.of(spec.task());
    Member member = members.get(kind);
    if (member == null) {
      refuse(spec.container(), kind);
      return;
    }
    owners.put(spec.container(), kind);
    member.containerizer().launch(spec);
  }

  @Override
  public void adopt(ContainerSpec spec) {
    ContainerizerKind kind = ContainerizerKind.of(spec.task());
    Member member = members.get(kind);
    if (member == null) {
      // Observed it cannot have been: whoever could have seen it is not there.
      refuse(spec.container(), kind);
      return;
    }
    owners.put(spec.container(), kind);
    member.containerizer().adopt(spec);
  }

  private void refuse(ContainerId container, ContainerizerKind kind) {
    String what =
        kind == ContainerizerKind.PROCESS ? "tasks without an image" : "tasks with an image";
    String reason =
        "this agent runs no "
            + what
            + ": it was started with --containerizers="
            + String.join(
                ",", members.keySet().stream().map(ContainerizerKind::optionName).toList())
            + ", which has to name "
            + kind.optionName();
    // Not by the caller's thread: it may hold what the listener needs.
    Thread.ofVirtual()
        .name("containerizers")
        .start(() -> {
          if (!closed) {
            listener().launchFailed(container, ContainerPhase.QUEUED, reason);
          }
        });
  }

  /** The one that has a container; empty if nobody was told of it. */
  private Optional<Member> owner(ContainerId container) {
    ContainerizerKind kind = owners.get(container);
    return kind == null ? Optional.empty() : Optional.ofNullable(members.get(kind));
  }

  @Override
  public void kill(ContainerId container, Duration grace) {
    owner(container).ifPresent(member -> member.containerizer().kill(container, grace));
  }

  @Override
  public void update(ContainerId container, TaskInfo sized) {
    owner(container).ifPresent(member -> member.containerizer().update(container, sized));
  }

  @Override
  public void go(ContainerId container) {
    owner(container).ifPresent(member -> member.containerizer().go(container));
  }

  /** Of one that nobody was told of, each removes what it may have. */
  @Override
  public void remove(ContainerId container) {
    Optional<Member> owner = owner(container);
    owners.remove(container);
    if (owner.isPresent()) {
      owner.get().containerizer().remove(container);
    } else {
      members.values().forEach(member -> member.containerizer().remove(container));
    }
  }

  @Override
  public Session exec(ContainerId container, Command command, Output output)
      throws IOException, InterruptedException {
    return owner(container)
        .orElseThrow(() -> new IOException("container " + container + " does not run"))
        .exec()
        .orElseThrow(
            () -> new IOException("no further commands can be run in container " + container))
        .exec(container, command, output);
  }

  @Override
  public void close() {
    closed = true;
    members.values().forEach(member -> member.containerizer().close());
  }

  /** What one of them tells. */
  private final class Told implements Listener {
    private final ContainerizerKind kind;

    Told(ContainerizerKind kind) {
      this.kind = kind;
    }

    @Override
    public void progressed(ContainerId container, ContainerPhase phase, String detail) {
      listener().progressed(container, phase, detail);
    }

    @Override
    public void prepared(ContainerId container) {
      listener().prepared(container);
    }

    @Override
    public void started(ContainerId container, StartedContainer started) {
      listener().started(container, started);
    }

    @Override
    public void launchFailed(ContainerId container, ContainerPhase phase, String reason) {
      owners.remove(container);
      listener().launchFailed(container, phase, reason);
    }

    @Override
    public void exited(ContainerId container, ContainerExit exit) {
      listener().exited(container, exit);
    }

    @Override
    public void observed(Set<ContainerizerKind> kinds, List<ObservedContainer> containers) {
      // Whoever has it has to remove it, if nobody wants it.
      containers.forEach(container -> owners.putIfAbsent(container.container(), kind));
      listener().observed(answeredFor(kind), containers);
    }

    @Override
    public void engineHealth(boolean healthy, String detail) {
      healths.tell(kind, healthy, detail);
    }
  }

  /**
   * What an answer is about. Of a kind that nobody runs any more there is nothing to be seen: the
   * first member says so, or its tasks would be in doubt for ever.
   */
  private Set<ContainerizerKind> answeredFor(ContainerizerKind kind) {
    Set<ContainerizerKind> kinds = EnumSet.of(kind);
    if (kind == members.firstKey()) {
      kinds.addAll(EnumSet.complementOf(EnumSet.copyOf(members.keySet())));
    }
    return Collections.unmodifiableSet(kinds);
  }

  /** One health. */
  private record Health(boolean healthy, String detail) {}

  /** That of all as one. */
  private final class Healths {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<ContainerizerKind, Health> health = new TreeMap<>();

    /** Told in order, under the lock: the listener does not block. */
    void tell(ContainerizerKind kind, boolean healthy, String detail) {
      lock.lock();
      try {
        health.put(kind, new Health(healthy, detail));
        boolean all = health.values().stream().allMatch(Health::healthy);
        listener().engineHealth(all, describe());
      } finally {
        lock.unlock();
      }
    }

    private String describe() {
      if (members.size() == 1) {
        return health.values().iterator().next().detail();
      }
      List<String> details = new ArrayList<>();
      health.forEach((kind, one) -> {
        if (!one.detail().isEmpty()) {
          details.add(kind.optionName() + ": " + one.detail());
        }
      });
      return String.join("; ", details);
    }
  }
}
