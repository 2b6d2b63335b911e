package io.meseta.agent.session;

import io.meseta.agent.http.CallRefusedException;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.agent.Call;
import io.meseta.api.v1.agent.Response;
import io.meseta.common.ids.ContainerId;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The calls about the end of a session, each in its newer and in its older form. */
@SuppressWarnings("deprecation") // Clients of old still make the calls with NESTED in their names.
final class EndCalls {

  private static final int SIGKILL = 9;
  private static final int SHIFT = 8;
  private static final int BYTE = 0xff;

  private EndCalls() {}

  /** What is asked. */
  enum Kind {
    WAIT,
    KILL,
    REMOVE
  }

  static Kind kindOf(Call call) {
    return switch (call.getType()) {
      case WAIT_CONTAINER, WAIT_NESTED_CONTAINER -> Kind.WAIT;
      case KILL_CONTAINER, KILL_NESTED_CONTAINER -> Kind.KILL;
      case REMOVE_CONTAINER, REMOVE_NESTED_CONTAINER -> Kind.REMOVE;
      default -> throw new IllegalArgumentException("not about an end: " + call.getType());
    };
  }

  static ContainerId containerOf(Call call) {
    return ContainerId.of(
        switch (call.getType()) {
          case WAIT_CONTAINER -> call.getWaitContainer().getContainerId();
          case WAIT_NESTED_CONTAINER -> call.getWaitNestedContainer().getContainerId();
          case KILL_CONTAINER -> call.getKillContainer().getContainerId();
          case KILL_NESTED_CONTAINER -> call.getKillNestedContainer().getContainerId();
          case REMOVE_CONTAINER -> call.getRemoveContainer().getContainerId();
          case REMOVE_NESTED_CONTAINER -> call.getRemoveNestedContainer().getContainerId();
          default -> throw new IllegalArgumentException("not about an end: " + call.getType());
        });
  }

  static int signalOf(Call call) {
    if (call.getType() == Call.Type.KILL_CONTAINER) {
      return call.getKillContainer().hasSignal() ? call.getKillContainer().getSignal() : SIGKILL;
    }
    return call.getKillNestedContainer().hasSignal()
        ? call.getKillNestedContainer().getSignal()
        : SIGKILL;
  }

  /** Completes with the end; to cancel it is to wait no longer. */
  static CompletableFuture<Optional<Response>> await(Session session, Call.Type type) {
    CompletableFuture<Optional<Response>> answer = new CompletableFuture<>();
    CompletableFuture<Session.End> end = session.awaitEnd();
    var unusedEnd = end.thenAccept(how -> answer.complete(Optional.of(response(how, type))));
    var unusedAnswer = answer.whenComplete((response, failure) -> end.cancel(false));
    return answer;
  }

  static CompletableFuture<Optional<Response>> kill(Session session, int signal) {
    if (signal != SIGKILL) {
      throw new CallRefusedException(
          501, "A session can be ended by signal 9 (SIGKILL) only, not by " + signal);
    }
    session.close();
    return CompletableFuture.completedFuture(Optional.empty());
  }

  static void requireEnded(Session session) {
    if (!session.hasEnded()) {
      throw new CallRefusedException(
          409, "Session " + session.id() + " has not ended: kill it first");
    }
  }

  private static Response response(Session.End end, Call.Type type) {
    Integer code = end.code();
    TaskState state = code != null && code == 0 ? TaskState.TASK_FINISHED : TaskState.TASK_FAILED;
    if (type == Call.Type.WAIT_NESTED_CONTAINER) {
      Response.WaitNestedContainer.Builder wait =
          Response.WaitNestedContainer.newBuilder().setState(state);
      if (!end.failure().isEmpty()) {
        wait.setMessage(end.failure());
      }
      if (code != null) {
        wait.setExitStatus(waitStatus(code));
      }
      return Response.newBuilder()
          .setType(Response.Type.WAIT_NESTED_CONTAINER)
          .setWaitNestedContainer(wait)
          .build();
    }
    Response.WaitContainer.Builder wait = Response.WaitContainer.newBuilder().setState(state);
    if (!end.failure().isEmpty()) {
      wait.setMessage(end.failure());
    }
    if (code != null) {
      wait.setExitStatus(waitStatus(code));
    }
    return Response.newBuilder()
        .setType(Response.Type.WAIT_CONTAINER)
        .setWaitContainer(wait)
        .build();
  }

  /**
   * As waitpid gives the end of a process that exits by itself. Of one that was ended by a signal
   * nobody tells us more than 128 and the signal's number, which is what clients make of it anyway.
   */
  private static int waitStatus(int code) {
    return (code & BYTE) << SHIFT;
  }
}
