package io.meseta.agent.container.docker;

import io.meseta.agent.container.ContainerSpec;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.ContainerId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The networks of task groups, each held by a container that does nothing else: it is there before
 * the first of the group's containers, and goes with the last, whichever that is.
 *
 * <p>The containers that this agent looks after are counted: {@link #enter}, {@link #leave}. What
 * an earlier agent has left and nobody needs any more is found by {@link #sweep}.
 *
 * <p>Any thread.
 */
final class NetworkHolders {

  /** How hard a network is removed. */
  enum Patience {
    /** Until the engine has done it: ports that it publishes are free then. */
    UNTIL_GONE,
    /** Once: an engine that is away is not waited for; {@link #sweep} sees to the rest. */
    ONE_TRY
  }

  private static final Logger log = LoggerFactory.getLogger(NetworkHolders.class);

  /** One network. The lock guards what is asked of the engine. */
  private static final class Holder {
    private final Set<ContainerId> members = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private boolean runs;
    private volatile boolean mayExist;
  }

  private final Engine engine;
  private final Map<ContainerId, Holder> holders = new ConcurrentHashMap<>();

  NetworkHolders(Engine engine) {
    this.engine = engine;
  }

  /** A container will need its group's network. Asks nothing of the engine. */
  void enter(ContainerSpec spec) {
    spec.network().ifPresent(network -> join(network.holder(), spec.container(), false));
  }

  /** A container of an earlier agent has its group's network. Asks nothing of the engine. */
  void adopted(ContainerSpec spec) {
    spec.network().ifPresent(network -> join(network.holder(), spec.container(), true));
  }

  private void join(ContainerId network, ContainerId member, boolean exists) {
    holders.compute(
        network,
        (id, known) -> {
          Holder holder = known == null ? new Holder() : known;
          holder.members.add(member);
          if (exists) {
            holder.mayExist = true;
          }
          return holder;
        });
  }

  /**
   * Returns when the network is there that a container joins, if it joins one.
   *
   * @throws UnsupportedTaskException if the tasks of the group ask for what cannot be
   */
  void require(ContainerSpec spec)
      throws EngineException, UnsupportedTaskException, InterruptedException {
    Optional<ContainerSpec.Network> network = spec.network();
    if (network.isEmpty()) {
      return;
    }
    Holder holder = holders.get(network.get().holder());
    if (holder == null) {
      throw new IllegalStateException("container " + spec.container() + " has not entered");
    }
    holder.lock.lockInterruptibly();
    try {
      if (!holder.runs) {
        RunConfig config = NetworkHolder.of(spec, network.get());
        holder.mayExist = true;
        Duration limit = engine.options().limits().away();
        engine.withinLimit(limit, () -> create(config));
        engine.withinLimit(limit, () -> start(config));
        holder.runs = true;
      }
    } finally {
      holder.lock.unlock();
    }
  }

  private Boolean create(RunConfig config) throws EngineException, InterruptedException {
    try {
      createOnce(config);
    } catch (EngineException e) {
      if (!e.is(EngineException.Kind.NOT_FOUND)) {
        throw e;
      }
      log.info("The engine has no image {}: it is made", config.image());
      NetworkHolder.importImage(engine.client());
      createOnce(config);
    }
    return Boolean.TRUE;
  }

  private void createOnce(RunConfig config) throws EngineException, InterruptedException {
    try {
      engine.client().create(config);
    } catch (EngineException e) {
      if (!e.is(EngineException.Kind.CONFLICT)) {
        throw e;
      }
      // Nobody else makes one of this name: a try that got no answer, or that could not start it.
      log.debug("network holder {} is there already", config.name(), e);
    }
  }

  private Boolean start(RunConfig config) throws EngineException, InterruptedException {
    try {
      engine.client().start(config.name());
    } catch (EngineException e) {
      if (!engine.client().inspect(config.name()).runs()) {
        throw e;
      }
      log.debug("network holder {} runs already", config.name(), e);
    }
    return Boolean.TRUE;
  }

  /** A container does not need its group's network any more; the last one takes it away. */
  void leave(ContainerSpec spec, Patience patience) throws InterruptedException {
    Optional<ContainerSpec.Network> network = spec.network();
    if (network.isEmpty()) {
      return;
    }
    ContainerId id = network.get().holder();
    Holder holder = holders.get(id);
    if (holder == null) {
      return;
    }
    holder.lock.lockInterruptibly();
    try {
      holder.members.remove(spec.container());
      if (holder.members.isEmpty() && holder.mayExist) {
        remove(id, patience);
        holder.runs = false;
      }
    } finally {
      holder.lock.unlock();
    }
    holders.computeIfPresent(id, (same, known) -> known.members.isEmpty() ? null : known);
  }

  private void remove(ContainerId holder, Patience patience) throws InterruptedException {
    String name = Labels.holderName(holder);
    switch (patience) {
      case UNTIL_GONE -> engine.remove(name);
      case ONE_TRY -> removeOnce(name);
    }
  }

  private void removeOnce(String name) throws InterruptedException {
    try {
      engine.client().remove(name);
    } catch (EngineException e) {
      log.info("network holder {} is not removed yet: {}", name, e.getMessage());
    }
  }

  /**
   * Removes what holds a network that nobody needs.
   *
   * @param found the containers of the agent: of those that this agent does not look after, only
   *     such as run need a network; the others are never started again
   */
  void sweep(AgentId agent, List<EngineClient.ListedContainer> found) throws InterruptedException {
    try {
      for (ContainerId holder : engine.client().listHolders(agent)) {
        boolean needed =
            holders.containsKey(holder)
                || found.stream()
                    .anyMatch(
                        each -> each.runs() && each.network().filter(holder::equals).isPresent());
        if (!needed) {
          log.info("network holder {} is removed: no container needs it", holder);
          removeOnce(Labels.holderName(holder));
        }
      }
    } catch (EngineException e) {
      log.warn("Network holders of agent {} are not known: {}", agent, e.getMessage());
    }
  }
}
