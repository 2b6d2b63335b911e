package io.meseta.common.pages;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.Message;
import io.meseta.api.v1.Label;
import io.meseta.api.v1.Labels;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.Task;
import io.meseta.api.v1.TaskStatus;
import io.meseta.api.v1.Value;
import io.meseta.common.codec.JsonPrinter;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** Tasks as the pages that Mesos's tools read show them. */
public final class LegacyTasks {

  private LegacyTasks() {}

  /**
   * Writes one field, an array of tasks.
   *
   * @param tasks whose resources have been validated
   * @param role of their framework, for those whose resources do not say it
   */
  public static void write(String field, Collection<Task> tasks, String role, JsonGenerator json)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (Task task : tasks) {
      write(task, role(task.getResourcesList()).orElse(role), resources(task), json);
    }
    json.writeEndArray();
  }

  /**
   * Writes one task, an object.
   *
   * @param role for which it has its resources
   * @param resources those of the task
   */
  public static void write(Task task, String role, Resources resources, JsonGenerator json)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("id", task.getTaskId().getValue());
    json.writeStringField("name", task.getName());
    json.writeStringField("framework_id", task.getFrameworkId().getValue());
    json.writeStringField("executor_id", task.getExecutorId().getValue());
    json.writeStringField("slave_id", task.getAgentId().getValue());
    json.writeStringField("state", task.getState().name());
    json.writeStringField("role", role);
    LegacyResources.write("resources", resources, json);
    writeLimits(task, json);
    json.writeArrayFieldStart("statuses");
    for (TaskStatus status : task.getStatusesList()) {
      write(status, json);
    }
    json.writeEndArray();
    if (task.hasUser()) {
      json.writeStringField("user", task.getUser());
    }
    if (task.hasLabels()) {
      json.writeFieldName("labels");
      writeLabels(task.getLabels(), json);
    }
    write("discovery", task.hasDiscovery(), task.getDiscovery(), json);
    write("container", task.hasContainer(), task.getContainer(), json);
    write("health_check", task.hasHealthCheck(), task.getHealthCheck(), json);
    json.writeEndObject();
  }

  private static void writeLimits(Task task, JsonGenerator json) throws IOException {
    if (task.getLimitsCount() == 0) {
      return;
    }
    json.writeObjectFieldStart("limits");
    for (Map.Entry<String, Value.Scalar> limit : task.getLimitsMap().entrySet()) {
      double value = limit.getValue().getValue();
      if (Double.isInfinite(value)) {
        json.writeStringField(limit.getKey(), "Infinity");
      } else {
        json.writeNumberField(limit.getKey(), value);
      }
    }
    json.writeEndObject();
  }

  private static void write(TaskStatus status, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("state", status.getState().name());
    json.writeNumberField("timestamp", status.getTimestamp());
    if (status.hasLabels()) {
      json.writeFieldName("labels");
      writeLabels(status.getLabels(), json);
    }
    write("container_status", status.hasContainerStatus(), status.getContainerStatus(), json);
    if (status.hasHealthy()) {
      json.writeBooleanField("healthy", status.getHealthy());
    }
    json.writeEndObject();
  }

  /** Labels as Mesos's pages have them: the bare list. */
  private static void writeLabels(Labels labels, JsonGenerator json) throws IOException {
    json.writeStartArray();
    for (Label label : labels.getLabelsList()) {
      JsonPrinter.write(label, json);
    }
    json.writeEndArray();
  }

  private static void write(String field, boolean isSet, Message message, JsonGenerator json)
      throws IOException {
    if (isSet) {
      json.writeFieldName(field);
      JsonPrinter.write(message, json);
    }
  }

  /** For whom resources were offered, as far as their messages tell. */
  public static Optional<String> role(Collection<Resource> resources) {
    return resources.stream()
        .filter(Resource::hasAllocationInfo)
        .map(resource -> resource.getAllocationInfo().getRole())
        .findFirst();
  }

  private static Resources resources(Task task) {
    try {
      return Resources.fromProto(task.getResourcesList());
    } catch (ResourceException e) {
      throw new IllegalStateException("a task's resources were validated: " + e.getMessage(), e);
    }
  }
}
