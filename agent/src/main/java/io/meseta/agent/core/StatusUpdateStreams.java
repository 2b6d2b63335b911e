package io.meseta.agent.core;

import io.meseta.agent.core.AgentEffect.CancelTimer;
import io.meseta.agent.core.AgentEffect.SetTimer;
import io.meseta.agent.core.AgentTimer.ResendUpdate;
import io.meseta.api.link.v1.AgentMessage;
import io.meseta.api.link.v1.StatusUpdate;
import io.meseta.api.v1.TaskState;
import io.meseta.api.v1.TaskStatus;
import java.util.Collection;

/**
 * Gets each task's updates to its framework: at least once, in order, until acknowledged.
 *
 * <p>Per task one update is on the way, the oldest; it is sent again after a while, and at once
 * when a master (another one, perhaps) has registered the agent or the framework is back. The next
 * one follows when the acknowledgement is durable, so that a restart never goes back beyond what
 * was told. Nothing is sent before it is durable.
 */
final class StatusUpdateStreams {

  private final CoreContext context;
  private final JournalWriter journal;
  private final MasterLink link;
  private final BackOff resend;

  StatusUpdateStreams(CoreContext context, MasterLink link, BackOff resend) {
    this.context = context;
    this.journal = context.journal();
    this.link = link;
    this.resend = resend;
  }

  /** Adds an update. The caller sees to the task's record in the journal. */
  void append(AgentTask task, TaskStatus status) {
    UpdateStream stream = task.stream();
    if (stream.closed()) {
      return;
    }
    stream.append(status);
    journal.whenDurable(() -> becameDurable(task, status));
  }

  /** As {@link #append}, for something new about the state that the task is in. */
  void appendNews(AgentTask task, TaskStatus status) {
    UpdateStream stream = task.stream();
    if (stream.closed()) {
      return;
    }
    stream.appendNews(status);
    journal.whenDurable(() -> becameDurable(task, status));
  }

  private void becameDurable(AgentTask task, TaskStatus status) {
    UpdateStream stream = task.stream();
    task.told(status);
    if (stream.closed()) {
      return;
    }
    stream.nextIsDurable();
    if (!stream.inFlight()) {
      sendHead(task);
    } else if (task.ended() && link.isRegistered()) {
      // The update on the way waits for its framework, which may be slow or gone. That the task has
      // ended must not wait with it: its resources are free, and the master learns that from
      // latest_state. The pace of resending stays as it is.
      stream.head().ifPresent(head -> tellEnd(task, head));
    }
  }

  private void tellEnd(AgentTask task, TaskStatus head) {
    send(update(task.key(), head, task.toldState()).setStateOnly(true));
  }

  /** Sends the oldest update, if there is one that is durable and not on the way. */
  private void sendHead(AgentTask task) {
    UpdateStream stream = task.stream();
    if (!link.isRegistered() || stream.inFlight()) {
      return;
    }
    stream.head().ifPresent(head -> sendAndWait(task, head));
  }

  private void sendAndWait(AgentTask task, TaskStatus head) {
    send(task, head);
    int before = task.stream().sent();
    context.order(new SetTimer(timer(task), resend.ceiling(before)));
  }

  private void send(AgentTask task, TaskStatus status) {
    sendOnce(task.key(), status, task.toldState());
  }

  private void send(StatusUpdate.Builder update) {
    link.send(AgentMessage.newBuilder().setStatusUpdate(update).build());
  }

  private static StatusUpdate.Builder update(TaskKey key, TaskStatus status, TaskState latest) {
    return StatusUpdate.newBuilder()
        .setFrameworkId(key.framework().toProto())
        .setStatus(status)
        .setLatestState(latest);
  }

  /** Tells something that is neither repeated nor acknowledged; lost when the link is. */
  void sendOnce(TaskKey key, TaskStatus status, TaskState latest) {
    if (link.isRegistered()) {
      send(update(key, status, latest));
    }
  }

  /** Nobody has acknowledged the update on the way. */
  void resend(AgentTask task) {
    UpdateStream stream = task.stream();
    // Without a link nothing can be sent; the next registration sends every head.
    if (link.isRegistered() && stream.inFlight()) {
      context.count(AgentCounter.RESENT_UPDATES);
      stream.head().ifPresent(head -> sendAndWait(task, head));
    }
  }

  /** The update on the way has been acknowledged. The caller sees to the task's record. */
  void acknowledged(AgentTask task) {
    task.stream().acknowledged();
    context.order(new CancelTimer(timer(task)));
    journal.whenDurable(() -> {
      task.stream().acknowledgementIsDurable();
      sendHead(task);
    });
  }

  /**
   * Whatever was on the way may be lost: a master, perhaps a new one, has registered the agent, or
   * the framework of these tasks has subscribed again.
   */
  void sendAgain(Collection<AgentTask> tasks) {
    for (AgentTask task : tasks) {
      task.stream().unsent();
      sendHead(task);
    }
  }

  /** Nobody wants to hear of the task any more. */
  void close(AgentTask task) {
    if (task.stream().inFlight()) {
      context.order(new CancelTimer(timer(task)));
    }
    task.stream().close();
  }

  private static ResendUpdate timer(AgentTask task) {
    return new ResendUpdate(task.key().framework(), task.key().task());
  }
}
