package io.meseta.common.pages;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
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

  private static final SerializedString ID = new SerializedString("id");
  private static final SerializedString NAME = new SerializedString("name");
  private static final SerializedString FRAMEWORK_ID = new SerializedString("framework_id");
  private static final SerializedString EXECUTOR_ID = new SerializedString("executor_id");
  private static final SerializedString SLAVE_ID = new SerializedString("slave_id");
  private static final SerializedString STATE = new SerializedString("state");
  private static final SerializedString ROLE = new SerializedString("role");
  private static final SerializedString RESOURCES = new SerializedString("resources");
  private static final SerializedString STATUSES = new SerializedString("statuses");
  private static final SerializedString TIMESTAMP = new SerializedString("timestamp");
  private static final SerializedString LABELS = new SerializedString("labels");
  private static final SerializedString KEY = new SerializedString("key");
  private static final SerializedString VALUE = new SerializedString("value");
  private static final SerializedString DISCOVERY = new SerializedString("discovery");
  private static final SerializedString CONTAINER = new SerializedString("container");
  private static final SerializedString CONTAINER_STATUS = new SerializedString("container_status");
  private static final SerializedString HEALTH_CHECK = new SerializedString("health_check");

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
    write(ID, task.getTaskId().getValue(), json);
    write(NAME, task.getName(), json);
    write(FRAMEWORK_ID, task.getFrameworkId().getValue(), json);
    write(EXECUTOR_ID, task.getExecutorId().getValue(), json);
    write(SLAVE_ID, task.getAgentId().getValue(), json);
    write(STATE, task.getState().name(), json);
    write(ROLE, role, json);
    json.writeFieldName(RESOURCES);
    LegacyResources.write(resources, json);
    writeLimits(task, json);
    json.writeFieldName(STATUSES);
    json.writeStartArray();
    for (TaskStatus status : task.getStatusesList()) {
      write(status, json);
    }
    json.writeEndArray();
    if (task.hasUser()) {
      json.writeStringField("user", task.getUser());
    }
    if (task.hasLabels()) {
      json.writeFieldName(LABELS);
      writeLabels(task.getLabels(), json);
    }
    write(DISCOVERY, task.hasDiscovery(), task.getDiscovery(), json);
    write(CONTAINER, task.hasContainer(), task.getContainer(), json);
    write(HEALTH_CHECK, task.hasHealthCheck(), task.getHealthCheck(), json);
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
        json.writeFieldName(limit.getKey());
        JsonPrinter.writeDouble(value, json);
      }
    }
    json.writeEndObject();
  }

  private static void write(TaskStatus status, JsonGenerator json) throws IOException {
    json.writeStartObject();
    write(STATE, status.getState().name(), json);
    json.writeFieldName(TIMESTAMP);
    JsonPrinter.writeDouble(status.getTimestamp(), json);
    if (status.hasLabels()) {
      json.writeFieldName(LABELS);
      writeLabels(status.getLabels(), json);
    }
    write(CONTAINER_STATUS, status.hasContainerStatus(), status.getContainerStatus(), json);
    if (status.hasHealthy()) {
      json.writeBooleanField("healthy", status.getHealthy());
    }
    json.writeEndObject();
  }

  /** Labels as Mesos's pages have them: the bare list. */
  private static void writeLabels(Labels labels, JsonGenerator json) throws IOException {
    json.writeStartArray();
    for (Label label : labels.getLabelsList()) {
      json.writeStartObject();
      write(KEY, label.getKey(), json);
      if (label.hasValue()) {
        write(VALUE, label.getValue(), json);
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void write(SerializedString field, String value, JsonGenerator json)
      throws IOException {
    json.writeFieldName(field);
    json.writeString(value);
  }

  private static void write(
      SerializedString field, boolean isSet, Message message, JsonGenerator json)
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
