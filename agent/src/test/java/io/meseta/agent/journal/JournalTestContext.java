package io.meseta.agent.journal;

import io.meseta.agent.journal.JournalChange.PutFramework;
import io.meseta.agent.journal.JournalChange.PutTask;
import io.meseta.agent.journal.v1.AgentRecord;
import io.meseta.agent.journal.v1.FrameworkRecord;
import io.meseta.agent.journal.v1.TaskRecord;
import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.ContainerID;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.TaskState;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Records to be written, and a listener that keeps the answers. */
final class JournalTestContext implements Journal.Listener {

  /**
   * What became of a write.
   *
   * @param failure empty if it is durable
   */
  record Answer(long sequence, String failure) {

    boolean ok() {
      return failure.isEmpty();
    }
  }

  private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> faults = new LinkedBlockingQueue<>();

  @Override
  public void written(long sequence) {
    answers.add(new Answer(sequence, ""));
  }

  @Override
  public void failed(long sequence, String reason) {
    answers.add(new Answer(sequence, reason));
  }

  @Override
  public void broken(String reason) {
    faults.add(reason);
  }

  /** Why the journal is broken; waits for that. */
  String fault() throws InterruptedException {
    String fault = faults.poll(30, TimeUnit.SECONDS);
    if (fault == null) {
      throw new AssertionError("The journal was not broken within 30 s");
    }
    return fault;
  }

  /** The next answer; waits for it. */
  Answer next() throws InterruptedException {
    Answer answer = answers.poll(30, TimeUnit.SECONDS);
    if (answer == null) {
      throw new AssertionError("The journal did not answer within 30 s");
    }
    return answer;
  }

  static AgentRecord agent(String id) {
    return AgentRecord.newBuilder()
        .setInfo(AgentInfo.newBuilder().setHostname("h1").setId(AgentID.newBuilder().setValue(id)))
        .build();
  }

  static PutFramework framework(String id) {
    return new PutFramework(
        FrameworkRecord.newBuilder()
            .setInfo(
                FrameworkInfo.newBuilder()
                    .setUser("u")
                    .setName("n")
                    .setId(FrameworkID.newBuilder().setValue(id)))
            .build());
  }

  static PutTask task(String id, TaskState state) {
    return task(id, state, "");
  }

  /** A task whose name makes its record large. */
  static PutTask task(String id, TaskState state, String name) {
    return new PutTask(
        TaskRecord.newBuilder()
            .setFrameworkId(FrameworkID.newBuilder().setValue("f1"))
            .setTask(
                TaskInfo.newBuilder()
                    .setName(name)
                    .setTaskId(TaskID.newBuilder().setValue(id))
                    .setAgentId(AgentID.newBuilder().setValue("A0")))
            .setContainerId(ContainerID.newBuilder().setValue("c-" + id))
            .setState(state)
            .build());
  }
}
