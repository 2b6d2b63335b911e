package io.meseta.testkit.simulation.cluster;

import io.meseta.agent.core.AgentSettings;
import io.meseta.api.v1.AgentInfo;
import io.meseta.api.v1.Attribute;
import io.meseta.api.v1.Value;
import io.meseta.common.resources.ReservationFormat;
import io.meseta.common.resources.Resources;
import io.meseta.testkit.simulation.world.Draw;
import java.util.List;

/**
 * What an agent is configured with.
 *
 * @param lastPort of those that it has, from {@link #FIRST_PORT} on
 * @param rack an attribute; none when it is empty
 * @param region of its fault domain; none when it is empty
 */
record AgentPlan(String hostname, int cpus, int memMb, int lastPort, String rack, String region) {
  private static final int FIRST_PORT = 31_000;
  private static final int LAST_PORT = 31_019;
  private static final int MEM_STEP_MB = 512;
  private static final int MORE_CPUS = 8;
  private static final int MORE_MEM_STEPS = 16;

  static AgentPlan draw(int index, Draw draw) {
    return new AgentPlan(
        "agent-" + index,
        draw.between(1, 16),
        MEM_STEP_MB * draw.between(1, 32),
        LAST_PORT,
        "",
        draw.pick(List.of("", Domains.NORTH, Domains.SOUTH)));
  }

  /** With more, with less, with hardly anything, or only with another attribute. */
  AgentPlan changed(Draw draw) {
    AgentPlan moved =
        new AgentPlan(hostname, cpus, memMb, lastPort, "rack-" + draw.between(1, 3), region);
    return switch (draw.between(0, 3)) {
      case 0 ->
          moved.with(
              cpus + draw.between(1, MORE_CPUS),
              memMb + MEM_STEP_MB * draw.between(0, MORE_MEM_STEPS),
              LAST_PORT);
      case 1 ->
          moved.with(
              draw.between(Math.max(1, cpus / 2), cpus),
              draw.between(memMb / 2, memMb),
              draw.between(FIRST_PORT + 10, LAST_PORT));
      case 2 -> with(1, MEM_STEP_MB, FIRST_PORT + 1);
      default -> moved;
    };
  }

  /** With so much that it covers whatever any other configuration has let in. */
  AgentPlan largest() {
    return with(cpus + MORE_CPUS, memMb + MEM_STEP_MB * MORE_MEM_STEPS, LAST_PORT);
  }

  private AgentPlan with(int otherCpus, int otherMemMb, int otherLastPort) {
    return new AgentPlan(hostname, otherCpus, otherMemMb, otherLastPort, rack, region);
  }

  Resources resources() {
    return Resources.of(
        "cpus:"
            + cpus
            + ";mem:"
            + memMb
            + ";disk:10000;ports:["
            + FIRST_PORT
            + "-"
            + lastPort
            + "]");
  }

  AgentSettings settings() {
    AgentInfo.Builder info =
        AgentInfo.newBuilder()
            .setHostname(hostname)
            .setPort(5051)
            .addAllResources(resources().toProto(ReservationFormat.REFINED));
    if (!rack.isEmpty()) {
      info.addAttributes(
          Attribute.newBuilder()
              .setName("rack")
              .setType(Value.Type.TEXT)
              .setText(Value.Text.newBuilder().setValue(rack)));
    }
    if (!region.isEmpty()) {
      info.setDomain(Domains.of(region));
    }
    return AgentSettings.defaults(info.build(), "simulated");
  }
}
