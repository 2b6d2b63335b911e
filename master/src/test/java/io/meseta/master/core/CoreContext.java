package io.meseta.master.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.link.v1.Register;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.MasterInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.common.ids.AgentId;
import io.meseta.common.runtime.StateMachine;
import io.meseta.common.runtime.Transition;
import io.meseta.master.allocation.AllocationOptions;
import io.meseta.master.allocation.DrfAllocators;
import io.meseta.master.registry.RegistryChange;
import io.meseta.master.registry.RegistryOutcome;
import io.meseta.master.registry.RegistrySnapshot;
import io.meseta.master.registry.v1.AgentRecord;
import io.meseta.master.registry.v1.FrameworkRecord;
import io.meseta.master.registry.v1.MaintenanceRecord;
import io.meseta.master.registry.v1.RoleRecord;
import io.meseta.master.view.AgentView;
import io.meseta.master.view.MasterView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A master's core with everything around it played by the test: time stands still until {@link
 * #pass}, and registry writes come back at once unless {@link #holdRegistry} was called.
 */
final class CoreContext {

  final MasterCore core;

  /** What is driven: the core, or something around it. */
  private final StateMachine<MasterEvent, MasterEffect> machine;

  final MasterSettings settings;
  Instant now = Instant.parse("2026-01-01T00:00:00Z");

  /** Everything ordered since the last {@link #effects()}, in order. */
  private final List<MasterEffect> effects = new ArrayList<>();

  private final Map<MasterTimer, Instant> timers = new LinkedHashMap<>();
  private final ArrayDeque<MasterEffect.WriteRegistry> writes = new ArrayDeque<>();
  final List<RegistryChange> registry = new ArrayList<>();

  /** Every step of a lifecycle that this master has taken, in all its terms. */
  final Set<Transition> taken = new LinkedHashSet<>();

  private boolean registryHeld;
  private long nextId = 1;
  private int terms;
  private MasterView view = MasterView.notLeading();

  CoreContext() {
    this(MasterSettings.DEFAULTS);
  }

  CoreContext(MasterSettings settings) {
    this(settings, core -> core);
  }

  CoreContext(
      MasterSettings settings,
      Function<MasterCore, StateMachine<MasterEvent, MasterEffect>> around) {
    this.settings = settings;
    this.core =
        new MasterCore(settings, new DrfAllocators(AllocationOptions.defaults()), taken::add);
    this.machine = around.apply(core);
  }

  static CoreContext leading() {
    CoreContext context = new CoreContext();
    context.lead(RegistrySnapshot.empty());
    context.effects();
    return context;
  }

  void lead(RegistrySnapshot snapshot) {
    MasterInfo self =
        MasterInfo.newBuilder()
            .setId("M" + terms++)
            .setIp(16777343)
            .setPort(5050)
            .setPid("master@127.0.0.1:5050")
            .setHostname("127.0.0.1")
            .build();
    handle(new MasterEvent.LeadershipGained(now, self, snapshot));
  }

  /** Another term begins, with what the registry has. */
  void failover() {
    handle(new MasterEvent.LeadershipLost(now, "the test deposed it"));
    writes.clear();
    lead(snapshot());
  }

  /** What all writes that are durable amount to. */
  RegistrySnapshot snapshot() {
    TreeMap<String, AgentRecord> agents = new TreeMap<>();
    TreeMap<String, FrameworkRecord> frameworks = new TreeMap<>();
    TreeMap<String, RoleRecord> roles = new TreeMap<>();
    MaintenanceRecord maintenance = RegistrySnapshot.NO_MAINTENANCE;
    for (RegistryChange change : registry) {
      switch (change) {
        case RegistryChange.PutAgent put -> agents.put(put.id(), put.record());
        case RegistryChange.DeleteAgent delete -> agents.remove(delete.id());
        case RegistryChange.PutFramework put -> frameworks.put(put.id(), put.record());
        case RegistryChange.DeleteFramework delete -> frameworks.remove(delete.id());
        case RegistryChange.PutRole put -> roles.put(put.id(), put.record());
        case RegistryChange.DeleteRole delete -> roles.remove(delete.id());
        case RegistryChange.PutMaintenance put -> maintenance = put.record();
      }
    }
    return new RegistrySnapshot(
        new ArrayList<>(agents.values()),
        new ArrayList<>(frameworks.values()),
        new ArrayList<>(roles.values()),
        maintenance);
  }

  AgentRecord record(Node agent) {
    return snapshot().agents().stream()
        .filter(record -> record.getInfo().getId().equals(agent.id))
        .findFirst()
        .orElseThrow(() -> new AssertionError("The registry does not have " + agent.id));
  }

  AgentView view(Node agent) {
    return Objects.requireNonNull(view().agents().get(AgentId.of(agent.id)));
  }

  MasterView view() {
    core.refreshView().ifPresent(newest -> view = newest);
    return view;
  }

  /** Another number that nothing else has: for streams, exchanges and links. */
  long nextId() {
    return nextId++;
  }

  // ---- driving ----

  void handle(MasterEvent event) {
    List<MasterEffect> ordered = machine.handle(event);
    effects.addAll(ordered);
    for (MasterEffect effect : ordered) {
      switch (effect) {
        case MasterEffect.SetTimer set -> timers.put(set.timer(), now.plus(set.after()));
        case MasterEffect.CancelTimer cancel -> timers.remove(cancel.timer());
        case MasterEffect.DropEverything ignored -> timers.clear();
        case MasterEffect.WriteRegistry write -> writes.add(write);
        default -> {}
      }
    }
    if (!registryHeld) {
      releaseRegistry();
    }
    fireDue();
  }

  void holdRegistry() {
    registryHeld = true;
  }

  void releaseRegistry() {
    registryHeld = false;
    while (!writes.isEmpty()) {
      endWrite(new RegistryOutcome.Written());
    }
  }

  void endWrite(RegistryOutcome outcome) {
    MasterEffect.WriteRegistry write = writes.remove();
    if (outcome instanceof RegistryOutcome.Written) {
      registry.addAll(write.changes());
    }
    handle(new MasterEvent.RegistryWriteEnded(now, write.writeId(), outcome));
  }

  /** Lets time pass, firing each timer at its time. */
  void pass(Duration duration) {
    Instant end = now.plus(duration);
    while (true) {
      Optional<Instant> next = timers.values().stream().min(Instant::compareTo);
      if (next.isEmpty() || next.get().isAfter(end)) {
        break;
      }
      now = next.get();
      fireDue();
    }
    now = end;
  }

  private void fireDue() {
    while (true) {
      Optional<MasterTimer> due =
          timers.entrySet().stream()
              .filter(entry -> !entry.getValue().isAfter(now))
              .map(Map.Entry::getKey)
              .findFirst();
      if (due.isEmpty()) {
        return;
      }
      timers.remove(due.get());
      handle(new MasterEvent.TimerFired(now, due.get()));
    }
  }

  boolean hasTimer(MasterTimer timer) {
    return timers.containsKey(timer);
  }

  /** What was ordered since this was last asked. */
  List<MasterEffect> effects() {
    List<MasterEffect> taken = new ArrayList<>(effects);
    effects.clear();
    return taken;
  }

  <T extends MasterEffect> List<T> effects(Class<T> type) {
    return effects().stream().filter(type::isInstance).map(type::cast).toList();
  }

  // ---- operators ----

  /** Makes a call of the operator API; returns the exchange that waits for the answer. */
  long ask(io.meseta.api.v1.master.Call.Builder call) {
    long exchange = nextId();
    handle(new MasterEvent.OperatorCallReceived(now, exchange, call.build()));
    return exchange;
  }

  /** The status with which the exchange was answered, if it was. */
  OptionalInt answer(long exchange) {
    List<Integer> statuses = new ArrayList<>();
    effects.removeIf(effect -> {
      if (effect instanceof MasterEffect.Reply reply && reply.exchange() == exchange) {
        statuses.add(reply.status());
        return true;
      }
      return false;
    });
    assertThat(statuses).as("answers").hasSizeLessThan(2);
    return statuses.isEmpty() ? OptionalInt.empty() : OptionalInt.of(statuses.get(0));
  }

  /** Makes a call that is answered at once. */
  int operate(io.meseta.api.v1.master.Call.Builder call) {
    return answer(ask(call)).orElseThrow();
  }

  // ---- frameworks ----

  /** Subscribes and returns the stream's id, whether or not it has been opened. */
  String subscribe(FrameworkInfo info) {
    return subscribe(info, UnaryOperator.identity());
  }

  String subscribe(FrameworkInfo info, UnaryOperator<Call.Subscribe.Builder> change) {
    String streamId = "stream-" + nextId;
    Call.Builder call =
        Call.newBuilder()
            .setType(Call.Type.SUBSCRIBE)
            .setSubscribe(change.apply(Call.Subscribe.newBuilder().setFrameworkInfo(info)));
    if (info.hasId()) {
      call.setFrameworkId(info.getId());
    }
    handle(
        new MasterEvent.CallReceived(
            now, nextId(), streamId, Optional.empty(), Optional.empty(), call.build()));
    return streamId;
  }

  /** Subscribes a framework and returns how the test speaks for it. */
  Client connect(FrameworkInfo info) {
    String streamId = subscribe(info);
    List<Event> events = events(streamId);
    Event subscribed = events.get(0);
    assertThat(subscribed.getType()).isEqualTo(Event.Type.SUBSCRIBED);
    assertThat(events.get(1).getType()).isEqualTo(Event.Type.HEARTBEAT);
    for (Event later : events.subList(2, events.size())) {
      effects.add(new MasterEffect.SendToFramework(streamId, later));
    }
    return new Client(this, subscribed.getSubscribed().getFrameworkId(), streamId);
  }

  /** All events ordered on this stream since effects were last taken; leaves the others. */
  List<Event> events(String streamId) {
    List<Event> found = new ArrayList<>();
    effects.removeIf(effect -> {
      if (effect instanceof MasterEffect.SendToFramework send && send.streamId().equals(streamId)) {
        found.add(send.event());
        return true;
      }
      return false;
    });
    return found;
  }

  List<MasterMessage> messages(long link) {
    List<MasterMessage> found = new ArrayList<>();
    effects.removeIf(effect -> {
      if (effect instanceof MasterEffect.SendToAgent send && send.linkId() == link) {
        found.add(send.message());
        return true;
      }
      return false;
    });
    return found;
  }

  // ---- agents ----

  /** Opens a link with this registration; returns the link. */
  long openLink(Register.Builder register) {
    long link = nextId();
    handle(
        new MasterEvent.AgentMessageReceived(
            now, link, AgentMessage.newBuilder().setRegister(register).build()));
    return link;
  }

  Node addAgent(String hostname) {
    long link = openLink(Messages.register(hostname));
    List<MasterMessage> messages = messages(link);
    assertThat(messages).isNotEmpty();
    assertThat(messages.get(0).hasRegistered()).isTrue();
    return new Node(this, hostname, messages.get(0).getRegistered().getAgentId(), link);
  }

  /** An agent on which a framework runs a task, and nothing that was told meanwhile is left. */
  Node addAgentRunning(Client owner, String task) {
    Node agent = addAgent("a");
    Offer offer = owner.offers().get(0);
    owner.launch(offer, Messages.task(task, offer));
    agent.update(owner, task, TaskState.TASK_RUNNING);
    owner.events();
    agent.messages();
    return agent;
  }
}
