package io.meseta.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meseta.agent.InventoryFlags.OnStop;
import io.meseta.agent.InventoryFlags.Recover;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class InventoryFlagsTest {

  private static InventoryFlags parse(String... arguments) {
    AgentOptions options = new AgentOptions();
    String[] all = new String[arguments.length + 1];
    all[0] = "--master=127.0.0.1:5050";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    CommandLine.populateCommand(options, all);
    return options.inventory();
  }

  private static Map<String, String> flags(InventoryFlags flags) {
    Map<String, String> shown = new TreeMap<>();
    flags.addTo(shown);
    return shown;
  }

  @Test
  void theDefaultsAreTheSameInBothWays() {
    Map<String, String> defaults =
        Map.of(
            "default_role", "*",
            "recover", "reconnect",
            "on_stop", "keep",
            "on_stop_timeout", "5mins");

    assertThat(flags(new InventoryFlags())).isEqualTo(defaults);
    assertThat(flags(parse())).isEqualTo(defaults);
  }

  @Test
  void eachOptionSetsWhatItsSetterSets() {
    InventoryFlags parsed =
        parse(
            "--resources=cpus:1",
            "--attributes=rack:r1",
            "--system_reserved=mem:5",
            "--default_role=web",
            "--recover=cleanup",
            "--on_stop=DRAIN",
            "--on_stop_timeout=3secs");
    InventoryFlags set =
        new InventoryFlags()
            .resources("cpus:1")
            .attributes("rack:r1")
            .systemReserved("mem:5")
            .defaultRole("web")
            .recover(Recover.CLEANUP)
            .onStop(OnStop.DRAIN)
            .onStopTimeout(Duration.ofSeconds(3));

    assertThat(flags(parsed)).isEqualTo(flags(set)).hasSize(7);
    assertThat(parsed.recover()).isEqualTo(Recover.CLEANUP);
    assertThat(parsed.onStop()).isEqualTo(OnStop.DRAIN);
    assertThat(parsed.onStopTimeout()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void anUnknownChoiceIsRefusedWithThoseThatThereAre() {
    assertThatThrownBy(() -> parse("--on_stop=pause"))
        .hasMessageContaining("'pause' is none of [keep, drain, kill]");
  }
}
