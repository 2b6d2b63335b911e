package io.meseta.master.http;

import com.google.protobuf.Message;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.Offer.Operation;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.maintenance.Schedule;
import io.meseta.api.v1.master.Call;
import io.meseta.api.v1.quota.QuotaRequest;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.DecodeException;
import io.meseta.common.codec.LargeMessages;
import io.meseta.common.codec.MediaType;
import io.meseta.common.net.HttpHandler;
import io.meseta.common.net.HttpRequest;
import io.meseta.common.net.HttpResponse;
import io.meseta.common.net.Router;
import io.meseta.master.view.MasterView;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What operators' tools did before there was {@code /api/v1}: pages that change something, each the
 * same as a call of the operator API and answered as that is, and the two about maintenance that
 * show something.
 */
public final class LegacyCalls {

  private static final Set<String> GET = Set.of("GET");
  private static final Set<String> POST = Set.of("POST");

  private final Supplier<Standing> standing;
  private final Supplier<MasterView> view;
  private final OperatorInbox inbox;

  public LegacyCalls(Supplier<Standing> standing, Supplier<MasterView> view, OperatorInbox inbox) {
    this.standing = standing;
    this.view = view;
    this.inbox = inbox;
  }

  /** A request as a call. */
  @FunctionalInterface
  private interface Translation {
    /**
     * Reads the request.
     *
     * @throws IllegalArgumentException which says what is wrong with it
     */
    Call.Builder call(HttpRequest request) throws DecodeException;
  }

  public Router.Builder addTo(Router.Builder routes) {
    return routes
        .route("/teardown", POST, change(LegacyCalls::teardown))
        .route("/reserve", POST, change(LegacyCalls::reserve))
        .route("/unreserve", POST, change(LegacyCalls::unreserve))
        .route("/create-volumes", POST, change(LegacyCalls::createVolumes))
        .route("/destroy-volumes", POST, change(LegacyCalls::destroyVolumes))
        .route("/weights", Set.of("PUT"), change(LegacyCalls::weights))
        .route("/quota", POST, change(LegacyCalls::quota))
        .route("/quota/*", Set.of("DELETE"), change(LegacyCalls::quotaRemoval))
        .route("/machine/down", POST, change(LegacyCalls::machineDown))
        .route("/machine/up", POST, change(LegacyCalls::machineUp))
        .route(
            "/maintenance/status",
            GET,
            page(Call.Type.GET_MAINTENANCE_STATUS, MaintenanceStatus::of))
        .route("/maintenance/schedule", POST, change(LegacyCalls::schedule))
        .route(
            "/maintenance/schedule",
            GET,
            page(Call.Type.GET_MAINTENANCE_SCHEDULE, shown -> shown.maintenance().schedule()));
  }

  private HttpHandler change(Translation translation) {
    return (request, exchange) -> {
      Optional<HttpResponse> elsewhere = Redirects.unlessLeading(standing.get(), request);
      if (elsewhere.isPresent()) {
        exchange.respond(elsewhere.get());
        return;
      }
      try {
        inbox.handle(request, translation.call(request).build(), exchange);
      } catch (DecodeException e) {
        exchange.respond(
            HttpResponse.text(400, "Failed to parse the request's JSON: " + e.getMessage()));
      } catch (IllegalArgumentException e) {
        exchange.respond(HttpResponse.text(400, String.valueOf(e.getMessage())));
      }
    };
  }

  private HttpHandler page(Call.Type type, Function<MasterView, Message> page) {
    Call same = Call.newBuilder().setType(type).build();
    return (request, exchange) -> {
      Optional<HttpResponse> elsewhere = Redirects.unlessLeading(standing.get(), request);
      if (elsewhere.isPresent()) {
        exchange.respond(elsewhere.get());
        return;
      }
      inbox
          .judge(request, same, exchange)
          .ifPresent(admitted ->
              admitted.respond(
                  HttpResponse.json(Codec.encode(page.apply(view.get()), MediaType.JSON))));
    };
  }

  // ---- forms ----

  private static Call.Builder teardown(HttpRequest request) {
    String id = new FormBody(request.body()).required("frameworkId");
    return Call.newBuilder()
        .setType(Call.Type.TEARDOWN)
        .setTeardown(
            Call.Teardown.newBuilder().setFrameworkId(FrameworkID.newBuilder().setValue(id)));
  }

  private static Call.Builder reserve(HttpRequest request) throws DecodeException {
    Form form = Form.of(request, "resources");
    Call.Builder call = Call.newBuilder().setType(Call.Type.RESERVE_RESOURCES);
    call.getReserveResourcesBuilder().setAgentId(form.agent()).addAllResources(form.resources());
    return call;
  }

  private static Call.Builder unreserve(HttpRequest request) throws DecodeException {
    Form form = Form.of(request, "resources");
    Call.Builder call = Call.newBuilder().setType(Call.Type.UNRESERVE_RESOURCES);
    call.getUnreserveResourcesBuilder().setAgentId(form.agent()).addAllResources(form.resources());
    return call;
  }

  private static Call.Builder createVolumes(HttpRequest request) throws DecodeException {
    Form form = Form.of(request, "volumes");
    Call.Builder call = Call.newBuilder().setType(Call.Type.CREATE_VOLUMES);
    call.getCreateVolumesBuilder().setAgentId(form.agent()).addAllVolumes(form.resources());
    return call;
  }

  private static Call.Builder destroyVolumes(HttpRequest request) throws DecodeException {
    Form form = Form.of(request, "volumes");
    Call.Builder call = Call.newBuilder().setType(Call.Type.DESTROY_VOLUMES);
    call.getDestroyVolumesBuilder().setAgentId(form.agent()).addAllVolumes(form.resources());
    return call;
  }

  /** An agent, and resources of it. */
  private record Form(AgentID agent, List<Resource> resources) {

    /**
     * Reads a form.
     *
     * @param field where the resources are, a bare list
     */
    static Form of(HttpRequest request, String field) throws DecodeException {
      FormBody body = new FormBody(request.body());
      AgentID agent = AgentID.newBuilder().setValue(body.required("slaveId")).build();
      return new Form(
          agent,
          list("resources", body.required(field), Operation.Unreserve.getDefaultInstance())
              .getResourcesList());
    }
  }

  // ---- JSON ----

  private static Call.Builder weights(HttpRequest request) throws DecodeException {
    return Call.newBuilder()
        .setType(Call.Type.UPDATE_WEIGHTS)
        .setUpdateWeights(
            list("weight_infos", text(request), Call.UpdateWeights.getDefaultInstance()));
  }

  @SuppressWarnings("deprecation") // The page is as old as the call.
  private static Call.Builder quota(HttpRequest request) throws DecodeException {
    return Call.newBuilder()
        .setType(Call.Type.SET_QUOTA)
        .setSetQuota(
            Call.SetQuota.newBuilder()
                .setQuotaRequest(json(request.body(), QuotaRequest.getDefaultInstance())));
  }

  @SuppressWarnings("deprecation") // The page is as old as the call.
  private static Call.Builder quotaRemoval(HttpRequest request) {
    String role = request.path().substring("/quota/".length());
    return Call.newBuilder()
        .setType(Call.Type.REMOVE_QUOTA)
        .setRemoveQuota(Call.RemoveQuota.newBuilder().setRole(role));
  }

  private static Call.Builder schedule(HttpRequest request) throws DecodeException {
    return Call.newBuilder()
        .setType(Call.Type.UPDATE_MAINTENANCE_SCHEDULE)
        .setUpdateMaintenanceSchedule(
            Call.UpdateMaintenanceSchedule.newBuilder()
                .setSchedule(json(request.body(), Schedule.getDefaultInstance())));
  }

  private static Call.Builder machineDown(HttpRequest request) throws DecodeException {
    return Call.newBuilder()
        .setType(Call.Type.START_MAINTENANCE)
        .setStartMaintenance(
            list("machines", text(request), Call.StartMaintenance.getDefaultInstance()));
  }

  private static Call.Builder machineUp(HttpRequest request) throws DecodeException {
    return Call.newBuilder()
        .setType(Call.Type.STOP_MAINTENANCE)
        .setStopMaintenance(
            list("machines", text(request), Call.StopMaintenance.getDefaultInstance()));
  }

  private static String text(HttpRequest request) {
    return new String(request.body(), StandardCharsets.UTF_8);
  }

  /** A bare JSON list, read as the only field of a message. */
  private static <M extends Message> M list(String field, String json, M prototype)
      throws DecodeException {
    if (!json.strip().startsWith("[")) {
      throw new DecodeException("a list is expected");
    }
    String object = "{\"" + field + "\":" + json + "}";
    return json(object.getBytes(StandardCharsets.UTF_8), prototype);
  }

  private static <M extends Message> M json(byte[] body, M prototype) throws DecodeException {
    return LargeMessages.decode(body, bytes -> Codec.decode(bytes, prototype, MediaType.JSON));
  }
}
