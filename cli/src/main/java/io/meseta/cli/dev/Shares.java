package io.meseta.cli.dev;

import io.meseta.agent.inventory.DetectedResources;
import io.meseta.testkit.MesetaClusterBuilder;
import java.util.Locale;
import java.util.function.IntFunction;

/**
 * What this machine has, in equal parts for several agents: together they offer no more than there
 * is.
 */
final class Shares implements IntFunction<String> {

  private final DetectedResources machine;
  private final int agents;

  Shares(DetectedResources machine, int agents) {
    this.machine = machine;
    this.agents = agents;
  }

  /** The resources of an agent, as its option {@code --resources}. */
  @Override
  public String apply(int index) {
    long milliCpus = machine.milliCpus() / agents;
    return String.format(
        Locale.ROOT,
        "cpus:%d.%03d;mem:%d;disk:%d;%s",
        milliCpus / 1_000,
        milliCpus % 1_000,
        machine.memMib() / agents,
        machine.diskMib() / agents,
        MesetaClusterBuilder.portsOfAgent(index));
  }
}
