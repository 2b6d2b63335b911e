package io.meseta.master.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.CommandInfo;
import io.meseta.api.v1.ExecutorID;
import io.meseta.api.v1.ExecutorInfo;
import io.meseta.api.v1.FrameworkInfo;
import io.meseta.api.v1.Offer.Operation;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskGroupInfo;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.Value;
import io.meseta.common.acl.AclFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FrameworkRightsTest {
  private static final FrameworkRights RIGHTS =
      new FrameworkRights(
          AclFormat.parse(
              """
              {"permissive": false,
               "register_frameworks": [{"principals": {"values": ["app"]}, "roles": {"values": ["web"]}}],
               "run_tasks": [{"principals": {"values": ["app"]}, "users": {"values": ["alice"]}}],
               "reserve_resources": [{"principals": {"values": ["app"]}, "roles": {"values": ["web"]}}],
               "unreserve_resources":
                 [{"principals": {"values": ["app"]}, "reserver_principals": {"values": ["app"]}}],
               "create_volumes": [{"principals": {"values": ["app"]}, "roles": {"values": ["web"]}}],
               "destroy_volumes":
                 [{"principals": {"values": ["app"]}, "creator_principals": {"values": ["app"]}}],
               "resize_volumes": [{"principals": {"values": ["app"]}, "roles": {"values": ["web"]}}]}
              """));
  private static final FrameworkInfo APP = framework("app");
  private static final FrameworkInfo OTHER = framework("other");
  private static final FrameworkInfo NAMELESS = framework("x").toBuilder().clearPrincipal().build();

  private static FrameworkInfo framework(String principal) {
    return FrameworkInfo.newBuilder()
        .setName("f")
        .setUser("alice")
        .addRoles("web")
        .setPrincipal(principal)
        .build();
  }

  private static TaskInfo task(String user) {
    TaskInfo.Builder task =
        TaskInfo.newBuilder()
            .setName("t")
            .setTaskId(TaskID.newBuilder().setValue("t"))
            .setAgentId(AgentID.newBuilder().setValue("s"));
    CommandInfo.Builder command = CommandInfo.newBuilder().setValue("true");
    return task.setCommand(user.isEmpty() ? command : command.setUser(user)).build();
  }

  private static ExecutorInfo executor(String user) {
    return ExecutorInfo.newBuilder()
        .setExecutorId(ExecutorID.newBuilder().setValue("e"))
        .setCommand(CommandInfo.newBuilder().setUser(user))
        .build();
  }

  @Test
  void rolesAreThoseOfThePrincipal() {
    assertThat(RIGHTS.invalidRole(APP)).isEmpty();
    assertThat(RIGHTS.invalidRole(APP.toBuilder().addRoles("db").build()))
        .contains("Not authorized to use role 'db'");
    assertThat(RIGHTS.invalidRole(APP.toBuilder().clearRoles().build())).isPresent();
    assertThat(RIGHTS.invalidRole(OTHER)).isPresent();
    assertThat(RIGHTS.invalidRole(NAMELESS)).isPresent();
  }

  @Test
  void tasksRunAsUsersOfThePrincipal() {
    assertThat(RIGHTS.invalidTask(APP, task(""))).isEmpty();
    assertThat(RIGHTS.invalidTask(APP, task("alice"))).isEmpty();
    assertThat(RIGHTS.invalidTask(APP, task("root")))
        .contains("Not authorized to launch as user 'root'");
    assertThat(RIGHTS.invalidTask(OTHER, task("alice"))).isPresent();
    assertThat(RIGHTS.invalidTask(NAMELESS, task("alice"))).isPresent();
  }

  @Test
  void anExecutorsUserCountsToo() {
    TaskInfo withExecutor = task("alice").toBuilder().setExecutor(executor("root")).build();
    assertThat(RIGHTS.invalidTask(APP, withExecutor)).isPresent();
    assertThat(RIGHTS.invalidTask(APP, withExecutor.toBuilder().clearCommand().build()))
        .isPresent();
    assertThat(RIGHTS.invalidGroup(APP, group(executor("alice"), task("")))).isEmpty();
    assertThat(RIGHTS.invalidGroup(APP, group(executor("root"), task("alice")))).isPresent();
    assertThat(RIGHTS.invalidGroup(APP, group(executor("alice"), task("root")))).isPresent();
  }

  private static Operation.LaunchGroup group(ExecutorInfo executor, TaskInfo task) {
    return Operation.LaunchGroup.newBuilder()
        .setExecutor(executor)
        .setTaskGroup(TaskGroupInfo.newBuilder().addTasks(task))
        .build();
  }

  private static Resource disk(String role, String principal) {
    return Resource.newBuilder()
        .setName("disk")
        .setType(Value.Type.SCALAR)
        .setScalar(Value.Scalar.newBuilder().setValue(1))
        .addReservations(
            Resource.ReservationInfo.newBuilder().setRole(role).setPrincipal(principal))
        .setDisk(
            Resource.DiskInfo.newBuilder()
                .setPersistence(
                    Resource.DiskInfo.Persistence.newBuilder().setId("v").setPrincipal(principal)))
        .build();
  }

  @Test
  void operationsAreForRolesAndPrincipalsOfThePrincipal() {
    Resource mine = disk("web", "app");
    Resource otherRole = disk("db", "app");
    Resource otherOwner = disk("web", "other");
    assertAllowed(reserve(mine), true);
    assertAllowed(reserve(otherRole), false);
    assertAllowed(
        Operation.newBuilder()
            .setType(Operation.Type.RESERVE)
            .setReserve(Operation.Reserve.newBuilder().addResources(mine).addSource(otherOwner))
            .build(),
        false);
    assertAllowed(unreserve(mine), true);
    assertAllowed(unreserve(otherOwner), false);
    assertAllowed(create(mine), true);
    assertAllowed(create(otherRole), false);
    assertAllowed(destroy(mine), true);
    assertAllowed(destroy(otherOwner), false);
    assertAllowed(grow(mine), true);
    assertAllowed(grow(otherRole), false);
    assertAllowed(shrink(mine), true);
    assertAllowed(shrink(otherRole), false);
  }

  private static void assertAllowed(Operation operation, boolean forApp) {
    Optional<String> reason = RIGHTS.invalidOperation(APP, operation);
    assertThat(reason.isEmpty())
        .as("%s for app: %s", operation.getType(), reason)
        .isEqualTo(forApp);
    assertThat(RIGHTS.invalidOperation(OTHER, operation)).isPresent();
    assertThat(RIGHTS.invalidOperation(NAMELESS, operation)).isPresent();
  }

  private static Operation reserve(Resource resource) {
    return Operation.newBuilder()
        .setType(Operation.Type.RESERVE)
        .setReserve(Operation.Reserve.newBuilder().addResources(resource))
        .build();
  }

  private static Operation unreserve(Resource resource) {
    return Operation.newBuilder()
        .setType(Operation.Type.UNRESERVE)
        .setUnreserve(Operation.Unreserve.newBuilder().addResources(resource))
        .build();
  }

  private static Operation create(Resource volume) {
    return Operation.newBuilder()
        .setType(Operation.Type.CREATE)
        .setCreate(Operation.Create.newBuilder().addVolumes(volume))
        .build();
  }

  private static Operation destroy(Resource volume) {
    return Operation.newBuilder()
        .setType(Operation.Type.DESTROY)
        .setDestroy(Operation.Destroy.newBuilder().addVolumes(volume))
        .build();
  }

  private static Operation grow(Resource volume) {
    return Operation.newBuilder()
        .setType(Operation.Type.GROW_VOLUME)
        .setGrowVolume(Operation.GrowVolume.newBuilder().setVolume(volume).setAddition(volume))
        .build();
  }

  private static Operation shrink(Resource volume) {
    return Operation.newBuilder()
        .setType(Operation.Type.SHRINK_VOLUME)
        .setShrinkVolume(
            Operation.ShrinkVolume.newBuilder()
                .setVolume(volume)
                .setSubtract(Value.Scalar.newBuilder().setValue(1)))
        .build();
  }
}
