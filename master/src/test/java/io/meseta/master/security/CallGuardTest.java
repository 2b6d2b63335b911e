package io.meseta.master.security;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.MachineID;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TimeInfo;
import io.meseta.api.v1.Unavailability;
import io.meseta.api.v1.Value;
import io.meseta.api.v1.WeightInfo;
import io.meseta.api.v1.maintenance.Schedule;
import io.meseta.api.v1.maintenance.Window;
import io.meseta.api.v1.master.Call;
import io.meseta.api.v1.quota.QuotaConfig;
import io.meseta.api.v1.quota.QuotaRequest;
import io.meseta.api.v1.scheduler.OfferConstraints;
import io.meseta.common.acl.AclFormat;
import io.meseta.common.acl.Action;
import io.meseta.common.acl.Authorizer;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.net.ByteStream;
import io.meseta.common.net.EventStream;
import io.meseta.common.net.Exchange;
import io.meseta.common.net.Headers;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import io.meseta.common.resources.Quantities;
import io.meseta.master.view.FrameworkView;
import io.meseta.master.view.MasterView;
import io.meseta.master.view.TasksByAgent;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** Each operator's call: for whom its list names, for others, and for somebody without a name. */
class CallGuardTest {

  private final Logger audit = (Logger) LoggerFactory.getLogger("io.meseta.audit");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @BeforeEach
  void listen() {
    lines.start();
    audit.setLevel(Level.INFO);
    audit.addAppender(lines);
  }

  @AfterEach
  void stop() {
    audit.detachAppender(lines);
    audit.setLevel(null);
  }

  /** Remembers what was answered. */
  private static final class Answers implements Exchange {
    private final List<Integer> statuses = new ArrayList<>();
    private Runnable gone = () -> {};

    @Override
    public void respond(HttpResponse response) {
      statuses.add(response.status());
    }

    @Override
    public EventStream openStream(String contentType, Headers headers) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ByteStream openBytes(int status, Headers headers, OptionalLong length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void onDisconnect(Runnable callback) {
      gone = callback;
    }
  }

  private static Resource resource() {
    return Resource.newBuilder()
        .setName("disk")
        .setType(Value.Type.SCALAR)
        .setScalar(Value.Scalar.newBuilder().setValue(1))
        .addReservations(Resource.ReservationInfo.newBuilder().setRole("mine").setPrincipal("mine"))
        .setDisk(
            Resource.DiskInfo.newBuilder()
                .setPersistence(
                    Resource.DiskInfo.Persistence.newBuilder().setId("v").setPrincipal("mine")))
        .build();
  }

  private static Arguments call(Action action, Call.Type type, Call.Builder call) {
    return Arguments.of(action, call.setType(type).build());
  }

  private static Call.Builder call() {
    return Call.newBuilder();
  }

  /** Every call that changes something, on an object named "mine". */
  @SuppressWarnings("deprecation") // Old tools still set and remove quotas so.
  static Stream<Arguments> changes() {
    AgentID agent = AgentID.newBuilder().setValue("mine").build();
    MachineID machine = MachineID.newBuilder().setHostname("mine").build();
    QuotaConfig quota = QuotaConfig.newBuilder().setRole("mine").build();
    return Stream.of(
        call(
            Action.UPDATE_WEIGHTS,
            Call.Type.UPDATE_WEIGHTS,
            call()
                .setUpdateWeights(
                    Call.UpdateWeights.newBuilder()
                        .addWeightInfos(WeightInfo.newBuilder().setRole("mine").setWeight(1)))),
        call(
            Action.UPDATE_QUOTAS,
            Call.Type.UPDATE_QUOTA,
            call().setUpdateQuota(Call.UpdateQuota.newBuilder().addQuotaConfigs(quota))),
        call(
            Action.UPDATE_QUOTAS,
            Call.Type.SET_QUOTA,
            call()
                .setSetQuota(
                    Call.SetQuota.newBuilder()
                        .setQuotaRequest(QuotaRequest.newBuilder().setRole("mine")))),
        call(
            Action.UPDATE_QUOTAS,
            Call.Type.REMOVE_QUOTA,
            call().setRemoveQuota(Call.RemoveQuota.newBuilder().setRole("mine"))),
        call(
            Action.RESERVE_RESOURCES,
            Call.Type.RESERVE_RESOURCES,
            call()
                .setReserveResources(
                    Call.ReserveResources.newBuilder().setAgentId(agent).addResources(resource()))),
        call(
            Action.UNRESERVE_RESOURCES,
            Call.Type.UNRESERVE_RESOURCES,
            call()
                .setUnreserveResources(
                    Call.UnreserveResources.newBuilder()
                        .setAgentId(agent)
                        .addResources(resource()))),
        call(
            Action.CREATE_VOLUMES,
            Call.Type.CREATE_VOLUMES,
            call()
                .setCreateVolumes(
                    Call.CreateVolumes.newBuilder().setAgentId(agent).addVolumes(resource()))),
        call(
            Action.DESTROY_VOLUMES,
            Call.Type.DESTROY_VOLUMES,
            call()
                .setDestroyVolumes(
                    Call.DestroyVolumes.newBuilder().setAgentId(agent).addVolumes(resource()))),
        call(
            Action.RESIZE_VOLUMES,
            Call.Type.GROW_VOLUME,
            call()
                .setGrowVolume(
                    Call.GrowVolume.newBuilder().setVolume(resource()).setAddition(resource()))),
        call(
            Action.RESIZE_VOLUMES,
            Call.Type.SHRINK_VOLUME,
            call()
                .setShrinkVolume(
                    Call.ShrinkVolume.newBuilder()
                        .setVolume(resource())
                        .setSubtract(Value.Scalar.newBuilder().setValue(1)))),
        call(
            Action.UPDATE_MAINTENANCE_SCHEDULES,
            Call.Type.UPDATE_MAINTENANCE_SCHEDULE,
            call()
                .setUpdateMaintenanceSchedule(
                    Call.UpdateMaintenanceSchedule.newBuilder()
                        .setSchedule(
                            Schedule.newBuilder()
                                .addWindows(
                                    Window.newBuilder()
                                        .addMachineIds(machine)
                                        .setUnavailability(
                                            Unavailability.newBuilder()
                                                .setStart(
                                                    TimeInfo.newBuilder().setNanoseconds(1))))))),
        call(
            Action.START_MAINTENANCES,
            Call.Type.START_MAINTENANCE,
            call().setStartMaintenance(Call.StartMaintenance.newBuilder().addMachines(machine))),
        call(
            Action.STOP_MAINTENANCES,
            Call.Type.STOP_MAINTENANCE,
            call().setStopMaintenance(Call.StopMaintenance.newBuilder().addMachines(machine))),
        call(
            Action.DRAIN_AGENTS,
            Call.Type.DRAIN_AGENT,
            call().setDrainAgent(Call.DrainAgent.newBuilder().setAgentId(agent))),
        call(
            Action.DEACTIVATE_AGENTS,
            Call.Type.DEACTIVATE_AGENT,
            call().setDeactivateAgent(Call.DeactivateAgent.newBuilder().setAgentId(agent))),
        call(
            Action.REACTIVATE_AGENTS,
            Call.Type.REACTIVATE_AGENT,
            call().setReactivateAgent(Call.ReactivateAgent.newBuilder().setAgentId(agent))),
        call(
            Action.MARK_AGENTS_GONE,
            Call.Type.MARK_AGENT_GONE,
            call().setMarkAgentGone(Call.MarkAgentGone.newBuilder().setAgentId(agent))),
        call(
            Action.TEARDOWN_FRAMEWORKS,
            Call.Type.TEARDOWN,
            call()
                .setTeardown(
                    Call.Teardown.newBuilder()
                        .setFrameworkId(FrameworkID.newBuilder().setValue("f")))));
  }

  private static MasterView view() {
    FrameworkInfo info =
        FrameworkInfo.newBuilder().setName("f").setUser("u").setPrincipal("mine").build();
    TreeMap<FrameworkId, FrameworkView> frameworks = new TreeMap<>();
    frameworks.put(
        new FrameworkId("f"),
        new FrameworkView(
            info,
            true,
            false,
            Instant.EPOCH,
            Optional.empty(),
            Optional.empty(),
            Quantities.EMPTY,
            Quantities.EMPTY,
            Map.of(),
            TasksByAgent.NONE,
            TasksByAgent.NONE,
            Collections.emptySortedMap(),
            Collections.emptySortedMap(),
            Collections.emptySortedMap(),
            OfferConstraints.getDefaultInstance()));
    MasterView none = MasterView.notLeading();
    return new MasterView(
        1,
        none.leading(),
        none.leadingSince(),
        none.agents(),
        frameworks,
        none.completedFrameworks(),
        none.operations(),
        none.roles(),
        none.totals(),
        none.maintenance(),
        none.changes());
  }

  private static Authorizer onlyNamed(Action action, boolean permissive, String object) {
    return AclFormat.parse(
        ("{\"permissive\": %s, \"%s\": [{\"principals\": {\"values\": [\"named\"]}, \"%s\":"
                + " {\"values\": [\"%s\"]}}]}")
            .formatted(permissive, action.listName(), action.objectsName(), object));
  }

  private static HttpRequest request(String principal) {
    HttpRequest nobody =
        new HttpRequest(
            "POST",
            new HttpRequest.Target("/api/v1", "/api/v1", Map.of()),
            Headers.none(),
            new byte[0],
            InetSocketAddress.createUnresolved("10.0.0.1", 77));
    return principal.isEmpty() ? nobody : nobody.withPrincipal(principal);
  }

  private boolean admits(Authorizer lists, String principal, Call call) {
    Answers answers = new Answers();
    Optional<Exchange> admitted =
        new CallGuard(() -> lists, CallGuardTest::view).admit(request(principal), call, answers);
    assertThat(answers.statuses).isEqualTo(admitted.isPresent() ? List.of() : List.of(403));
    return admitted.isPresent();
  }

  @ParameterizedTest
  @MethodSource("changes")
  void isForWhomItsListNames(Action action, Call call) {
    for (boolean permissive : new boolean[] {true, false}) {
      Authorizer mine = onlyNamed(action, permissive, "mine");
      assertThat(admits(mine, "named", call)).isTrue();
      assertThat(admits(mine, "other", call)).isEqualTo(permissive);
      assertThat(admits(mine, "", call)).isEqualTo(permissive);
      assertThat(admits(onlyNamed(action, permissive, "yours"), "named", call))
          .isEqualTo(permissive);
    }
    assertThat(lines.list)
        .hasSize(3)
        .allSatisfy(line ->
            assertThat(line.getFormattedMessage())
                .contains("from=10.0.0.1:77", "call=" + call.getType(), "verdict=denied code=403"));
  }

  @Test
  void everyCallThatChangesSomethingIsInTheMatrix() {
    List<Call.Type> tried =
        changes().map(arguments -> ((Call) arguments.get()[1]).getType()).toList();
    for (Call.Type type : Call.Type.values()) {
      if (OperatorQuestions.changes(type) && type != Call.Type.SET_LOGGING_LEVEL) {
        assertThat(tried).contains(type);
      }
    }
  }

  /** A call that is not said to read has to be asked about: new ones too. */
  @ParameterizedTest
  @EnumSource(Call.Type.class)
  void whatIsNoReadingCallIsAudited(Call.Type type) {
    boolean reads =
        type.name().startsWith("GET_")
            || List.of("UNKNOWN", "SUBSCRIBE", "LIST_FILES", "READ_FILE").contains(type.name());
    assertThat(OperatorQuestions.changes(type)).isEqualTo(!reads);
  }

  @Test
  void theAnswerOfAnAllowedCallIsWrittenDownOnce() {
    Answers answers = new Answers();
    Call call =
        call()
            .setType(Call.Type.MARK_AGENT_GONE)
            .setMarkAgentGone(
                Call.MarkAgentGone.newBuilder().setAgentId(AgentID.newBuilder().setValue("s\n\"1")))
            .build();
    Exchange admitted =
        new CallGuard(Authorizer::allowingEverything, CallGuardTest::view)
            .admit(request("ops"), call, answers)
            .orElseThrow();
    assertThat(lines.list).isEmpty();
    admitted.respond(HttpResponse.empty(202));
    answers.gone.run();

    assertThat(lines.list).hasSize(1);
    assertThat(lines.list.get(0).getFormattedMessage())
        .isEqualTo(
            "principal=ops from=10.0.0.1:77 call=MARK_AGENT_GONE"
                + " object=\"[mark_agents_gone of 's??1']\" verdict=allowed code=202");
  }

  @Test
  void aCallWhoseClientLeftHasNoCode() {
    Answers answers = new Answers();
    Call call = (Call) changes().findFirst().orElseThrow().get()[1];
    new CallGuard(Authorizer::allowingEverything, CallGuardTest::view)
        .admit(request(""), call, answers);
    answers.gone.run();

    assertThat(lines.list.get(0).getFormattedMessage())
        .startsWith("principal=- ")
        .endsWith("verdict=allowed code=none");
  }
}
