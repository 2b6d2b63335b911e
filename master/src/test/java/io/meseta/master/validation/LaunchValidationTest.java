package io.meseta.master.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.FrameworkID;
import io.meseta.api.v1.Offer;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.Value;
import io.meseta.api.v1.Volume;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.resources.ResourceException;
import io.meseta.common.resources.Resources;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tasks against the offers, against each other, and against what is there already. */
class LaunchValidationTest {
  private static final String OFFERED = "cpus:4;mem:1000;ports:[31000-31009];gpus:2;cpus(web):1";

  private final Tasks facts = new Tasks();
  private final LaunchValidation launch = new LaunchValidation(facts, Resources.of(OFFERED));

  private String refusal(TaskInfo.Builder task) {
    var before = launch.remaining();
    var verdict = launch.judge(task.build());
    assertThat(verdict).isInstanceOf(TaskVerdict.Refuse.class);
    assertThat(launch.remaining()).as("a refused task takes nothing").isEqualTo(before);
    return verdict instanceof TaskVerdict.Refuse refuse ? refuse.reason() : "";
  }

  private TaskVerdict.Launch launched(TaskInfo.Builder task) {
    var verdict = launch.judge(task.build());
    assertThat(verdict).isInstanceOf(TaskVerdict.Launch.class);
    return (TaskVerdict.Launch) verdict;
  }

  @Test
  void takesFromTheOfferTaskByTask() {
    var verdict = launched(Tasks.command("a", "cpus:3;mem:100;disk:0"));
    assertThat(verdict.taken()).isEqualTo(Resources.of("cpus:3;mem:100"));
    assertThat(refusal(Tasks.command("b", "cpus:2;mem:100")))
        .isEqualTo(
            "The task needs [cpus:2;mem:100], but only"
                + " [cpus:1;cpus(web):1;gpus:2;mem:900;ports:[31000-31009]] is left of the accepted"
                + " offers: [cpus:1] is missing");
    launched(Tasks.command("c", "cpus:1;cpus(web):1;mem:900;ports:[31005-31005]"));
    assertThat(launch.remaining())
        .isEqualTo(Resources.of("gpus:2;ports:[31000-31004,31006-31009]"));
    assertThat(refusal(Tasks.command("d", "ports:[31005-31005]"))).contains("is missing");
  }

  @Test
  void judgesTaskIds() {
    launched(Tasks.command("a", "cpus:1"));
    assertThat(refusal(Tasks.command("a", "cpus:1")))
        .isEqualTo("Task id 'a' is used twice in the same call");
    assertThat(refusal(Tasks.command("active", "cpus:1")))
        .isEqualTo(
            "Task id 'active' belongs to a task that has not ended, or whose end is not"
                + " acknowledged");
    assertThat(refusal(Tasks.command("unreachable", "cpus:1"))).contains("unreachable agent");
    assertThat(refusal(Tasks.command("x", "cpus:1").setTaskId(TaskID.newBuilder().setValue("x/y"))))
        .isEqualTo("The task id 'x/y' contains a '/'");
  }

  @Test
  void letsARefusedIdBeUsedAgain() {
    assertThat(refusal(Tasks.command("a", "cpus:9"))).contains("[cpus:5] is missing");
    launched(Tasks.command("a", "cpus:1"));
  }

  @Test
  void judgesTheAgent() {
    assertThat(
            refusal(Tasks.command("a", "cpus:1").setAgentId(AgentID.newBuilder().setValue("S2"))))
        .isEqualTo("'agent_id' is S2, but the accepted offers are of agent S1");
  }

  @Test
  void judgesResources() {
    assertThat(refusal(Tasks.command("a", ""))).startsWith("It has no resources");
    assertThat(refusal(Tasks.command("a", "disk:0"))).startsWith("It has no resources");
    assertThat(refusal(Tasks.command("a", "gpus:0.5")))
        .isEqualTo("It uses [gpus:0.5], but GPUs are given as whole ones only");
    var negative = Tasks.command("a", "cpus:1");
    negative.getResourcesBuilder(0).getScalarBuilder().setValue(-1);
    assertThat(refusal(negative))
        .isEqualTo("Its resources are not valid: Resource 'cpus' is negative: -1.0");
    var other = Tasks.command("a", "cpus:1");
    other.getResourcesBuilder(0).getAllocationInfoBuilder().setRole("db");
    assertThat(refusal(other))
        .isEqualTo(
            "Resource 'cpus' is allocated to role 'db', but the accepted offers are for role 'web'");
    other.getResourcesBuilder(0).getAllocationInfoBuilder().setRole("web");
    launched(other);
  }

  @Test
  void doesNotMixRevocableAndRegular() {
    var task = Tasks.command("a", "cpus:1");
    task.addResources(
        task.getResources(0).toBuilder().setRevocable(Resource.RevocableInfo.getDefaultInstance()));
    assertThat(refusal(task))
        .isEqualTo("It uses revocable and regular 'cpus': use only one of them");
  }

  @Test
  void usesAVolumeOnce() throws ResourceException {
    var proto =
        Resource.newBuilder()
            .setName("disk")
            .setType(Value.Type.SCALAR)
            .setScalar(Value.Scalar.newBuilder().setValue(10))
            .addReservations(
                Resource.ReservationInfo.newBuilder()
                    .setType(Resource.ReservationInfo.Type.DYNAMIC)
                    .setRole("web"));
    proto.getDiskBuilder().getPersistenceBuilder().setId("v1");
    proto.getDiskBuilder().setVolume(Tasks.volume("data").setMode(Volume.Mode.RW));
    var offered = Resources.fromProto(List.of(proto.build()));
    var volumes = new LaunchValidation(facts, offered.plus(Resources.of("cpus:1")));
    var twice = Tasks.command("a", "cpus:1").addResources(proto).addResources(proto).build();
    assertThat(volumes.judge(twice))
        .isEqualTo(new TaskVerdict.Refuse("It uses the persistent volume 'v1' twice"));
    var once =
        Tasks.command("a", "cpus:1")
            .addAllResources(offered.toProto(ReservationFormat.REFINED))
            .build();
    assertThat(volumes.judge(once)).isInstanceOf(TaskVerdict.Launch.class);
    assertThat(volumes.remaining().isEmpty()).isTrue();
  }

  @Test
  void survivesAmountsThatNobodyHas() {
    var task = Tasks.on(Tasks.executor("e", "mem:9e12"), "a", "cpus:1");
    for (int i = 0; i < 2000; i++) {
      task.addResources(Resources.of("mem:9e12").toProto(ReservationFormat.LEGACY).get(0));
    }
    assertThat(refusal(task)).contains("too large to be counted");
    assertThat(refusal(Tasks.on(Tasks.executor("e", "mem:9e12"), "a", "mem:9e12")))
        .contains("is missing");
  }

  @Test
  void countsAnExecutorOnce() {
    var executor = Tasks.executor("e", "cpus:0.5;mem:50");
    var first = launched(Tasks.on(executor, "a", "cpus:1"));
    assertThat(first.taken()).isEqualTo(Resources.of("cpus:1.5;mem:50"));
    assertThat(first.task().getExecutor().getFrameworkId().getValue()).isEqualTo("F");
    var second = launched(Tasks.on(executor, "b", "cpus:1"));
    assertThat(second.executorResources().isEmpty()).isTrue();
    assertThat(refusal(Tasks.on(Tasks.executor("e2", "cpus:1"), "c", "cpus:1")))
        .startsWith("The task with its executor needs [cpus:2]");
  }

  @Test
  void joinsAnExecutorThatRunsAlready() {
    var executor = Tasks.executor("e", "cpus:0.5;mem:50");
    facts.withRunning(
        executor.clone().setFrameworkId(FrameworkID.newBuilder().setValue("F").build()));
    assertThat(launched(Tasks.on(executor, "a", "cpus:1")).taken())
        .isEqualTo(Resources.of("cpus:1"));
    assertThat(refusal(Tasks.on(executor.clone().setName("other"), "b", "cpus:1")))
        .isEqualTo(
            "Executor 'e' is there already with another ExecutorInfo: use the same one, or another"
                + " id");
    assertThat(refusal(Tasks.on(Tasks.executor("e", "cpus:0.6;mem:50"), "b", "cpus:1")))
        .startsWith("Executor 'e' is there already");
  }

  @Test
  void judgesExecutors() {
    assertThat(refusal(Tasks.on(Tasks.executor("a/b", "cpus:1"), "a", "cpus:1")))
        .isEqualTo("The executor id 'a/b' contains a '/'");
    assertThat(
            refusal(
                Tasks.on(
                    Tasks.executor("e", "cpus:1")
                        .setFrameworkId(FrameworkID.newBuilder().setValue("G")),
                    "a",
                    "cpus:1")))
        .isEqualTo("'executor.framework_id' is G, but the framework is F");
    assertThat(
            refusal(
                Tasks.on(
                    Tasks.executor("e", "cpus:1").setType(ExecutorInfo.Type.DEFAULT),
                    "a",
                    "cpus:1")))
        .contains("LAUNCH_GROUP");
    assertThat(refusal(Tasks.on(Tasks.executor("e", "").clearCommand(), "a", "cpus:1")))
        .isEqualTo("The executor has neither a 'command' nor an image to run");
    assertThat(
            refusal(
                Tasks.on(
                    Tasks.executor("e", "").setCommand(CommandInfo.getDefaultInstance()),
                    "a",
                    "cpus:1")))
        .startsWith("Executor: 'command.shell' is true");
    var late = Tasks.executor("e", "");
    late.getShutdownGracePeriodBuilder().setNanoseconds(-1);
    assertThat(refusal(Tasks.on(late, "a", "cpus:1")))
        .isEqualTo("'executor.shutdown_grace_period' is negative: -1 ns");
    assertThat(
            refusal(
                Tasks.on(Tasks.executor("e", "cpus:1"), "a", "cpus:1")
                    .setCommand(CommandInfo.newBuilder().setValue("true"))))
        .isEqualTo("It has both 'command' and 'executor': set only one of them");
    assertThat(refusal(Tasks.command("a", "cpus:1").clearCommand()))
        .startsWith("It has neither 'command' nor 'executor'");
  }

  @Test
  void refusesAGroupThatIsNotThere() {
    var verdict = launch.judgeGroup(Offer.Operation.LaunchGroup.getDefaultInstance());
    assertThat(verdict).isInstanceOf(GroupVerdict.Refuse.class);
  }
}
