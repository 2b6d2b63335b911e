package io.meseta.agent.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.meseta.agent.core.AgentView;
import io.meseta.agent.core.DrainView;
import io.meseta.agent.core.HistoryView.PastFramework;
import io.meseta.agent.core.TaskView;
import io.meseta.agent.sandbox.SandboxId;
import io.meseta.agent.sandbox.Sandboxes;
import io.meseta.api.v1.Attribute;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Resource;
import io.meseta.common.codec.JsonPrinter;
import io.meseta.common.ids.AgentId;
import io.meseta.common.ids.FrameworkId;
import io.meseta.common.pages.AgentCapabilities;
import io.meseta.common.pages.LegacyResources;
import io.meseta.common.pages.LegacyTasks;
import io.meseta.common.pages.PageJson;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.resources.ResourceEntry;
import io.meseta.common.resources.Resources;
import io.meseta.common.runtime.Version;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An agent's {@code /state} page in the form that Mesos's tools read: numbers as doubles, resources
 * and attributes as objects, and every array there, empty or not.
 */
final class AgentStateJson {

  private final AboutAgent about;
  private final Sandboxes sandboxes;

  AgentStateJson(AboutAgent about) {
    this.about = about;
    this.sandboxes = new Sandboxes(about.workDir());
  }

  byte[] render(AgentView view) {
    return PageJson.object(json -> {
      writeItself(view, json);
      writeResources(view, json);
      writeSettings(view, json);
      writeTrouble(view, json);
      writeFrameworks(view, json);
    });
  }

  private void writeItself(AgentView view, JsonGenerator json) throws IOException {
    writeBuild(about, json);
    json.writeNumberField("start_time", PageJson.seconds(about.startedAt()));
    json.writeStringField("id", view.agent().getId().getValue());
    json.writeStringField("pid", "slave(1)@" + about.address() + ":" + view.agent().getPort());
    json.writeStringField("hostname", view.agent().getHostname());
    if (view.agent().hasDomain()) {
      json.writeFieldName("domain");
      JsonPrinter.write(view.agent().getDomain(), json);
    }
    json.writeArrayFieldStart("capabilities");
    for (String capability : AgentCapabilities.NAMES) {
      json.writeString(capability);
    }
    json.writeEndArray();
  }

  /** The fields that {@code /version} has too. */
  static void writeBuild(AboutAgent about, JsonGenerator json) throws IOException {
    json.writeStringField("version", Version.OF_API);
    json.writeStringField("meseta_version", about.version());
    json.writeStringField("build_date", about.builtAt().toString());
    json.writeNumberField("build_time", PageJson.seconds(about.builtAt()));
  }

  private static void writeResources(AgentView view, JsonGenerator json) throws IOException {
    Resources total = view.total();
    Resources used = used(view);
    LegacyResources.write("resources", total, json);
    writeByRole("reserved_resources", total, json);
    LegacyResources.write("unreserved_resources", total.unreserved(), json);
    json.writeObjectFieldStart("reserved_resources_full");
    for (String role : LegacyResources.reservedRoles(total)) {
      writeFull(role, total.reserved(role), json);
    }
    json.writeEndObject();
    writeFull("unreserved_resources_full", total.unreserved(), json);
    writeByRole("reserved_resources_allocated", used, json);
    LegacyResources.write("unreserved_resources_allocated", used.unreserved(), json);
    json.writeArrayFieldStart("resource_providers");
    json.writeEndArray();
  }

  /** What tasks and their executors hold. */
  static Resources used(AgentView view) {
    Resources used = Resources.EMPTY;
    for (ShownExecutor executor : ShownExecutor.of(view)) {
      used = used.plus(executor.resources());
    }
    return used;
  }

  private static void writeByRole(String field, Resources resources, JsonGenerator json)
      throws IOException {
    json.writeObjectFieldStart(field);
    for (String role : LegacyResources.reservedRoles(resources)) {
      LegacyResources.write(role, resources.reserved(role), json);
    }
    json.writeEndObject();
  }

  /** As messages, with a role for tools that know no other form of a reservation. */
  private static void writeFull(String field, Resources resources, JsonGenerator json)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (ResourceEntry entry : resources.entries()) {
      ReservationFormat format =
          entry.key().isRefined() ? ReservationFormat.REFINED : ReservationFormat.LEGACY;
      for (Resource resource : Resources.of(List.of(entry)).toProto(format)) {
        JsonPrinter.write(resource, json);
      }
    }
    json.writeEndArray();
  }

  private void writeSettings(AgentView view, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("attributes");
    for (Attribute attribute : view.agent().getAttributesList()) {
      LegacyResources.write(attribute, json);
    }
    json.writeEndObject();
    if (view.leader().isPresent()) {
      json.writeStringField("master_hostname", view.leader().get().host());
    }
    writeFlags(about, json);
  }

  static void writeFlags(AboutAgent about, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("flags");
    for (Map.Entry<String, String> flag : about.flags().entrySet()) {
      json.writeStringField(flag.getKey(), flag.getValue());
    }
    json.writeEndObject();
  }

  /** Ours: whether the agent misses anything that it needs, and whether it is being emptied. */
  private static void writeTrouble(AgentView view, JsonGenerator json) throws IOException {
    json.writeBooleanField("degraded", view.degraded());
    json.writeArrayFieldStart("degraded_reasons");
    for (String reason : view.degradedReasons()) {
      json.writeString(reason);
    }
    json.writeEndArray();
    if (view.drain().isPresent()) {
      DrainView drain = view.drain().get();
      json.writeFieldName("drain_config");
      JsonPrinter.write(drain.config(), json);
      json.writeNumberField("estimated_drain_start_time_seconds", PageJson.seconds(drain.since()));
    }
  }

  private void writeFrameworks(AgentView view, JsonGenerator json) throws IOException {
    List<ShownExecutor> executors = ShownExecutor.of(view);
    json.writeArrayFieldStart("frameworks");
    for (FrameworkInfo framework : view.frameworks()) {
      FrameworkId id = FrameworkId.of(framework.getId());
      List<TaskView> over = view.history().of(id).map(PastFramework::tasks).orElse(List.of());
      List<ShownExecutor> its = executors.stream().filter(e -> e.framework().equals(id)).toList();
      writeFramework(framework, its, over, view, json);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("completed_frameworks");
    for (PastFramework past : view.history().frameworks()) {
      if (!past.present()) {
        writeFramework(past.info(), List.of(), past.tasks(), view, json);
      }
    }
    json.writeEndArray();
  }

  private void writeFramework(
      FrameworkInfo framework,
      List<ShownExecutor> executors,
      List<TaskView> over,
      AgentView view,
      JsonGenerator json)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("id", framework.getId().getValue());
    json.writeStringField("name", framework.getName());
    json.writeStringField("user", framework.getUser());
    json.writeNumberField("failover_timeout", framework.getFailoverTimeout());
    json.writeBooleanField("checkpoint", framework.getCheckpoint());
    json.writeStringField("hostname", framework.getHostname());
    if (framework.hasPrincipal()) {
      json.writeStringField("principal", framework.getPrincipal());
    }
    writeRoles(framework, json);
    String role = role(framework);
    List<ShownExecutor> past = ShownExecutor.of(over);
    json.writeArrayFieldStart("executors");
    for (ShownExecutor executor : executors) {
      List<TaskView> tasks = new ArrayList<>();
      past.stream().filter(executor::isSame).forEach(same -> tasks.addAll(same.tasks()));
      writeExecutor(executor, tasks, role, view, json);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("completed_executors");
    for (ShownExecutor executor : past) {
      if (executors.stream().noneMatch(executor::isSame)) {
        writeExecutor(executor, List.of(), role, view, json);
      }
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void writeRoles(FrameworkInfo framework, JsonGenerator json) throws IOException {
    if (framework.getRolesCount() == 0) {
      json.writeStringField("role", role(framework));
      return;
    }
    json.writeArrayFieldStart("roles");
    for (String role : framework.getRolesList()) {
      json.writeString(role);
    }
    json.writeEndArray();
  }

  @SuppressWarnings("deprecation") // Frameworks of one role still name it in the older field.
  private static String role(FrameworkInfo framework) {
    return framework.getRolesCount() > 0 ? framework.getRoles(0) : framework.getRole();
  }

  /**
   * @param forgotten its tasks that the agent has forgotten
   * @param role of its framework
   */
  private void writeExecutor(
      ShownExecutor executor,
      List<TaskView> forgotten,
      String role,
      AgentView view,
      JsonGenerator json)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("id", executor.id().value());
    json.writeStringField("name", executor.name());
    json.writeStringField("source", executor.source());
    json.writeStringField("container", executor.container().value());
    json.writeStringField("directory", directory(executor, view));
    LegacyResources.write("resources", executor.resources(), json);
    json.writeStringField("role", executor.role(role));
    List<TaskView> launched = executor.tasks().stream().filter(ShownTasks::isLaunched).toList();
    List<TaskView> queued = executor.tasks().stream().filter(ShownTasks::isQueued).toList();
    LegacyTasks.write("tasks", ShownTasks.toProtos(launched, view), role, json);
    LegacyTasks.write("queued_tasks", ShownTasks.toProtos(queued, view), role, json);
    List<TaskView> completed = new ArrayList<>(forgotten);
    executor.tasks().stream().filter(TaskView::ended).forEach(completed::add);
    LegacyTasks.write("completed_tasks", ShownTasks.toProtos(completed, view), role, json);
    json.writeEndObject();
  }

  /** Empty for a task that was refused because its id cannot name a directory. */
  private String directory(ShownExecutor executor, AgentView view) {
    try {
      AgentId agent = AgentId.of(view.agent().getId());
      return sandboxes
          .path(new SandboxId(agent, executor.framework(), executor.id(), executor.container()))
          .toString();
    } catch (IllegalArgumentException e) {
      return "";
    }
  }
}
