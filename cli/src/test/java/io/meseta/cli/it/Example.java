package io.meseta.cli.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Message;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.scheduler.Call;
import io.meseta.common.codec.Codec;
import io.meseta.common.codec.DecodeException;
import io.meseta.common.codec.MediaType;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * An example in a page of the documentation: a TaskInfo, or an operation that launches several
 * tasks, and what has to become of it. How a page says that: {@link ExamplePage}.
 *
 * @param name page and number, as {@code fetching-3}
 * @param json as the page has it
 * @param expected of each of its tasks
 * @param steps what is done and heard while its tasks run, in order
 */
record Example(String name, ObjectNode json, List<Expected> expected, List<Step> steps) {

  private static final List<String> TASKS =
      List.of("/launch/task_infos", "/launch_group/task_group/tasks");

  /**
   * What has to become of a task.
   *
   * @param stdout what its standard output contains
   * @param message what the message of its end contains
   * @param kill it is killed as soon as it runs
   */
  record Expected(
      String task,
      TaskState end,
      Optional<String> stdout,
      Optional<String> reason,
      Optional<String> message,
      boolean kill) {}

  /**
   * Something that the framework is told of the example's executor.
   *
   * @param call by which the framework asks for it, if it does
   * @param event and its content, as {@code MESSAGE hello} and {@code FAILURE 0}
   */
  record Step(Optional<ObjectNode> call, String event) {

    Call call(AgentID agent) throws DecodeException {
      ObjectNode whole = call.orElseThrow().deepCopy();
      for (JsonNode body : whole) {
        if (body instanceof ObjectNode members) {
          members.putObject("agent_id").put("value", agent.getValue());
        }
      }
      return decode(whole, Call.getDefaultInstance());
    }
  }

  /** The id of the executor that its tasks have; empty if they have none. */
  String executor() {
    return json.findPath("executor_id").path("value").asText();
  }

  /** The id of a task that the page names; of the only one, if it is not named. */
  static String taskId(String example, Optional<String> taskName) {
    return taskName.map(each -> example + "-" + each).orElse(example);
  }

  /** The operation that launches it, with what the page leaves out. */
  Offer.Operation operation(AgentID agent) throws DecodeException {
    ObjectNode whole = json.deepCopy();
    if (json.has("type")) {
      for (String tasks : TASKS) {
        whole.at(tasks).forEach(task -> complete((ObjectNode) task, true, agent));
      }
    } else {
      ObjectNode task = whole;
      complete(task, false, agent);
      whole = task.objectNode().put("type", "LAUNCH");
      whole.putObject("launch").putArray("task_infos").add(task);
    }
    return decode(whole, Offer.Operation.getDefaultInstance());
  }

  private void complete(ObjectNode task, boolean named, AgentID agent) {
    Optional<String> taskName = named ? Optional.of(task.path("name").asText()) : Optional.empty();
    task.putObject("task_id").put("value", taskId(name, taskName));
    task.putObject("agent_id").put("value", agent.getValue());
    if (!task.has("name")) {
      task.put("name", name);
    }
    if (!task.has("resources")) {
      addResource(task.putArray("resources"), "cpus", 0.1);
      addResource(task.withArray("resources"), "mem", 32);
    }
  }

  private static void addResource(ArrayNode resources, String what, double amount) {
    ObjectNode resource = resources.addObject().put("name", what).put("type", "SCALAR");
    resource.putObject("scalar").put("value", amount);
  }

  /** What has to be free for it. An executor that several of its tasks share counts for each. */
  Resources resources(AgentID agent) throws DecodeException, ResourceException {
    Offer.Operation operation = operation(agent);
    List<TaskInfo> tasks =
        operation.hasLaunchGroup()
            ? operation.getLaunchGroup().getTaskGroup().getTasksList()
            : operation.getLaunch().getTaskInfosList();
    Resources sum = of(operation.getLaunchGroup().getExecutor());
    for (TaskInfo task : tasks) {
      sum = sum.plus(Resources.fromProto(task.getResourcesList())).plus(of(task.getExecutor()));
    }
    return sum;
  }

  private static Resources of(ExecutorInfo executor) throws ResourceException {
    return Resources.fromProto(executor.getResourcesList());
  }

  private static <T extends Message> T decode(ObjectNode json, T message) throws DecodeException {
    return Codec.decode(json.toString().getBytes(StandardCharsets.UTF_8), message, MediaType.JSON);
  }
}
