package io.meseta.master.http.read;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meseta.api.v1.Operation;
import io.meseta.api.v1.OperationState;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.master.Call;
import io.meseta.api.v1.master.Response;
import io.meseta.api.v1.quota.QuotaConfig;
import io.meseta.api.v1.quota.QuotaInfo;
import io.meseta.api.v1.quota.QuotaStatus;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.DecodeException;
import io.meseta.common.codec.MediaType;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReadCallsTest {

  /** Both forms are written by hand where they may be large: they have to be the same message. */
  @ParameterizedTest
  @EnumSource(
      value = Call.Type.class,
      names = {
        "GET_HEALTH", "GET_FLAGS", "GET_VERSION", "GET_METRICS", "GET_STATE", "GET_AGENTS",
        "GET_FRAMEWORKS", "GET_EXECUTORS", "GET_TASKS", "GET_ROLES", "GET_MASTER", "GET_WEIGHTS",
        "GET_QUOTA", "GET_OPERATIONS"
      })
  void jsonAndProtobufSayTheSame(Call.Type type) throws IOException, DecodeException {
    Driven driven = Driven.likeTheSamples();
    driven.setWeight("web", 2);
    driven.setGuarantee("web", 1);
    driven.reserve("web");
    try (Served served = new Served(driven::view)) {
      HttpResponse<byte[]> json = served.call(type, MediaType.JSON);
      HttpResponse<byte[]> protobuf = served.call(type, MediaType.PROTOBUF);

      assertThat(json.headers().allValues("Content-Type")).containsExactly("application/json");
      assertThat(protobuf.headers().allValues("Content-Type"))
          .containsExactly("application/x-protobuf");
      Response said = decode(protobuf, MediaType.PROTOBUF);
      assertThat(said.getType().name()).isEqualTo(type.name());
      assertThat(said.getUnknownFields().asMap()).isEmpty();
      assertThat(Served.json(json)).isEqualTo(Served.parse(Codec.encode(said, MediaType.JSON)));
    }
  }

  @Test
  @SuppressWarnings("deprecation") // As older tools read it.
  void aGuaranteeIsToldInTheOlderFormToo() throws IOException, DecodeException {
    Driven driven = Driven.likeTheSamples();
    driven.setGuarantee("web", 1.5);
    try (Served served = new Served(driven::view)) {
      QuotaStatus status =
          decode(served.call(Call.Type.GET_QUOTA, MediaType.PROTOBUF), MediaType.PROTOBUF)
              .getGetQuota()
              .getStatus();

      assertThat(status.getConfigsList()).singleElement().returns("web", QuotaConfig::getRole);
      QuotaInfo info = status.getInfos(0);
      assertThat(info.getRole()).isEqualTo("web");
      assertThat(info.getGuaranteeList())
          .singleElement()
          .returns("cpus", Resource::getName)
          .satisfies(cpus -> assertThat(cpus.getScalar().getValue()).isEqualTo(1.5));
    }
  }

  /** There are clients that read the version as numbers, and end if it is anything else. */
  @Test
  void theVersionIsThatOfTheApiAsThreeNumbers() throws IOException, DecodeException {
    Driven driven = Driven.likeTheSamples();
    try (Served served = new Served(driven::view)) {
      Response.GetVersion called =
          decode(served.call(Call.Type.GET_VERSION, MediaType.PROTOBUF), MediaType.PROTOBUF)
              .getGetVersion();
      Response.GetAgents.Agent agent =
          decode(served.call(Call.Type.GET_AGENTS, MediaType.PROTOBUF), MediaType.PROTOBUF)
              .getGetAgents()
              .getAgents(0);
      JsonNode page = served.page("/version");
      JsonNode state = served.page("/state");

      assertThat(
              List.of(
                  called.getVersionInfo().getVersion(),
                  agent.getVersion(),
                  page.get("version").asText(),
                  state.get("version").asText(),
                  state.at("/slaves/0/version").asText()))
          .allSatisfy(version -> assertThat(version).matches("\\d+\\.\\d+\\.\\d+"));
      assertThat(page.get("meseta_version").asText()).isEqualTo(served.about.version());
      assertThat(state.at("/slaves/0/meseta_version").asText()).isNotEmpty();
    }
  }

  @Test
  void theStateHasAgentsFrameworksAndTasks() throws IOException, DecodeException {
    Driven driven = Driven.likeTheSamples();
    try (Served served = new Served(driven::view)) {
      Response.GetState state =
          decode(served.call(Call.Type.GET_STATE, MediaType.PROTOBUF), MediaType.PROTOBUF)
              .getGetState();

      assertThat(state.getGetTasks().getTasksList())
          .singleElement()
          .satisfies(task -> assertThat(task.getState()).isEqualTo(TaskState.TASK_RUNNING));
      Response.GetAgents.Agent agent = state.getGetAgents().getAgents(0);
      assertThat(agent.getActive()).isTrue();
      assertThat(agent.getPid()).isEqualTo("slave(1)@127.0.0.2:5051");
      assertThat(agent.getAllocatedResourcesList()).hasSize(3);
      assertThat(agent.getCapabilitiesList()).isNotEmpty();
      assertThat(state.getGetFrameworks().getFrameworks(0).getConnected()).isTrue();
    }
  }

  @Test
  void operationsAreThoseOfRegisteredAgents() throws IOException, DecodeException {
    Driven driven = Driven.likeTheSamples();
    driven.reserve("web");
    try (Served served = new Served(driven::view)) {
      Operation operation =
          decode(served.call(Call.Type.GET_OPERATIONS, MediaType.PROTOBUF), MediaType.PROTOBUF)
              .getGetOperations()
              .getOperations(0);
      assertThat(operation.getInfo().getReserve().getResources(0).getReservations(0).getRole())
          .isEqualTo("web");
      assertThat(operation.getLatestStatus().getState())
          .isEqualTo(OperationState.OPERATION_PENDING);
    }
  }

  /** More than a piece of each list: what is written in pieces is the whole message. */
  @Test
  void largeAnswersAreWholeInBothForms() throws IOException, DecodeException {
    Driven driven = new Driven();
    for (int i = 0; i < 2_000; i++) {
      driven.agent("host-" + i);
    }
    for (int i = 0; i < 500; i++) {
      driven.framework("framework " + i);
    }
    try (Served served = new Served(driven::view, 1)) {
      Response protobuf =
          decode(served.call(Call.Type.GET_STATE, MediaType.PROTOBUF), MediaType.PROTOBUF);
      HttpResponse<byte[]> json = served.call(Call.Type.GET_STATE, MediaType.JSON);

      assertThat(protobuf.getGetState().getGetAgents().getAgentsList()).hasSize(2_000);
      assertThat(protobuf.getGetState().getGetFrameworks().getFrameworksList()).hasSize(500);
      assertThat(Served.json(json)).isEqualTo(Served.parse(Codec.encode(protobuf, MediaType.JSON)));
      assertThat(served.page("/state").get("slaves")).hasSize(2_000);
      assertThat(served.page("/state").get("frameworks")).hasSize(500);
    }
  }

  private static Response decode(HttpResponse<byte[]> response, MediaType type)
      throws DecodeException {
    assertThat(response.statusCode()).isEqualTo(200);
    return Codec.decode(response.body(), Response.getDefaultInstance(), type);
  }
}
