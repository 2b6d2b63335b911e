package io.meseta.master.http.read;

import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.Operation;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.Role;
import io.meseta.api.v1.Task;
import io.meseta.api.v1.Value;
import io.meseta.api.v1.master.Call;
import io.meseta.api.v1.master.Response;
import io.meseta.api.v1.master.Response.GetAgents;
import io.meseta.api.v1.master.Response.GetExecutors;
import io.meseta.api.v1.master.Response.GetFrameworks;
import io.meseta.common.codec.MediaType;
import io.meseta.common.resources.Quantities;
import io.meseta.master.view.AgentView;
import io.meseta.master.view.ExecutorView;
import io.meseta.master.view.FrameworkView;
import io.meseta.master.view.MasterView;
import io.meseta.master.view.ReadFilter;
import io.meseta.master.view.TaskView;
import io.meseta.master.view.TasksByAgent;
import io.meseta.master.view.ViewMessages;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Answers of the operator API that grow with the cluster: GET_STATE and its parts. Names and
 * numbers of fields are those of {@code Response}; a test compares them with it.
 */
final class ClusterCalls {

  private ClusterCalls() {}

  static Answer answer(Call.Type type, MasterView now, MediaType media) {
    V1Tree tree =
        switch (type) {
          case GET_STATE ->
              new V1Tree.Node(
                  "get_state",
                  Response.GET_STATE_FIELD_NUMBER,
                  List.of(
                      tasks(Response.GetState.GET_TASKS_FIELD_NUMBER, now),
                      executors(Response.GetState.GET_EXECUTORS_FIELD_NUMBER, now),
                      frameworks(Response.GetState.GET_FRAMEWORKS_FIELD_NUMBER, now),
                      agents(Response.GetState.GET_AGENTS_FIELD_NUMBER, now)));
          case GET_TASKS -> tasks(Response.GET_TASKS_FIELD_NUMBER, now);
          case GET_EXECUTORS -> executors(Response.GET_EXECUTORS_FIELD_NUMBER, now);
          case GET_OPERATIONS -> operations(now);
          case GET_FRAMEWORKS -> frameworks(Response.GET_FRAMEWORKS_FIELD_NUMBER, now);
          case GET_AGENTS -> agents(Response.GET_AGENTS_FIELD_NUMBER, now);
          default -> throw new IllegalStateException("Not a call that is answered here: " + type);
        };
    Response.Type answerType = Response.Type.valueOf(type.name());
    return media == MediaType.PROTOBUF ? protobuf(answerType, tree) : json(answerType, tree);
  }

  private static Answer json(Response.Type type, V1Tree tree) {
    JsonPieces pieces = new JsonPieces().text("{\"type\":\"" + type + "\",");
    V1Tree.addJson(tree, pieces);
    return pieces.text("}").answer(MediaType.JSON.headerValue());
  }

  private static Answer protobuf(Response.Type type, V1Tree tree) {
    byte[] head = Response.newBuilder().setType(type).build().toByteArray();
    List<Answer.Piece> pieces = new ArrayList<>();
    pieces.add(out -> out.write(head));
    V1Tree.addProtobuf(tree, pieces);
    return new Answer(MediaType.PROTOBUF.headerValue(), V1Tree.joined(pieces, tree.protobufSize()));
  }

  // ---- tasks and executors ----

  private static V1Tree tasks(int number, MasterView now) {
    List<Task> tasks = joined(made(now.frameworks().values(), one -> listed(one.tasks())));
    List<Task> unreachable = new ArrayList<>();
    List<Task> completed = new ArrayList<>();
    for (FrameworkView framework : now.frameworks().values()) {
      add(framework.unreachableTasks(), unreachable);
      add(framework.completedTasks().values(), completed);
    }
    for (FrameworkView framework : now.completedFrameworks().values()) {
      add(framework.completedTasks().values(), completed);
    }
    return new V1Tree.Node(
        "get_tasks",
        number,
        List.of(
            new V1Tree.Items("tasks", Response.GetTasks.TASKS_FIELD_NUMBER, tasks),
            new V1Tree.Items(
                "unreachable_tasks", Response.GetTasks.UNREACHABLE_TASKS_FIELD_NUMBER, unreachable),
            new V1Tree.Items(
                "completed_tasks", Response.GetTasks.COMPLETED_TASKS_FIELD_NUMBER, completed)));
  }

  private static List<Task> listed(TasksByAgent views) {
    List<Task> tasks = new ArrayList<>(views.size());
    add(views, tasks);
    return tasks;
  }

  /** As large as needed: a list that grows to a million is copied some twenty times on its way. */
  private static List<Task> joined(List<List<Task>> lists) {
    List<Task> all = new ArrayList<>(lists.stream().mapToInt(List::size).sum());
    lists.forEach(all::addAll);
    return all;
  }

  private static void add(Collection<TaskView> views, List<Task> tasks) {
    for (TaskView view : views) {
      tasks.add(view.task());
    }
  }

  private static V1Tree executors(int number, MasterView now) {
    List<GetExecutors.Executor> executors = new ArrayList<>();
    for (FrameworkView framework : now.frameworks().values()) {
      for (ExecutorView executor : framework.executors().values()) {
        executors.add(ViewMessages.executor(executor));
      }
    }
    return new V1Tree.Node(
        "get_executors",
        number,
        List.of(new V1Tree.Items("executors", GetExecutors.EXECUTORS_FIELD_NUMBER, executors)));
  }

  /** As in Mesos: those of agents that are registered. */
  private static V1Tree operations(MasterView now) {
    List<Operation> operations = new ArrayList<>();
    now.operations()
        .forEach((id, its) -> {
          AgentView agent = now.agents().get(id);
          if (agent != null && AgentJson.isListed(agent)) {
            operations.addAll(its);
          }
        });
    return new V1Tree.Node(
        "get_operations",
        Response.GET_OPERATIONS_FIELD_NUMBER,
        List.of(
            new V1Tree.Items(
                "operations", Response.GetOperations.OPERATIONS_FIELD_NUMBER, operations)));
  }

  // ---- frameworks ----

  private static V1Tree frameworks(int number, MasterView now) {
    return new V1Tree.Node(
        "get_frameworks",
        number,
        List.of(
            new V1Tree.Items(
                "frameworks",
                GetFrameworks.FRAMEWORKS_FIELD_NUMBER,
                made(now.frameworks().values(), ViewMessages::framework)),
            new V1Tree.Items(
                "completed_frameworks",
                GetFrameworks.COMPLETED_FRAMEWORKS_FIELD_NUMBER,
                made(now.completedFrameworks().values(), ViewMessages::framework))));
  }

  /** The length of the whole stands before its parts, so they are made first: side by side. */
  private static <V, M> List<M> made(Collection<V> views, Function<V, M> maker) {
    return List.copyOf(views).parallelStream().map(maker).toList();
  }

  private static List<Resource> scalars(Quantities amounts) {
    List<Resource> all = new ArrayList<>();
    for (Map.Entry<String, Long> amount : amounts.asMap().entrySet()) {
      if (amount.getValue() != 0) {
        all.add(
            Resource.newBuilder()
                .setName(amount.getKey())
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(amount.getValue() / 1e3))
                .build());
      }
    }
    return all;
  }

  // ---- agents ----

  private static V1Tree agents(int number, MasterView now) {
    List<GetAgents.Agent> agents =
        made(
            now.agents().values().stream().filter(AgentJson::isListed).toList(),
            ViewMessages::agent);
    List<AgentInfo> recovered =
        now.agents().values().stream()
            .filter(agent -> agent.standing() == AgentView.Standing.RECOVERED)
            .map(AgentView::info)
            .toList();
    return new V1Tree.Node(
        "get_agents",
        number,
        List.of(
            new V1Tree.Items("agents", GetAgents.AGENTS_FIELD_NUMBER, agents),
            new V1Tree.Items(
                "recovered_agents", GetAgents.RECOVERED_AGENTS_FIELD_NUMBER, recovered)));
  }

  // ---- roles ----

  static Response.GetRoles roles(MasterView now, ReadFilter filter) {
    Response.GetRoles.Builder roles = Response.GetRoles.newBuilder();
    for (RoleSums.Sums role : RoleSums.of(now, filter)) {
      Role.Builder one =
          Role.newBuilder()
              .setName(role.name())
              .setWeight(role.weightMilli() / 1e3)
              .addAllResources(scalars(role.allocated().plus(role.offered())));
      role.frameworks().forEach(id -> one.addFrameworks(FrameworkID.newBuilder().setValue(id)));
      roles.addRoles(one);
    }
    return roles.build();
  }
}
