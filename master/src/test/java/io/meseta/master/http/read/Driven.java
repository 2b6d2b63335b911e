package io.meseta.master.http.read;

import com.google.protobuf.ByteString;
import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.MasterMessage;
import io.meseta.api.link.v1.Register;
import io.meseta.api.link.v1.StatusUpdate;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.Attribute;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ContainerID;
import io.meseta.api.v1.ContainerStatus;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.MasterInfo;
import io.meseta.api.v1.NetworkInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.Value;
import io.meseta.api.v1.WeightInfo;
import io.meseta.api.v1.quota.QuotaConfig;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.api.v1.scheduler.Event;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.resources.Resources;
import io.meseta.master.allocation.AllocationOptions;
import io.meseta.master.allocation.DrfAllocators;
import io.meseta.master.core.MasterCore;
import io.meseta.master.core.MasterEffect;
import io.meseta.master.core.MasterEvent;
import io.meseta.master.core.MasterSettings;
import io.meseta.master.core.MasterTimer;
import io.meseta.master.registry.RegistryOutcome;
import io.meseta.master.registry.RegistrySnapshot;
import io.meseta.master.view.MasterView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** A core that is driven by hand, for its views; registry writes come back at once. */
final class Driven {

  static final Instant START = Instant.parse("2026-11-22T05:48:20.793101Z");

  final MasterCore core =
      new MasterCore(MasterSettings.DEFAULTS, new DrfAllocators(AllocationOptions.defaults()));
  private final List<MasterEffect> effects = new ArrayList<>();
  private final TreeMap<String, Long> linkOf = new TreeMap<>();
  private final TreeMap<String, String> streams = new TreeMap<>();
  private Instant now = START;
  private long nextId = 1;
  private MasterView view = MasterView.notLeading();

  Driven() {
    handle(
        new MasterEvent.LeadershipGained(
            now,
            MasterInfo.newBuilder()
                .setId("M0")
                .setIp(16777343)
                .setPort(5050)
                .setPid("master@127.0.0.2:5050")
                .setHostname("127.0.0.2")
                .build(),
            RegistrySnapshot.empty()));
  }

  /** What is recorded in the samples: an agent with attributes, and a framework with one task. */
  static Driven likeTheSamples() {
    Driven driven = new Driven();
    AgentID agent = driven.agent("127.0.0.2");
    FrameworkID framework = driven.framework("a framework");
    driven.launch(framework, agent, "gold");
    driven.update(framework, agent, "gold", TaskState.TASK_STARTING);
    driven.update(framework, agent, "gold", TaskState.TASK_RUNNING);
    return driven;
  }

  MasterView view() {
    core.refreshView().ifPresent(newest -> view = newest);
    return view;
  }

  void handle(MasterEvent event) {
    for (MasterEffect effect : core.handle(event)) {
      effects.add(effect);
      if (effect instanceof MasterEffect.WriteRegistry write) {
        handle(
            new MasterEvent.RegistryWriteEnded(
                now, write.writeId(), new RegistryOutcome.Written()));
      }
    }
  }

  AgentID agent(String hostname) {
    long link = nextId++;
    AgentInfo info =
        AgentInfo.newBuilder()
            .setHostname(hostname)
            .setPort(5051)
            .addAllResources(
                Resources.of("cpus:8;mem:8000;disk:20000;ports:[31000-32000];cpus(web):2")
                    .toProto(ReservationFormat.REFINED))
            .addAttributes(text("rackid", "rack1"))
            .addAttributes(text("zone", "a"))
            .addAttributes(
                Attribute.newBuilder()
                    .setName("weight")
                    .setType(Value.Type.SCALAR)
                    .setScalar(Value.Scalar.newBuilder().setValue(2.5)))
            .addAttributes(
                Attribute.newBuilder()
                    .setName("nums")
                    .setType(Value.Type.RANGES)
                    .setRanges(
                        Value.Ranges.newBuilder()
                            .addRange(Value.Range.newBuilder().setBegin(1).setEnd(5))))
            .build();
    handle(
        new MasterEvent.AgentMessageReceived(
            now,
            link,
            AgentMessage.newBuilder()
                .setRegister(
                    Register.newBuilder()
                        .setAgent(info)
                        .setVersion("1")
                        .setProcessId("p" + link)
                        .setIp("127.0.0.2"))
                .build()));
    for (MasterEffect effect : effects) {
      if (effect instanceof MasterEffect.SendToAgent send
          && send.linkId() == link
          && send.message().hasRegistered()) {
        return registered(send.message(), link);
      }
    }
    throw new AssertionError("not registered");
  }

  private AgentID registered(MasterMessage message, long link) {
    AgentID id = message.getRegistered().getAgentId();
    linkOf.put(id.getValue(), link);
    return id;
  }

  private static Attribute text(String name, String value) {
    return Attribute.newBuilder()
        .setName(name)
        .setType(Value.Type.TEXT)
        .setText(Value.Text.newBuilder().setValue(value))
        .build();
  }

  FrameworkID framework(String name) {
    String stream = "stream-" + nextId;
    FrameworkInfo info =
        FrameworkInfo.newBuilder()
            .setUser("root")
            .setName(name)
            .setHostname("")
            .setFailoverTimeout(3600)
            .addCapabilities(
                FrameworkInfo.Capability.newBuilder()
                    .setType(FrameworkInfo.Capability.Type.PARTITION_AWARE))
            .build();
    handle(
        new MasterEvent.CallReceived(
            now,
            nextId++,
            stream,
            Optional.empty(),
            Optional.empty(),
            Call.newBuilder()
                .setType(Call.Type.SUBSCRIBE)
                .setSubscribe(Call.Subscribe.newBuilder().setFrameworkInfo(info))
                .build()));
    FrameworkID id =
        events(stream).stream()
            .filter(Event::hasSubscribed)
            .findFirst()
            .orElseThrow()
            .getSubscribed()
            .getFrameworkId();
    streams.put(id.getValue(), stream);
    return id;
  }

  private String stream(FrameworkID framework) {
    return Objects.requireNonNull(streams.get(framework.getValue()));
  }

  private List<Event> events(String stream) {
    List<Event> found = new ArrayList<>();
    for (MasterEffect effect : effects) {
      if (effect instanceof MasterEffect.SendToFramework send && send.streamId().equals(stream)) {
        found.add(send.event());
      }
    }
    return found;
  }

  private Optional<Offer> offer(FrameworkID framework) {
    return events(stream(framework)).stream()
        .filter(Event::hasOffers)
        .flatMap(event -> event.getOffers().getOffersList().stream())
        .reduce((first, last) -> last);
  }

  void launch(FrameworkID framework, AgentID agent, String task) {
    for (int i = 0; i < 10 && offer(framework).isEmpty(); i++) {
      now = now.plusSeconds(1);
      handle(new MasterEvent.TimerFired(now, new MasterTimer.AllocationInterval()));
    }
    Offer offer = offer(framework).orElseThrow();
    TaskInfo info =
        TaskInfo.newBuilder()
            .setName(task)
            .setTaskId(TaskID.newBuilder().setValue(task))
            .setAgentId(agent)
            .addAllResources(
                Resources.of("cpus:0.2;mem:64;ports:[31000-31001]")
                    .toProto(ReservationFormat.REFINED))
            .setCommand(CommandInfo.newBuilder().setValue("true"))
            .build();
    handle(
        new MasterEvent.CallReceived(
            now,
            nextId++,
            "",
            Optional.of(stream(framework)),
            Optional.empty(),
            Call.newBuilder()
                .setType(Call.Type.ACCEPT)
                .setFrameworkId(framework)
                .setAccept(
                    Call.Accept.newBuilder()
                        .addOfferIds(offer.getId())
                        .addOperations(
                            Offer.Operation.newBuilder()
                                .setType(Offer.Operation.Type.LAUNCH)
                                .setLaunch(Offer.Operation.Launch.newBuilder().addTaskInfos(info))))
                .build()));
  }

  void update(FrameworkID framework, AgentID agent, String task, TaskState state) {
    update(framework, agent, status(agent, task, state), state);
  }

  static TaskStatus status(AgentID agent, String task, TaskState state) {
    return TaskStatus.newBuilder()
        .setTaskId(TaskID.newBuilder().setValue(task))
        .setState(state)
        .setAgentId(agent)
        .setTimestamp(1795327040.792996)
        .setSource(TaskStatus.Source.SOURCE_EXECUTOR)
        .setUuid(ByteString.copyFromUtf8(task + state))
        .setContainerStatus(
            ContainerStatus.newBuilder()
                .setContainerId(ContainerID.newBuilder().setValue("c"))
                .addNetworkInfos(
                    NetworkInfo.newBuilder()
                        .addIpAddresses(
                            NetworkInfo.IPAddress.newBuilder()
                                .setProtocol(NetworkInfo.Protocol.IPv4)
                                .setIpAddress("127.0.0.2"))))
        .build();
  }

  /** An update, while the task is in this state already. */
  void update(FrameworkID framework, AgentID agent, TaskStatus status, TaskState latest) {
    handle(
        new MasterEvent.AgentMessageReceived(
            now,
            Objects.requireNonNull(linkOf.get(agent.getValue())),
            AgentMessage.newBuilder()
                .setStatusUpdate(
                    StatusUpdate.newBuilder()
                        .setFrameworkId(framework)
                        .setStatus(status)
                        .setLatestState(latest))
                .build()));
  }

  void setWeight(String role, double weight) {
    operate(
        io.meseta.api.v1.master.Call.newBuilder()
            .setType(io.meseta.api.v1.master.Call.Type.UPDATE_WEIGHTS)
            .setUpdateWeights(
                io.meseta.api.v1.master.Call.UpdateWeights.newBuilder()
                    .addWeightInfos(WeightInfo.newBuilder().setRole(role).setWeight(weight)))
            .build());
  }

  void setGuarantee(String role, double cpus) {
    operate(
        io.meseta.api.v1.master.Call.newBuilder()
            .setType(io.meseta.api.v1.master.Call.Type.UPDATE_QUOTA)
            .setUpdateQuota(
                io.meseta.api.v1.master.Call.UpdateQuota.newBuilder()
                    .setForce(true)
                    .addQuotaConfigs(
                        QuotaConfig.newBuilder()
                            .setRole(role)
                            .putGuarantees(
                                "cpus", Value.Scalar.newBuilder().setValue(cpus).build())))
            .build());
  }

  /** An operator reserves a cpu of the first agent, which has not said yet what became of it. */
  void reserve(String role) {
    io.meseta.api.v1.master.Call.Builder call =
        io.meseta.api.v1.master.Call.newBuilder()
            .setType(io.meseta.api.v1.master.Call.Type.RESERVE_RESOURCES);
    call.getReserveResourcesBuilder()
        .setAgentId(view().agents().firstKey().toProto())
        .addResourcesBuilder()
        .setName("cpus")
        .setType(Value.Type.SCALAR)
        .setScalar(Value.Scalar.newBuilder().setValue(1))
        .addReservations(
            Resource.ReservationInfo.newBuilder()
                .setType(Resource.ReservationInfo.Type.DYNAMIC)
                .setRole(role));
    operate(call.build());
  }

  void operate(io.meseta.api.v1.master.Call call) {
    handle(new MasterEvent.OperatorCallReceived(now, nextId++, call));
  }
}
