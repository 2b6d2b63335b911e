package io.meseta.master.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.meseta.api.v1.Attribute;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.MasterInfo;
import io.meseta.common.codec.JsonPrinter;
import io.meseta.common.pages.LegacyResources;
import io.meseta.common.pages.LegacyTasks;
import io.meseta.common.pages.PageJson;
import io.meseta.common.resources.ResourceEntry;
import io.meseta.common.resources.Resources;
import io.meseta.common.resources.Scalar;
import io.meseta.master.allocation.FrameworkFacts;
import io.meseta.master.view.AgentView;
import io.meseta.master.view.ExecutorView;
import io.meseta.master.view.FrameworkView;
import io.meseta.master.view.MasterView;
import io.meseta.master.view.OfferView;
import io.meseta.master.view.TaskView;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The {@code /state} page in the form that Mesos's tools read: numbers as doubles, resources and
 * attributes as objects, an agent called a slave.
 */
final class StateJson {

  private StateJson() {}

  static byte[] render(AboutMaster about, MasterView view) {
    return PageJson.object(json -> writeState(about, view, json));
  }

  private static void writeState(AboutMaster about, MasterView view, JsonGenerator json)
      throws IOException {
    MasterInfo self =
        view.leading().orElseThrow(() -> new IllegalStateException("this master does not lead"));
    json.writeStringField("version", about.version());
    json.writeNumberField("start_time", PageJson.seconds(about.startedAt()));
    json.writeNumberField("elected_time", PageJson.seconds(view.leadingSince()));
    json.writeStringField("id", self.getId());
    json.writeStringField("pid", self.getPid());
    json.writeStringField("hostname", self.getHostname());
    if (self.hasDomain()) {
      json.writeFieldName("domain");
      JsonPrinter.write(self.getDomain(), json);
    }
    json.writeArrayFieldStart("capabilities");
    json.writeEndArray();
    writeCounts(view, json);
    json.writeStringField("leader", self.getPid());
    json.writeObjectFieldStart("leader_info");
    json.writeStringField("id", self.getId());
    json.writeStringField("pid", self.getPid());
    json.writeNumberField("port", self.getPort());
    json.writeStringField("hostname", self.getHostname());
    json.writeEndObject();
    json.writeObjectFieldStart("flags");
    for (Map.Entry<String, String> flag : about.flags().entrySet()) {
      json.writeStringField(flag.getKey(), flag.getValue());
    }
    json.writeEndObject();
    writeAgents(view, json);
    writeFrameworks("frameworks", view.frameworks().values(), json);
    writeFrameworks("completed_frameworks", view.completedFrameworks().values(), json);
    json.writeArrayFieldStart("orphan_tasks");
    json.writeEndArray();
    json.writeArrayFieldStart("unregistered_frameworks");
    json.writeEndArray();
  }

  private static void writeCounts(MasterView view, JsonGenerator json) throws IOException {
    int activated = 0;
    int deactivated = 0;
    int unreachable = 0;
    for (AgentView agent : view.agents().values()) {
      switch (agent.standing()) {
        case CONNECTED -> {
          if (agent.deactivated()) {
            deactivated++;
          } else {
            activated++;
          }
        }
        case DISCONNECTED -> deactivated++;
        case UNREACHABLE -> unreachable++;
        case RECOVERED, GONE -> {}
      }
    }
    json.writeNumberField("activated_slaves", (double) activated);
    json.writeNumberField("deactivated_slaves", (double) deactivated);
    json.writeNumberField("unreachable_slaves", (double) unreachable);
  }

  private static void writeAgents(MasterView view, JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("slaves");
    for (AgentView agent : view.agents().values()) {
      if (agent.standing() == AgentView.Standing.CONNECTED
          || agent.standing() == AgentView.Standing.DISCONNECTED) {
        writeAgent(agent, json);
      }
    }
    json.writeEndArray();
    json.writeArrayFieldStart("recovered_slaves");
    for (AgentView agent : view.agents().values()) {
      if (agent.standing() == AgentView.Standing.RECOVERED) {
        writeAgent(agent, json);
      }
    }
    json.writeEndArray();
  }

  private static void writeAgent(AgentView agent, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", agent.info().getId().getValue());
    json.writeStringField("hostname", agent.info().getHostname());
    json.writeNumberField("port", agent.info().getPort());
    json.writeObjectFieldStart("attributes");
    for (Attribute attribute : agent.info().getAttributesList()) {
      LegacyResources.write(attribute, json);
    }
    json.writeEndObject();
    if (agent.info().hasDomain()) {
      json.writeFieldName("domain");
      JsonPrinter.write(agent.info().getDomain(), json);
    }
    json.writeStringField("pid", "slave(1)@" + agent.ip() + ":" + agent.info().getPort());
    json.writeNumberField("registered_time", PageJson.seconds(agent.registeredAt()));
    if (agent.reregisteredAt().isPresent()) {
      json.writeNumberField("reregistered_time", PageJson.seconds(agent.reregisteredAt().get()));
    }
    LegacyResources.write("resources", agent.total(), json);
    LegacyResources.write("used_resources", agent.used(), json);
    LegacyResources.write("offered_resources", agent.offered(), json);
    json.writeObjectFieldStart("reserved_resources");
    for (String role : LegacyResources.reservedRoles(agent.total())) {
      LegacyResources.write(role, agent.total().reserved(role), json);
    }
    json.writeEndObject();
    LegacyResources.write("unreserved_resources", agent.total().unreserved(), json);
    json.writeBooleanField(
        "active", agent.standing() == AgentView.Standing.CONNECTED && !agent.deactivated());
    json.writeBooleanField("deactivated", agent.deactivated());
    if (agent.degraded().isPresent()) {
      json.writeStringField("degraded", agent.degraded().get());
    }
    if (agent.draining().isPresent()) {
      AgentView.Draining draining = agent.draining().get();
      json.writeFieldName("drain_info");
      JsonPrinter.write(draining.info(), json);
      json.writeNumberField(
          "estimated_drain_start_time_seconds", PageJson.seconds(draining.since()));
    }
    json.writeStringField("version", agent.version());
    json.writeArrayFieldStart("capabilities");
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void writeFrameworks(
      String name, Collection<FrameworkView> frameworks, JsonGenerator json) throws IOException {
    json.writeArrayFieldStart(name);
    for (FrameworkView framework : frameworks) {
      writeFramework(framework, json);
    }
    json.writeEndArray();
  }

  private static void writeFramework(FrameworkView framework, JsonGenerator json)
      throws IOException {
    FrameworkInfo info = framework.info();
    json.writeStartObject();
    json.writeStringField("id", info.getId().getValue());
    json.writeStringField("name", info.getName());
    Resources usedRanges = rangesOf(framework);
    Resources offeredRanges = offeredRangesOf(framework);
    LegacyResources.write("used_resources", framework.used(), usedRanges, json);
    LegacyResources.write("offered_resources", framework.offered(), offeredRanges, json);
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
    json.writeStringField("user", info.getUser());
    json.writeNumberField("failover_timeout", info.getFailoverTimeout());
    json.writeBooleanField("checkpoint", info.getCheckpoint());
    json.writeNumberField("registered_time", PageJson.seconds(framework.registeredAt()));
    json.writeNumberField(
        "unregistered_time", framework.unregisteredAt().map(PageJson::seconds).orElse(0.0));
    if (framework.reregisteredAt().isPresent()) {
      json.writeNumberField(
          "reregistered_time", PageJson.seconds(framework.reregisteredAt().get()));
    }
    if (info.hasPrincipal()) {
      json.writeStringField("principal", info.getPrincipal());
    }
    LegacyResources.write(
        "resources",
        framework.used().plus(framework.offered()),
        usedRanges.plus(offeredRanges),
        json);
    writeRoles(info, json);
    writeTasks("tasks", framework.tasks().values(), json);
    writeTasks("unreachable_tasks", framework.unreachableTasks().values(), json);
    writeTasks("completed_tasks", framework.completedTasks().values(), json);
    json.writeArrayFieldStart("offers");
    for (OfferView offer : framework.offers().values()) {
      JsonPrinter.write(offer.offer(), json);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("executors");
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void writeTasks(String field, Collection<TaskView> tasks, JsonGenerator json)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (TaskView task : tasks) {
      LegacyTasks.write(task.task(), task.role(), task.resources(), json);
    }
    json.writeEndArray();
  }

  /** What is no amount: the same ports of two agents are shown once, as in Mesos. */
  private static Resources rangesOf(FrameworkView framework) {
    Resources sum = Resources.EMPTY;
    for (TaskView task : framework.tasks().values()) {
      if (!task.released()) {
        sum = plusRanges(sum, task.resources());
      }
    }
    for (ExecutorView executor : framework.executors().values()) {
      sum = plusRanges(sum, executor.resources());
    }
    return sum;
  }

  private static Resources offeredRangesOf(FrameworkView framework) {
    Resources sum = Resources.EMPTY;
    for (OfferView offer : framework.offers().values()) {
      sum = plusRanges(sum, offer.resources());
    }
    return sum;
  }

  private static Resources plusRanges(Resources sum, Resources more) {
    Resources found = sum;
    for (ResourceEntry entry : more.entries()) {
      if (!(entry.value() instanceof Scalar)) {
        found = found.plus(Resources.of(List.of(entry)));
      }
    }
    return found;
  }

  private static void writeRoles(FrameworkInfo info, JsonGenerator json) throws IOException {
    if (info.getRolesCount() == 0) {
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
