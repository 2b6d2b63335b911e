package io.meseta.common.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ResourcesTest {
  private static final Resources AGENT =
      Resources.of("cpus:4;mem:1024;disk:4096;ports:[31000-32000];cpus(web):2;devices:{a,b}");

  @Test
  void addsUpWhatHasTheSameKeyOnly() {
    var sum = Resources.of("cpus:1;cpus(web):1;mem:10").plus(Resources.of("cpus:0.5;disk:1"));
    assertThat(sum).hasToString("cpus:1.5;cpus(web):1;disk:1;mem:10");
  }

  @Test
  void aSumIsTheSameHoweverOftenItsPartsAre() {
    var task = Resources.of("cpus:0.1;mem:5");
    var ports = Resources.of("cpus:1;ports:[1-2]");

    assertThat(Resources.sum(List.of(task, task, task, ports, task)))
        .hasToString("cpus:1.4;mem:20;ports:[1-2]");
    assertThat(Resources.sum(List.of(task, Resources.of("cpus:0.1;mem:5"), task)))
        .hasToString("cpus:0.3;mem:15");
    assertThat(Resources.sum(List.of())).isEqualTo(Resources.EMPTY);
  }

  @Test
  void takesAwayWhatIsThere() {
    assertThat(AGENT.minus(Resources.of("cpus:1.5;ports:[31005-31005]")))
        .contains(
            Resources.of(
                "cpus:2.5;mem:1024;disk:4096;ports:[31000-31004,31006-32000];cpus(web):2;devices:{a,b}"));
    assertThat(AGENT.minus(AGENT)).contains(Resources.EMPTY);
  }

  @Test
  void takesNothingAwayWhenNotAllIsThere() {
    assertThat(AGENT.minus(Resources.of("cpus:4.001"))).isEmpty();
    assertThat(AGENT.minus(Resources.of("cpus:1;gpus:1"))).isEmpty();
    assertThat(AGENT.minus(Resources.of("mem(web):1"))).isEmpty();
    assertThat(AGENT.minus(Resources.of("ports:[30999-31000]"))).isEmpty();
    assertThat(AGENT.minus(Resources.of("devices:{a,c}"))).isEmpty();
    assertThatThrownBy(() -> AGENT.minusOrThrow(Resources.of("gpus:1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not contain [gpus:1]");
  }

  @Test
  void neverUsesReservedForUnreserved() {
    assertThat(AGENT.contains(Resources.of("cpus:5"))).isFalse();
    assertThat(AGENT.contains(Resources.of("cpus:4;cpus(web):2"))).isTrue();
  }

  @Test
  void takesAsMuchAsThereIs() {
    assertThat(
            Resources.of("cpus:1;ports:[1-10];mem:5")
                .without(Resources.of("cpus:2;ports:[5-20];gpus:1")))
        .isEqualTo(Resources.of("ports:[1-4];mem:5"));
  }

  @Test
  void hasNoEntryForNothing() {
    assertThat(Resources.of("disk:0;ports:[];devices:{};cpus:0.0004")).isEqualTo(Resources.EMPTY);
    assertThat(AGENT.contains(Resources.of("gpus:0"))).isTrue();
    assertThat(Resources.EMPTY.isEmpty()).isTrue();
    assertThat(Resources.EMPTY).hasToString("");
  }

  @Test
  void roundsToThousandths() {
    assertThat(Resources.of("cpus:0.1").plus(Resources.of("cpus:0.2")))
        .isEqualTo(Resources.of("cpus:0.3"));
    assertThat(Resources.of("cpus:1.0004").cpusMilli()).isEqualTo(1000);
    assertThat(Resources.of("cpus:1.0005").cpusMilli()).isEqualTo(1001);
  }

  @Test
  void answersForTheCommonNames() {
    assertThat(AGENT.cpusMilli()).isEqualTo(6000);
    assertThat(AGENT.memMilli()).isEqualTo(1_024_000);
    assertThat(AGENT.diskMilli()).isEqualTo(4_096_000);
    assertThat(AGENT.gpusMilli()).isZero();
    assertThat(AGENT.ports()).isEqualTo(Ranges.of(31000, 32000));
    assertThat(Resources.EMPTY.ports().isEmpty()).isTrue();
    assertThat(AGENT.get("cpus")).contains(new Scalar(6000));
    assertThat(AGENT.get("gpus")).isEmpty();
    assertThat(AGENT.names()).containsExactly("cpus", "devices", "disk", "mem", "ports");
    assertThat(AGENT.named("cpus")).isEqualTo(Resources.of("cpus:4;cpus(web):2"));
    assertThat(AGENT.quantities()).hasToString("cpus:6;disk:4096;mem:1024");
  }

  @Test
  void dividesByReservation() {
    var all = Resources.of("cpus:1;cpus(web):2;cpus(web/shop):3;cpus(db):4");
    assertThat(all.unreserved()).isEqualTo(Resources.of("cpus:1"));
    assertThat(all.reserved()).isEqualTo(Resources.of("cpus(web):2;cpus(web/shop):3;cpus(db):4"));
    assertThat(all.reserved("web")).isEqualTo(Resources.of("cpus(web):2"));
    assertThat(all.allocatableTo("web/shop"))
        .isEqualTo(Resources.of("cpus:1;cpus(web):2;cpus(web/shop):3"));
    assertThat(all.allocatableTo("web")).isEqualTo(Resources.of("cpus:1;cpus(web):2"));
    assertThat(all.allocatableTo("webby")).isEqualTo(Resources.of("cpus:1"));
    assertThat(all.allocatableTo(Roles.DEFAULT)).isEqualTo(Resources.of("cpus:1"));
  }

  @Test
  void tellsWhatCanBeThereOnlyOnce() {
    assertThat(Resources.of("cpus:1;ports:[1-5]").overlaps(Resources.of("cpus:1;ports:[6-9]")))
        .isFalse();
    assertThat(Resources.of("ports:[1-5]").overlaps(Resources.of("ports:[5-9]"))).isTrue();
    assertThat(Resources.of("ports:[1-5]").overlaps(Resources.of("ports(web):[5-9]"))).isFalse();
    assertThat(Resources.of("devices:{a}").overlaps(Resources.of("devices:{a,b}"))).isTrue();
  }

  @Test
  void failsRatherThanCountingWrongly() throws ResourceException {
    var huge =
        Resources.of(ResourceKey.of("mem", ResourceValue.Kind.SCALAR), new Scalar(Long.MAX_VALUE));
    assertThatThrownBy(() -> huge.plus(Resources.of("mem:1")))
        .isInstanceOf(ArithmeticException.class);
    assertThat(Resources.parse("mem:9007199254740").memMilli()).isEqualTo(9_007_199_254_740_000L);
  }

  @Test
  void measuresQuantities() throws ResourceException {
    var minimum = Quantities.parse("cpus:0.01;mem:32");
    assertThat(Resources.of("cpus:0.01;mem(web):32").quantities().contains(minimum)).isTrue();
    assertThat(Resources.of("cpus:8;mem:31.999").quantities().contains(minimum)).isFalse();
    assertThat(minimum.plus(Quantities.parse("cpus:1"))).hasToString("cpus:1.01;mem:32");
    assertThatThrownBy(() -> Quantities.parse("ports:[1-2]"))
        .isInstanceOf(ResourceException.class)
        .hasMessageContaining("only name:number");
  }
}
