package io.meseta.agent.container.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.agent.container.ResourceLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CgroupV2Test {

  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final ResourceLimits HALF_A_CPU =
      new ResourceLimits(
          512,
          OptionalLong.of(50_000),
          OptionalLong.of(64 << 20),
          OptionalLong.of(32 << 20),
          OptionalInt.empty());

  @TempDir Path root;
  private UnifiedTree tree;

  @BeforeEach
  void mount() throws IOException {
    tree = new UnifiedTree(root, "cpuset cpu io memory pids");
  }

  @Test
  void theWayToTheContainersHandsOnWhatIsLimited() throws IOException {
    Cgroups groups = Cgroups.find("outer/meseta", tree.mounts(), tree);

    assertThat(groups.whyOff()).isEmpty();
    for (String group : new String[] {"", "outer/", "outer/meseta/"}) {
      assertThat(tree.show(group + "cgroup.subtree_control")).isEqualTo("cpu memory pids");
    }
  }

  @Test
  void limitsAreWritten() throws IOException {
    Cgroup group = created();

    group.limit(HALF_A_CPU, 100);

    assertThat(tree.show("meseta/x/cpu.weight")).isEqualTo("20");
    assertThat(tree.show("meseta/x/cpu.max")).isEqualTo("50000 100000");
    assertThat(tree.show("meseta/x/memory.max")).isEqualTo("67108864");
    assertThat(tree.show("meseta/x/memory.swap.max")).isEqualTo("0");
    assertThat(tree.show("meseta/x/memory.low")).isEqualTo("33554432");
    assertThat(tree.show("meseta/x/pids.max")).isEqualTo("100");
  }

  @Test
  void noLimitIsWrittenAsMax() throws IOException {
    Cgroup group = created();

    group.limit(
        new ResourceLimits(
            2, OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalInt.of(9)),
        100);

    assertThat(tree.show("meseta/x/cpu.max")).isEqualTo("max 100000");
    assertThat(tree.show("meseta/x/memory.max")).isEqualTo("max");
    assertThat(tree.show("meseta/x/memory.swap.max")).isEqualTo("max");
    assertThat(tree.show("meseta/x/memory.low")).isEqualTo("0");
  }

  @ParameterizedTest
  @CsvSource({
    "2, 1",
    "102, 4",
    "512, 20",
    "1024, 39",
    "2048, 79",
    "262144, 10000",
    "2147483647, 10000"
  })
  void sharesBecomeWeights(long shares, long weight) {
    assertThat(CgroupV2.weight(shares)).isEqualTo(weight);
  }

  @Test
  void aKernelWithoutSwapAccountingIsNotAskedForIt() throws IOException {
    Cgroup group = created();
    Files.delete(root.resolve("meseta/x/memory.swap.max"));

    group.limit(HALF_A_CPU, 100);

    assertThat(tree.writes()).noneMatch(write -> write.contains("memory.swap.max"));
  }

  @Test
  void freezingWaitsUntilAllHaveStopped() throws IOException {
    Cgroup group = created();

    assertThat(group.freeze()).isTrue();
    assertThat(tree.show("meseta/x/cgroup.freeze")).isEqualTo("1");

    group.thaw();
    assertThat(tree.show("meseta/x/cgroup.freeze")).isEqualTo("0");
  }

  @Test
  void theKernelKillsAll() throws Exception {
    Cgroup group = created();
    // No process has this number: nothing is killed but by the kernel's own means.
    tree.put("meseta/x/cgroup.procs", "999999999\n");

    group.killAll(LIMIT);

    assertThat(tree.writes()).contains("meseta/x/cgroup.kill 1");
    assertThat(group.processes()).isEmpty();
  }

  @Test
  void killsForMemoryAreCounted() throws IOException {
    Cgroup group = created();
    assertThat(group.outOfMemoryKills()).isZero();

    tree.put("meseta/x/memory.events", "low 0\nhigh 0\nmax 9\noom 2\noom_kill 1\n");

    assertThat(group.outOfMemoryKills()).isEqualTo(1);
  }

  @Test
  void processesOfNestedGroupsCountAndAreEndedAlone() throws Exception {
    Cgroup group = created();
    Cgroup nested = group.nested("exec-1");
    nested.create();
    tree.put("meseta/x/cgroup.procs", "999999998\n");
    tree.put("meseta/x/exec-1/cgroup.procs", "999999999\n");

    assertThat(group.processes()).containsExactly(999999998, 999999999);
    nested.killAll(LIMIT);
    nested.remove(LIMIT);

    assertThat(group.processes()).containsExactly(999999998);
    assertThat(root.resolve("meseta/x/exec-1")).doesNotExist();
  }

  @Test
  void removingTakesNestedOnesAlongAndMayComeTwice() throws Exception {
    Cgroup group = created();
    group.nested("exec-1").create();

    group.remove(LIMIT);
    group.remove(LIMIT);

    assertThat(root.resolve("meseta/x")).doesNotExist();
    assertThat(group.processes()).isEmpty();
  }

  @Test
  void whatIsInUseIsNotRemoved() throws IOException {
    Cgroup group = created();
    tree.put("meseta/x/cgroup.procs", "999999999\n");

    assertThatThrownBy(() -> group.remove(Duration.ofMillis(5))).hasMessageContaining("busy");
  }

  @Test
  void aTreeWithoutControllersIsOfNoUse() throws IOException {
    UnifiedTree empty = new UnifiedTree(Files.createDirectory(root.resolve("empty")), "");

    Cgroups groups = Cgroups.find("meseta", empty.mounts(), empty);

    assertThat(groups.whyOff().orElseThrow()).contains("[cpu, memory]");
    assertThat(groups.of("x")).isEmpty();
  }

  @Test
  void aRootIsAName() {
    for (String bad : new String[] {"", "/", "../x", "a//b", "."}) {
      assertThatThrownBy(() -> Cgroups.find(bad, tree.mounts(), tree))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("--cgroups_root");
    }
  }

  private Cgroup created() throws IOException {
    Cgroup group = Cgroups.find("meseta", tree.mounts(), tree).of("x").orElseThrow();
    group.create();
    return group;
  }
}
