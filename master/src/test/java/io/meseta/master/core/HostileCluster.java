package io.meseta.master.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.Offer.Operation;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.common.testing.FuzzedMessages;
import io.meseta.master.registry.Registry;
import io.meseta.master.registry.RegistrySnapshot;
import io.meseta.master.validation.CallValidation;
import io.meseta.master.validation.OperatorCallValidation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * A master's core among frameworks, agents and operators that it knows and that send what is nearly
 * right: messages that make sense with something else somewhere in them, and some that never made
 * sense. The edge lets no call pass that it would not let pass on the wire.
 */
final class HostileCluster {

  private static final List<Call.Type> CALLS = List.of(Call.Type.values());
  private static final List<io.meseta.api.v1.master.Call.Type> OPERATOR_CALLS =
      List.of(io.meseta.api.v1.master.Call.Type.values());

  private static final List<Operation.Type> OPERATIONS = List.of(Operation.Type.values());
  private static final List<TaskState> STATES = List.of(TaskState.values());

  /** More ids of a kind are not remembered: the newest are the ones that matter. */
  private static final int MOST_IDS = 12;

  private final Random random;
  private final CoreContext context;
  private final FuzzedMessages messages;
  private final Map<String, List<String>> ids = new TreeMap<>();
  private final Map<String, String> streams = new TreeMap<>();
  private final List<Offer> offers = new ArrayList<>();
  private final List<Long> links = new ArrayList<>();
  private int made;

  HostileCluster(long seed, CoreContext context) {
    this.random = new Random(seed);
    this.context = context;
    this.messages = new FuzzedMessages(random, ids);
    context.lead(RegistrySnapshot.empty());
    learn();
    context.handle(scheduler(subscribe()));
    context.openLink(Messages.register("a"));
    context.openLink(Messages.register("b"));
    learn();
  }

  void step() {
    int choice = random.nextInt(100);
    if (choice < 12) {
      context.pass(Duration.ofMillis(random.nextInt(3_000)));
    } else if (choice == 12) {
      context.pass(Duration.ofSeconds(random.nextInt(600)));
    } else if (choice == 13) {
      context.failover();
      links.clear();
    } else if (choice < 55) {
      callOfAFramework();
    } else if (choice < 75) {
      callOfAnOperator();
    } else {
      messageOfAnAgent();
    }
    learn();
    context.view();
  }

  // ---- what is sent

  private void callOfAFramework() {
    Call call = (Call) twisted(goodCall());
    if (CallValidation.invalidReason(call).isEmpty()) {
      context.handle(scheduler(call));
    }
  }

  private MasterEvent.CallReceived scheduler(Call call) {
    String stream = streams.getOrDefault(call.getFrameworkId().getValue(), "");
    return new MasterEvent.CallReceived(
        context.now,
        context.nextId(),
        "stream-" + made++,
        stream.isEmpty() ? Optional.empty() : Optional.of(stream),
        Optional.empty(),
        call);
  }

  private void callOfAnOperator() {
    var call = (io.meseta.api.v1.master.Call) twisted(goodOperatorCall());
    if (call.hasType()
        && OperatorCallValidation.isImplemented(call.getType())
        && OperatorCallValidation.invalidReason(call).isEmpty()) {
      context.ask(call.toBuilder());
    }
  }

  private void messageOfAnAgent() {
    if (links.isEmpty() || random.nextInt(8) == 0) {
      links.add(context.nextId());
    }
    AgentMessage message = (AgentMessage) twisted(goodAgentMessage());
    context.handle(new MasterEvent.AgentMessageReceived(context.now, any(links), message));
  }

  private Message twisted(Message message) {
    Message twisted = message;
    for (int times = random.nextInt(4); times > 0; times--) {
      twisted = messages.mutated(twisted);
    }
    return twisted;
  }

  // ---- what would be right

  private Call goodCall() {
    Call.Builder call = Call.newBuilder();
    id("FrameworkID").ifPresent(call.getFrameworkIdBuilder()::setValue);
    switch (random.nextInt(6)) {
      case 0 -> {
        return subscribe();
      }
      case 1, 2 -> call.setType(Call.Type.ACCEPT).setAccept(accept());
      default -> {
        call.setType(any(CALLS));
        like(call, call.getType().name());
      }
    }
    return call.build();
  }

  private Call subscribe() {
    Call.Builder call = Call.newBuilder().setType(Call.Type.SUBSCRIBE);
    call.getSubscribeBuilder().setFrameworkInfo(OperationTest.framework("web"));
    if (random.nextInt(3) == 0) {
      id("FrameworkID")
          .ifPresent(id -> {
            call.getFrameworkIdBuilder().setValue(id);
            call.getSubscribeBuilder().getFrameworkInfoBuilder().getIdBuilder().setValue(id);
          });
    }
    return call.build();
  }

  private Call.Accept.Builder accept() {
    Call.Accept.Builder accept = Call.Accept.newBuilder();
    if (offers.isEmpty()) {
      return accept;
    }
    Offer offer = any(offers);
    String task = "task-" + made++;
    know("TaskID", task);
    accept.addOfferIds(offer.getId());
    switch (random.nextInt(4)) {
      case 0 ->
          accept
              .addOperations(OperationTest.reserve("r" + made, OperationTest.reserved("disk", 10)))
              .addOperations(OperationTest.create("c" + made, OperationTest.volume(10)))
              .addOperations(OperationTest.launch(offer, task, OperationTest.volume(10)));
      case 1 -> accept.addOperations(launch(Messages.task(task, offer)));
      case 2 -> accept.addOperations(group(Messages.task(task, offer)));
      default -> accept.addOperations(anything());
    }
    return accept;
  }

  private static Operation.Builder launch(TaskInfo task) {
    Operation.Builder launch = Operation.newBuilder().setType(Operation.Type.LAUNCH);
    launch.getLaunchBuilder().addTaskInfos(task);
    return launch;
  }

  private Operation.Builder group(TaskInfo task) {
    Operation.Builder group = Operation.newBuilder().setType(Operation.Type.LAUNCH_GROUP);
    group.getLaunchGroupBuilder().getTaskGroupBuilder().addTasks(task);
    group
        .getLaunchGroupBuilder()
        .getExecutorBuilder()
        .setType(ExecutorInfo.Type.DEFAULT)
        .getExecutorIdBuilder()
        .setValue("executor-" + made);
    return group;
  }

  private Operation.Builder anything() {
    Operation.Builder anything = Operation.newBuilder().setType(any(OPERATIONS));
    like(anything, anything.getType().name());
    return anything;
  }

  private io.meseta.api.v1.master.Call goodOperatorCall() {
    var call = io.meseta.api.v1.master.Call.newBuilder();
    switch (random.nextInt(8)) {
      case 0 -> {
        call.setType(io.meseta.api.v1.master.Call.Type.RESERVE_RESOURCES);
        call.getReserveResourcesBuilder()
            .setAgentId(agentId())
            .addResources(OperationTest.reserved("disk", 10));
      }
      case 1 -> {
        call.setType(io.meseta.api.v1.master.Call.Type.CREATE_VOLUMES);
        call.getCreateVolumesBuilder().setAgentId(agentId()).addVolumes(OperationTest.volume(10));
      }
      case 2 -> {
        call.setType(io.meseta.api.v1.master.Call.Type.UPDATE_MAINTENANCE_SCHEDULE);
        var window = call.getUpdateMaintenanceScheduleBuilder().getScheduleBuilder();
        window.addWindowsBuilder().addMachineIdsBuilder().setHostname("a");
        window.getWindowsBuilder(0).getUnavailabilityBuilder().getStartBuilder().setNanoseconds(1);
      }
      default -> {
        call.setType(any(OPERATOR_CALLS));
        like(call, call.getType().name());
      }
    }
    return call.build();
  }

  private AgentMessage goodAgentMessage() {
    AgentMessage.Builder message = AgentMessage.newBuilder();
    switch (random.nextInt(4)) {
      case 0 -> {
        message.setRegister(Messages.register(any(List.of("a", "b", "c"))));
        if (random.nextBoolean()) {
          message.getRegisterBuilder().getAgentBuilder().setId(agentId());
        }
      }
      case 1, 2 -> {
        TaskState state = any(STATES);
        var update = message.getStatusUpdateBuilder().setLatestState(state);
        update.getFrameworkIdBuilder().setValue(id("FrameworkID").orElse("f"));
        update
            .getStatusBuilder()
            .setState(state)
            .setAgentId(agentId())
            .setUuid(ByteString.copyFromUtf8("0123456789abcdef"))
            .getTaskIdBuilder()
            .setValue(id("TaskID").orElse("t"));
      }
      default -> {
        return (AgentMessage) messages.like(AgentMessage.getDefaultInstance());
      }
    }
    return message.build();
  }

  private AgentID agentId() {
    return AgentID.newBuilder().setValue(id("AgentID").orElse("a")).build();
  }

  /** Fills the part of the message that belongs to its type. */
  private void like(Message.Builder message, String type) {
    var part = message.getDescriptorForType().findFieldByName(type.toLowerCase(Locale.ROOT));
    if (part != null) {
      message.setField(part, messages.like((Message) message.getField(part)));
    }
  }

  // ---- what is known

  private void learn() {
    for (MasterEffect effect : context.effects()) {
      switch (effect) {
        case MasterEffect.StepDown stepDown -> throw new AssertionError(stepDown);
        case MasterEffect.WriteRegistry write ->
            assertThat(Registry.tooLarge(write.changes())).isEmpty();
        case MasterEffect.SendToFramework sent -> learn(sent);
        case MasterEffect.SendToAgent sent -> {
          if (sent.message().hasRegistered()) {
            know("AgentID", sent.message().getRegistered().getAgentId().getValue());
            links.add(sent.linkId());
          }
        }
        default -> {}
      }
    }
  }

  private void learn(MasterEffect.SendToFramework sent) {
    switch (sent.event().getType()) {
      case SUBSCRIBED -> {
        String id = sent.event().getSubscribed().getFrameworkId().getValue();
        streams.put(id, sent.streamId());
        know("FrameworkID", id);
      }
      case OFFERS -> {
        for (Offer offer : sent.event().getOffers().getOffersList()) {
          offers.add(0, offer);
          know("OfferID", offer.getId().getValue());
        }
        offers.subList(Math.min(offers.size(), MOST_IDS), offers.size()).clear();
      }
      default -> {}
    }
  }

  private void know(String kind, String id) {
    List<String> known = ids.computeIfAbsent(kind, unused -> new ArrayList<>());
    if (!known.contains(id)) {
      known.add(0, id);
      known.subList(Math.min(known.size(), MOST_IDS), known.size()).clear();
    }
  }

  private Optional<String> id(String kind) {
    List<String> known = ids.getOrDefault(kind, List.of());
    return known.isEmpty() ? Optional.empty() : Optional.of(any(known));
  }

  private <T> T any(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}
