package io.meseta.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.agent.core.ExecutorSettings;
import io.meseta.agent.fetch.FetchLimits;
import io.meseta.agent.fetch.FetcherOptions;
import io.meseta.agent.sandbox.SandboxGc;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

class AgentOptionsTest {

  @Test
  void theAgentIsReachedWhereItListensWhateverItsName() {
    assertThat(new AgentOptions().ip("127.0.0.2").hostname("somewhere").reachableIp())
        .contains("127.0.0.2");
  }

  @Test
  void anAddressThatIsGivenByNameIsToldAsANumber() {
    assertThat(new AgentOptions().ip("localhost").reachableIp())
        .contains(InetAddress.getLoopbackAddress().getHostAddress());
  }

  @Test
  void whoListensOnAnyAddressIsReachedWhereItsNamePoints() {
    assertThat(new AgentOptions().ip("0.0.0.0").hostname("127.0.0.3").reachableIp())
        .contains("127.0.0.3");
  }

  /** One client of Mesos asks agents there, whatever their offers say. */
  @Test
  void thePortIsThatOfMesosUnlessToldOtherwise() {
    assertThat(parsed().flags()).containsEntry("port", "5051");
  }

  private static AgentOptions parsed(String... arguments) {
    Command command = new Command();
    List<String> all = new ArrayList<>(List.of("--master=127.0.0.1:5050", "--work_dir=/w"));
    all.addAll(List.of(arguments));
    new CommandLine(command).parseArgs(all.toArray(String[]::new));
    return command.options;
  }

  @CommandLine.Command(name = "agent")
  private static final class Command {
    @Mixin private AgentOptions options = new AgentOptions();
  }

  @ParameterizedTest
  @ValueSource(strings = {"foo", "unix:///", "http://h", "tcp:/x", "npipe:x"})
  void whatIsNoEngineIsNamedWithWhatIs(String host) {
    AgentOptions options = parsed("--docker_host=" + host);

    assertThatThrownBy(options::flags)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("--docker_host: '" + host + "'");
  }

  @Test
  void fetchingHasItsDefaults() {
    assertThat(parsed().fetching.options(Path.of("/w")))
        .isEqualTo(FetcherOptions.in(Path.of("/w")));
    assertThat(parsed().flags())
        .containsEntry("fetcher_cache_dir", "/w/fetch/cache")
        .containsEntry("fetcher_cache_size", "2GB")
        .containsEntry("fetcher_max_size", "16GB")
        .containsEntry("fetcher_max_extracted_size", "32GB")
        .containsEntry("fetcher_max_entries", "100000")
        .containsEntry("fetcher_stall_timeout", "1mins")
        .doesNotContainKey("frameworks_home");
  }

  @Test
  void fetchingIsSetByFlags() {
    FetcherOptions options =
        parsed(
                "--fetcher_cache_dir=/c",
                "--fetcher_cache_size=1MB",
                "--fetcher_max_size=2MB",
                "--fetcher_max_extracted_size=3MB",
                "--fetcher_max_entries=4",
                "--fetcher_stall_timeout=5secs",
                "--frameworks_home=/h")
            .fetching
            .options(Path.of("/w"));

    FetchLimits defaults = FetchLimits.defaults();
    assertThat(options)
        .isEqualTo(
            new FetcherOptions(
                Path.of("/w"),
                Path.of("/c"),
                1 << 20,
                Optional.of(Path.of("/h")),
                new FetchLimits(
                    2 << 20,
                    3 << 20,
                    4,
                    Duration.ofSeconds(5),
                    defaults.attempts(),
                    defaults.backOff())));
    assertThatThrownBy(() -> parsed("--fetcher_max_entries=0").fetching.options(Path.of("/w")))
        .hasMessageContaining("--fetcher_max_entries");
  }

  @Test
  void sandboxesAreKeptAsInMesos() {
    AgentOptions options = parsed();
    Path workDir = Path.of("/w");

    assertThat(options.disk.gcOptions(workDir))
        .isEqualTo(new SandboxGc.Options(workDir, Duration.ofDays(7), 0.1, Duration.ofMinutes(1)));
    assertThat(options.disk.enforcesDisk()).isFalse();
    assertThat(options.disk.diskInterval()).isEqualTo(Duration.ofSeconds(15));
    assertThat(options.flags())
        .containsEntry("gc_delay", "1weeks")
        .containsEntry("gc_disk_headroom", "0.1")
        .containsEntry("disk_watch_interval", "1mins")
        .containsEntry("enforce_container_disk_quota", "false")
        .containsEntry("container_disk_watch_interval", "15secs");
  }

  @Test
  void sandboxesAreKeptAsFlagsSay() {
    AgentOptions options =
        parsed(
            "--gc_delay=1hrs",
            "--gc_disk_headroom=0.5",
            "--disk_watch_interval=2secs",
            "--enforce_container_disk_quota",
            "--container_disk_watch_interval=3secs");

    assertThat(options.disk.gcOptions(Path.of("/w")))
        .isEqualTo(
            new SandboxGc.Options(Path.of("/w"), Duration.ofHours(1), 0.5, Duration.ofSeconds(2)));
    assertThat(options.disk.enforcesDisk()).isTrue();
    assertThat(options.disk.diskInterval()).isEqualTo(Duration.ofSeconds(3));
    assertThat(parsed("--enforce_container_disk_quota=true").disk.enforcesDisk()).isTrue();
    assertThatThrownBy(() -> parsed("--gc_disk_headroom=2").disk.gcOptions(Path.of("/w")))
        .hasMessageContaining("between 0 and 1");
  }

  @Test
  void executorsHaveDefaultsAndArePartOfTheFlags() {
    AgentOptions options = new AgentOptions().master("127.0.0.1:5050");

    assertThat(options.executors.settings()).isEqualTo(ExecutorSettings.defaults());
    assertThat(options.flags())
        .containsEntry("executor_registration_timeout", "1mins")
        .containsEntry("executor_reregistration_timeout", "15secs")
        .containsEntry("recovery_timeout", "15mins");
  }

  @Test
  void whatIsGivenForExecutorsIsUsed() {
    ExecutorFlags flags = new ExecutorFlags();
    new CommandLine(flags)
        .parseArgs(
            "--executor_registration_timeout=2mins",
            "--executor_reregistration_timeout=3secs",
            "--recovery_timeout=4mins");

    assertThat(flags.settings())
        .isEqualTo(
            new ExecutorSettings(
                Duration.ofMinutes(2), Duration.ofSeconds(3), Duration.ofMinutes(4)));
    assertThatThrownBy(() -> flags.recoveryTimeout(Duration.ZERO).settings())
        .hasMessageContaining("--recovery_timeout");
  }
}
