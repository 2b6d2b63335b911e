package io.meseta.master.http.read;

import com.fasterxml.jackson.core.JsonGenerator;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Label;
import io.meseta.common.codec.JsonPrinter;
import io.meseta.common.pages.LegacyResources;
import io.meseta.common.pages.LegacyTasks;
import io.meseta.common.pages.PageJson;
import io.meseta.common.resources.Resources;
import io.meseta.master.allocation.FrameworkFacts;
import io.meseta.master.view.ExecutorView;
import io.meseta.master.view.FrameworkView;
import io.meseta.master.view.OfferView;
import io.meseta.master.view.TaskView;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A framework as legacy pages show it. */
final class FrameworkJson {

  /** Of more tasks the list is written in pieces. */
  private static final int MANY_TASKS = 200;

  private FrameworkJson() {}

  /** A list of frameworks, in pieces: many small ones in one, a large one in many. */
  static void addTo(JsonPieces pieces, Collection<FrameworkView> frameworks) {
    List<FrameworkView> small = new ArrayList<>();
    int tasksOfSmall = 0;
    String comma = "";
    for (FrameworkView framework : frameworks) {
      int tasks = tasksOf(framework);
      boolean large = tasks > MANY_TASKS;
      if (!small.isEmpty() && (large || tasksOfSmall + tasks > MANY_TASKS)) {
        pieces.text(comma);
        addSmall(pieces, small, tasksOfSmall);
        comma = ",";
        small = new ArrayList<>();
        tasksOfSmall = 0;
      }
      if (large) {
        pieces.text(comma);
        addLarge(pieces, framework);
        comma = ",";
      } else {
        small.add(framework);
        tasksOfSmall += tasks + 1;
      }
    }
    if (!small.isEmpty()) {
      pieces.text(comma);
      addSmall(pieces, small, tasksOfSmall);
    }
  }

  private static int tasksOf(FrameworkView framework) {
    return framework.tasks().size()
        + framework.unreachableTasks().size()
        + framework.completedTasks().size()
        + framework.offers().size()
        + framework.executors().size();
  }

  private static void addSmall(JsonPieces pieces, List<FrameworkView> frameworks, int tasks) {
    pieces.items(frameworks, 1 + tasks / frameworks.size(), FrameworkJson::write);
  }

  private static void addLarge(JsonPieces pieces, FrameworkView framework) {
    pieces.part(json -> {
      json.writeStartObject();
      writeFields(framework, json);
      json.writeArrayFieldStart("offers");
    });
    pieces.items(framework.offers().values(), FrameworkJson::write);
    pieces.text("],\"executors\":[");
    pieces.items(framework.executors().values(), FrameworkJson::write);
    pieces.text("],\"tasks\":[");
    pieces.items(framework.tasks(), FrameworkJson::write);
    pieces.text("],\"unreachable_tasks\":[");
    pieces.items(framework.unreachableTasks(), FrameworkJson::write);
    pieces.text("],\"completed_tasks\":[");
    pieces.items(framework.completedTasks().values(), FrameworkJson::write);
    pieces.text("]}");
  }

  private static void write(FrameworkView framework, JsonGenerator json) throws IOException {
    json.writeStartObject();
    writeFields(framework, json);
    json.writeArrayFieldStart("offers");
    for (OfferView offer : framework.offers().values()) {
      write(offer, json);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("executors");
    for (ExecutorView executor : framework.executors().values()) {
      write(executor, json);
    }
    json.writeEndArray();
    writeTasks("tasks", framework.tasks(), json);
    writeTasks("unreachable_tasks", framework.unreachableTasks(), json);
    writeTasks("completed_tasks", framework.completedTasks().values(), json);
    json.writeEndObject();
  }

  private static void writeFields(FrameworkView framework, JsonGenerator json) throws IOException {
    FrameworkInfo info = framework.info();
    Resources used = Holdings.othersUsed(framework);
    Resources offered = Holdings.othersOffered(framework);
    writeSummary(framework, used, offered, json);
    json.writeStringField("user", info.getUser());
    json.writeFieldName("failover_timeout");
    JsonPrinter.writeDouble(info.getFailoverTimeout(), json);
    json.writeBooleanField("checkpoint", info.getCheckpoint());
    PageJson.writeTime("registered_time", framework.registeredAt(), json);
    PageJson.writeTime("unregistered_time", framework.unregisteredAt().orElse(Instant.EPOCH), json);
    if (framework.reregisteredAt().isPresent()) {
      PageJson.writeTime("reregistered_time", framework.reregisteredAt().get(), json);
    }
    if (info.hasPrincipal()) {
      json.writeStringField("principal", info.getPrincipal());
    }
    LegacyResources.write(
        "resources", framework.used().plus(framework.offered()), used.plus(offered), json);
    writeRoles(info, json);
    if (info.hasLabels()) {
      json.writeArrayFieldStart("labels");
      for (Label label : info.getLabels().getLabelsList()) {
        JsonPrinter.write(label, json);
      }
      json.writeEndArray();
    }
    json.writeFieldName("offer_constraints");
    JsonPrinter.write(framework.offerConstraints(), json);
  }

  /** What {@code /state-summary} has, too. */
  static void writeSummary(FrameworkView framework, JsonGenerator json) throws IOException {
    writeSummary(
        framework, Holdings.othersUsed(framework), Holdings.othersOffered(framework), json);
  }

  private static void writeSummary(
      FrameworkView framework, Resources used, Resources offered, JsonGenerator json)
      throws IOException {
    FrameworkInfo info = framework.info();
    json.writeStringField("id", info.getId().getValue());
    json.writeStringField("name", info.getName());
    LegacyResources.write("used_resources", framework.used(), used, json);
    LegacyResources.write("offered_resources", framework.offered(), offered, json);
    json.writeArrayFieldStart("capabilities");
    for (FrameworkInfo.Capability capability : info.getCapabilitiesList()) {
      json.writeString(capability.getType().name());
    }
    json.writeEndArray();
    json.writeStringField("hostname", info.getHostname());
    json.writeStringField("webui_url", info.getWebuiUrl());
    json.writeBooleanField("active", framework.connected());
    json.writeBooleanField("connected", framework.connected());
    json.writeBooleanField("recovered", framework.recovered());
  }

  private static void writeTasks(String field, Collection<TaskView> tasks, JsonGenerator json)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (TaskView task : tasks) {
      write(task, json);
    }
    json.writeEndArray();
  }

  static void write(TaskView task, JsonGenerator json) throws IOException {
    LegacyTasks.write(task.task(), task.role(), task.resources(), json);
  }

  private static void write(OfferView offer, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", offer.offer().getId().getValue());
    json.writeStringField("framework_id", offer.offer().getFrameworkId().getValue());
    json.writeStringField("slave_id", offer.offer().getAgentId().getValue());
    json.writeObjectFieldStart("allocation_info");
    json.writeStringField("role", offer.role());
    json.writeEndObject();
    LegacyResources.write("resources", offer.resources(), json);
    json.writeEndObject();
  }

  @SuppressWarnings("deprecation") // Tools still show an executor's source.
  private static void write(ExecutorView executor, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("executor_id", executor.info().getExecutorId().getValue());
    json.writeStringField("name", executor.info().getName());
    json.writeStringField("framework_id", executor.info().getFrameworkId().getValue());
    json.writeFieldName("command");
    JsonPrinter.write(executor.info().getCommand(), json);
    json.writeStringField("source", executor.info().getSource());
    json.writeStringField("slave_id", executor.agent().value());
    json.writeStringField("role", executor.role());
    LegacyResources.write("resources", executor.resources(), json);
    json.writeEndObject();
  }

  /** As the framework itself says it: one role, or a list. */
  private static void writeRoles(FrameworkInfo info, JsonGenerator json) throws IOException {
    boolean several =
        info.getCapabilitiesList().stream()
            .anyMatch(one -> one.getType() == FrameworkInfo.Capability.Type.MULTI_ROLE);
    if (!several) {
      json.writeStringField("role", FrameworkFacts.rolesOf(info).first());
      return;
    }
    json.writeArrayFieldStart("roles");
    for (String role : info.getRolesList()) {
      json.writeString(role);
    }
    json.writeEndArray();
  }
}
