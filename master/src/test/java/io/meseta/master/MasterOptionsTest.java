package io.meseta.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.api.v1.MasterInfo;
import io.meseta.common.acl.Authorizer;
import io.meseta.common.resources.Resources;
import io.meseta.master.allocation.AllocationOrder;
import io.meseta.master.allocation.constraints.ConstraintLimits;
import io.meseta.master.core.MasterSettings;
import io.meseta.master.core.RateLimit;
import io.meseta.master.core.RegistryLimits;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MasterOptionsTest {

  private static MasterOptions parse(String... arguments) {
    MasterOptions options = new MasterOptions();
    options.zk("zk://127.0.0.1:2181/mesos");
    String[] all = new String[arguments.length + 1];
    all[0] = "--zk=zk://127.0.0.1:2181/mesos";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();
    spec.addMixin("options", CommandLine.Model.CommandSpec.forAnnotatedObject(options));
    new CommandLine(spec).parseArgs(all);
    return options;
  }

  @Test
  void theDefaultsAreThoseOfTheCore() {
    assertThat(parse().settings()).isEqualTo(MasterSettings.DEFAULTS);
  }

  @Test
  void eachOptionIsOneSetting() {
    MasterSettings settings =
        parse(
                "--allocation_interval=2secs",
                "--offer_timeout=0secs",
                "--max_offers_per_framework=7",
                "--min_allocatable_resources=cpus:1;mem:64|gpus:1",
                "--allocation_order=pack",
                "--agent_ping_timeout=3secs",
                "--max_agent_ping_timeouts=4",
                "--agent_reregister_timeout=5mins",
                "--agent_removal_rate_limit=2/1hrs",
                "--max_completed_frameworks=6",
                "--max_completed_tasks_per_framework=8",
                "--no-root_submissions",
                "--offer_constraints_re2_max_mem=2KB",
                "--offer_constraints_re2_max_program_size=50",
                "--registry_gc_interval=9mins",
                "--registry_max_agent_age=10days",
                "--registry_max_agent_count=11",
                "--registry_max_completed_frameworks=12",
                "--recovery_agent_removal_limit=40%")
            .settings();

    assertThat(settings)
        .isEqualTo(
            new MasterSettings(
                Duration.ofSeconds(2),
                Optional.empty(),
                7,
                List.of(
                    Resources.of("cpus:1;mem:64").quantities(),
                    Resources.of("gpus:1").quantities()),
                AllocationOrder.PACK,
                Duration.ofSeconds(15),
                Duration.ofSeconds(3),
                4,
                Duration.ofMinutes(5),
                Optional.of(new RateLimit(2, Duration.ofHours(1))),
                6,
                8,
                false,
                new ConstraintLimits(2048, 50),
                new RegistryLimits(Duration.ofMinutes(9), Duration.ofDays(10), 11, 12),
                40,
                Authorizer.allowingEverything()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"101%", "-1%", "half", "", "1.5%"})
  void whatIsNoPartIsRefused(String part) {
    assertThatThrownBy(() -> parse("--recovery_agent_removal_limit=" + part))
        .isInstanceOf(CommandLine.ParameterException.class)
        .hasMessageContaining("50%");
  }

  @Test
  void anyOfferIsWrittenAsNoAmount() {
    assertThat(parse("--min_allocatable_resources=").settings().minAllocatable()).isEmpty();
    assertThat(parse().flags()).containsEntry("min_allocatable_resources", "cpus:0.01|mem:32");
  }

  @Test
  void noCapOnOffersIsWrittenAsZero() {
    assertThat(parse("--max_offers_per_framework=0").settings().maxOpenOffers())
        .isEqualTo(Integer.MAX_VALUE);
    assertThat(parse("--max_offers_per_framework=auto").settings().maxOpenOffers()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--max_offers_per_framework=many",
        "--agent_removal_rate_limit=fast",
        "--registry_gc_interval=0secs",
        "--registry_max_agent_count=-1",
        "--min_allocatable_resources=cpus",
        "--allocation_order=random",
        "--min_allocatable_resources=cpus:1||mem:1",
        "--offer_constraints_re2_max_program_size=-1"
      })
  void nonsenseIsRefused(String argument) {
    MasterOptions options = parse(argument);

    assertThatThrownBy(options::settings).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theDomainIsThatOfTheMasterAndOnItsPages() {
    MasterOptions options =
        parse(
            "--domain={\"fault_domain\":{\"region\":{\"name\":\"r\"},\"zone\":{\"name\":\"z\"}}}");
    MasterInfo info =
        new Identity(InetAddress.getLoopbackAddress(), 5050, "m", options.domain()).masterInfo("1");

    assertThat(info.getDomain().getFaultDomain().getRegion().getName()).isEqualTo("r");
    assertThat(options.flags().get("domain")).contains("\"r\"");
    assertThat(parse().domain()).isEmpty();
    assertThat(parse().flags()).doesNotContainKey("domain");
    assertThatThrownBy(() -> parse("--domain={}"))
        .isInstanceOf(CommandLine.ParameterException.class)
        .hasMessageContaining("region");
  }

  @Test
  void pagesShowWhatWasGiven() {
    assertThat(parse("--agent_removal_rate_limit=1/10mins").flags())
        .containsEntry("agent_removal_rate_limit", "1/10mins")
        .containsEntry("max_offers_per_framework", "auto")
        .containsEntry("registry_max_agent_age", "2weeks");
    assertThat(parse().flags()).doesNotContainKey("agent_removal_rate_limit");
  }
}
