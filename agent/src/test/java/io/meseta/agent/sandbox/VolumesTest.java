package io.meseta.agent.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.meseta.api.v1.AgentID;
import io.meseta.api.v1.ContainerInfo;
import io.meseta.api.v1.Resource;
import io.meseta.api.v1.TaskID;
import io.meseta.api.v1.TaskInfo;
import io.meseta.api.v1.Value;
import io.meseta.api.v1.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VolumesTest {
  @TempDir Path workDir;
  private final List<Runnable> deletions = new ArrayList<>();

  private static Resource volume(String role) {
    Resource.Builder volume = Resource.newBuilder().setName("disk").setType(Value.Type.SCALAR);
    volume.addReservationsBuilder().setRole(role);
    volume.getDiskBuilder().getPersistenceBuilder().setId("v 1");
    volume.getDiskBuilder().getVolumeBuilder().setContainerPath("data").setMode(Volume.Mode.RO);
    return volume.build();
  }

  private static TaskInfo.Builder task() {
    return TaskInfo.newBuilder()
        .setName("t")
        .setTaskId(TaskID.newBuilder().setValue("t"))
        .setAgentId(AgentID.newBuilder().setValue("a"))
        .setContainer(ContainerInfo.newBuilder().setType(ContainerInfo.Type.DOCKER));
  }

  private Volumes volumes() {
    return new Volumes(workDir, deletions::add);
  }

  @Test
  void directoriesAreWhereMesosHasThem() throws IOException {
    volumes().create(volume("web/api"), "a/1");

    assertThat(workDir.resolve("volumes/roles/web api/v 1")).isEmptyDirectory();
    Resource.Builder elsewhere = volume("web").toBuilder();
    elsewhere
        .getDiskBuilder()
        .getSourceBuilder()
        .setType(Resource.DiskInfo.Source.Type.PATH)
        .getPathBuilder()
        .setRoot("/mnt/a");
    assertThat(volumes().path(elsewhere.build()))
        .isEqualTo(Path.of("/mnt/a/volumes/roles/web/v 1"));
  }

  @Test
  void whatIsRemovedIsGoneAtOnceAndDeletedLater() throws IOException {
    Volumes volumes = volumes();
    volumes.create(volume("web"), "a/1");
    Path path = volumes.path(volume("web"));
    Files.createDirectory(path.resolve("below"));
    Files.writeString(path.resolve("below").resolve("file"), "secret");

    volumes.remove(volume("web"));

    assertThat(path).doesNotExist();
    assertThat(deletions).hasSize(1);
    deletions.forEach(Runnable::run);
    assertThat(workDir.resolve("volumes/.removed")).isEmptyDirectory();
    volumes.remove(volume("web"));
    assertThat(deletions).hasSize(1);
  }

  @Test
  void aNewVolumeNeverShowsWhatAnOlderOneHeld() throws IOException {
    Path path = volumes().path(volume("web"));
    Files.createDirectories(path);
    Files.writeString(path.resolve("left"), "over");

    volumes().create(volume("web"), "a/1");

    assertThat(path).isEmptyDirectory();
  }

  @Test
  void whatTheSameOperationHasMadeStays() throws IOException {
    Path path = volumes().path(volume("web"));
    volumes().create(volume("web"), "a/1");
    Files.writeString(path.resolve("data"), "kept");

    volumes().create(volume("web"), "a/1");
    assertThat(path.resolve("data")).exists();

    volumes().create(volume("web"), "a/2");
    assertThat(path).isEmptyDirectory();
  }

  @Test
  void aStartKeepsWhatMayBeNeeded() throws IOException {
    Path path = Files.createDirectories(volumes().path(volume("web")));
    Files.writeString(path.resolve("data"), "of unknown origin");

    volumes().keep(volume("web"), "a/1");
    assertThat(path.resolve("data")).exists();

    volumes().keep(volume("web"), "a/2");
    assertThat(path).as("of another volume").isEmptyDirectory();
    volumes().keep(volume("api"), "a/3");
    assertThat(volumes().path(volume("api"))).isEmptyDirectory();
  }

  @Test
  void whatAnAgentHasDestroyedIsDeletedByItsNextStart() throws IOException {
    for (String role : List.of("kept", "destroyed", "of another agent")) {
      volumes().create(volume(role), role.equals("of another agent") ? "ab/1" : "a/1");
    }
    Path byNobody = Files.createDirectories(workDir.resolve("volumes/roles/web/by hand"));

    volumes().removeOthers("a", List.of(volume("kept")), List.of());

    assertThat(volumes().path(volume("destroyed"))).doesNotExist();
    assertThat(volumes().path(volume("kept"))).isDirectory();
    assertThat(volumes().path(volume("of another agent"))).isDirectory();
    assertThat(byNobody).isDirectory();
    deletions.forEach(Runnable::run);
    assertThat(workDir.resolve("volumes/.removed")).isEmptyDirectory();
  }

  @Test
  void tasksFindTheirVolumes() throws IOException {
    TaskInfo task = task().addResources(volume("web")).build();

    TaskInfo mounted = volumes().mounted(task);

    Path path = workDir.resolve("volumes/roles/web/v 1");
    assertThat(path).isDirectory();
    assertThat(mounted.getContainer().getVolumesList())
        .containsExactly(
            Volume.newBuilder()
                .setContainerPath("data")
                .setHostPath(path.toString())
                .setMode(Volume.Mode.RO)
                .build());
    TaskInfo plain = task().build();
    assertThat(volumes().mounted(plain)).isSameAs(plain);
  }
}
