package io.meseta.master.validation;

import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Offer.Operation;
import io.meseta.api.v1.TaskInfo;
import io.meseta.common.acl.Action;
import io.meseta.common.acl.Authorizer;
import io.meseta.common.acl.Question;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a framework's principal may do with what it is offered, as far as access control lists tell.
 * Each method gives the reason for a refusal, or nothing. Pure.
 */
public final class FrameworkRights {

  private final Authorizer authorizer;

  /** Judges by these lists. */
  public FrameworkRights(Authorizer authorizer) {
    this.authorizer = authorizer;
  }

  /** Whether the framework may have its roles. */
  @SuppressWarnings("deprecation") // The one role of old frameworks.
  public Optional<String> invalidRole(FrameworkInfo framework) {
    List<String> roles =
        framework.getRolesCount() > 0 ? framework.getRolesList() : List.of(framework.getRole());
    return roles.stream()
        .filter(role -> !allows(framework, Question.about(Action.REGISTER_FRAMEWORKS, role)))
        .findFirst()
        .map(role -> "Not authorized to use role '" + role + "'");
  }

  /** Whether the framework may run the task as the user that it would run as. */
  public Optional<String> invalidTask(FrameworkInfo framework, TaskInfo task) {
    List<String> users = new ArrayList<>();
    if (task.hasCommand() || !task.hasExecutor()) {
      users.add(user(framework, task.getCommand()));
    }
    if (task.hasExecutor()) {
      users.add(user(framework, task.getExecutor().getCommand()));
    }
    return invalidUser(framework, users);
  }

  /** Whether the framework may run all of the group, its executor included. */
  public Optional<String> invalidGroup(FrameworkInfo framework, Operation.LaunchGroup group) {
    ExecutorInfo executor = group.getExecutor();
    List<String> users = new ArrayList<>();
    users.add(user(framework, executor.getCommand()));
    group
        .getTaskGroup()
        .getTasksList()
        .forEach(task -> users.add(user(framework, task.getCommand())));
    return invalidUser(framework, users);
  }

  /** Whether the framework may make that of resources; nothing for what is no such operation. */
  public Optional<String> invalidOperation(FrameworkInfo framework, Operation operation) {
    return questions(operation).stream()
        .filter(question -> !allows(framework, question))
        .findFirst()
        .map(question -> "Not authorized: " + question);
  }

  private static List<Question> questions(Operation operation) {
    return switch (operation.getType()) {
      case RESERVE -> {
        List<Question> both =
            new ArrayList<>(ResourceQuestions.reserve(operation.getReserve().getResourcesList()));
        both.addAll(ResourceQuestions.unreserve(operation.getReserve().getSourceList()));
        yield both;
      }
      case UNRESERVE -> ResourceQuestions.unreserve(operation.getUnreserve().getResourcesList());
      case CREATE -> ResourceQuestions.create(operation.getCreate().getVolumesList());
      case DESTROY -> ResourceQuestions.destroy(operation.getDestroy().getVolumesList());
      case GROW_VOLUME -> ResourceQuestions.resize(operation.getGrowVolume().getVolume());
      case SHRINK_VOLUME -> ResourceQuestions.resize(operation.getShrinkVolume().getVolume());
      case UNKNOWN, LAUNCH, LAUNCH_GROUP, CREATE_DISK, DESTROY_DISK -> List.of();
    };
  }

  private static String user(FrameworkInfo framework, CommandInfo command) {
    return command.hasUser() ? command.getUser() : framework.getUser();
  }

  private Optional<String> invalidUser(FrameworkInfo framework, List<String> users) {
    return users.stream()
        .filter(user -> !allows(framework, Question.about(Action.RUN_TASKS, user)))
        .findFirst()
        .map(user -> "Not authorized to launch as user '" + user + "'");
  }

  private boolean allows(FrameworkInfo framework, Question question) {
    Optional<String> principal =
        framework.hasPrincipal() ? Optional.of(framework.getPrincipal()) : Optional.empty();
    return authorizer.allows(principal, question);
  }
}
